/** Names and times out of the reports of Vitest and Playwright. */

/**
 * @typedef {object} VitestFile
 * @property {string} name
 * @property {string} status
 * @property {number} startTime
 * @property {number} endTime
 * @property {readonly { readonly fullName: string, readonly status: string }[]} assertionResults
 */

/**
 * @typedef {object} PlaywrightSuite
 * @property {string} title
 * @property {readonly PlaywrightSuite[]} [suites]
 * @property {readonly { readonly title: string, readonly ok: boolean, readonly tests: readonly { readonly results: readonly { readonly duration: number }[] }[] }[]} [specs]
 */

/**
 * @typedef {object} NamedTime
 * @property {string} name
 * @property {number} seconds
 * @property {boolean} isPassed
 */

/**
 * @param {unknown} report of either runner; anything else has no names
 * @returns {string[]}
 */
export function namesOfFailures(report) {
  const { testResults } = /** @type {{ testResults?: readonly VitestFile[] }} */ (report ?? {})
  if (testResults) {
    return testResults.flatMap(({ name, status, assertionResults }) => {
      const failed = assertionResults.filter((test) => test.status === 'failed')
      if (status === 'failed' && failed.length === 0) return [`${shortName(name)} does not load`]
      return failed.map(({ fullName }) => `${shortName(name)}: ${fullName}`)
    })
  }
  return playwrightTests(report)
    .filter(({ isPassed }) => !isPassed)
    .map(({ name }) => name)
}

/**
 * @param {unknown} report
 * @param {number} count
 * @returns {{ name: string, seconds: number }[]} files of unit tests, or desktop tests, that took longest
 */
export function slowestOf(report, count) {
  const { testResults } = /** @type {{ testResults?: readonly VitestFile[] }} */ (report ?? {})
  const times = testResults
    ? testResults.map((file) => ({
        name: shortName(file.name),
        seconds: (file.endTime - file.startTime) / 1000,
      }))
    : playwrightTests(report)
  return times
    .map(({ name, seconds }) => ({ name, seconds: Math.round(10 * seconds) / 10 }))
    .sort((one, other) => other.seconds - one.seconds)
    .slice(0, count)
}

/**
 * @param {unknown} report
 * @returns {NamedTime[]}
 */
function playwrightTests(report) {
  const { suites } = /** @type {{ suites?: readonly PlaywrightSuite[] }} */ (report ?? {})
  return (suites ?? []).flatMap((file) => testsBelow(file))
}

/**
 * @param {PlaywrightSuite} suite
 * @returns {NamedTime[]}
 */
function testsBelow({ title, suites, specs }) {
  const own = (specs ?? []).map((spec) => ({
    name: `${title} › ${spec.title}`,
    isPassed: spec.ok,
    seconds:
      spec.tests.flatMap(({ results }) => results).reduce((sum, { duration }) => sum + duration, 0) / 1000,
  }))
  return [...own, ...(suites ?? []).flatMap((suite) => testsBelow(suite))]
}

/**
 * @param {string} path
 * @returns {string}
 */
function shortName(path) {
  return path.replace(/^.*\/(?=(src-main|src-shared|src-renderer|tools|bench)\/)/, '')
}
