/** A traced function against the eager engine, on the first examples of the first batch it gets. */
import { taskLoss } from '@main/ml/losses/task-loss.ts'
import { modelLogits } from '@main/ml/models/model-logits.ts'
import { passKey, passRandom } from '@main/ml/random/uniform-source.ts'
import { fineTuning } from '@main/ml/regularizers/fine-tuning.ts'
import { regularizerFor } from '@main/ml/regularizers/method-table.ts'
import { makeBatch } from '@main/ml/training/make-batch.ts'
import { logitsOf, stepLosses } from '@main/ml/training/loss-gradients.ts'
import { inScope } from '@main/ml/tensors/in-scope.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { Parameters } from '@main/ml/models/parameters.ts'
import type { Batch, StepContext } from '@main/ml/regularizers/regularizer.ts'
import type { ExampleBatch, StepPlace } from '@main/ml/training/trainer.ts'
import type { TracedTrainerPlan } from './trainer-plan.ts'

/**
 * Examples that are compared. Examples do not touch each other, and the random numbers of a batch's first rows do not
 * depend on the rows after them: a few tell as much as all, in little memory.
 */
export const checkedExamples = 2

/**
 * Largest difference of a loss. Products in bfloat16 keep 8 bits, in TF32 11; in a regularized step rounding may move a
 * position across the threshold of its row.
 */
const tolerances = { float32: 2e-4, regularized: 2e-3, shortProducts: 0.1 }

type Plan = Pick<TracedTrainerPlan, 'config' | 'method' | 'seed' | 'uniform'>

/**
 * Losses of the first examples as the eager engine computes them, dropout and masks included.
 *
 * @param plan model, method, randomness
 * @param read weights and the method's tensors; called within a scope
 * @param batch its first examples are used, padded to its length; all of them where they touch each other
 * @param place which step
 * @returns one loss per example
 */
export function eagerStepLosses(
  plan: Plan,
  read: () => Pick<StepContext, 'parameters' | 'state'>,
  batch: ExampleBatch,
  place: StepPlace,
): ArrayLike<number> {
  return inScope(() => {
    const { parameters, state } = read()
    const random = (pass: 'first' | 'second' | 'mask') =>
      passRandom(plan.uniform, passKey(plan.seed, place.stepNumber, pass))
    const regularizer = place.phase === 'regularized' ? regularizerFor(plan.method) : fineTuning
    const { config } = plan
    const few = firstExamples(plan, batch, regularizer.mixesExamples === true ? Infinity : checkedExamples)
    const logits = logitsOf(parameters, config)
    const step = { config, parameters, state, batch: few, logits, random, begin: () => undefined }
    const changes = regularizer.prepare(step)
    return stepLosses(parameters, { config, batch: few, changes, random: random('second') }).dataSync()
  })
}

/**
 * Mean loss of a few examples as the eager engine evaluates them.
 *
 * @param plan model
 * @param readWeights the weights; called within a scope
 * @param batch the examples, padded to its length
 */
export function eagerEvaluationLoss(plan: Plan, readWeights: () => Parameters, batch: ExampleBatch): number {
  return inScope(() => {
    const few = firstExamples(plan, batch, checkedExamples)
    return taskLoss(modelLogits(readWeights(), plan.config, few.inputs), few.targets).dataSync()[0]!
  })
}

function firstExamples(plan: Plan, { examples, length }: ExampleBatch, most: number): Batch {
  const few = examples.slice(0, most)
  return makeBatch(few, plan.config, { rows: few.length, tokens: length })
}

/**
 * Compares what the eager engine expects with what the graph gave.
 *
 * @param what the function, for the message
 * @param expected losses of the first examples
 * @param found losses of the batch
 * @param plan for the tolerance
 * @throws LabError `internal-error` when they differ: the trace is wrong, and training must not go on with it
 */
export function checkTrace(
  what: string,
  expected: ArrayLike<number>,
  found: ArrayLike<number>,
  plan: Pick<TracedTrainerPlan, 'hasShortProducts'>,
): void {
  const exact = what.startsWith('regularized') ? tolerances.regularized : tolerances.float32
  const tolerance = plan.hasShortProducts ? tolerances.shortProducts : exact
  for (let i = 0; i < expected.length; i++) {
    const [wanted, got] = [expected[i]!, found[i]!]
    // Losses that are not finite, or about to be, have a failure of their own: they end the run.
    if (!isOrdinary(wanted) && !isOrdinary(got)) continue
    const size = Math.max(1, Math.min(Math.abs(wanted), Math.abs(got)))
    if (Math.abs(wanted - got) <= tolerance * size) continue
    throw new LabError(
      'internal-error',
      `The traced step (${what}) gives example ${i + 1} the loss ${got}, the eager one ${wanted}: the trace is wrong.`,
      'Set LAB_EXECUTION=eager to train without traces, and report this with the run’s engine.log.',
    )
  }
}

/** Where a loss is this large, the weights have left what float32 can hold, and rounding decides what overflows first. */
function isOrdinary(loss: number): boolean {
  return Math.abs(loss) < 1e6
}
