/** From an address under `lab://app` to a file of the built renderer: never outside its folder. */
import { extname, resolve, sep } from 'node:path'

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

/** A file to answer with. */
export interface AppFile {
  /** Absolute path. */
  readonly path: string
  readonly contentType: string
}

/**
 * File that an address names. Addresses without a file extension are views of the app and answer `index.html`.
 *
 * @param root absolute path of the built renderer
 * @param url address under `lab://app`
 * @returns null when the address is malformed, leaves `root`, or names a kind of file that the app does not have
 */
export function appFileOf(root: string, url: string): AppFile | null {
  const name = decodedPath(url)
  if (name === null || name.includes('\0')) return null
  const path = resolve(root, `.${sep}${name}`)
  if (path !== root && !path.startsWith(root + sep)) return null
  const extension = extname(path)
  if (path === root || extension === '') {
    return { path: resolve(root, 'index.html'), contentType: contentTypes['.html']! }
  }
  const contentType = contentTypes[extension]
  return contentType === undefined ? null : { path, contentType }
}

function decodedPath(url: string): string | null {
  try {
    return decodeURIComponent(new URL(url).pathname)
  } catch {
    return null
  }
}
