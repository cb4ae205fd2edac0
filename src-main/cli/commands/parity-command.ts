/** `lab parity FOLDER…`: the engine against reference values. */
import { resolve } from 'node:path'
import { Option } from 'commander'
import { z } from 'zod'
import type { CommandDefinition } from '@main/cli/command-context.ts'
import { remark } from '@main/cli/command-context.ts'
import { done, failed } from '@main/cli/output.ts'
import { textTable } from '@main/cli/text-table.ts'
import { runEngineTask } from '@main/engine-client/engine-task.ts'

const parityCase = z.looseObject({
  architecture: z.string(),
  quantity: z.string(),
  maxAbs: z.number().nullable(),
  maxRel: z.number().nullable(),
  rtol: z.number(),
  atol: z.number(),
  pass: z.boolean(),
})
const parityReport = z.looseObject({
  passed: z.number().int(),
  failed: z.number().int(),
  cases: z.array(parityCase),
  skipped: z.array(z.object({ folder: z.string(), reason: z.string() })).default([]),
})

const number = (value: number | null): string => (value === null ? '–' : value.toExponential(1))

/** Adds `lab parity`. */
export const addParityCommand: CommandDefinition = (program, context) => {
  program
    .command('parity')
    .description('run the engine on folders of reference values and compare every quantity')
    .argument('<folder...>', 'folders of reference values, or their parent')
    .addOption(
      new Option('--execution <mode>', 'how tensors are computed')
        .choices(['eager', 'traced'])
        .default('traced'),
    )
    .action(async (folders: string[], options: { execution: string }) => {
      const { surroundings } = context
      const request = {
        folders: folders.map((folder) => resolve(surroundings.workingFolder, folder)),
        execution: options.execution,
      }
      const answer = await runEngineTask('parity', request, {
        enginePath: surroundings.enginePath,
        onLog: surroundings.stderr,
      })
      const report = parityReport.parse(answer)
      const wrong = report.cases.filter((entry) => !entry.pass)
      const table = textTable(
        [
          { title: 'Architecture', cell: (entry) => entry.architecture },
          { title: 'Quantity', cell: (entry) => entry.quantity },
          { title: 'Max abs', cell: (entry) => number(entry.maxAbs), align: 'right' },
          { title: 'Max rel', cell: (entry) => number(entry.maxRel), align: 'right' },
          { title: 'rtol', cell: (entry) => number(entry.rtol), align: 'right' },
          { title: 'atol', cell: (entry) => number(entry.atol), align: 'right' },
          { title: '', cell: (entry) => (entry.pass ? 'passed' : 'FAILED') },
        ],
        report.cases,
      )
      const skipped = report.skipped.map(({ folder, reason }) => `Skipped: ${folder}: ${reason}`)
      const summary = [...skipped, `${report.passed} passed, ${report.failed} failed`].join('\n')
      if (report.failed === 0) {
        context.answer(done(report, `${table}\n${summary}`))
        return
      }
      if (!context.form.json && !context.form.events) remark(context, table)
      const names = wrong.slice(0, 5).map((entry) => `${entry.architecture} ${entry.quantity}`)
      context.answer(
        failed(
          {
            code: 'parity-failed',
            message: `${report.failed} of ${report.cases.length} quantities differ from the reference values by more than their tolerance: ${names.join(', ')}${wrong.length > 5 ? ', …' : ''}.`,
            hint: 'Compare maxAbs and maxRel with atol and rtol of the failed quantities.',
          },
          report,
        ),
      )
    })
}
