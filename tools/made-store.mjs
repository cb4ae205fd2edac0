/**
 * Fills a data folder with made-up runs, for looking at views and for measuring a large store. From the repository's root:
 *
 *   node tools/made-store.mjs FOLDER scenes                                 situations that a comparison must show well
 *   node tools/made-store.mjs FOLDER many [--runs 2000] [--points 5000000]  many finished runs with logged steps
 *
 * The program is TypeScript and shares the lab's code; this file bundles it with vite and runs it. No number in such a folder
 * was measured; never report one as a result.
 */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))
const outDir = `${root}node_modules/.cache/made-store-${process.pid}`
await build({
  root,
  configFile: false,
  logLevel: 'warn',
  resolve: { alias: { '@main': `${root}src-main`, '@shared': `${root}src-shared` } },
  build: {
    ssr: `${root}tools/made-store/main.ts`,
    outDir,
    target: 'node20',
    rolldownOptions: {
      external: [/^node:/, /^@photostructure\//],
      output: { format: 'esm', entryFileNames: '[name].mjs', codeSplitting: false },
    },
  },
})
try {
  const { status } = spawnSync(process.execPath, [`${outDir}/main.mjs`, ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  process.exitCode = status ?? 1
} finally {
  rmSync(outDir, { recursive: true, force: true })
}
