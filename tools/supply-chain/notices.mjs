/** The document that names every third-party part of the app with its licence. */
import { licenseTexts } from './shipped-packages.mjs'

/** What the app runs on and carries beside npm packages. Their own texts lie where they are installed. */
const platforms = [
  { name: 'Electron', license: 'MIT', texts: 'LICENSE and LICENSES.chromium.html in its folder' },
  { name: 'Node.js', license: 'MIT and others', texts: 'LICENSE in its folder' },
  { name: 'TensorFlow (C library)', license: 'Apache-2.0', texts: 'THIRD_PARTY_NOTICES.txt in its wheel' },
]

/**
 * @param {readonly import('./shipped-packages.mjs').ShippedPackage[]} packages
 * @returns {string} plain text; packages that share the same texts stand together
 */
export function noticesDocument(packages) {
  /** @type {Map<string, string[]>} */
  const byText = new Map()
  for (const { name, version, license, folder } of packages) {
    const text = licenseTexts(folder).join('\n\n') || `(The package carries no licence text: ${license}.)`
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version} (${license})`])
  }
  const sections = [...byText].map(([text, names]) => `${names.join('\n')}\n\n${text}`)
  return [
    'THIRD-PARTY NOTICES OF AD-DROP LAB',
    'Made from package-lock.json and the installed packages by "npm run notices".',
    ...platforms.map(({ name, license, texts }) => `${name} (${license}): ${texts}`),
    ...sections,
  ].join(`\n\n${'-'.repeat(80)}\n\n`)
}
