/** `npm run journey -- drop-and sample`: some of the desktop tests, set up, built and run as `npm run test:desktop` does. */
import { spawn } from 'node:child_process'
import { buildIfStale } from './build/build-if-stale.mjs'
import { needsVirtualDisplay, runDesktopTests } from './check/desktop-tests.mjs'
import { repositoryFolder } from './setup/folders.mjs'
import { runProgram } from './setup/set-up-failure.mjs'
import { setUp } from './setup/set-up.mjs'

await runProgram(async () => {
  await setUp({ window: true, virtualDisplay: needsVirtualDisplay })
  await buildIfStale()
  const isPassed = await runDesktopTests(
    process.argv.slice(2),
    {},
    (command, args, env) =>
      new Promise((finish) => {
        const child = spawn(command, args, { cwd: repositoryFolder, env, stdio: 'inherit' })
        child.on('close', (code) => finish(code === 0))
      }),
  )
  return isPassed ? 0 : 1
})
