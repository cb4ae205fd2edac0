/** What the registry knows of vulnerabilities in the packages that reach a user. Advice, never a failure of the tests. */
import { runQuietly } from '../setup/child-process.mjs'
import { repositoryFolder } from '../setup/folders.mjs'
import { npmCommand } from '../setup/npm-packages.mjs'

/**
 * @typedef {object} AuditReport the part of `npm audit --json` that is read
 * @property {Record<string, { name: string, severity: string, range: string }>} [vulnerabilities]
 * @property {unknown} [error]
 */

/**
 * @typedef {{ known: boolean, lines: string[] }} AuditFinding `known` is false when the registry gave no report
 */

/**
 * Asks the registry.
 *
 * @returns {Promise<AuditFinding>}
 */
export async function auditShippedPackages() {
  const [command, ...first] = npmCommand()
  const args = [
    'audit',
    '--json',
    '--omit=dev',
    '--fetch-retries=0',
    '--fetch-timeout=20000',
    '--loglevel=silent',
  ]
  const { output } = await runQuietly(command, [...first, ...args], { cwd: repositoryFolder })
  return readAudit(output)
}

/**
 * @param {string} output of `npm audit --json`
 * @returns {AuditFinding}
 */
export function readAudit(output) {
  const report = parsed(output)
  if (!report?.vulnerabilities)
    return { known: false, lines: ['The registry gave no report: known vulnerabilities were not looked up.'] }
  const found = Object.values(report.vulnerabilities)
  if (found.length === 0) return { known: true, lines: ['No known vulnerability.'] }
  return {
    known: true,
    lines: found.map(({ name, severity, range }) => `WARNING: ${name} ${range}: ${severity}`),
  }
}

/**
 * @param {string} text
 * @returns {AuditReport | undefined}
 */
function parsed(text) {
  try {
    return /** @type {AuditReport} */ (JSON.parse(text))
  } catch {
    return undefined
  }
}
