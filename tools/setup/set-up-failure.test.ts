import { describe, expect, it } from 'vitest'
import { sentenceFor, SetUpFailure } from './set-up-failure.mjs'

describe('what a failed set-up says last', () => {
  it.each([
    ['its own failures', new SetUpFailure('Install g++ and run the same command again.'), 'Install g++'],
    ['a full disk', Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' }), 'free about 3 GB'],
    [
      'a forbidden folder',
      Object.assign(new Error('EACCES: denied'), { code: 'EACCES', path: '/cache' }),
      'No permission for /cache',
    ],
    ['a bug', new TypeError('x is not a function\n    at somewhere'), 'please report it'],
    ['whatever is thrown', 'text', 'please report it'],
  ])('is one line for %s', (_what, error, part) => {
    const sentence = sentenceFor(error)

    expect(sentence).toContain(part)
    expect(sentence).not.toContain('\n')
  })
})
