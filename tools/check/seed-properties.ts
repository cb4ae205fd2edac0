/** Loaded before each test file while `ADDROP_SEED` is set: the property tests draw their examples from that seed. */
import { configureGlobal } from 'fast-check'

configureGlobal({ seed: Number(process.env['ADDROP_SEED']) })
