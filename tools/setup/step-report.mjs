/** Says on standard error what set-up does and how long it took: standard output belongs to the command. */

/** Seconds of silence after which a step says that it is still at work. */
const stillAtWorkAfter = 15

/**
 * Carries out one step and reports it.
 *
 * @template T
 * @param {string} title what is done, for a person
 * @param {() => Promise<T>} work
 * @param {() => string} [progress] how far it is, for long steps
 * @returns {Promise<T>}
 */
export async function reportStep(title, work, progress = () => '') {
  const begin = performance.now()
  say(`${title} …`)
  const timer = setInterval(() => {
    say(`${title}: still at work, ${seconds(begin)}${progress()}`)
  }, stillAtWorkAfter * 1000)
  try {
    const result = await work()
    say(`${title}: done in ${seconds(begin)}`)
    return result
  } finally {
    clearInterval(timer)
  }
}

/**
 * One line of set-up's own, on standard error.
 *
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`[set-up] ${line}\n`)
}

/**
 * Time since `begin`, for a person.
 *
 * @param {number} begin a reading of `performance.now()`
 * @returns {string} such as `3.2 s`
 */
export function seconds(begin) {
  return `${((performance.now() - begin) / 1000).toFixed(1)} s`
}
