/**
 * A disk that remembers what it was forced to keep: contents as they were when they were last forced, names as they were
 * when their folder was last forced. What was not forced may arrive all the same, each change by itself.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { interposeFileCalls, type FileCalls } from '@main/platform/file-calls.ts'

type FileNode = { kind: 'file'; now: Buffer; forced: Buffer }
type FolderNode = { kind: 'folder'; now: Map<string, Node>; forced: Map<string, Node> }
type Node = FileNode | FolderNode

/** How much of what was not forced arrives: none of it, all of it, or each change with even odds. */
export const arrivals = ['nothing', 'everything', 'something'] as const

/** How much of what was not forced arrives. */
export type Arrival = (typeof arrivals)[number]

const newFolder = (): FolderNode => ({ kind: 'folder', now: new Map(), forced: new Map() })

/** A disk that knows what it was forced to keep. */
export class RecordedDisk {
  readonly #home: string
  readonly #root = newFolder()
  readonly #open = new Map<number, { node: Node; path: string }>()

  /** @param home a folder whose content has reached the disk */
  constructor(home: string) {
    this.#home = home
    this.#adopt(home, this.#root)
  }

  /**
   * Follows the calls of this process.
   *
   * @param onChange called after each call that changed something or forced it
   * @returns ends it
   */
  record(onChange: () => void): () => void {
    return interposeFileCalls((system) => this.#follow(system, onChange))
  }

  /**
   * What is on the disk after a power cut at this moment: contents by path, null for a folder.
   *
   * @param arrival what arrived of that which was not forced
   * @param draw a number in [0, 1) for each change that may have arrived
   */
  afterPowerCut(arrival: Arrival, draw: () => number): ReadonlyMap<string, Buffer | null> {
    const found = new Map<string, Buffer | null>()
    const arrives = (): boolean => arrival === 'everything' || (arrival === 'something' && draw() < 0.5)
    const keep = (node: Node, path: string): void => {
      if (node.kind === 'file') {
        const isTorn = arrival === 'something' && node.now.subarray(0, node.forced.length).equals(node.forced)
        const torn = node.forced.length + Math.floor(draw() * (node.now.length - node.forced.length + 1))
        found.set(path, isTorn ? node.now.subarray(0, torn) : arrives() ? node.now : node.forced)
        return
      }
      found.set(path, null)
      for (const name of new Set([...node.now.keys(), ...node.forced.keys()])) {
        const kept = arrives() ? node.now.get(name) : node.forced.get(name)
        if (kept !== undefined) keep(kept, join(path, name))
      }
    }
    keep(this.#root, '.')
    return found
  }

  #adopt(path: string, folder: FolderNode): void {
    for (const name of readdirSync(path)) {
      const inner = join(path, name)
      const content = (): Buffer => readFileSync(inner)
      const node: Node = statSync(inner).isDirectory()
        ? newFolder()
        : { kind: 'file', now: content(), forced: content() }
      if (node.kind === 'folder') this.#adopt(inner, node)
      folder.now.set(name, node)
      folder.forced.set(name, node)
    }
  }

  #follow(system: FileCalls, onChange: () => void): FileCalls {
    return {
      ...system,
      open: (path, flags) => {
        const file = system.open(path, flags)
        if (this.#isOurs(path)) {
          if (flags !== 'r') this.#make(path, flags, onChange)
          const node = this.#find(path)
          if (node !== undefined) this.#open.set(file, { node, path })
        }
        return file
      },
      write: (file, bytes, offset, length, position) => {
        const taken = system.write(file, bytes, offset, length, position)
        const node = this.#fileOf(file)
        if (node !== undefined) {
          node.now = Buffer.concat([node.now, bytes.subarray(offset, offset + taken)])
          onChange()
        }
        return taken
      },
      truncate: (file, length) => {
        system.truncate(file, length)
        const node = this.#fileOf(file)
        if (node !== undefined) {
          node.now = node.now.subarray(0, length)
          onChange()
        }
      },
      fsync: (file) => {
        system.fsync(file)
        const node = this.#open.get(file)?.node
        if (node?.kind === 'file') node.forced = node.now
        if (node?.kind === 'folder') node.forced = new Map(node.now)
        if (node !== undefined) onChange()
      },
      close: (file) => {
        system.close(file)
        this.#open.delete(file)
      },
      rename: (from, to) => {
        system.rename(from, to)
        const node = this.#find(from)
        if (node === undefined) return
        this.#parent(from)?.now.delete(nameOf(from))
        this.#parent(to)?.now.set(nameOf(to), node)
        onChange()
      },
      link: (path, second) => {
        system.link(path, second)
        const node = this.#find(path)
        if (node === undefined) return
        this.#parent(second)?.now.set(nameOf(second), node)
        onChange()
      },
      unlink: (path) => {
        system.unlink(path)
        if (this.#parent(path)?.now.delete(nameOf(path)) === true) onChange()
      },
      removeFolder: (path) => {
        system.removeFolder(path)
        if (this.#parent(path)?.now.delete(nameOf(path)) === true) onChange()
      },
      makeFolder: (path) => {
        system.makeFolder(path)
        if (this.#isOurs(path)) this.#makeFolder(path, onChange)
      },
    }
  }

  #make(path: string, flags: string, onChange: () => void): void {
    const parent = this.#parent(path)
    if (parent === undefined) return
    const known = parent.now.get(nameOf(path))
    if (known === undefined)
      parent.now.set(nameOf(path), { kind: 'file', now: Buffer.alloc(0), forced: Buffer.alloc(0) })
    else if (known.kind === 'file' && flags.startsWith('w')) known.now = Buffer.alloc(0)
    onChange()
  }

  #makeFolder(path: string, onChange: () => void): void {
    if (this.#find(path) !== undefined) return
    this.#makeFolder(dirname(path), onChange)
    this.#parent(path)?.now.set(nameOf(path), newFolder())
    onChange()
  }

  #isOurs(path: string): boolean {
    return path === this.#home || path.startsWith(`${this.#home}/`)
  }

  #fileOf(file: number): FileNode | undefined {
    const node = this.#open.get(file)?.node
    return node?.kind === 'file' ? node : undefined
  }

  #parent(path: string): FolderNode | undefined {
    const node = this.#isOurs(path) ? this.#find(dirname(path)) : undefined
    return node?.kind === 'folder' ? node : undefined
  }

  #find(path: string): Node | undefined {
    if (!this.#isOurs(path)) return undefined
    let node: Node | undefined = this.#root
    for (const name of relative(this.#home, path)
      .split('/')
      .filter((part) => part !== ''))
      node = node?.kind === 'folder' ? node.now.get(name) : undefined
    return node
  }
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
