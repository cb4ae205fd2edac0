/** AdamW on TensorFlow's resource variables: weights and moments are updated in place by one fused kernel. */
import * as tf from '@tensorflow/tfjs'
import { inScope } from '@main/ml/tensors/in-scope.ts'
import {
  typeAttribute,
  type OperationAttribute,
  type TensorflowBackend,
} from '@main/tracer/tensorflow-backend.ts'
import {
  updateScalars,
  type Optimizer,
  type OptimizerFactory,
  type OptimizerStart,
} from '@main/ml/optimizers/optimizer.ts'

let variableCount = 0

/** A TensorFlow variable: a handle to memory that operations change in place. */
class ResourceVariable {
  private readonly handle: tf.Tensor
  private readonly floatType: OperationAttribute
  private readonly backend: TensorflowBackend

  constructor(backend: TensorflowBackend, value: tf.Tensor) {
    this.backend = backend
    this.floatType = typeAttribute(backend, 'dtype', 'TF_FLOAT')
    const { binding } = backend
    this.handle = tf.keep(
      backend.executeSingleOutput(
        'VarHandleOp',
        [
          this.floatType,
          { name: 'shape', type: binding['TF_ATTR_SHAPE']!, value: value.shape },
          { name: 'shared_name', type: binding['TF_ATTR_STRING']!, value: `adamw_${variableCount++}` },
          { name: 'container', type: binding['TF_ATTR_STRING']!, value: '' },
        ],
        [],
      ),
    )
    this.assign(value)
  }

  /** Replaces the value; the variable shares the tensor's memory until it changes. */
  assign(value: tf.Tensor): void {
    this.backend.executeMultipleOutputs('AssignVariableOp', [this.floatType], [this.handle, value], 0)
  }

  /** The value; shares the variable's memory, so it should be disposed before the next update. */
  read(): tf.Tensor {
    return this.backend.executeSingleOutput('ReadVariableOp', [this.floatType], [this.handle])
  }

  /** The handle, as an input of update operations. */
  get resource(): tf.Tensor {
    return this.handle
  }

  /** Frees the memory. */
  destroy(): void {
    const ignore = { name: 'ignore_lookup_error', type: this.backend.binding['TF_ATTR_BOOL']!, value: true }
    this.backend.executeMultipleOutputs('DestroyResourceOp', [ignore], [this.handle], 0)
    this.handle.dispose()
  }
}

interface Slot {
  readonly weight: ResourceVariable
  readonly firstMoment: ResourceVariable
  readonly secondMoment: ResourceVariable
}

/**
 * Maker of the same AdamW as `createAdamW` (same equation, equal to rounding) by ResourceApplyAdam.
 *
 * @param backend tfjs-node's backend
 */
export function resourceAdamW(backend: TensorflowBackend): OptimizerFactory {
  return (start) => new ResourceAdamW(backend, start)
}

class ResourceAdamW implements Optimizer {
  private readonly slots = new Map<string, Slot>()
  private readonly settings: OptimizerStart['settings']
  private readonly exempt: ReadonlySet<string>
  private readonly backend: TensorflowBackend
  private step: number
  private readouts: Map<string, tf.Tensor> | null = null

  constructor(backend: TensorflowBackend, start: OptimizerStart) {
    this.backend = backend
    this.settings = start.settings
    this.exempt = start.exempt
    this.step = start.state?.step ?? 0
    tf.tidy(() => {
      for (const [name, weight] of start.parameters) {
        const moment = (values: Float32Array | undefined): ResourceVariable =>
          new ResourceVariable(backend, values ? tf.tensor(values, weight.shape) : tf.zerosLike(weight))
        this.slots.set(name, {
          // A product by 1 copies: the caller's tensor must not change with the variable.
          weight: new ResourceVariable(backend, tf.mul(weight, 1)),
          firstMoment: moment(start.state?.firstMoments.get(name)),
          secondMoment: moment(start.state?.secondMoments.get(name)),
        })
      }
    })
  }

  parameters(): ReadonlyMap<string, tf.Tensor> {
    this.readouts ??= new Map([...this.slots].map(([name, slot]) => [name, tf.keep(slot.weight.read())]))
    return this.readouts
  }

  apply(gradients: ReadonlyMap<string, tf.Tensor>, learningRate: number): void {
    this.releaseReadouts()
    this.step++
    const { settings, backend } = this
    const { binding } = backend
    const no = (name: string): OperationAttribute => ({ name, type: binding['TF_ATTR_BOOL']!, value: false })
    const attributes = [typeAttribute(backend, 'T', 'TF_FLOAT'), no('use_locking'), no('use_nesterov')]
    const { beta1Power, beta2Power, epsilon, decay } = updateScalars(settings, this.step, learningRate)
    tf.tidy(() => {
      const scalars = [beta1Power, beta2Power, learningRate, settings.beta1, settings.beta2, epsilon].map(
        (x) => tf.scalar(x),
      )
      for (const [name, gradient] of gradients) {
        const { weight, firstMoment, secondMoment } = this.slots.get(name)!
        const shrink = (): void => {
          if (decay > 0 && !this.exempt.has(name)) weight.assign(tf.mul(weight.read(), 1 - decay))
        }
        if (settings.form === 'pytorch') shrink()
        const variables = [weight.resource, firstMoment.resource, secondMoment.resource]
        backend.executeMultipleOutputs(
          'ResourceApplyAdam',
          attributes,
          [...variables, ...scalars, gradient],
          0,
        )
        if (settings.form === 'hugging-face') shrink()
      }
    })
  }

  state(names: readonly string[] = [...this.slots.keys()]): ReturnType<Optimizer['state']> {
    const moments = (of: 'firstMoment' | 'secondMoment'): ReadonlyMap<string, Float32Array> =>
      new Map(
        names.map((name) => [name, inScope(() => this.slots.get(name)![of].read().dataSync<'float32'>())]),
      )
    return {
      step: this.step,
      firstMoments: moments('firstMoment'),
      secondMoments: moments('secondMoment'),
    }
  }

  dispose(): void {
    this.releaseReadouts()
    for (const { weight, firstMoment, secondMoment } of this.slots.values()) {
      for (const variable of [weight, firstMoment, secondMoment]) variable.destroy()
    }
    this.slots.clear()
  }

  private releaseReadouts(): void {
    for (const tensor of this.readouts?.values() ?? []) tensor.dispose()
    this.readouts = null
  }
}
