/** Where random numbers come from: counters, not hidden state, so that a resumed run draws what it would have drawn. */
import * as tf from '@tensorflow/tfjs'
import { finalize, mixBits } from './seed-mixing.ts'

/**
 * Uniform numbers as a pure function of a key.
 *
 * @param shape shape of the result
 * @param key two 32-bit integers; equal keys give equal numbers
 * @returns float32 of `shape`, in [0, 1); the numbers of the first rows do not depend on how many rows follow
 */
export type UniformSource = (shape: readonly number[], key: RandomKey) => tf.Tensor

/** Step key and site key. In a traced step the first is an input of the graph: an int32 scalar. */
export type RandomKey = readonly [step: number | tf.Scalar, site: number]

/** Random numbers of one forward pass: every site (a place in the model) draws its own numbers. */
export interface PassRandom {
  /**
   * @param shape shape of the result
   * @param site name of the place that draws, for instance `layer.3.attention-dropout`
   * @returns float32 of `shape`, in [0, 1)
   */
  uniform(shape: readonly number[], site: string): tf.Tensor
}

/** Which of a step's passes draws: they never share numbers. */
export type PassName = 'first' | 'second' | 'mask'

const passNumbers: Readonly<Record<PassName, number>> = { first: 1, second: 2, mask: 3 }

/**
 * Key of one pass of one optimizer step.
 *
 * @param seed the run's seed
 * @param stepNumber 1-based step over the whole run
 * @param pass which pass of the step
 * @returns a signed 32-bit integer
 */
export function passKey(seed: number, stepNumber: number, pass: PassName): number {
  return mixBits(seed, stepNumber, passNumbers[pass])
}

/**
 * Key of a batch of a survey; see `Survey` of the methods.
 *
 * @param seed the run's seed
 * @param batchNumber 1-based
 * @returns a signed 32-bit integer
 */
export function surveyKey(seed: number, batchNumber: number): number {
  return mixBits(seed, batchNumber, 4)
}

/**
 * Random numbers for one pass of one optimizer step.
 *
 * @param source the backend's numbers
 * @param key of the pass, see `passKey`
 */
export function passRandom(source: UniformSource, key: number | tf.Scalar): PassRandom {
  return { uniform: (shape, site) => source(shape, [key, siteKey(site)]) }
}

const siteKeys = new Map<string, number>()

/** FNV-1a over the site's name; remembered, since the same few dozen names come every step. */
function siteKey(site: string): number {
  const known = siteKeys.get(site)
  if (known !== undefined) return known
  let hash = 0x811c9dc5
  for (let i = 0; i < site.length; i++) hash = Math.imul(hash ^ site.charCodeAt(i), 0x01000193)
  siteKeys.set(site, hash | 0)
  return hash | 0
}

/** Odd factor of an entry's index: 2³² divided by the golden ratio. */
export const indexFactor = 0x9e3779b1 | 0

/** Factors of MurmurHash3's finaliser (Appleby, public domain): every input bit reaches every output bit. */
export const mixingFactors = [0x85ebca6b | 0, 0xc2b2ae35 | 0] as const

/**
 * Uniform numbers by hashing the index of every entry, made in JavaScript: for backends without integer operations
 * (`cpu`, `wasm`) and as the reference of faster ones.
 *
 * @equation  u = ⌊h / 2⁸⌋ / 2²⁴, h = f(f(index · c + step) ⊕ site), f MurmurHash3's finaliser, all modulo 2³²
 * @param shape shape of the result
 * @param key two 32-bit integers
 * @returns float32 of `shape`, multiples of 2⁻²⁴ in [0, 1)
 */
export const javascriptUniform: UniformSource = (shape, key) => {
  const [step, site] = key
  const count = shape.reduce((product, size) => product * size, 1)
  const values = new Float32Array(count)
  const start = typeof step === 'number' ? step : step.dataSync()[0]!
  for (let i = 0; i < count; i++) {
    const hash = finalize(finalize((Math.imul(i, indexFactor) + start) | 0) ^ site)
    values[i] = (hash >>> 8) / 2 ** 24
  }
  return tf.tensor(values, [...shape], 'float32')
}
