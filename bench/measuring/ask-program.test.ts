import { describe, expect, it } from 'vitest'
import { askProgram, readDocument, troubleOf } from './ask-program.mjs'

const never = new AbortController().signal

function ask(script: string, signal = never) {
  return askProgram({ command: process.execPath, args: ['-e', script] }, signal)
}

describe('a program that is asked', () => {
  it('answers with its whole output, or with the last line of it', () => {
    expect(readDocument('{\n  "a": 1\n}\n')).toEqual({ a: 1 })
    expect(readDocument('loading …\n{"a": 2}\n')).toEqual({ a: 2 })
    expect(readDocument('loading …\n')).toBeUndefined()
  })

  it('is believed when it ends with 0', async () => {
    expect(await ask('console.error("a warning"); console.log(JSON.stringify({ a: 3 }))')).toEqual({
      document: { a: 3 },
      trouble: undefined,
    })
  })

  it('is not believed when it fails after its answer', async () => {
    const { document, trouble } = await ask('console.log("{}"); console.error("too late"); process.exit(1)')
    expect(document).toBeUndefined()
    expect(trouble).toBe('too late')
  })

  it('says what went wrong in its own words', () => {
    expect(troubleOf({ error: { message: 'No memory.', hint: 'Take less.' } }, 1, 'x')).toBe(
      'No memory. Take less.',
    )
    expect(troubleOf(undefined, 1, 'Traceback\nValueError: no\n')).toBe('ValueError: no')
    expect(troubleOf(undefined, 'SIGKILL', '')).toBe('it ended with SIGKILL')
    expect(troubleOf(undefined, 0, '')).toBe('it answered no JSON')
  })

  it('may not exist', async () => {
    const { trouble } = await askProgram({ command: '/no/such/program', args: [] }, never)
    expect(trouble).toContain('ENOENT')
  })

  it('is ended with the bench', async () => {
    const interruption = new AbortController()
    const asked = ask('setInterval(() => {}, 1000)', interruption.signal)
    interruption.abort()
    await expect(asked).rejects.toMatchObject({ exitCode: 130 })
  })
})
