/** `lab bench attribution`: how far cheaper attributions rank positions as the exact ones do. */
import { resolve } from 'node:path'
import { z } from 'zod'
import type { CommandDefinition } from '@main/cli/command-context.ts'
import { done } from '@main/cli/output.ts'
import { textTable } from '@main/cli/text-table.ts'
import { runEngineTask } from '@main/engine-client/engine-task.ts'

const agreement = z.object({
  rows: z.number(),
  meanSpearman: z.number(),
  equalRegions: z.number(),
  equalPositions: z.number(),
  rowsWithoutOrder: z.number(),
})
const agreementAnswer = z.looseObject({ agreements: z.record(z.string(), agreement) })

interface AgreementOptions {
  readonly checkpoint: string
  readonly cases: string
  readonly batch: number
  readonly candidateRegionRatio: number
  readonly maxLength: number | null
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** Adds `lab bench attribution`; `program` is `lab bench`. */
export const addBenchAttributionCommand: CommandDefinition = (program, context) => {
  program
    .command('attribution')
    .description('rank agreement of attributions: bfloat16 with float32, quadrature with the exact sum')
    .requiredOption('--checkpoint <path>', 'checkpoint folder')
    .requiredOption('--cases <file>', 'JSON file with the cases, as for "lab attribute"')
    .option('--batch <n>', 'cases at a time', Number, 16)
    .option('--candidate-region-ratio <p>', 'share of a row that forms the region', Number, 0.3)
    .option('--max-length <tokens>', 'longest input in tokens', Number, null)
    .action(async (options: AgreementOptions) => {
      const { workingFolder, enginePath, stderr } = context.surroundings
      const request = {
        ...options,
        checkpoint: resolve(workingFolder, options.checkpoint),
        cases: resolve(workingFolder, options.cases),
      }
      const answer = await runEngineTask('bench-attribution', request, { enginePath, onLog: stderr })
      const { agreements } = agreementAnswer.parse(answer)
      const rows = Object.entries(agreements).map(([name, found]) => ({ name, ...found }))
      const table = textTable(
        [
          { title: 'Agreement', cell: (row) => row.name },
          { title: 'Mean Spearman', cell: (row) => row.meanSpearman.toFixed(4), align: 'right' },
          { title: 'Equal regions', cell: (row) => percent(row.equalRegions), align: 'right' },
          { title: 'Equal positions', cell: (row) => percent(row.equalPositions), align: 'right' },
          { title: 'Rows', cell: (row) => String(row.rows), align: 'right' },
        ],
        rows,
      )
      context.answer(done(answer, table))
    })
}
