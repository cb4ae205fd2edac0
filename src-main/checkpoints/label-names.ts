/** Label names in config.json: `id2label` and `label2id` in the forms in which people and libraries write them. */
import { isGeneric } from '@shared/results/checkpoint-head.ts'

/** Names of a classifier's outputs as config.json gives them. */
export interface LabelNames {
  /** In the order of the outputs; null when the file does not say, or contradicts itself. */
  readonly labels: readonly string[] | null
  /** Why they are null, as a sentence. */
  readonly problem: string | null
}

const none: LabelNames = { labels: null, problem: 'config.json does not name the labels of the classifier.' }
const unclear = (problem: string): LabelNames => ({ labels: null, problem })

/**
 * Label names from `id2label`, or from `label2id` where that is missing. Names may be numbers; ids may be texts.
 *
 * @param id2label as in the file, whatever it is
 * @param label2id as in the file, whatever it is
 */
export function readLabelNames(id2label: unknown, label2id: unknown): LabelNames {
  const byId = id2label == null ? null : entriesOf(id2label)
  const named = label2id == null ? null : entriesOf(label2id)
  // Libraries leave LABEL_0, LABEL_1 in one of the two tables when a person fills in the other.
  const byLabel = named?.every(([name]) => isGeneric(name)) === true && byId !== null ? null : named
  if (byId?.every(([, name]) => isGeneric(name)) === true && byLabel !== null)
    return inOrder(
      byLabel.map(([name, id]) => [id, name]),
      'label2id',
    )
  if (byId === null) {
    if (id2label != null) return unclear('id2label in config.json is no table of names.')
    if (byLabel === null) return none
    return inOrder(
      byLabel.map(([name, id]) => [id, name]),
      'label2id',
    )
  }
  const names = inOrder(byId, 'id2label')
  if (names.labels === null || byLabel === null) return names
  return agrees(names.labels, byLabel)
    ? names
    : unclear('id2label and label2id in config.json disagree about which output stands for which label.')
}

/** Pairs of a JSON object, or of a list by its places; null when an entry is no plain value. */
function entriesOf(value: unknown): (readonly [string, string])[] | null {
  if (typeof value !== 'object' || value === null) return null
  const entries = Object.entries(value)
  return entries.every(([, entry]) => ['string', 'number', 'boolean'].includes(typeof entry))
    ? entries.map(([key, entry]) => [key, String(entry)] as const)
    : null
}

function inOrder(entries: readonly (readonly [string, string])[], key: string): LabelNames {
  const nameOf = new Map(entries.map(([id, name]) => [Number(id), name]))
  const labels = Array.from({ length: entries.length }, (_, id) => nameOf.get(id))
  if (entries.length > 0 && labels.every((name) => name !== undefined)) return { labels, problem: null }
  return unclear(`${key} in config.json does not number its labels 0 to ${Math.max(0, entries.length - 1)}.`)
}

/** Whether label2id says the same; libraries also write it with the ids as texts. */
function agrees(labels: readonly string[], byLabel: readonly (readonly [string, string])[]): boolean {
  // Labels of the same name can have one entry only.
  if (byLabel.length !== new Set(labels).size) return false
  return byLabel.every(([name, id]) => labels[Number(id)] === name)
}
