import { describe, expect, it } from 'vitest'
import { BenchFailure } from './bench-failure.mjs'
import { helpText, readFlags, type Flag } from './flags.mjs'

const flags: Record<string, Flag> = {
  size: { kind: 'text', help: 'preset', default: 'small', choices: ['small', 'large'] },
  steps: { kind: 'whole', help: 'steps', default: 10 },
  seed: { kind: 'whole', help: 'seed', least: 0 },
  ways: { kind: 'list', help: 'who', choices: ['a', 'b', 'c'] },
  'no-compile': { kind: 'switch', help: 'less' },
}

function messageFor(args: readonly string[]): string {
  try {
    readFlags(args, flags)
  } catch (error) {
    expect(error).toBeInstanceOf(BenchFailure)
    expect((error as BenchFailure).exitCode).toBe(2)
    return (error as BenchFailure).message
  }
  throw new Error('nothing was refused')
}

describe('flags', () => {
  it('have their defaults where nothing is given', () => {
    expect(readFlags([], flags)).toEqual({
      size: 'small',
      steps: 10,
      seed: undefined,
      ways: undefined,
      'no-compile': false,
    })
  })

  it('are read by kind', () => {
    const args = ['--size', 'large', '--steps=3', '--seed', '0', '--ways', 'c, a', '--no-compile']
    expect(readFlags(args, flags)).toEqual({
      size: 'large',
      steps: 3,
      seed: 0,
      ways: ['c', 'a'],
      'no-compile': true,
    })
  })

  it.each([
    [['--steps', '0'], '--steps 0: expected a whole number of at least 1'],
    [['--steps', '2.5'], '--steps 2.5: expected a whole number of at least 1'],
    [['--size', 'huge'], '--size "huge": expected small, large'],
    [['--ways', 'a,,b'], '--ways "": expected a, b, c'],
    [['--unknown'], "Unknown option '--unknown'"],
    [['stray'], "Unexpected argument 'stray'"],
  ])('refuse %j', (args, sentence) => {
    expect(messageFor(args)).toContain(sentence)
  })

  it('are listed with choices and defaults in the help', () => {
    const help = helpText('What it does.', flags)
    expect(help).toContain('What it does.\n\n')
    expect(help).toContain('--size TEXT')
    expect(help).toContain('preset: small, large (default: small)')
    expect(help).toContain('--no-compile ')
  })
})
