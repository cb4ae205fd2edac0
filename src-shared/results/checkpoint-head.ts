/** The classifier that a checkpoint brings, and whether a run may start from it. */
import { z } from 'zod'
import type { Recorded } from '../config/recorded.ts'
import type { TaskId, TaskKind } from '../tasks/task.ts'
import { count } from './recorded-number.ts'

/** A classifier of whole texts, or of words. */
const sequenceHeadSchema = z.object({
  kind: z.enum(['classification', 'regression', 'multi-label', 'token-classification']),
  outputs: count,
  /** Label names in the order of the outputs; null when they are not known. */
  labels: z.array(z.string()).nullable(),
  /** Why the labels are not known, as a sentence; null when they are. */
  labelsProblem: z.string().nullable(),
  /** The task that config.json says it was trained for; null when it says nothing. */
  trainedFor: z.string().nullable(),
  /** Whether this program trained it. */
  isOwn: z.boolean(),
})

/** A checkpoint's classifier, by what its files say of it. */
export const checkpointHeadSchema = z.discriminatedUnion('kind', [
  /** The weights have none. */
  z.object({ kind: z.literal('none') }),
  /** Described by a version of this program that did not look. */
  z.object({ kind: z.literal('unknown') }),
  /** Of a model that classifies neither texts nor words; `owner` is its class name, null when config.json names none. */
  z.object({ kind: z.literal('foreign'), owner: z.string().nullable() }),
  sequenceHeadSchema,
])

/** A classifier of whole texts, or of words. */
export type SequenceHead = Recorded<typeof sequenceHeadSchema>
/** A checkpoint's classifier. */
export type CheckpointHead = Recorded<typeof checkpointHeadSchema>

/** What a run must predict. */
export interface WantedHead {
  readonly task: TaskId
  readonly kind: TaskKind
  /** Label names in index order; one entry for regression. */
  readonly labels: readonly string[]
}

/** What to do with the classifier, and why, in one sentence. */
export type HeadDecision =
  | {
      readonly kind: 'reuse'
      /** For each label of the run the checkpoint's output that stands for it. */
      readonly order: readonly number[]
      readonly reason: string
    }
  | { readonly kind: 'initialise'; readonly reason: string }
  /** Known only when the run starts. */
  | { readonly kind: 'undecided'; readonly reason: string }

/** The name of the one output of a regression, as this program writes it. */
export const scoreLabel = 'score'

/**
 * Decides whether a run starts from the checkpoint's classifier: only when it is the same head, of the same kind of task
 * and with the same labels in whatever order. Names that only count (LABEL_0, LABEL_1) say nothing, nor does a score's name:
 * with them the classifier is reused only where this program trained it for the task. Plain numbers (0, 1) are names that
 * another task has too: they count unless config.json names another task.
 *
 * @param head the checkpoint's classifier
 * @param wanted what the run predicts
 */
export function decideHead(head: CheckpointHead, wanted: WantedHead): HeadDecision {
  switch (head.kind) {
    case 'none':
      return initialise('The checkpoint has no classifier.')
    case 'unknown':
      return {
        kind: 'undecided',
        reason:
          'Whether the checkpoint’s classifier is reused is decided and noted when the run starts; add the checkpoint again to see it before.',
      }
    case 'foreign':
      return initialise(
        head.owner === null
          ? 'config.json names no class of model, so what the checkpoint’s classifier is for is not known.'
          : `The checkpoint’s classifier belongs to ${head.owner}.`,
      )
    case 'classification':
    case 'regression':
    case 'multi-label':
    case 'token-classification':
      return decideSequenceHead(head, wanted)
  }
}

function decideSequenceHead(head: SequenceHead, wanted: WantedHead): HeadDecision {
  if (head.outputs !== wanted.labels.length)
    return initialise(
      `The checkpoint’s classifier has ${counted(head.outputs, 'output')}, the task needs ${wanted.labels.length}.`,
    )
  if (head.kind !== wanted.kind)
    return initialise(
      `The checkpoint’s classifier is for ${kindNames[head.kind]}, the task is ${kindNames[wanted.kind]}.`,
    )
  if (head.labels === null)
    return initialise(head.labelsProblem ?? 'The labels of the checkpoint’s classifier are not known.')
  const isForTask = head.isOwn && head.trainedFor === wanted.task
  if (!isForTask) {
    const problem = problemOfNames(head, wanted, head.labels)
    if (problem !== null) return initialise(problem)
  }
  const order = orderOf(head.labels, wanted.labels)
  if (order === null)
    return initialise(
      `The checkpoint’s classifier has the labels ${listed(head.labels)}, the data ${listed(wanted.labels)}.`,
    )
  const what = `The checkpoint’s classifier is reused: ${wanted.kind === 'regression' ? 'it gives a score' : `its labels are ${listed(wanted.labels)}`}`
  return {
    kind: 'reuse',
    order,
    reason: order.every((output, label) => output === label)
      ? `${what}.`
      : `${what}, which it has in the order ${listed(head.labels)}; its outputs are put in the data’s order.`,
  }
}

/** Why the names alone do not show that the head is the same one; null when they may. */
function problemOfNames(head: SequenceHead, wanted: WantedHead, labels: readonly string[]): string | null {
  if (wanted.kind !== 'regression' && !labels.every(onlyCounts)) return null
  if (head.trainedFor !== null && head.trainedFor !== wanted.task)
    return `The checkpoint’s classifier was trained for ${head.trainedFor}, the task is ${wanted.task}.`
  if (wanted.kind === 'regression') return 'Nothing says which score the checkpoint’s classifier gives.'
  if (labels.some(isGeneric))
    return `The labels of the checkpoint’s classifier are named ${listed(labels)}, which does not say what they mean.`
  return null
}

function initialise(why: string): HeadDecision {
  return { kind: 'initialise', reason: `${why} A new classifier is initialised.` }
}

const kindNames = {
  classification: 'classification into one of several labels',
  regression: 'regression',
  'token-classification': 'a label for every word',
  'multi-label': 'several labels at once',
} as const

/** Whether a name is one that libraries make up, such as LABEL_0. */
export function isGeneric(name: string): boolean {
  return /^(?:label|class)[\s_-]?\d+$/i.test(name.trim())
}

/** Whether a name is generic or a number, which another task has as well. */
function onlyCounts(name: string): boolean {
  return isGeneric(name) || /^-?\d+(?:\.0*)?$/.test(name.trim())
}

/** The checkpoint's output for each wanted label; null unless the same names stand on both sides, each once. */
function orderOf(labels: readonly string[], wanted: readonly string[]): readonly number[] | null {
  for (const spelling of [exact, alike]) {
    const outputOf = new Map(labels.map((name, output) => [spelling(name), output]))
    const spelled = wanted.map(spelling)
    if (outputOf.size !== labels.length || new Set(spelled).size !== wanted.length) continue
    const order = spelled.map((name) => outputOf.get(name) ?? -1)
    if (!order.includes(-1)) return order
  }
  return null
}

const exact = (name: string): string => name.normalize('NFC')
/** Capitals, spaces, hyphens and underscores do not tell labels apart. */
const alike = (name: string): string =>
  name
    .normalize('NFC')
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')

const mostNamed = 10

function listed(labels: readonly string[]): string {
  const shown = labels.slice(0, mostNamed).join(', ')
  return labels.length > mostNamed ? `${shown} … and ${labels.length - mostNamed} more` : shown
}

function counted(count: number, what: string): string {
  return `${count} ${count === 1 ? what : `${what}s`}`
}

/**
 * What a checkpoint's classifier is and when a run starts from it, for its card.
 *
 * @param head the checkpoint's classifier
 */
export function describeHead(head: CheckpointHead): string {
  switch (head.kind) {
    case 'none':
      return 'No classifier: every run begins with a new one.'
    case 'unknown':
      return 'Classifier not looked at: the checkpoint was added by an earlier version. Add it again to see it.'
    case 'foreign':
      return head.owner === null
        ? 'Its classifier is not used: config.json names no class of model, so what it is for is not known.'
        : `Its classifier belongs to ${head.owner} and is not used: every run begins with a new one.`
    case 'classification':
    case 'regression':
    case 'multi-label':
    case 'token-classification':
      return describeSequenceHead(head)
  }
}

const headNames = {
  classification: 'Classifier',
  regression: 'Regression head',
  'multi-label': 'Classifier for several labels at once',
  'token-classification': 'Classifier of words',
} as const

function describeSequenceHead(head: SequenceHead): string {
  const labels = head.labels === null ? '' : ` (${listed(head.labels)})`
  const what = `${headNames[head.kind]} with ${counted(head.outputs, 'output')}${labels}.`
  if (head.kind === 'multi-label') return `${what} It is not used: every run begins with a new one.`
  if (head.labels === null) return `${what} ${head.labelsProblem ?? ''} Every run begins with a new one.`
  if (head.kind !== 'regression' && !head.labels.every(onlyCounts))
    return `${what} Reused by runs whose data have these labels, in any order; other runs begin with a new one.`
  if (head.isOwn && head.trainedFor !== null)
    return `${what} Reused by runs of the task ${head.trainedFor}, for which it was trained; other runs begin with a new one.`
  if (head.kind === 'regression')
    return `${what} Nothing says which score it gives: every run begins with a new one.`
  if (head.labels.some(isGeneric))
    return `${what} These names do not say what they mean: every run begins with a new one.`
  return `${what} Reused by runs whose data have these labels; other runs begin with a new one.`
}
