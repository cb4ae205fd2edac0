/** `npm run setup`: everything that the app, the command line and the tests need. */
import { hasDisplay } from './setup/display.mjs'
import { runProgram } from './setup/set-up-failure.mjs'
import { setUp } from './setup/set-up.mjs'

await runProgram(async () => {
  await setUp({ window: true, virtualDisplay: !hasDisplay() })
  return 0
})
