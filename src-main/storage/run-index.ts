/**
 * Rows of the list of runs, kept in SQLite beside the run folders so that thousands are listed at once. The folders are
 * the truth: a row counts only while size, time and inode of its run.json are those noted, and the file may be deleted.
 */
import { dirname, join } from 'node:path'
import { makeFolder } from '@main/platform/make-folder.ts'
import type { z } from 'zod'
import type { Logger } from '@main/platform/logger.ts'
import { statIfPresent } from '@main/platform/stat-if-present.ts'
import { LabError } from '@shared/failures/failure.ts'
import { entryNames, type Listing, type UnreadableEntry } from './entry-listing.ts'
import { indexPath, sectionFolder } from './lab-home.ts'
import { RunFolder } from './run-folder.ts'
import type { RunRecord } from './run-record.ts'
import { storedJson } from './stored-json.ts'
import { isDamaged, openRebuildable, type Database } from './sqlite-database.ts'

const layoutVersion = 1
const layout = `
  CREATE TABLE run_row (
    run_id TEXT PRIMARY KEY,
    stamp TEXT NOT NULL,
    row TEXT NOT NULL
  ) WITHOUT ROWID;
`

/** How rows are made. */
export interface RunIndexOptions<Row> {
  /** Makes the row of a run; A run that is running is never kept but made anew each time. */
  readonly toRow: (record: RunRecord) => Row
  /** What a row holds; one that is kept in another form is made anew. */
  readonly rowSchema: z.ZodType<Row>
  /** Number of the row's form: rows made under another number are made anew. */
  readonly rowVersion: number
  /** Told when the index cannot be used and every folder is read instead. */
  readonly logger: Logger
}

interface KnownRow<Row> {
  readonly stamp: string
  readonly row: Row
}

interface StoredRow {
  readonly run_id: string
  readonly stamp: string
  readonly row: string
}

/**
 * The list of runs.
 *
 * @ownership Holds the database open from the first `list`; `close` lets go of it.
 */
export class RunIndex<Row> {
  readonly #home: string
  readonly #options: RunIndexOptions<Row>
  #database: Database | null = null
  /** What the database holds, and what was read since; null before the first list. */
  #known: Map<string, KnownRow<Row>> | null = null

  /**
   * @param home data folder
   * @param options how rows are made
   */
  constructor(home: string, options: RunIndexOptions<Row>) {
    this.#home = home
    this.#options = options
  }

  /** Every run, oldest first; only folders that changed since the last list are read. */
  list(): Listing<Row> {
    this.#known ??= this.#storedRows()
    const known = this.#known
    const entries: Row[] = []
    const unreadable: UnreadableEntry[] = []
    const fresh = new Map<string, KnownRow<Row>>()
    const runIds = entryNames(this.#home, 'runs')
    for (const runId of runIds) {
      const stamp = this.#stamp(runId)
      const cached = known.get(runId)
      if (cached?.stamp === stamp) {
        entries.push(cached.row)
        continue
      }
      try {
        const record = RunFolder.open(this.#home, runId).read()
        const row = this.#options.toRow(record)
        entries.push(row)
        // A process can die without the record changing; one that is dead stays dead.
        if (record.status !== 'running') fresh.set(runId, { stamp, row })
      } catch (thrown) {
        if (!(thrown instanceof LabError)) throw thrown
        unreadable.push({ path: join(sectionFolder(this.#home, 'runs'), runId), failure: thrown.toFailure() })
      }
    }
    const present = new Set(runIds)
    const gone = [...known.keys()].filter((runId) => !present.has(runId))
    for (const runId of gone) known.delete(runId)
    for (const [runId, row] of fresh) known.set(runId, row)
    if (fresh.size > 0 || gone.length > 0) this.#keep(fresh, gone)
    return { entries, unreadable }
  }

  /** Lets go of the database; a later `list` opens it again. */
  close(): void {
    this.#database?.close()
    this.#database = null
  }

  /** What changes whenever run.json is replaced; '' when it is not there. */
  #stamp(runId: string): string {
    const found = statIfPresent(join(sectionFolder(this.#home, 'runs'), runId, 'run.json'))
    if (found === null) return ''
    return `${this.#options.rowVersion}:${found.mtimeMs}:${found.size}:${found.ino}`
  }

  #storedRows(): Map<string, KnownRow<Row>> {
    const rows = this.#withDatabase((database) => {
      // reason: the three columns are declared as texts in the layout above.
      const found = database.prepare('SELECT run_id, stamp, row FROM run_row').all() as StoredRow[]
      return new Map(
        found.flatMap(({ run_id, stamp, row }) => {
          const parsed = this.#options.rowSchema.safeParse(JSON.parse(row))
          return parsed.success ? [[run_id, { stamp, row: parsed.data }] as const] : []
        }),
      )
    })
    return rows ?? new Map()
  }

  #keep(fresh: ReadonlyMap<string, KnownRow<Row>>, gone: readonly string[]): void {
    this.#withDatabase((database) => {
      database.exec('BEGIN IMMEDIATE')
      try {
        const put = database.prepare('INSERT OR REPLACE INTO run_row (run_id, stamp, row) VALUES (?, ?, ?)')
        for (const [runId, { stamp, row }] of fresh) {
          put.run(runId, stamp, storedJson(row, this.#options.rowSchema, 0))
        }
        const drop = database.prepare('DELETE FROM run_row WHERE run_id = ?')
        for (const runId of gone) drop.run(runId)
        database.exec('COMMIT')
      } catch (thrown) {
        database.exec('ROLLBACK')
        throw thrown
      }
    })
  }

  /** Whatever befalls the index, the list must come: a failure only means that more folders are read. */
  #withDatabase<T>(use: (database: Database) => T): T | null {
    try {
      return use(this.#open())
    } catch (thrown) {
      this.#options.logger.warn('The index of runs cannot be used; the folders are read instead.', {
        cause: thrown,
      })
      this.#forgetDatabase()
      if (!isDamaged(thrown)) return null
    }
    // A database that was damaged while open is put aside when it is opened again.
    try {
      return use(this.#open())
    } catch {
      this.#forgetDatabase()
      return null
    }
  }

  #open(): Database {
    if (this.#database === null) {
      const path = indexPath(this.#home)
      makeFolder(dirname(path))
      this.#database = openRebuildable(path, layout, layoutVersion)
    }
    return this.#database
  }

  #forgetDatabase(): void {
    try {
      this.close()
    } catch {
      this.#database = null
    }
  }
}
