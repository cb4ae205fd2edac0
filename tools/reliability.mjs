/**
 * Tries what must never be lost, with real processes, failing disks and power cuts. From the repository's root:
 *
 *   node tools/reliability.mjs kills|rivals|disk|store|power [--seed N] [--rounds N] [--results FILE] [--engine cpu] [--every N]
 *
 * The trials are TypeScript and share the lab's code; this file builds the lab if need be, bundles them with vite and runs
 * them.
 */
import { spawn } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { buildIfStale } from './build/build-if-stale.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
// Each trial has its own: several may run at once.
const outDir = `${root}node_modules/.cache/reliability-${process.pid}`
const usesPrograms = ['kills', 'rivals'].includes(process.argv[2] ?? '')
if (usesPrograms) await buildIfStale()
await build({
  root,
  configFile: false,
  logLevel: 'warn',
  resolve: { alias: { '@main': `${root}src-main`, '@shared': `${root}src-shared` } },
  build: {
    ssr: `${root}tools/reliability/main.ts`,
    outDir,
    target: 'node20',
    rolldownOptions: {
      external: [/^node:/, /^@tensorflow\//, /^@photostructure\//],
      output: { format: 'esm', entryFileNames: '[name].mjs', codeSplitting: false },
    },
  },
})
// A build that is made meanwhile must not change what is tried.
if (usesPrograms) {
  cpSync(`${root}out/main`, `${outDir}/checkout/out/main`, { recursive: true })
  cpSync(`${root}package.json`, `${outDir}/checkout/package.json`)
}
const child = spawn(process.execPath, [`${outDir}/main.mjs`, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
})
// An engine in that process would take it as a wish for a checkpoint and go on with the next round.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill('SIGKILL'))
child.on('close', (code) => {
  rmSync(outDir, { recursive: true, force: true })
  process.exit(code ?? 1)
})
