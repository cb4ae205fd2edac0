/** SQLite by whichever driver the runtime has: `node:sqlite` where it exists, else the package with the same interface. */
import { createRequire } from 'node:module'
import { renameSync, rmSync } from 'node:fs'
import type { DatabaseSync } from '@photostructure/sqlite'
import { systemErrorCode } from '@main/platform/disk-failure.ts'

/** A prepared statement, as far as it is used here. */
export interface Statement {
  run(...values: (string | number | null)[]): unknown
  all(...values: (string | number | null)[]): unknown[]
}

/** A database, as far as it is used here. */
export interface Database {
  exec(sql: string): void
  prepare(sql: string): Statement
  close(): void
}

type Driver = new (path: string) => Database

/**
 * Opens a database that may be thrown away: one that is damaged or laid out otherwise is put aside and begun anew.
 *
 * @param path the file; made when it does not exist
 * @param layout SQL that makes the tables
 * @param layoutVersion number of the layout; a file with another number is begun anew
 * @throws whatever the second attempt throws: no driver, a full disk, no right to write
 */
export function openRebuildable(path: string, layout: string, layoutVersion: number): Database {
  const Driver = loadDriver()
  try {
    return openWithLayout(Driver, path, layout, layoutVersion)
  } catch (thrown) {
    if (!isDamaged(thrown)) throw thrown
    putAside(path)
    return openWithLayout(Driver, path, layout, layoutVersion)
  }
}

/**
 * Whether an error says that a database file is damaged or no database.
 *
 * @param thrown what a database call threw
 */
export function isDamaged(thrown: unknown): boolean {
  return thrown instanceof Error && /malformed|not a database|corrupt|disk image/i.test(thrown.message)
}

function openWithLayout(Driver: Driver, path: string, layout: string, layoutVersion: number): Database {
  const database = new Driver(path)
  try {
    // Another process (the window, a terminal) may be writing: wait for it rather than fail.
    database.exec('PRAGMA busy_timeout = 3000')
    database.exec('PRAGMA journal_mode = WAL')
    database.exec('PRAGMA synchronous = NORMAL')
    const check = database.prepare('PRAGMA quick_check(1)').all()[0]
    if (firstValue(check) !== 'ok')
      throw new Error(`The database ${path} is malformed: ${String(firstValue(check))}`)
    const version = firstValue(database.prepare('PRAGMA user_version').all()[0])
    if (version !== layoutVersion) {
      for (const table of tableNames(database)) database.exec(`DROP TABLE IF EXISTS "${table}"`)
      database.exec(layout)
      database.exec(`PRAGMA user_version = ${layoutVersion}`)
    }
    return database
  } catch (thrown) {
    database.close()
    throw thrown
  }
}

function tableNames(database: Database): string[] {
  const rows = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all()
  return rows.map((row) => String(firstValue(row)).replaceAll('"', ''))
}

function firstValue(row: unknown): unknown {
  return typeof row === 'object' && row !== null ? Object.values(row)[0] : undefined
}

/** Keeps the damaged file for whoever wants to look; its side files belong to it and are of no use to the new one. */
function putAside(path: string): void {
  for (const suffix of ['-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true })
  try {
    renameSync(path, `${path}.damaged`)
  } catch (thrown) {
    if (systemErrorCode(thrown) !== 'ENOENT') throw thrown
  }
}

function loadDriver(): Driver {
  const builtIn: unknown = process.getBuiltinModule?.('node:sqlite')
  // reason: both modules have the class DatabaseSync of node:sqlite; the types of this Node version do not know it yet.
  const found = (builtIn ?? createRequire(import.meta.url)('@photostructure/sqlite')) as {
    readonly DatabaseSync: typeof DatabaseSync
  }
  return found.DatabaseSync
}
