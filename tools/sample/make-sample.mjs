/**
 * Makes the bundled sample anew. From the repository's root:
 *
 *   node tools/sample/make-sample.mjs data       labelled rows and vocabulary (a second)
 *   node tools/sample/make-sample.mjs pretrain   the encoder, pre-trained on unlabelled text (minutes)
 *
 * The scripts are TypeScript and share the engine's model code; this file bundles one of them with vite and runs it.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const scripts = { data: 'write-data', pretrain: 'pretrain' }
const script = scripts[process.argv[2]]
if (script === undefined) {
  console.error(`Usage: node tools/sample/make-sample.mjs ${Object.keys(scripts).join('|')}`)
  process.exit(2)
}
const root = fileURLToPath(new URL('../..', import.meta.url))
const outDir = `${root}node_modules/.cache/sample`
await build({
  root,
  configFile: false,
  logLevel: 'warn',
  resolve: {
    alias: { '@main': `${root}src-main`, '@shared': `${root}src-shared` },
  },
  build: {
    ssr: `${root}tools/sample/${script}.ts`,
    outDir,
    target: 'node20',
    rolldownOptions: {
      external: [/^node:/, /^@tensorflow\//],
      output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
    },
  },
})
const result = spawnSync(process.execPath, [`${outDir}/${script}.cjs`, `${root}resources/sample`], {
  cwd: root,
  stdio: 'inherit',
})
process.exit(result.status ?? 1)
