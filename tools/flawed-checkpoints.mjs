/** Opens checkpoints with one flaw by chance, far more than the tests do: `npm run test:flaws -- 1000 7` (number, seed). */
import { spawnSync } from 'node:child_process'

const [count = '1000', seed = String(Math.floor(Math.random() * 2 ** 31))] = process.argv.slice(2)
const file = 'src-main/checkpoints/checkpoint-flaws.test.ts'
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--project', 'main', file],
  {
    stdio: 'inherit',
    env: { ...process.env, CHECKPOINT_FLAWS: count, ADDROP_SEED: seed },
  },
)
process.exitCode = status ?? 1
