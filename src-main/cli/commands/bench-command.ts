/** `lab bench step`: time of a training step per method. */
import { join, resolve } from 'node:path'
import { Option } from 'commander'
import { z } from 'zod'
import type { CommandDefinition } from '@main/cli/command-context.ts'
import { done } from '@main/cli/output.ts'
import { textTable } from '@main/cli/text-table.ts'
import { runEngineTask } from '@main/engine-client/engine-task.ts'

const times = z.looseObject({
  medianMs: z.number(),
  minMs: z.number(),
  maxMs: z.number(),
  ratio: z.number().nullable(),
  gflops: z.number(),
})
const benchAnswer = z.looseObject({
  precision: z.string(),
  matmulGflops: z.number(),
  peakMemoryBytes: z.number(),
  methods: z.record(z.string(), times),
})
type BenchAnswer = z.infer<typeof benchAnswer>

const sizes = [
  ['--layers <n>', 'transformer blocks', 6],
  ['--hidden <n>', 'hidden size', 384],
  ['--heads <n>', 'attention heads', 12],
  ['--intermediate <n>', 'feed-forward size', 1536],
  ['--vocab <n>', 'vocabulary', 30522],
  ['--batch <n>', 'examples per step', 32],
  ['--length <n>', 'tokens per example', 64],
  ['--steps <n>', 'timed steps per method', 10],
] as const

/** What commander gives. */
type BenchOptions = Record<string, unknown> & {
  readonly precision: string[]
  readonly maskedLayers: string[]
  readonly keepGraph?: string
}

const list = (text: string): string[] => text.split(',').map((entry) => entry.trim())

function tableOf(answers: readonly BenchAnswer[]): string {
  return answers
    .map((answer) => {
      const rows = Object.entries(answer.methods).map(([method, found]) => ({ method, ...found }))
      const table = textTable(
        [
          { title: answer.precision, cell: (row) => row.method },
          { title: 'Median ms', cell: (row) => row.medianMs.toFixed(1), align: 'right' },
          { title: 'Min', cell: (row) => row.minMs.toFixed(1), align: 'right' },
          { title: 'Max', cell: (row) => row.maxMs.toFixed(1), align: 'right' },
          { title: '× FT', cell: (row) => (row.ratio === null ? '–' : row.ratio.toFixed(2)), align: 'right' },
          { title: 'GFLOP/s', cell: (row) => row.gflops.toFixed(0), align: 'right' },
        ],
        rows,
      )
      return `${table}\nbare product ${answer.matmulGflops.toFixed(0)} GFLOP/s, peak memory ${(answer.peakMemoryBytes / 2 ** 20).toFixed(0)} MiB`
    })
    .join('\n\n')
}

/** Adds `lab bench`. */
export const addBenchCommand: CommandDefinition = (program, context) => {
  const bench = program.command('bench').description('measure this machine')
  const step = bench.command('step').description('median, min and max time of warm training steps per method')
  for (const [flags, text, fallback] of sizes)
    step.addOption(new Option(flags, text).default(fallback).argParser(Number))
  step
    .option(
      '--precision <list>',
      'float32, bfloat16 or both; each is measured in a process of its own',
      list,
      ['float32'],
    )
    .option('--methods <list>', 'methods, taken in turn', list, [
      'fine-tuning',
      'random',
      'attention',
      'gradient',
    ])
    .option('--masked-layers <list>', 'layers AD-DROP acts on: all, or 0-based indices', list, ['all'])
    .addOption(
      new Option('--attribution-precision <type>', 'precision of the attribution pass')
        .choices(['float32', 'bfloat16'])
        .default('float32'),
    )
    .option('--keep-graph <folder>', 'leave each precision’s graph in a folder there, for bench/profile.mjs')
    .action(async (options: BenchOptions) => {
      const { surroundings } = context
      const { maskedLayers, keepGraph, ...others } = options
      const layers = maskedLayers[0] === 'all' ? 'all' : maskedLayers.map(Number)
      const answers: BenchAnswer[] = []
      for (const precision of options.precision) {
        const answer = await runEngineTask(
          'bench-step',
          {
            ...others,
            precision,
            maskedLayers: layers,
            ...(keepGraph === undefined ? {} : { keepGraph: join(resolve(keepGraph), precision) }),
          },
          { enginePath: surroundings.enginePath, onLog: surroundings.stderr },
        )
        answers.push(benchAnswer.parse(answer))
      }
      const [only] = answers
      context.answer(done(answers.length === 1 ? only! : { precisions: answers }, tableOf(answers)))
    })
}
