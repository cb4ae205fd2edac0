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

/** In order, or by number. */
const nameList = z.union([
  z.array(z.union([z.string(), z.number()])).min(1),
  z.record(z.string().regex(/^\d+$/), z.union([z.string(), z.number()])),
])
/** As the library writes a feature, and as cards of the hub have it. */
const feature = z.union([
  z.object({ names: nameList }).transform(({ names }) => names),
  z
    .object({ dtype: z.object({ class_label: z.object({ names: nameList }) }) })
    .transform(({ dtype }) => dtype.class_label.names),
])
const features = z.union([
  z.record(z.string(), z.unknown()).transform((byColumn) => Object.entries(byColumn)),
  z
    .array(z.looseObject({ name: z.string() }))
    .transform((list) => list.map((value): [string, unknown] => [value.name, value])),
])
const info = z.object({ features })

/**
 * Names in `dataset_info.json`, `dataset_infos.json` or the front matter of `README.md` in the files' folder, as the
 * datasets library writes them. A column whose names differ between the configurations described has none.
 *
 * @param file a file of the data set
 */
export async function writtenLabelNames(file: string): Promise<LabelNames> {
  const folder = dirname(file)
  for (const name of ['dataset_info.json', 'dataset_infos.json']) {
    const names = namesOfInfo(await textIfThere(join(folder, name)))
    if (names.size > 0) return names
  }
  return namesOfReadme(await textIfThere(join(folder, 'README.md')))
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
    content = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return new Map()
  }
  const configurations =
    typeof content === 'object' && content !== null ? [content, ...Object.values(content)] : []
  const described = configurations.flatMap((configuration) => {
    const parsed = info.safeParse(configuration)
    return parsed.success ? parsed.data.features : []
  })
  return agreed(
    described.flatMap(([column, value]): [string, readonly string[]][] => {
      const found = feature.safeParse(value)
      const names = found.success ? inOrder(found.data) : null
      return names === null ? [] : [[column, names]]
    }),
  )
}

function inOrder(names: z.infer<typeof nameList>): readonly string[] | null {
  if (Array.isArray(names)) return names.map(String)
  const list = Object.keys(names).map((_, number) => names[String(number)])
  return list.includes(undefined) ? null : list.map(String)
}

/** The names of every column that is always described alike. */
function agreed(described: readonly (readonly [string, readonly string[]])[]): LabelNames {
  const isAgreed = ([column, names]: readonly [string, readonly string[]]): boolean =>
    described.every(([other, list]) => other !== column || JSON.stringify(list) === JSON.stringify(names))
  return new Map(described.filter(isAgreed))
}

/** The lines `- name: label`, `class_label:`, `names:`, `'0': negative` of a data set card. */
function namesOfReadme(text: string): LabelNames {
  const matter = /^---\r?\n([\s\S]*?)\r?\n---/.exec(text.replace(/^\uFEFF/, ''))?.[1] ?? ''
  const described: [string, string[]][] = []
  let column: string | null = null
  let list: string[] | null = null
  for (const line of matter.split(/\r?\n/)) {
    const name = /^\s*-\s*name:\s*(.+?)\s*$/.exec(line)?.[1]
    const label = /^\s*['"]?(\d+)['"]?:\s*(.+?)\s*$/.exec(line)
    if (name !== undefined) [column, list] = [unquoted(name), null]
    else if (/^\s*names:\s*$/.test(line) && column !== null) {
      list = []
      described.push([column, list])
    } else if (label !== null && list !== null) {
      if (Number(label[1]) === list.length) list.push(unquoted(label[2]!))
    } else list = null
  }
  return agreed(described.filter(([, names]) => names.length > 0))
}

function unquoted(text: string): string {
  return text.replace(/^(['"])(.*)\1$/, '$2')
}
