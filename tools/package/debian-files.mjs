/** The text files of the Debian package: control file, scripts of the package manager, menu entry, AppArmor profile. */
import { windowPackages } from '../setup/debian-packages.mjs'

/** Name of the package, of the command on the PATH, of the icon, and of the folder in /opt. */
export const packageName = 'addrop-lab'

/** Folder of everything that is not where the system looks by itself. */
export const programFolder = `/opt/${packageName}`

/** Electron's executable under another name: by its own, Electron would count as not packaged. */
export const executableName = 'addrop-lab-app'

/**
 * @typedef {object} PackageFacts
 * @property {string} version Debian's form
 * @property {number} installedKib
 * @property {{ version: string, official: boolean }} electron
 * @property {string} node version
 * @property {string} tensorflow version
 */

/** What Electron, Node and TensorFlow load of the system beyond what the window needs. */
const libraries = ['libc6 (>= 2.28)', 'libstdc++6 (>= 11)', 'libx11-6', 'libxkbcommon0', 'libdrm2']

/**
 * The control file.
 *
 * @param {PackageFacts} facts
 * @returns {string}
 */
export function controlFile({ version, installedKib, electron, node, tensorflow }) {
  const window = windowPackages.map((names) => [...names].reverse().join(' | '))
  const standIn = electron.official
    ? []
    : [
        ' .',
        ` DEVELOPMENT BUILD. It runs on Electron ${electron.version}, an old release that gets no`,
        ' security updates, because the intended one could not be downloaded where this',
        ' package was built. Use it for trials only.',
      ]
  return [
    `Package: ${packageName}`,
    `Version: ${version}`,
    'Architecture: amd64',
    'Maintainer: AD-DROP Lab <addrop-lab@localhost>',
    'Section: science',
    'Priority: optional',
    `Installed-Size: ${installedKib}`,
    `Depends: ${[...libraries, ...window].join(', ')}`,
    'Suggests: bash-completion',
    'Description: desktop laboratory for regularized fine-tuning',
    ' Fine-tunes BERT-like language models with AD-DROP (attribution-driven dropout)',
    ' and its rivals, and compares them over seeds. Everything stays on this machine.',
    ' .',
    ` Contains Electron ${electron.version}, Node ${node} and TensorFlow ${tensorflow} for processors.`,
    ...standIn,
    '',
  ].join('\n')
}

/**
 * The profile that lets Chromium make its sandbox where AppArmor keeps programs from making user namespaces
 * (Ubuntu 24.04). Only such an AppArmor (4.0) can read it, so it is installed by `postinst`, and only there.
 *
 * @returns {string}
 */
export function appArmorProfile() {
  return `# Lets AD-DROP Lab make its own sandbox (user namespaces); it restricts nothing itself.
abi <abi/4.0>,
include <tunables/global>

profile ${packageName} ${programFolder}/${executableName} flags=(unconfined) {
  userns,

  include if exists <local/${packageName}>
}
`
}

const profileSource = `${programFolder}/resources/apparmor-profile`
const profile = `/etc/apparmor.d/${packageName}`

/**
 * Scripts that dpkg runs. None touches what people have made: that lies in their home folders.
 *
 * @returns {Record<'postinst' | 'prerm' | 'postrm', string>}
 */
export function maintainerScripts() {
  return {
    postinst: `#!/bin/sh
set -e
# chrome-sandbox has mode 4755 in the package itself, so that a dpkg-statoverride of the administrator is respected.
if [ "$1" = configure ] && [ -d /etc/apparmor.d/abi ] && command -v apparmor_parser >/dev/null; then
  if apparmor_parser --skip-kernel-load --skip-cache --quiet ${profileSource} >/dev/null 2>&1; then
    install -m 644 ${profileSource} ${profile}
    if [ -d /sys/kernel/security/apparmor ]; then
      apparmor_parser --replace ${profile} ||
        echo "${packageName}: the AppArmor profile could not be loaded; it will be at the next start of the system." >&2
    fi
  fi
fi
`,
    prerm: `#!/bin/sh
set -e
if [ "$1" = remove ] && [ -f ${profile} ] && [ -d /sys/kernel/security/apparmor ] && command -v apparmor_parser >/dev/null; then
  apparmor_parser --remove ${profile} || true
fi
`,
    postrm: `#!/bin/sh
set -e
if [ "$1" = remove ] || [ "$1" = purge ]; then
  rm -f ${profile}
fi
`,
  }
}

/**
 * The entry in the menu of applications.
 *
 * @returns {string}
 */
export function desktopEntry() {
  return `[Desktop Entry]
Type=Application
Name=AD-DROP Lab
GenericName=Fine-tuning laboratory
Comment=Compare regularized fine-tuning of language models over seeds
Exec=${programFolder}/${executableName}
Icon=${packageName}
Terminal=false
StartupNotify=true
StartupWMClass=AD-DROP Lab
Categories=Science;Education;ArtificialIntelligence;
Keywords=fine-tuning;regularization;dropout;BERT;machine learning;
`
}

/**
 * Licence of the package, as text: Debian asks for no other form of packages outside its archive.
 *
 * @param {string} license text of LICENSE
 * @returns {string}
 */
export function copyrightFile(license) {
  return [
    'AD-DROP Lab is by its authors, under the MIT licence:',
    '',
    license.trim(),
    '',
    'Licences of all that comes with it: THIRD-PARTY-NOTICES.txt beside this file, LICENSE files',
    `in ${programFolder}, and LICENSES.chromium.html there.`,
    '',
  ].join('\n')
}
