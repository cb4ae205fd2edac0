/** The labels of a data set in index order, and which label every spelling in its files is. */
import { basename } from 'node:path'
import { LabError } from '@shared/failures/failure.ts'
import type { ProblemRow } from '@shared/results/dataset-summary.ts'
import { tasks, type TaskId } from '@shared/tasks/task.ts'
import { doubtfulLabels, rowsText } from './doubtful-labels.ts'
import { labelKey, numberOf, type LabelCensus } from './label-census.ts'

/** Labels and their spellings. */
export interface LabelScheme {
  /** Label names in index order; empty for regression. */
  readonly labels: readonly string[]
  /** Index of the label that a spelling stands for. */
  readonly indexOf: ReadonlyMap<string, number>
  readonly notes: readonly string[]
}

/** What decides about the labels. */
export interface LabelEvidence {
  readonly task: TaskId
  /** Labels of every labelled file, the training split first. */
  readonly censuses: readonly LabelCensus[]
  /** Names that the numbers 0, 1, … stand for, and where they come from; null: numbers are names themselves. */
  readonly names: { readonly list: readonly string[]; readonly source: string } | null
  /** Whether spellings of one label are merged. */
  readonly mergeLabels: boolean
  /** A row that could not be taken apart, so that its label is not among these; null: there is none. */
  readonly unread: ProblemRow | null
}

/** Above this a column of texts or scores was taken for labels. */
const mostLabels = 1000
/**
 * The task's own labels; for custom classification those that occur in the training split (in every split where there
 * is none), sorted by name, or by value when all are numbers. None for regression.
 *
 * @param evidence task, labels of the files, names of numbers
 * @failure dataset-unrecognized when fewer than two or more than a thousand labels occur; dataset-problem-rows when that
 *   is so because rows cannot be read; dataset-ambiguous when labels differ only in their spelling
 */
export function labelScheme(evidence: LabelEvidence): LabelScheme {
  const { task, censuses, names, mergeLabels } = evidence
  if (tasks[task].kind === 'regression') return { labels: [], indexOf: new Map(), notes: [] }
  const fixed = tasks[task].labels
  const spellings = spellingsOf(censuses)
  if (names !== null) {
    const isMixed = new Set([...spellings.keys()].map(labelKey)).size < spellings.size
    const byName = numberedScheme(spellings, names, fixed) ?? namedScheme(spellings, names, fixed)
    if (byName !== null && (!isMixed || mergeLabels)) return byName
  }
  const merged = mergeSpellings(evidence, spellings, fixed)
  const found = fixed.length > 0 ? fixed : sorted([...customLabels(evidence, merged.canonical)])
  const position = new Map(found.map((label, index) => [label, index]))
  const indexOf = new Map(position)
  for (const [spelling, label] of merged.canonical) {
    const index = position.get(label)
    if (index !== undefined) indexOf.set(spelling, index)
  }
  return {
    labels: found,
    indexOf,
    notes: [
      ...merged.notes,
      ...(fixed.length > 0 ? [] : doubtfulLabels(found, spellings)),
      ...unusedNames(spellings, names),
    ],
  }
}

/** Every spelling, with its count over all files, in order of appearance. */
function spellingsOf(censuses: readonly LabelCensus[]): ReadonlyMap<string, number> {
  const spellings = new Map<string, number>()
  for (const { counts } of censuses)
    for (const [label, { count }] of counts) spellings.set(label, (spellings.get(label) ?? 0) + count)
  return spellings
}

/** Numbers that stand for names; some files may have the names themselves. */
function numberedScheme(
  spellings: ReadonlyMap<string, number>,
  { list, source }: NonNullable<LabelEvidence['names']>,
  fixed: readonly string[],
): LabelScheme | null {
  const areWords = list.every((name) => numberOf(name) === null)
  const named = new Map<string, string>()
  for (const label of spellings.keys()) {
    const name = list[numberOf(label) ?? -1] ?? (areWords ? list.find((word) => word === label) : undefined)
    if (name === undefined) return null
    named.set(label, name)
  }
  if (![...named.keys()].some((label) => numberOf(label) !== null)) return null
  const labels = fixed.length > 0 ? fixed : list
  const keys = labels.map(labelKey)
  const indexOf = new Map<string, number>()
  for (const [label, name] of named) {
    const index = keys.indexOf(labelKey(name))
    // A task whose labels are numbers has the very numbers.
    if (index < 0) return null
    indexOf.set(label, index)
  }
  const meaning = list.slice(0, 10).map((name, number) => `${number} = ${name}`)
  return { labels, indexOf, notes: [`Labels are numbers: ${meaning.join(', ')} (${source}).`] }
}

/** Says that a description of the labels was not used because it does not name all of them. */
function unusedNames(
  spellings: ReadonlyMap<string, number>,
  names: LabelEvidence['names'],
): readonly string[] {
  if (names === null) return []
  const beyond = [...spellings.keys()].find((label) => (numberOf(label) ?? -1) >= names.list.length)
  if (beyond === undefined) return []
  return [
    `Labels are numbers that have no names: ${names.list.length} names were found (${names.source}), but the label ${beyond} is not among them.`,
  ]
}

/** The hub's names of a task whose labels are numbers here, such as "positive" for SST-2's 1. */
function namedScheme(
  spellings: ReadonlyMap<string, number>,
  { list, source }: NonNullable<LabelEvidence['names']>,
  fixed: readonly string[],
): LabelScheme | null {
  const areNames = spellings.size > 0 && [...spellings.keys()].every((label) => list.includes(label))
  if (!areNames || fixed.length !== list.length || list.every((name) => fixed.includes(name))) return null
  const indexOf = new Map(list.map((name, number) => [name, number]))
  const meaning = list.map((name, number) => `${name} = ${fixed[number]!}`)
  return { labels: fixed, indexOf, notes: [`Labels are names: ${meaning.join(', ')} (${source}).`] }
}

interface MergedSpellings {
  /** The label that every spelling is. */
  readonly canonical: ReadonlyMap<string, string>
  readonly notes: readonly string[]
}

function mergeSpellings(
  { censuses, mergeLabels }: LabelEvidence,
  spellings: ReadonlyMap<string, number>,
  fixed: readonly string[],
): MergedSpellings {
  const groups = new Map<string, string[]>()
  for (const label of new Set([...fixed, ...spellings.keys()])) {
    const key = labelKey(label)
    groups.set(key, [...(groups.get(key) ?? []), label])
  }
  const canonical = new Map<string, string>()
  const notes: string[] = []
  for (const group of groups.values()) {
    const label = group.find((spelling) => fixed.includes(spelling)) ?? preferred(group, spellings)
    for (const spelling of group) canonical.set(spelling, label)
    if (group.length === 1) continue
    if (!mergeLabels) throw twoSpellings(group, censuses, fixed)
    const others = group.filter((spelling) => spelling !== label && spellings.has(spelling))
    const merged = others.map((spelling) => `"${spelling}" (${rowsText(spellings.get(spelling) ?? 0)})`)
    if (merged.length > 0) notes.push(`Merged into the label "${label}": ${merged.join(', ')}.`)
  }
  return { canonical, notes }
}

/** The shortest number; the most frequent text, the first among equals. */
function preferred(group: readonly string[], spellings: ReadonlyMap<string, number>): string {
  const areNumbers = group.every((label) => numberOf(label) !== null)
  return group.reduce((best, label) => {
    const isBetter = areNumbers
      ? label.length < best.length
      : (spellings.get(label) ?? 0) > (spellings.get(best) ?? 0)
    return isBetter ? label : best
  })
}

function twoSpellings(
  group: readonly string[],
  censuses: readonly LabelCensus[],
  fixed: readonly string[],
): LabError {
  const [first, second] = group.map((label) => {
    const census = censuses.find(({ counts }) => counts.has(label))
    const place =
      census === undefined
        ? "the task's own"
        : `${basename(census.path)}, line ${census.counts.get(label)!.row}`
    return { text: `"${label}" (${place})`, path: census?.path }
  })
  const more = group.length > 2 ? ` and ${group.length - 2} more spellings` : ''
  const areNumbers = group.filter((label) => numberOf(label) !== null).length
  const isOfBothKinds = areNumbers > 0 && group.some((label) => /^\W*(?:true|false)\W*$/i.test(label))
  const difference = isOfBothKinds
    ? 'as truth values'
    : areNumbers === group.length
      ? 'as numbers'
      : 'but for case, spaces or quotes'
  const path = first?.path ?? second?.path ?? censuses[0]?.path ?? ''
  return new LabError(
    'dataset-ambiguous',
    `${path}: the labels ${first?.text ?? ''} and ${second?.text ?? ''}${more} are equal ${difference}.`,
    fixed.length > 0
      ? 'If they are one label, merge them with --merge-labels.'
      : 'If they are one label, merge them with --merge-labels; if they are two, rename one.',
  )
}

function customLabels(
  { censuses, unread }: LabelEvidence,
  canonical: ReadonlyMap<string, string>,
): ReadonlySet<string> {
  const training = censuses.filter(({ split }) => split === 'train')
  const deciding = training.length > 0 ? training : censuses
  const found = new Set<string>()
  for (const { counts } of deciding)
    for (const label of counts.keys()) found.add(canonical.get(label) ?? label)
  const files = deciding.map(({ path }) => path).join(', ')
  if (found.size < 2 && unread !== null) {
    throw new LabError(
      'dataset-problem-rows',
      `${unread.file}, line ${unread.row}: ${unread.message} Fewer than two labels are left in the rows that can be read.`,
      'Mend that row and those like it.',
    )
  }
  const list = deciding.find(({ firstList }) => firstList !== null)
  if (found.size < 2 && list !== undefined) throw severalLabels(list.path, list.firstList!)
  refuseOtherKind(deciding, censuses)
  if (found.size < 2) {
    throw new LabError(
      'dataset-unrecognized',
      `${files}: the label column holds ${found.size === 0 ? 'no label' : `only the label "${[...found].join()}"`}; classification needs at least two.`,
      'Check that this is the column of the labels; if it is another, name it with --label-column.',
    )
  }
  if (found.size > mostLabels) {
    throw new LabError(
      'dataset-unrecognized',
      `${files}: the label column holds ${found.size} different values; classification takes at most ${mostLabels} labels.`,
      'If they are scores, import with --task regression; if the labels are in another column, name it with --label-column.',
    )
  }
  return found
}

function severalLabels(path: string, line: number): LabError {
  return new LabError(
    'dataset-unrecognized',
    `${path}: the label on line ${line} is a list; the lab trains with one label a text.`,
    'Write the label itself, without brackets; of several labels of one text, choose one, or name a column that holds one with --label-column.',
  )
}

/** Numbers in one file and names in another are the same labels to their writer, in an order only he knows. */
function refuseOtherKind(deciding: readonly LabelCensus[], censuses: readonly LabelCensus[]): void {
  const [first] = deciding
  if (first === undefined || first.counts.size === 0) return
  // Truth values are numbers too, in another spelling.
  const numbersOf = ({ counts }: LabelCensus): number =>
    [...counts.keys()].filter((label) => numberOf(labelKey(label)) !== null).length
  const areNumbers = (census: LabelCensus): boolean => numbersOf(census) === census.counts.size
  const areWords = (census: LabelCensus): boolean => numbersOf(census) === 0
  const other = censuses.find(
    (census) =>
      !deciding.includes(census) &&
      census.counts.size > 0 &&
      ((areNumbers(first) && areWords(census)) || (areWords(first) && areNumbers(census))),
  )
  if (other === undefined) return
  const shown = ({ counts }: LabelCensus): string => [...counts.keys()].slice(0, 5).join(', ')
  throw new LabError(
    'dataset-unrecognized',
    `${other.path} has the labels ${shown(other)}, but ${first.path} has ${shown(first)}: numbers in one, names in the other.`,
    'Write the names in both, or name the numbers in their order in a file dataset_info.json beside them: {"features": {"label": {"names": ["…", "…"]}}}, "label" being the column.',
  )
}

function sorted(names: readonly string[]): readonly string[] {
  const areNumbers = names.every((name) => numberOf(name) !== null)
  // Code units, not a locale: the order decides the indices and must be the same everywhere.
  return [...names].sort((a, b) => (areNumbers ? Number(a) - Number(b) : 0) || (a < b ? -1 : 1))
}
