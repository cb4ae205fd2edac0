/** Ten optimizer steps of a fixture, plain and cross-tuned, against its reference losses. */
import * as tf from '@tensorflow/tfjs'
import { gradientAttribution } from '@main/ml/attribution/gradient-attribution.ts'
import { classifierLogits } from '@main/ml/models/sequence-classifier.ts'
import { candidateRegion } from '@main/ml/regularizers/attribution-dropout/candidate-region.ts'
import { drawKeepMask } from '@main/ml/regularizers/attribution-dropout/keep-mask.ts'
import { epochPhase } from '@main/ml/regularizers/method-table.ts'
import { lossGradients } from '@main/ml/training/loss-gradients.ts'
import { inScope } from '@main/ml/tensors/in-scope.ts'
import { methodConfig } from '@shared/config/method-config.ts'
import { compareNumbers, tolerances, type ComparisonRow } from './comparison-row.ts'
import { attributionRequest } from './model-parity.ts'
import type { KeepMask } from '@main/ml/models/forward-options.ts'
import type { Optimizer, OptimizerFactory } from '@main/ml/optimizers/optimizer.ts'
import type { Batch } from '@main/ml/regularizers/regularizer.ts'
import type { ParityFixture } from './parity-fixture.ts'

const sequences = ['ft_hf', 'ct_hf', 'ft_torch', 'ct_torch'] as const

/**
 * Every training sequence the fixture holds: losses of ten steps, final weights' norms, final logits.
 *
 * @param fixture the fixture
 * @param createOptimizer the engine's optimizer
 */
export function compareTraining(fixture: ParityFixture, createOptimizer: OptimizerFactory): ComparisonRow[] {
  const present = sequences.filter((name) => fixture.cases.train.losses[name] !== undefined)
  return [
    comparePhases(fixture),
    ...present.flatMap((name) => compareSequence(fixture, createOptimizer, name)),
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
  createOptimizer: OptimizerFactory,
  name: (typeof sequences)[number],
): ComparisonRow[] {
  const { train } = fixture.cases
  const initial = fixture.parameters()
  const optimizer = createOptimizer({
    parameters: initial,
    settings: {
      weightDecay: train.weight_decay,
      beta1: train.betas[0],
      beta2: train.betas[1],
      epsilon: train.eps,
      form: name.endsWith('torch') ? 'pytorch' : 'hugging-face',
    },
  })
  tf.dispose([...initial.values()])
  const rows: ComparisonRow[] = []
  const losses: number[] = []
  let step = 0
  for (let epoch = 0; epoch < train.epochs; epoch++) {
    const isMasked = name.startsWith('ct') && train.ad_epochs.includes(epoch)
    for (const batchName of train.batches) {
      const batch = fixture.batch(batchName)
      inScope(() => {
        const parameters = optimizer.parameters()
        const drawn = isMasked
          ? drawGivenMasks(fixture, parameters, batch, step)
          : { masks: new Map(), rows: [] }
        if (name === 'ct_hf') rows.push(...drawn.rows)
        const options = { keepMasks: drawn.masks }
        const { loss, gradients } = lossGradients(parameters, fixture.checkpoint.config, batch, options)
        losses.push(loss.dataSync()[0]!)
        optimizer.apply(gradients, train.lr)
      })
      step++
    }
  }
  rows.push(
    compareNumbers(
      fixture.name,
      `train.losses.${name}`,
      losses,
      train.losses[name]!,
      tolerances.trainingLoss,
    ),
    ...compareEnd(fixture, optimizer, name),
  )
  optimizer.dispose()
  return rows
}

/** Final norms and logits, where the fixture holds them for this sequence. */
function compareEnd(fixture: ParityFixture, optimizer: Optimizer, name: string): ComparisonRow[] {
  const { train } = fixture.cases
  return inScope(() => {
    const parameters = optimizer.parameters()
    const norms = Object.entries(train.final_parameter_norms[name] ?? {}).map(([weight, norm]) => {
      const actual = tf.norm(parameters.get(weight)!).dataSync()
      return compareNumbers(fixture.name, `train.norm.${name}.${weight}`, actual, [norm], tolerances.norm)
    })
    const expected = train.final_logits_train0[name]
    if (expected === undefined) return norms
    const batch = fixture.batch('train0')
    const logits = classifierLogits(parameters, fixture.checkpoint.config, batch.inputs)
    const tolerance = { rtol: tolerances.norm.rtol, atol: tolerances.trainingLoss.atol }
    return [
      ...norms,
      compareNumbers(
        fixture.name,
        `train.final_logits.${name}`,
        logits.dataSync(),
        expected.flat(),
        tolerance,
      ),
    ]
  })
}

/** Keep masks of all layers from GA and the fixture's uniform numbers, each compared with the reference. */
function drawGivenMasks(
  fixture: ParityFixture,
  parameters: ReadonlyMap<string, tf.Tensor>,
  batch: Batch,
  step: number,
): { masks: Map<number, KeepMask>; rows: ComparisonRow[] } {
  const { train } = fixture.cases
  const [examples, tokens] = batch.inputs.inputIds.shape
  const shape: [number, number, number, number] = [
    examples,
    fixture.checkpoint.config.numAttentionHeads,
    tokens,
    tokens,
  ]
  const masks = new Map<number, KeepMask>()
  const rows: ComparisonRow[] = []
  const model = { fixture, parameters, batch, batchName: 'train' }
  for (const [layer, attribution] of gradientAttribution({
    ...attributionRequest(model),
    layers: train.layers,
  })) {
    const region = candidateRegion(
      attribution,
      batch.inputs.isReal,
      train.p,
      'high-attribution',
    )
    const uniform = tf.tensor4d(Array.from(fixture.expected(`train.U.${step}.${layer}`)), shape)
    const keepMask = drawKeepMask(region.isProtected, uniform, batch.inputs.isReal, train.q)
    const name = `train.keep.${step}.${layer}`
    rows.push(
      compareNumbers(fixture.name, name, keepMask.dataSync(), fixture.expected(name), tolerances.exact),
    )
    masks.set(layer, keepMask)
  }
  return { masks, rows }
}
