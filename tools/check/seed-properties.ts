/**
 * Loaded before each test file: property tests draw their examples from `ADDROP_SEED`. Without it they are the same in
 * every run of `npm test`, where a new finding would look like chance; `tools/repeat-tests.mjs` tries other seeds.
 */
import { configureGlobal } from 'fast-check'

configureGlobal({ seed: Number(process.env['ADDROP_SEED'] ?? 1) })
