/**
 * Bundles: main process, command line and engine (CommonJS for Node 18 and newer), preload (one sandboxed
 * CommonJS file) and the renderer (Chromium 114 and newer), so that one build runs on Electron 25 and on the newest.
 */
import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

const alias = {
  '@main': resolve('src-main'),
  '@renderer': resolve('src-renderer'),
  '@shared': resolve('src-shared'),
}

/** Packages that must stay on disk: native binaries, or libraries that look up files beside themselves. */
const external = ['electron', /^electron\/.+/, /^node:/, /^@tensorflow\//, '@photostructure/sqlite']

export default defineConfig({
  main: {
    resolve: { alias },
    build: {
      target: 'node18.15',
      outDir: 'out/main',
      externalizeDeps: false,
      rolldownOptions: {
        external,
        input: {
          main: resolve('src-main/app/main.ts'),
          'lab-thread': resolve('src-main/app/lab-thread-main.ts'),
          lab: resolve('src-main/cli/lab.ts'),
          engine: resolve('src-main/engine/engine-main.ts'),
        },
        output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' },
      },
    },
  },
  preload: {
    resolve: { alias },
    build: {
      target: 'node18.15',
      outDir: 'out/preload',
      externalizeDeps: false,
      rolldownOptions: {
        external: ['electron', /^electron\/.+/],
        input: { preload: resolve('src-main/preload/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    resolve: { alias },
    plugins: [vue()],
    build: {
      target: 'chrome114',
      outDir: 'out/renderer',
      rolldownOptions: { input: resolve('src-renderer/index.html') },
    },
  },
})
