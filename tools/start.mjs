/** `npm start`: opens the app; where there is no display, runs the sample comparison in the terminal instead. */
import { buildIfStale } from './build/build-if-stale.mjs'
import { runLab } from './launch/run-lab.mjs'
import { runWindow } from './launch/run-window.mjs'
import { hasDisplay } from './setup/display.mjs'
import { runProgram } from './setup/set-up-failure.mjs'
import { setUp } from './setup/set-up.mjs'
import { say } from './setup/step-report.mjs'

await runProgram(async () => {
  const args = process.argv.slice(2)
  const window = hasDisplay()
  await setUp({ window })
  await buildIfStale()
  if (window) return runWindow(args)
  say(
    'no display (neither DISPLAY nor WAYLAND_DISPLAY is set): running the sample comparison in the terminal instead',
  )
  runLab(['sample', ...args])
  return undefined
})
