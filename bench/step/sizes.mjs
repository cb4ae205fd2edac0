/** Sizes of a training step, and how many operations it takes at least in plain form. */

/**
 * @typedef {object} Size
 * @property {number} layers
 * @property {number} hidden
 * @property {number} heads
 * @property {number} intermediate
 * @property {number} vocab
 * @property {number} batch examples
 * @property {number} length tokens of each
 */

const vocab = 30522

/** @type {Readonly<Record<string, Size>>} */
export const sizes = {
  'minilm-l6': { layers: 6, hidden: 384, heads: 12, intermediate: 1536, vocab, batch: 32, length: 64 },
  'minilm-l12': { layers: 12, hidden: 384, heads: 12, intermediate: 1536, vocab, batch: 32, length: 64 },
  'bert-base': { layers: 12, hidden: 768, heads: 12, intermediate: 3072, vocab, batch: 16, length: 128 },
  tiny: { layers: 2, hidden: 64, heads: 4, intermediate: 256, vocab: 1000, batch: 4, length: 16 },
}

/** The parts of a size, which are flags of the lab's and of the Python program as well. */
export const sizeParts = /** @type {(keyof Size)[]} */ ([
  'layers',
  'hidden',
  'heads',
  'intermediate',
  'vocab',
  'batch',
  'length',
])

/**
 * Matrix products of a plain fine-tuning step, embeddings and head left out: the forward pass, and twice as much for
 * the gradients of inputs and weights. Both sides are rated by this number, whatever they save.
 *
 * @param {Size} size
 * @returns {number} 10⁹ operations
 */
export function stepGflop({ layers, hidden, intermediate, batch, length }) {
  const linear = 2 * (4 * hidden * hidden + 2 * hidden * intermediate)
  const attention = 4 * length * hidden
  return (3 * batch * length * layers * (linear + attention)) / 1e9
}

/**
 * @param {Size} size
 * @returns {string[]} as flags
 */
export function sizeFlags(size) {
  return sizeParts.flatMap((part) => [`--${part}`, String(size[part])])
}

/**
 * @param {Size} size
 * @returns {string} for a person
 */
export function sizeText(size) {
  const { layers, hidden, heads, intermediate, vocab: words, batch, length } = size
  return `${layers} layers, ${hidden} wide, ${heads} heads, ${intermediate} in the feed-forward layer, ${words} words; batch ${batch} × ${length} tokens; ${stepGflop(size).toPrecision(3)} GFLOP a step`
}
