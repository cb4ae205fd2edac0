/** Unit tests: one project per environment, `x.test.ts` beside `x.ts`. */
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const folder = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const alias = {
  '@main': folder('src-main'),
  '@renderer': folder('src-renderer'),
  '@shared': folder('src-shared'),
}

/** Set by `tools/repeat-tests.mjs`: another order of the files and other examples in every repetition, which it reports. */
const seed = process.env['ADDROP_SEED']
const setupFiles = [folder('tools/check/seed-properties.ts')]

export default defineConfig({
  test: {
    ...(seed === undefined ? {} : { sequence: { seed: Number(seed), shuffle: { files: true } } }),
    // As many as cores: one test computes on one of them most of the time.
    maxWorkers: '100%',
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'main',
          environment: 'node',
          setupFiles,
          include: [
            'src-main/**/*.test.ts',
            'src-shared/**/*.test.ts',
            'tools/**/*.test.ts',
            'bench/**/*.test.ts',
          ],
          // Only what hangs should end here: one test traces and compares dozens of graphs, in a minute on a slow machine.
          testTimeout: 300_000,
          // Loading TensorFlow is a hook of many tests, and took over ten seconds where other programs compute too.
          hookTimeout: 300_000,
          // A native TensorFlow library is loaded by some tests: threads would share it, processes do not.
          pool: 'forks',
        },
      },
      {
        plugins: [vue()],
        resolve: { alias },
        test: {
          name: 'renderer',
          environment: 'happy-dom',
          setupFiles,
          include: ['src-renderer/**/*.test.ts'],
          // Contrast of the design tokens is tested on the style sheet itself; other style sheets stay empty in tests.
          css: { include: [/tokens\.css/] },
        },
      },
    ],
  },
})
