/**
 * What travels on the Node IPC channel between an engine process and its supervisor: a closed union each way,
 * checked on arrival on both sides.
 */
import { z } from 'zod'
import { runEventSchema } from '@shared/results/run-event.ts'
import { failureSchema } from '@shared/failures/failure.ts'

/** What a supervisor may ask of a running engine; carried out between two steps. */
const controlActions = ['pause', 'stop', 'cancel'] as const

/** What a supervisor may ask of a running engine. */
export type ControlAction = (typeof controlActions)[number]

/** Supervisor → engine. */
export const controlMessage = z.strictObject({ kind: z.literal('control'), action: z.enum(controlActions) })

/** Supervisor → engine. */
export type ControlMessage = z.infer<typeof controlMessage>

/**
 * Engine → supervisor: something that happened; a sign of life from the step loop (`step`: last finished step, 0 before the
 * first); or why this process does not carry out the run, because another has it in hand.
 */
export const engineMessage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('event'), event: runEventSchema }),
  z.strictObject({ kind: z.literal('heartbeat'), step: z.number().int().nonnegative() }),
  z.strictObject({ kind: z.literal('refused'), failure: failureSchema }),
])

/** Engine → supervisor. */
export type EngineMessage = z.infer<typeof engineMessage>
