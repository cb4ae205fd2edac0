/** Rows of the runs table: studies with their runs, filtered and folded. */
import type { RunListItem, StudyListItem } from '@shared/contracts/lab-contract.ts'
import { statusWord, taskLabel } from '@renderer/format/labels.ts'
import type { UnreadableRun } from '@shared/results/unreadable-run.ts'
import { runStatuses } from '@shared/results/run-status.ts'

/** A line of the table. */
export type RunRow =
  | { readonly kind: 'run'; readonly key: string; readonly run: RunListItem }
  | { readonly kind: 'unreadable'; readonly key: string; readonly run: UnreadableRun }
  | {
      readonly kind: 'study'
      readonly key: string
      readonly studyId: string | null
      readonly name: string
      readonly runs: readonly RunListItem[]
      /** Its runs whose record cannot be read. */
      readonly unreadable: readonly UnreadableRun[]
      readonly isFolded: boolean
    }

/** Words that a filter may put before a colon. */
const filterFields: Readonly<Record<string, (run: RunListItem) => string>> = {
  status: (run) => `${run.status} ${statusWord(run.status)}`,
  task: (run) => `${run.task} ${taskLabel(run.task)}`,
  method: (run) => run.method,
  study: (run) => `${run.studyName ?? ''} ${run.studyId ?? ''}`,
  seed: (run) => String(run.seed),
}

/**
 * A test from a filter such as `status:failed task:rte ad-drop`; every word must match.
 *
 * @param filter as typed
 */
export function runFilter(filter: string): (run: RunListItem) => boolean {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const tests = words.map((word): ((run: RunListItem) => boolean) => {
    const [field, ...rest] = word.split(':')
    const wanted = rest.join(':')
    const read = rest.length > 0 ? filterFields[field!] : undefined
    if (read === undefined)
      return (run) =>
        `${run.name} ${run.studyName ?? ''} ${run.status} ${run.runId}`.toLowerCase().includes(word)
    if (field === 'seed') return (run) => read(run) === wanted
    return (run) => read(run).toLowerCase().includes(wanted)
  })
  return (run) => tests.every((test) => test(run))
}

/** Of a run that cannot be read only its identifier and the reason can match, and `status:unreadable`. */
function unreadableMatches({ runId, reason }: UnreadableRun, filter: string): boolean {
  const text = `status:unreadable ${runId} ${reason}`.toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

/** What the table shows. */
export interface RunRowsInput {
  readonly runs: readonly RunListItem[]
  readonly unreadable: readonly UnreadableRun[]
  readonly studies: readonly StudyListItem[]
  readonly filter: string
  /** Only this study; null for all. */
  readonly studyId: string | null
  /** Studies whose runs are hidden. */
  readonly folded: ReadonlySet<string>
}

/**
 * Builds the rows: newest study first, its runs in the order in which they were planned.
 *
 * @param input runs and what to show of them
 */
export function runRows(input: RunRowsInput): RunRow[] {
  const matches = runFilter(input.filter)
  const places = new Map(
    input.studies.flatMap((study) => study.runIds.map((runId, place) => [runId, place] as const)),
  )
  const createdAt = new Map(input.studies.map((study) => [study.studyId, study.createdAt]))
  const byStudy = new Map<string, RunListItem[]>()
  for (const run of input.runs) {
    if ((input.studyId !== null && run.studyId !== input.studyId) || !matches(run)) continue
    const key = run.studyId ?? ''
    const members = byStudy.get(key)
    if (members === undefined) byStudy.set(key, [run])
    else members.push(run)
  }
  const damaged = new Map<string, UnreadableRun[]>()
  for (const run of input.unreadable) {
    if ((input.studyId !== null && run.studyId !== input.studyId) || !unreadableMatches(run, input.filter))
      continue
    const key = run.studyId ?? ''
    damaged.set(key, [...(damaged.get(key) ?? []), run])
    if (!byStudy.has(key)) byStudy.set(key, [])
  }
  const names = new Map(input.studies.map((study) => [study.studyId, study.name]))
  const ageOf = (key: string, runs: readonly RunListItem[]): string =>
    createdAt.get(key) ?? runs[0]?.createdAt ?? ''
  return [...byStudy]
    .sort(([keyA, runsA], [keyB, runsB]) => (ageOf(keyB, runsB) > ageOf(keyA, runsA) ? 1 : -1))
    .flatMap(([key, runs]): RunRow[] => {
      const ordered = [...runs].sort((a, b) => (places.get(a.runId) ?? 0) - (places.get(b.runId) ?? 0))
      const isFolded = input.folded.has(key)
      const head: RunRow = {
        kind: 'study',
        key: `study ${key}`,
        studyId: key === '' ? null : key,
        name: ordered[0]?.studyName ?? names.get(key) ?? (key === '' ? 'Single runs' : key),
        runs: ordered,
        unreadable: damaged.get(key) ?? [],
        isFolded,
      }
      return isFolded
        ? [head]
        : [
            head,
            ...(damaged.get(key) ?? []).map((run): RunRow => ({ kind: 'unreadable', key: run.runId, run })),
            ...ordered.map((run): RunRow => ({ kind: 'run', key: run.runId, run })),
          ]
    })
}

/**
 * Runs by state, in the order of the states, those without any left out.
 *
 * @param runs any runs
 */
export function countByStatus(
  runs: readonly RunListItem[],
): { readonly status: RunListItem['status']; readonly count: number }[] {
  const counts = new Map<string, number>()
  for (const run of runs) counts.set(run.status, (counts.get(run.status) ?? 0) + 1)
  return runStatuses.flatMap((status) => {
    const count = counts.get(status) ?? 0
    return count === 0 ? [] : [{ status, count }]
  })
}
