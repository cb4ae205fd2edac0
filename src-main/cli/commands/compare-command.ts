/** `lab compare ID…`: groups of runs side by side. */
import { InvalidArgumentError } from 'commander'
import { comparisonRemarks, comparisonTables } from '@main/cli/comparison-rows.ts'
import type { CommandDefinition } from '@main/cli/command-context.ts'
import { done } from '@main/cli/output.ts'
import type { Comparison } from '@shared/results/comparison.ts'
import { oneLine } from '@shared/text/visible-text.ts'

const formats = ['json', 'csv', 'latex'] as const
type Format = (typeof formats)[number]

function parseFormats(text: string): Format[] {
  return text.split(',').map((name) => {
    const format = formats.find((known) => known === name.trim())
    if (format === undefined)
      throw new InvalidArgumentError(`Allowed are ${formats.join(', ')}, joined by commas.`)
    return format
  })
}

function comparisonText(comparison: Comparison): string {
  return [
    comparisonTables(comparison),
    '',
    ...comparison.groups.map((group) => `${oneLine(group.label)}: group ${group.groupId}`),
    ...comparisonRemarks(comparison),
  ].join('\n')
}

/** Adds `lab compare`. */
export const addCompareCommand: CommandDefinition = (program, context) => {
  program
    .command('compare')
    .description('mean, spread, difference, p-value and overhead of groups of runs')
    .argument('<id...>', 'runs or studies')
    .option('--baseline <id>', 'group, or a run of the group, that the others are compared with')
    .option('--format <list>', 'json, csv, latex; several joined by commas', parseFormats)
    .action(async (ids: string[], options: { baseline?: string; format?: Format[] }) => {
      const lab = context.lab()
      const baseline = options.baseline ?? null
      const comparison = await lab.comparisons.groups({ ids, baseline })
      const texts: Partial<Record<Format, string>> = {}
      for (const format of options.format ?? [])
        texts[format] = await lab.comparisons.render({ ids, baseline, format })
      const { csv, latex } = texts
      const document = {
        ...comparison,
        ...(csv === undefined ? {} : { csv }),
        ...(latex === undefined ? {} : { latex }),
      }
      const text =
        options.format === undefined ? comparisonText(comparison) : Object.values(texts).join('\n').trimEnd()
      context.answer(done(document, text))
    })
}
