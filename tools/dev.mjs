/** `npm run dev`: opens the app from its sources, reloading it whenever they change. */
import { spawn } from 'node:child_process'
import { programOf } from './build/package-program.mjs'
import { electronFlags, ended, windowEnvironment } from './launch/run-window.mjs'
import { findElectron } from './setup/electron-location.mjs'
import { repositoryFolder } from './setup/folders.mjs'
import { runProgram } from './setup/set-up-failure.mjs'
import { setUp } from './setup/set-up.mjs'

await runProgram(async () => {
  await setUp({ window: true })
  const env = { ...windowEnvironment(), ELECTRON_EXEC_PATH: findElectron()?.executable }
  const flags = electronFlags().length > 0 ? ['--noSandbox'] : []
  const args = [programOf('electron-vite'), 'dev', ...flags, ...process.argv.slice(2)]
  return ended(spawn(process.execPath, args, { cwd: repositoryFolder, env, stdio: 'inherit' }))
})
