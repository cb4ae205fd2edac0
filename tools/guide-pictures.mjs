/** `npm run guide:pictures`: takes the pictures of docs/guide anew, in the journey that fills every view. */
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

const folder = resolve('docs/guide/pictures')
const { status } = spawnSync(process.execPath, ['tools/journey.mjs', 'drop-and-compare'], {
  stdio: 'inherit',
  env: { ...process.env, GUIDE_PICTURES: folder },
})
process.exitCode = status ?? 1
