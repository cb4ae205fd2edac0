/** Which Electron a package was made with, by its own word. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'

const manifest = z.object({ officialElectron: z.boolean() })

/**
 * Whether a packed program says that it holds the Electron release it is meant for. Packing writes it into package.json
 * (`tools/package/program-archive.mjs`); one that says nothing counts as holding another.
 *
 * @param packageFile absolute path of the packed package.json
 */
export function isPackedWithOfficialElectron(packageFile: string): boolean {
  try {
    return manifest.parse(JSON.parse(readFileSync(packageFile, 'utf8'))).officialElectron
  } catch {
    return false
  }
}
