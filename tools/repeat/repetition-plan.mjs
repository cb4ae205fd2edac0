/** Which repetition comes next, and with which seed. */

/** @typedef {'unit' | 'desktop'} Suite */

/**
 * @typedef {object} Repetition
 * @property {Suite} suite
 * @property {number} number 1 for the first
 * @property {number} seed of the property tests and of the order of the test files; the same for the same number
 */

/**
 * @param {Readonly<Record<Suite, number>>} wanted repetitions of each suite
 * @param {readonly { readonly suite: Suite, readonly number: number }[]} done
 * @returns {Repetition | undefined} undefined when all are done
 */
export function nextRepetition(wanted, done) {
  for (const suite of /** @type {const} */ (['unit', 'desktop'])) {
    for (let number = 1; number <= wanted[suite]; number += 1) {
      if (!done.some((result) => result.suite === suite && result.number === number))
        return { suite, number, seed: 1000 + number }
    }
  }
  return undefined
}
