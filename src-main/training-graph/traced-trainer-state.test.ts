import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { fineTuning as fineTuningRegularizer } from '@main/ml/regularizers/fine-tuning.ts'
import { tinyParameters } from '@main/ml/testing/tiny-model.ts'
import { makeBatch } from '@main/ml/training/make-batch.ts'
import { compile, type Tensors } from '@main/tracer/compile.ts'
import { variablesOf } from './graph-values.ts'
import { batchInputs, idleUpdate, passInputs, stepFunction } from './step-functions.ts'
import {
  adDrop,
  aBatch,
  distance,
  eager,
  engine,
  fineTuning,
  loadEngine,
  phaseOf,
  planOf,
  rival,
  tinyOptimizer,
  traced,
  train,
} from './testing/tiny-trainers.ts'
import { createTracedTrainer } from './traced-trainer.ts'
import type { UniformSource } from '@main/ml/random/uniform-source.ts'
import type { MethodConfig } from '@shared/config/method-config.ts'
import type { LabError } from '@shared/failures/failure.ts'

beforeAll(loadEngine)

/** What a trainer of two lengths tells of where the time of steps on batches of these lengths goes. */
function partsTold(lengths: readonly number[], method: MethodConfig = fineTuning): unknown[][] {
  const trainer = traced({ method, buckets: [5, 7] }, { stepShares: {} })
  const told = lengths.map((length, index) => {
    const parts: unknown[] = []
    const place = { stepNumber: index + 1, phase: phaseOf(method), learningRate: 1e-3 }
    trainer.step(aBatch(index, length), place, (part) => parts.push(part))
    return parts
  })
  trainer.dispose()
  return told
}

describe('a traced trainer', () => {
  it('is the same bit for bit for the same seed, also from weights and moments that were copied out', () => {
    const changes = { method: adDrop({ attribution: 'attention' }) }
    const whole = traced(changes)
    const losses = train(whole, changes, 1, 6)
    const before = traced(changes)
    const early = train(before, changes, 1, 3)
    const parameters = new Map(
      [...before.weights()].map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
    )
    const state = before.optimizerState()
    before.dispose()

    const after = createTracedTrainer(engine().graphs!, planOf(changes), { parameters, state })
    tf.dispose([...parameters.values()])

    expect(after.optimizerState()).toEqual(state)
    expect([...early, ...train(after, changes, 4, 6)]).toEqual(losses)
    expect(after.weights()).toEqual(whole.weights())
    expect(after.optimizerState()).toEqual(whole.optimizerState())
    after.dispose()
    whole.dispose()
  })

  it.each([
    ['traced', traced],
    ['eager', eager],
  ])('copies out the weights and moments that are asked for: %s', (_, create) => {
    const changes = {}
    const trainer = create(changes)
    train(trainer, changes, 1, 2)
    const [weights, state] = [trainer.weights(), trainer.optimizerState()]
    const names = [...trainer.shapes.keys()].slice(3, 5)
    const chosen = <Value>(of: ReadonlyMap<string, Value>) =>
      new Map(names.map((name) => [name, of.get(name)!]))

    expect([...weights].map(([name, { shape }]) => [name, shape])).toEqual([...trainer.shapes])
    expect(trainer.weights(names)).toEqual(chosen(weights))
    expect(trainer.optimizerState(names)).toEqual({
      step: 2,
      firstMoments: chosen(state.firstMoments),
      secondMoments: chosen(state.secondMoments),
    })
    trainer.dispose()
  })

  it('computes something else with another seed', () => {
    const [one, other] = [traced({ seed: 7 }), traced({ seed: 8 })]

    expect(train(other)).not.toEqual(train(one))
    one.dispose()
    other.dispose()
  })

  it('stays within 0.05 of float32 with products in bfloat16, and is not float32', () => {
    const changes = { method: adDrop() }
    const [exact, rounded] = [
      traced(changes),
      traced({ ...changes, precision: 'bfloat16', hasShortProducts: true }),
    ]
    const [expected, found] = [train(exact, changes), train(rounded, changes)]

    expect(distance(expected, found)).toBeLessThan(0.05)
    expect(found).not.toEqual(expected)
    exact.dispose()
    rounded.dispose()
  })

  it('refuses a batch that is longer than every bucket', () => {
    const trainer = traced()
    const refusal = expect.objectContaining({
      code: 'invalid-config',
      message: 'A batch of 8 tokens fits no shape of this run; the longest is 7.',
    }) as LabError

    expect(() =>
      trainer.step(aBatch(1, 8), { stepNumber: 1, phase: 'fine-tuning', learningRate: 1 }, () => undefined),
    ).toThrow(refusal)
    expect(() => trainer.evaluate(aBatch(1, 8))).toThrow(refusal)
    trainer.dispose()
  })

  it('leaves no tensors behind, in steps, evaluations and copies of its state', () => {
    const changes = { method: adDrop({ attribution: 'random', crossTuning: true }) }
    const atFirst = tf.memory().numTensors
    const trainer = traced(changes)
    const round = (step: number): void => {
      const phase = step % 2 === 0 ? 'regularized' : 'fine-tuning'
      trainer.step(aBatch(step), { stepNumber: step, phase, learningRate: 1e-3 }, () => undefined)
    }
    round(1)
    round(2)
    trainer.evaluate(aBatch(1))
    const before = tf.memory().numTensors

    for (let step = 3; step <= 22; step++) round(step)
    trainer.evaluate(aBatch(1))
    trainer.weights()
    trainer.optimizerState()

    expect(tf.memory().numTensors).toBe(before)
    trainer.dispose()
    expect(tf.memory().numTensors).toBe(atFirst)
  })

  it('tells once per phase that the parts’ shares are measured, then the shares, which sum to 1', () => {
    const trainer = traced({ method: adDrop() }, { stepShares: {} })
    const told: unknown[][] = [1, 2].map((stepNumber) => {
      const parts: unknown[] = []
      trainer.step(aBatch(stepNumber), { stepNumber, phase: 'regularized', learningRate: 1e-3 }, (part) =>
        parts.push(part),
      )
      return parts
    })

    expect(told[0]!.slice(0, -1)).toEqual(['startUp', { input: 1 }])
    expect(told[1]).toEqual([told[0]!.at(-1)])
    const shares = told[1]![0] as Record<string, number>
    expect(Object.keys(shares)).toEqual([
      'firstPass',
      'attribution',
      'mask',
      'secondPass',
      'backward',
      'update',
    ])
    expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
    trainer.dispose()
  })

  it('measures nothing that an earlier part of the run has measured, and hands it on', () => {
    const stepShares = { regularized: { secondPass: 0.25, update: 0.75 } } as const
    const trainer = traced({ method: adDrop() }, { stepShares })
    const told = [1, 2].map((stepNumber) => {
      const parts: unknown[] = []
      trainer.step(aBatch(stepNumber), { stepNumber, phase: 'regularized', learningRate: 1e-3 }, (part) =>
        parts.push(part),
      )
      return parts
    })

    // The step itself still has to be compiled.
    expect(told).toEqual([['startUp', { input: 1 }, 'startUp'], [stepShares.regularized]])
    expect(trainer.stepShares()).toEqual(stepShares)
    trainer.dispose()
  })

  it('counts the check of each length’s first batch as start-up, and making the batch as input', () => {
    const told = partsTold([7, 5, 5]).map((parts) => parts.slice(0, -1))

    expect(told).toEqual([['startUp', { input: 1 }], ['startUp', { input: 1 }], []])
  })

  it('counts all of a length’s first step as start-up, which compiles it; the calibrated one was compiled for that', () => {
    const shares = expect.objectContaining({ backward: expect.any(Number) as number }) as object

    expect(partsTold([5, 7, 7, 5]).map((parts) => parts.at(-1))).toEqual([shares, 'startUp', shares, shares])
  })

  it('counts a length’s first integrated gradients as start-up too', () => {
    const method = adDrop({ attribution: 'integrated-gradient', integrationPoints: 2 })
    const [, first, second] = partsTold([5, 7, 7], method)

    expect(first!.slice(2)).toEqual(['startUp'])
    expect(second!.slice(0, 2)).toEqual(['firstPass', 'attribution'])
  })

  it('counts a length’s first batch in a survey as start-up', () => {
    const trainer = traced({ method: rival({ kind: 'child-tuning-d' }), buckets: [5, 7] })
    const told = [7, 7, 5, 5].map((length, index) => {
      const parts: unknown[] = []
      trainer.survey(aBatch(index, length), index + 1, (part) => parts.push(part))
      return parts
    })

    expect(told).toEqual([['startUp'], [], ['startUp'], []])
    trainer.dispose()
  })

  it('stops when the trace computes other losses than the eager engine', () => {
    // Inside the graph the step's key is a tensor: there the numbers are those of another site.
    const uniform: UniformSource = (shape, [step, site]) =>
      engine().uniform(shape, [step, typeof step === 'number' ? site : site + 1])
    const trainer = traced({ uniform })

    expect(() => train(trainer)).toThrow(
      expect.objectContaining({
        code: 'internal-error',
        hint: expect.stringContaining('LAB_EXECUTION=eager') as string,
      }) as LabError,
    )
    trainer.dispose()
  })
})

describe('an idle update', () => {
  it.each(['hugging-face', 'pytorch'] as const)('changes no weight and no moment, form %s', (form) => {
    const parameters = tinyParameters(2, 3)
    const shapes = new Map([...parameters].map(([name, { shape }]) => [name, shape]))
    const { config, uniform } = planOf()
    const backend = engine().graphs!
    const model = {
      backend,
      config,
      shapes,
      state: new Map(),
      optimizer: { ...tinyOptimizer, form },
      uniform,
      maxGradientNorm: 1,
    }
    const variables = variablesOf(shapes, new Map())
    const names = [...variables.keys()]
    const graph = compile(backend, {
      variables,
      functions: { step: stepFunction(model, fineTuningRegularizer, { rows: 4, tokens: 7 }) },
    })
    const values = (): number[][] =>
      [...graph.read(names).values()].map((value) => Array.from(value.dataSync()))
    tf.tidy(() => {
      const batch = batchInputs(makeBatch(aBatch(1).examples, config))
      const keys = Object.values(passInputs).map((name) => [name, tf.scalar(5, 'int32')])
      const step = (update: object): void => {
        const scalars = Object.entries(update).map(([name, value]) => [name, tf.scalar(value as number)])
        graph.run('step', { ...batch, ...(Object.fromEntries([...keys, ...scalars]) as Tensors) })
      }
      graph.assign(parameters)
      step({ ...idleUpdate, beta1: 0.9, beta2: 0.999, learningRate: 1e-2, decayFactor: 0.999 })
      const before = values()
      expect(before.every((entries) => entries.some((entry) => entry !== 0))).toBe(true)

      step(idleUpdate)

      expect(values()).toEqual(before)
    })
    tf.dispose([...parameters.values()])
    graph.dispose()
  })
})
