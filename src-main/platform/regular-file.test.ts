import { execFileSync } from 'node:child_process'
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readRegularFile } from './regular-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'lab-file-'))
const failureOf = (path: string, mostBytes = 100): Promise<string> =>
  readRegularFile(path, mostBytes).then(
    () => 'read',
    (thrown: unknown) => String((thrown as Error).message),
  )

it('reads a file whole, by a link too, and one as long as the limit', async () => {
  const path = join(folder, 'plain')
  writeFileSync(path, 'x'.repeat(100))
  symlinkSync(path, join(folder, 'link'))
  expect((await readRegularFile(path, 100)).length).toBe(100)
  expect((await readRegularFile(join(folder, 'link'), 100)).toString()).toBe('x'.repeat(100))
})

it('reads files of which the system announces no size', async () => {
  if (process.platform !== 'linux') return
  expect((await readRegularFile('/proc/self/status', 1_000_000)).toString()).toContain('Pid:')
  expect(await failureOf('/proc/self/status', 10)).toContain('longer than 10 bytes')
})

it('names what is longer, missing, or no file, at once', async () => {
  const long = join(folder, 'long')
  writeFileSync(long, 'x'.repeat(101))
  expect(await failureOf(long)).toContain('longer than 100 bytes')
  expect(await failureOf(join(folder, 'absent'))).toContain('does not exist')
  expect(await failureOf(folder)).toContain('is a folder; a file was expected')
})

it.skipIf(process.platform === 'win32')('does not open pipes, devices and sockets', async () => {
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  expect(await failureOf(pipe)).toContain('is a named pipe')
  expect(await failureOf('/dev/zero')).toContain('is a device')
  const server = createServer()
  const socket = join(folder, 'socket')
  await new Promise<void>((done) => server.listen(socket, done))
  expect(await failureOf(socket)).toContain('is a socket')
  server.close()
  symlinkSync('/dev/zero', join(folder, 'to-device'))
  expect(await failureOf(join(folder, 'to-device'))).toContain('is a device')
})
