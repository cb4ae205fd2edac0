/** Failed allocations, as TensorFlow and V8 report them. */
import { LabError } from '@shared/failures/failure.ts'
import type { TrainingConfig } from '@shared/config/training-config.ts'

const allocationFailure =
  /OOM when allocating|RESOURCE_EXHAUSTED|bad_alloc|Array buffer allocation failed|failed to allocate/i

/**
 * An exception of the training loop; failed allocations become `out-of-memory` with the settings to change.
 *
 * @param thrown whatever a `catch` received
 * @param training the run's settings
 */
export function withMemoryAdvice(thrown: unknown, training: TrainingConfig): unknown {
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  if (thrown instanceof LabError || !allocationFailure.test(text)) return thrown
  return new LabError(
    'out-of-memory',
    `Memory ran out during a step: ${text.split('\n')[0] ?? ''}`,
    `Lower training.batchSize (now ${training.batchSize}) or training.maxLength (now ${training.maxLength}).`,
    { cause: thrown },
  )
}
