/** `npm run -s lab -- <command> …`: the command line, set up and built first where that is needed. */
import { buildIfStale } from './build/build-if-stale.mjs'
import { runLab } from './launch/run-lab.mjs'
import { runProgram } from './setup/set-up-failure.mjs'
import { setUp } from './setup/set-up.mjs'

await runProgram(async () => {
  await setUp()
  await buildIfStale()
  runLab(process.argv.slice(2))
})
