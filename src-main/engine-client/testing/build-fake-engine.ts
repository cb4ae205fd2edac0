/** Bundles the fake engine for tests, as the real one is bundled: one CommonJS file for plain Node. */
import { join, resolve } from 'node:path'
import { build } from 'vite'

/**
 * Writes `engine.cjs` into a folder.
 *
 * @param folder where to; a test's own temporary folder
 * @returns path of the bundle
 */
export async function buildFakeEngine(folder: string): Promise<string> {
  const root = resolve(import.meta.dirname, '../../..')
  await build({
    root,
    configFile: false,
    logLevel: 'silent',
    resolve: { alias: { '@main': join(root, 'src-main'), '@shared': join(root, 'src-shared') } },
    ssr: { noExternal: true },
    build: {
      ssr: join(import.meta.dirname, 'fake-engine.ts'),
      outDir: folder,
      emptyOutDir: false,
      target: 'node20',
      minify: false,
      rolldownOptions: { output: { format: 'cjs', entryFileNames: 'engine.cjs' } },
    },
  })
  return join(folder, 'engine.cjs')
}
