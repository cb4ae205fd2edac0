/** The engine's short jobs by name. */
import { z } from 'zod'
import { runParity } from '@main/parity/run-parity.ts'
import { loadTensorEngine } from '@main/tensor-backend/load-backend.ts'
import { LabError } from '@shared/failures/failure.ts'
import { attributeCases, attributeRequest } from './attribute-cases.ts'
import { agreementRequest, attributionAgreement } from './attribution-agreement.ts'
import { benchRequest, benchStep } from './bench-step.ts'
import { inspectMachine } from './inspect-machine.ts'

const parityRequest = z.object({
  folders: z.array(z.string()).min(1),
  execution: z.enum(['eager', 'traced']).default('traced'),
})
const doctorRequest = z.object({ home: z.string() })

/** The request; a wrong one is the person's, who typed it. */
function parsedBench(request: unknown): z.infer<typeof benchRequest> {
  const parsed = benchRequest.safeParse(request)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  throw new LabError(
    'invalid-argument',
    `--${path[0]?.toString() ?? 'option'}: ${message}.`,
    'Run "lab bench step --help".',
  )
}

/** Every job: checks its request and answers plain data. */
export const engineTasks = {
  doctor: async (request: unknown) => inspectMachine(doctorRequest.parse(request).home),
  parity: async (request: unknown) => {
    const { folders, execution } = parityRequest.parse(request)
    // Every graph runs once: compiling fused loops for it would take minutes. LAB_FUSION=on has them all the same.
    process.env['LAB_FUSION'] ??= 'off'
    const engine = await loadTensorEngine()
    return runParity(folders, engine, execution, (what) => process.stderr.write(`Comparing ${what}\n`))
  },
  attribute: async (request: unknown) =>
    attributeCases(attributeRequest.parse(request), await loadTensorEngine()),
  'bench-attribution': async (request: unknown) => {
    // The graphs run a few times: compiling fused loops would take longer.
    process.env['LAB_FUSION'] ??= 'off'
    return attributionAgreement(agreementRequest.parse(request), await loadTensorEngine())
  },
  'bench-step': async (request: unknown) => benchStep(parsedBench(request), await loadTensorEngine()),
} as const

/**
 * Whether a job of this name exists.
 *
 * @param name from the command line
 */
export function isEngineTask(name: string): name is keyof typeof engineTasks {
  return Object.hasOwn(engineTasks, name)
}
