/**
 * `npm run notices`: the licences of everything that reaches a user (`out/legal/THIRD-PARTY-NOTICES.txt`) and the list
 * of those packages in CycloneDX's form (`out/legal/sbom.cdx.json`, from npm itself).
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryFolder } from './setup/folders.mjs'
import { npmCommand } from './setup/npm-packages.mjs'
import { runProgram, SetUpFailure } from './setup/set-up-failure.mjs'
import { setUp } from './setup/set-up.mjs'
import { noticesDocument } from './supply-chain/notices.mjs'
import { shippedPackages } from './supply-chain/shipped-packages.mjs'

await runProgram(async () => {
  await setUp()
  const folder = join(repositoryFolder, 'out', 'legal')
  mkdirSync(folder, { recursive: true })
  const lockFile = JSON.parse(readFileSync(join(repositoryFolder, 'package-lock.json'), 'utf8'))
  writeFileSync(
    join(folder, 'THIRD-PARTY-NOTICES.txt'),
    noticesDocument(shippedPackages(lockFile, repositoryFolder)),
  )
  writeFileSync(join(folder, 'sbom.cdx.json'), softwareBillOfMaterials())
  process.stdout.write(`${folder}\n`)
})

/** @returns {string} */
function softwareBillOfMaterials() {
  const [command, ...first] = npmCommand()
  const args = ['sbom', '--sbom-format=cyclonedx', '--omit=dev', '--loglevel=error']
  const { status, stdout, stderr } = spawnSync(command, [...first, ...args], {
    cwd: repositoryFolder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (status !== 0) throw new SetUpFailure('npm made no list of packages: see above.', stderr)
  return stdout
}
