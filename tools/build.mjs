/** `npm run build`: the bundles in out/, made anew. */
import { buildAnew } from './build/build-if-stale.mjs'
import { runProgram } from './setup/set-up-failure.mjs'
import { setUp } from './setup/set-up.mjs'

await runProgram(async () => {
  await setUp()
  await buildAnew()
})
