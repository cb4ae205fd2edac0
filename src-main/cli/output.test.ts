import { describe, expect, it } from 'vitest'
import { failed, writeAnswer, type CliSurroundings } from './output.ts'

/** What the streams get. */
function written(message: string, json: boolean): { readonly out: string; readonly err: string } {
  let [out, err] = ['', '']
  const surroundings = {
    stdout: (text: string) => (out += text),
    stderr: (text: string) => (err += text),
  }
  const failure = { code: 'not-found', message, hint: 'Look\nelsewhere.' } as const
  // reason: writing an answer needs no more of the surroundings than the streams.
  writeAnswer(failed(failure), { json, events: false }, surroundings as unknown as CliSurroundings)
  return { out, err }
}

describe('an answer about names that somebody else chose', () => {
  const message = 'There is no column “\u001b[31mx\u202e\nlab: all is well”.'

  it('cannot steer the terminal or forge a line', () => {
    expect(written(message, false).err).toBe(
      'lab: There is no column “\\x1b[31mx\\u202e\\nlab: all is well”.\nLook\\nelsewhere.\n',
    )
  })

  it('is exact as JSON', () => {
    expect(JSON.parse(written(message, true).out)).toMatchObject({ error: { message } })
  })
})
