/** Ten optimizer steps of a fixture, plain and cross-tuned, against its reference losses. */
import * as tf from '@tensorflow/tfjs'
import { gradientAttribution } from '@main/ml/attribution/gradient-attribution.ts'
import { exemptFromDecay } from '@main/ml/models/model-weights.ts'
import { modelLogits } from '@main/ml/models/model-logits.ts'
import { candidateRegion } from '@main/ml/regularizers/attribution-dropout/candidate-region.ts'
import { drawKeepMask } from '@main/ml/regularizers/attribution-dropout/keep-mask.ts'
import { epochPhase } from '@shared/config/epoch-phase.ts'
import { lossGradients } from '@main/ml/training/loss-gradients.ts'
import { inScope } from '@main/ml/tensors/in-scope.ts'
import { updateScalars } from '@main/ml/optimizers/optimizer.ts'
import { compile, type Signature, type Tensors, type TracedFunction } from '@main/tracer/compile.ts'
import { updateWeights, variableNames, type UpdateInputs } from '@main/training-graph/graph-adam-w.ts'
import { batchInputs, batchOf, batchSignature } from '@main/training-graph/step-functions.ts'
import { methodConfig } from '@shared/config/method-config.ts'
import { compareNumbers, tolerances, type ComparisonRow } from './comparison-row.ts'
import { attributionRequest } from './model-parity.ts'
import type { KeepMask } from '@main/ml/models/forward-options.ts'
import { toCompare, type Quantity } from './quantity.ts'
import type { Parameters } from '@main/ml/models/parameters.ts'
import type { AdamWSettings } from '@main/ml/optimizers/optimizer.ts'
import type { TensorEngine } from '@main/tensor-backend/load-backend.ts'
import type { Batch } from '@main/ml/regularizers/regularizer.ts'
import type { ParityFixture } from './parity-fixture.ts'

const sequences = ['ft_hf', 'ct_hf', 'ft_torch', 'ct_torch'] as const
type SequenceName = (typeof sequences)[number]

/**
 * Every training sequence the fixture holds: losses of ten steps, final weights' norms, final logits.
 *
 * @param fixture the fixture
 * @param engine the loaded engine
 * @param execution operation by operation, or as a graph
 */
export function compareTraining(
  fixture: ParityFixture,
  engine: TensorEngine,
  execution: 'eager' | 'traced',
): ComparisonRow[] {
  const present = sequences.filter((name) => fixture.cases.train.losses[name] !== undefined)
  return [
    comparePhases(fixture),
    ...present.flatMap((name) => compareSequence(fixture, engine, execution, name)),
  ]
}

/** Which epochs cross-tuning masks, by the rule that runs use, against the fixture's. */
function comparePhases(fixture: ParityFixture): ComparisonRow {
  const { epochs, ad_epochs: masked } = fixture.cases.train
  const method = methodConfig.parse({ kind: 'ad-drop' })
  const indices = Array.from({ length: epochs }, (_, index) => index)
  const ours = indices.map((index) => Number(epochPhase(method, index + 1) === 'regularized'))
  const theirs = indices.map((index) => Number(masked.includes(index)))
  return compareNumbers(fixture.name, 'train.masked_epochs', ours, theirs, tolerances.exact)
}

function compareSequence(
  fixture: ParityFixture,
  engine: TensorEngine,
  execution: 'eager' | 'traced',
  name: SequenceName,
): ComparisonRow[] {
  const { train } = fixture.cases
  const steps = Array.from({ length: train.epochs }, (_, epoch) => epoch).flatMap((epoch) =>
    train.batches.map((batchName) => ({
      batchName,
      isMasked: name.startsWith('ct') && train.ad_epochs.includes(epoch),
    })),
  )
  const settings: AdamWSettings = {
    weightDecay: train.weight_decay,
    beta1: train.betas[0],
    beta2: train.betas[1],
    epsilon: train.eps,
    form: name.endsWith('torch') ? 'pytorch' : 'hugging-face',
  }
  const run = execution === 'traced' && engine.graphs !== null ? tracedSteps : eagerSteps
  const { losses, masks, weights } = run({ fixture, engine, steps, settings })
  const expected = train.losses[name]!
  return inScope(() => [
    ...(name === 'ct_hf' ? masks : []),
    compareNumbers(fixture.name, `train.losses.${name}`, losses, expected, tolerances.trainingLoss),
    ...compareEnd(fixture, weights(), name),
  ])
}

/** Ten steps to carry out. */
interface TrainingSteps {
  readonly fixture: ParityFixture
  readonly engine: TensorEngine
  readonly steps: readonly { readonly batchName: string; readonly isMasked: boolean }[]
  readonly settings: AdamWSettings
}

/** What they left. */
interface TrainedSteps {
  readonly losses: readonly number[]
  readonly masks: readonly ComparisonRow[]
  /** Final weights; freed with the surrounding scope. */
  readonly weights: () => Parameters
}

/** One operation after the other, with the engine's optimizer. */
function eagerSteps({ fixture, engine, steps, settings }: TrainingSteps): TrainedSteps {
  const { config } = fixture
  const initial = fixture.parameters()
  const optimizer = engine.createOptimizer({
    parameters: initial,
    settings,
    exempt: exemptFromDecay(config, initial.keys()),
  })
  tf.dispose([...initial.values()])
  const masks: ComparisonRow[] = []
  const losses = steps.map(({ batchName, isMasked }, step) =>
    inScope(() => {
      const batch = fixture.batch(batchName)
      const parameters = optimizer.parameters()
      const drawn = isMasked ? drawGivenMasks(fixture, parameters, batch, step) : noMasks
      masks.push(
        ...drawn.quantities.map(({ name, tensor, expected, tolerance }) =>
          compareNumbers(fixture.name, name, tensor.dataSync(), expected, tolerance),
        ),
      )
      const { loss, gradients } = lossGradients(parameters, {
        config,
        batch,
        changes: { pass: { keepMasks: drawn.masks } },
      })
      optimizer.apply(gradients, fixture.cases.train.lr)
      return loss.dataSync()[0]!
    }),
  )
  return {
    losses,
    masks,
    weights: () => {
      const copies = new Map([...optimizer.parameters()].map(([name, weight]) => [name, tf.mul(weight, 1)]))
      optimizer.dispose()
      return copies
    },
  }
}

/** As functions of one graph, with the graph's optimizer. */
function tracedSteps({ fixture, engine, steps, settings }: TrainingSteps): TrainedSteps {
  const { cases } = fixture
  const initial = fixture.parameters()
  const shapes = new Map([...initial].map(([name, { shape }]) => [name, shape]))
  const quantities: (readonly Quantity[])[] = []
  const functions = recordedSteps({ fixture, engine, steps, settings }, [...shapes.keys()], quantities)
  const names = [...shapes].flatMap(([name, shape]) =>
    Object.values(variableNames).map((nameOf) => [nameOf(name), shape] as const),
  )
  const graph = compile(engine.graphs!, {
    variables: new Map(names),
    functions: Object.fromEntries(functions),
  })
  graph.assign(initial)
  tf.dispose([...initial.values()])
  const masks: ComparisonRow[] = []
  const losses = steps.map(({ batchName }, step) =>
    inScope(() => {
      const { decay, beta1Power, beta2Power, epsilon } = updateScalars(settings, step + 1, cases.train.lr)
      const { beta1, beta2 } = settings
      const numbers = {
        beta1Power,
        beta2Power,
        epsilon,
        beta1,
        beta2,
        learningRate: cases.train.lr,
        decayFactor: 1 - decay,
      }
      const inputs = Object.fromEntries(
        Object.entries(numbers).map(([name, value]) => [name, tf.scalar(value)]),
      )
      const found = graph.run(`step-${step}`, { ...batchInputs(fixture.batch(batchName)), ...inputs })
      masks.push(
        ...quantities[step]!.map(({ name, expected, tolerance }, index) =>
          compareNumbers(fixture.name, name, found[`mask-${index}`]!.dataSync(), expected, tolerance),
        ),
      )
      return found['loss']!.dataSync()[0]!
    }),
  )
  return {
    losses,
    masks,
    weights: () => {
      const weights = graph.read(shapes.keys())
      graph.dispose()
      return weights
    },
  }
}

/** A function per step; what each draws is compared with is left in `quantities`. */
function recordedSteps(
  { fixture, engine, steps, settings }: TrainingSteps,
  names: readonly string[],
  quantities: (readonly Quantity[])[],
): [string, TracedFunction][] {
  const { config } = fixture
  const updates = ['beta1', 'beta2', 'beta1Power', 'beta2Power', 'learningRate', 'epsilon', 'decayFactor']
  const scalars: Signature = Object.fromEntries(
    updates.map((name) => [name, { shape: [], dtype: 'float32' }]),
  )
  return steps.map(({ batchName, isMasked }, step): [string, TracedFunction] => {
    const [rows, tokens] = sizeOfBatch(fixture, batchName)
    return [
      `step-${step}`,
      {
        inputs: { ...batchSignature(config.taskKind, rows, tokens), ...scalars },
        body(inputs, variable) {
          const batch = batchOf(config.taskKind, inputs)
          const parameters = new Map(names.map((name) => [name, variable(name).read()]))
          const drawn = isMasked ? drawGivenMasks(fixture, parameters, batch, step) : noMasks
          quantities[step] = drawn.quantities
          const changes = { pass: { keepMasks: drawn.masks } }
          const { loss, gradients } = lossGradients(parameters, { config, batch, changes })
          const exempt = exemptFromDecay(config, names)
          updateWeights(
            engine.graphs!,
            variable,
            gradients,
            { ...settings, exempt },
            inputs as unknown as UpdateInputs,
          )
          const outputs = drawn.quantities.map(({ tensor }, index) => [`mask-${index}`, tf.clone(tensor)])
          return { loss, ...Object.fromEntries(outputs) } as Tensors
        },
      },
    ]
  })
}

/** Rows and tokens of a batch of the fixture. */
function sizeOfBatch(fixture: ParityFixture, name: string): readonly [number, number] {
  const ids = fixture.cases.batches[name]!.input_ids
  return [ids.length, ids[0]!.length]
}

/** Final norms and logits, where the fixture holds them for this sequence. */
function compareEnd(fixture: ParityFixture, parameters: Parameters, name: SequenceName): ComparisonRow[] {
  const { train } = fixture.cases
  return inScope(() => {
    const norms = Object.entries(train.final_parameter_norms[name] ?? {}).map(([weight, norm]) => {
      const actual = tf.norm(parameters.get(weight)!).dataSync()
      return compareNumbers(fixture.name, `train.norm.${name}.${weight}`, actual, [norm], tolerances.norm)
    })
    const expected = train.final_logits_train0[name]
    if (expected === undefined) return norms
    const batch = fixture.batch('train0')
    const logits = modelLogits(parameters, fixture.config, batch.inputs)
    const tolerance = { rtol: tolerances.norm.rtol, atol: tolerances.trainingLoss.atol }
    return [
      ...norms,
      compareNumbers(
        fixture.name,
        `train.final_logits.${name}`,
        logits.dataSync(),
        expected.flat(2),
        tolerance,
      ),
    ]
  })
}

/** Masks of a step, and what they must be. */
interface DrawnMasks {
  readonly masks: ReadonlyMap<number, KeepMask>
  readonly quantities: readonly Quantity[]
}

const noMasks: DrawnMasks = { masks: new Map(), quantities: [] }

/** Keep masks of all layers from GA and the fixture's uniform numbers, each compared with the reference. */
function drawGivenMasks(
  fixture: ParityFixture,
  parameters: ReadonlyMap<string, tf.Tensor>,
  batch: Batch,
  step: number,
): DrawnMasks {
  const { train } = fixture.cases
  const [examples, tokens] = batch.inputs.inputIds.shape
  const shape: [number, number, number, number] = [examples, fixture.config.numAttentionHeads, tokens, tokens]
  const masks = new Map<number, KeepMask>()
  const quantities: Quantity[] = []
  const model = { fixture, parameters, batch, batchName: 'train' }
  for (const [layer, attribution] of gradientAttribution({
    ...attributionRequest(model),
    layers: train.layers,
  })) {
    const region = candidateRegion(attribution, batch.inputs.isReal, train.p, 'high-attribution')
    const uniform = tf.tensor4d(Array.from(fixture.expected(`train.U.${step}.${layer}`)), shape)
    const keepMask = drawKeepMask(region.isProtected, uniform, batch.inputs.isReal, train.q)
    const name = `train.keep.${step}.${layer}`
    quantities.push(toCompare(fixture.name, name, keepMask, fixture.expected(name), tolerances.exact))
    masks.set(layer, keepMask)
  }
  return { masks, quantities }
}
