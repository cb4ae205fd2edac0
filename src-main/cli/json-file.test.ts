import { execFileSync } from 'node:child_process'
import { mkdtempSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readJsonFile } from './json-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'lab-json-'))
const failureOf = (name: string): Promise<unknown> =>
  readJsonFile(name, folder).catch((thrown: unknown) => thrown)
const written = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content)
  return name
}

it('reads JSON with a byte-order mark', async () => {
  expect(await readJsonFile(written('marked.json', '\uFEFF{"a": [1]}'), folder)).toEqual({ a: [1] })
})

const refused: [string, () => string, string, RegExp][] = [
  ['a missing file', () => 'absent.json', 'not-found', /does not exist/],
  ['a folder', () => '.', 'file-unreadable', /is a folder/],
  [
    'a file too long',
    () => (truncateSync(join(folder, written('long.json', '')), 2 ** 31), 'long.json'),
    'file-unreadable',
    /longer than 16 MiB/,
  ],
  [
    'lists in lists without end',
    () => written('deep.json', '['.repeat(1_000_000)),
    'invalid-config',
    /nested more than/,
  ],
  [
    'UTF-16',
    () => written('utf16.json', Buffer.from('\uFEFF{"a": 1}', 'utf16le')),
    'invalid-config',
    /UTF-16/,
  ],
  [
    'a comma behind the last entry',
    () => written('comma.json', '{"a": 1,}'),
    'invalid-config',
    /is not JSON/,
  ],
  ['a key twice', () => written('twice.json', '{"seed": 1, "seed": 2}'), 'invalid-config', /"seed" twice/],
]
it.each(refused)('refuses %s', async (_what, make, code, message) => {
  const failure = await failureOf(make())
  expect(failure).toMatchObject({ code, message: expect.stringMatching(message) as string })
})

it.skipIf(process.platform === 'win32')('refuses pipes and devices at once', async () => {
  execFileSync('mkfifo', [join(folder, 'pipe.json')])
  expect(await failureOf('pipe.json')).toMatchObject({
    code: 'file-unreadable',
    message: expect.stringContaining('named pipe') as string,
  })
  expect(await failureOf('/dev/zero')).toMatchObject({
    code: 'file-unreadable',
    message: expect.stringContaining('device') as string,
  })
})
