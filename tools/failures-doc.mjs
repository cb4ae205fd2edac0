/**
 * Writes docs/failures.md from the codes and their meanings: `npm run docs:failures`.
 *
 * The document's text is made in TypeScript, by code that the app shares; vite runs it.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))
const { module } = await runnerImport(`${root}tools/failures-doc/failures-document.ts`, {
  configFile: false,
  root,
  resolve: { alias: { '@shared': `${root}src-shared` } },
})
writeFileSync(`${root}docs/failures.md`, module.failuresDocument())
