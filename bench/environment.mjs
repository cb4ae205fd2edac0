/** `node bench/environment.mjs`: the Python environment with the opponent, outside the clone; prints its Python. */
import { runCommand } from './command/run-command.mjs'
import { ensureEnvironment } from './environment/python-environment.mjs'
import { torchEnvironment } from './environment/releases.mjs'

const purpose = `Makes the Python environment that the benches compare with: ${torchEnvironment.requirements.join(', ')}.
Prints the path of its Python. pip's own settings and environment variables apply.`

/** @type {Record<string, import('./command/flags.mjs').Flag>} */
const flags = {
  folder: {
    kind: 'text',
    help: `where (default: ${torchEnvironment.name} in the cache folder of the set-up)`,
  },
}

await runCommand(purpose, flags, async ({ folder }) => {
  process.stdout.write(`${await ensureEnvironment(torchEnvironment, folder)}\n`)
  return 0
})
