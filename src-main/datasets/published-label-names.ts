/** Names of labels that a data set's numbers stand for: published for GLUE, or written beside the files. */
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { readRegularFile } from '@main/platform/regular-file.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { TaskId } from '@shared/tasks/task.ts'

/** Label names of a column by their numbers. */
export type LabelNames = ReadonlyMap<string, readonly string[]>

/** Order in which the hub's GLUE data sets number their labels. */
const glueNames: Readonly<Record<string, readonly string[]>> = {
  cola: ['unacceptable', 'acceptable'],
  sst2: ['negative', 'positive'],
  mrpc: ['not_equivalent', 'equivalent'],
  rte: ['entailment', 'not_entailment'],
  wnli: ['not_entailment', 'entailment'],
  qnli: ['entailment', 'not_entailment'],
}
const mostBytes = 4 * 1024 ** 2

/**
 * The hub's names of a GLUE task's labels; null for other data.
 *
 * @param task recognised task
 * @param file a file of the data set; QNLI is told by its folder
 */
export function glueLabelNames(task: TaskId, file: string): readonly string[] | null {
  if (task !== 'classification') return glueNames[task] ?? null
  return /(?:^|[^a-z])qnli(?:[^a-z]|$)/i.test(dirname(file).split(/[\\/]/).at(-1) ?? '')
    ? glueNames['qnli']!
    : null
}

const feature = z.union([
  z.object({ names: z.array(z.string()).min(1) }),
  z.object({ feature: z.object({ names: z.array(z.string()).min(1) }) }),
])
const info = z.object({ features: z.record(z.string(), z.unknown()) })

/**
 * Names in `dataset_info.json` or the front matter of `README.md` in the files' folder, as the datasets library writes
 * them.
 *
 * @param file a file of the data set
 */
export async function writtenLabelNames(file: string): Promise<LabelNames> {
  const folder = dirname(file)
  const fromInfo = namesOfInfo(await textIfThere(join(folder, 'dataset_info.json')))
  return fromInfo.size > 0 ? fromInfo : namesOfReadme(await textIfThere(join(folder, 'README.md')))
}

async function textIfThere(path: string): Promise<string> {
  try {
    return (await readRegularFile(path, mostBytes)).toString('utf8')
  } catch (thrown) {
    // It only adds names to numbers; whatever keeps it from being read keeps the numbers.
    if (thrown instanceof LabError) return ''
    throw thrown
  }
}

function namesOfInfo(text: string): LabelNames {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    return new Map()
  }
  const parsed = info.safeParse(content)
  const names = new Map<string, readonly string[]>()
  for (const [column, value] of Object.entries(parsed.success ? parsed.data.features : {})) {
    const found = feature.safeParse(value)
    if (found.success && 'names' in found.data) names.set(column, found.data.names)
  }
  return names
}

/** The lines `- name: label`, `class_label:`, `names:`, `'0': negative` of a data set card. */
function namesOfReadme(text: string): LabelNames {
  const matter = /^---\r?\n([\s\S]*?)\r?\n---/.exec(text.replace(/^\uFEFF/, ''))?.[1] ?? ''
  const names = new Map<string, string[]>()
  let column: string | null = null
  let isInNames = false
  for (const line of matter.split(/\r?\n/)) {
    const name = /^\s*-\s*name:\s*(.+?)\s*$/.exec(line)?.[1]
    const label = /^\s*['"]?(\d+)['"]?:\s*(.+?)\s*$/.exec(line)
    if (name !== undefined) [column, isInNames] = [unquoted(name), false]
    else if (/^\s*names:\s*$/.test(line)) isInNames = true
    else if (label !== null && isInNames && column !== null) {
      const list = names.get(column) ?? []
      if (Number(label[1]) === list.length) list.push(unquoted(label[2]!))
      names.set(column, list)
    } else isInNames = false
  }
  return names
}

function unquoted(text: string): string {
  return text.replace(/^(['"])(.*)\1$/, '$2')
}
