/** `lab bench attribution`: how far cheaper attributions rank the positions of real inputs as the exact ones do. */
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { attentionAttribution } from '@main/ml/attribution/attention-attribution.ts'
import { gradientAttribution } from '@main/ml/attribution/gradient-attribution.ts'
import { integratedGradientAttribution } from '@main/ml/attribution/integrated-gradient-attribution.ts'
import { integrationRule } from '@main/ml/attribution/integrated-gradient/integration-rule.ts'
import { modelWeights } from '@main/ml/models/model-weights.ts'
import { candidateRegion } from '@main/ml/regularizers/attribution-dropout/candidate-region.ts'
import { selectedLayers } from '@main/ml/regularizers/attribution-dropout/attributions.ts'
import { inScope } from '@main/ml/tensors/in-scope.ts'
import { makeBatch } from '@main/ml/training/make-batch.ts'
import { logitsOf } from '@main/ml/training/loss-gradients.ts'
import { withBfloat16Products } from '@main/tracer/bfloat16-products.ts'
import { compile, type CompiledGraph, type Tensors, type TracedFunction } from '@main/tracer/compile.ts'
import { batchInputs, batchOf, batchSignature } from '@main/training-graph/step-functions.ts'
import { usualIntegrationPoints } from '@shared/config/methods/ad-drop.ts'
import { LabError } from '@shared/failures/failure.ts'
import { loadCases } from './encoded-cases.ts'
import { RowAgreement, type AgreementSummary } from './row-agreement.ts'
import type { Attribution, ModelAttributionRequest } from '@main/ml/attribution/attribution.ts'
import type { Parameters } from '@main/ml/models/parameters.ts'
import type { EncodedExample } from '@main/ml/heads/encoded-example.ts'
import type { TensorEngine } from '@main/tensor-backend/load-backend.ts'
import type { ModelConfig } from '@main/ml/models/model-config.ts'

/** What the command asks. */
export const agreementRequest = z.object({
  checkpoint: z.string(),
  cases: z.string(),
  batch: z.number().int().positive(),
  candidateRegionRatio: z.number().gt(0).lt(1),
  maxLength: z.number().int().min(4).nullable(),
})
type AgreementRequest = z.infer<typeof agreementRequest>

/** What the command answers. */
export interface AgreementAnswer {
  readonly cases: number
  readonly candidateRegionRatio: number
  /** By comparison, for instance `gradient: bfloat16 and float32`. */
  readonly agreements: Readonly<Record<string, AgreementSummary>>
}

/** Ways of attributing, by the name they have in the graph. */
const attributions = {
  attention: attentionAttribution,
  gradient: gradientAttribution,
  quadrature: (request: ModelAttributionRequest) => integrated(request, 'gauss-legendre'),
} as const
type Way = keyof typeof attributions
const ways = Object.keys(attributions) as Way[]

/**
 * Compares attributions of the same inputs: a bfloat16 pass with a float32 one, and quadrature with the exact sum. Dropout is
 * off; classes are those that the model predicts.
 *
 * @param request checkpoint and cases
 * @param engine the loaded engine
 * @failure engine-unavailable where nothing can be traced; those of `loadCases`
 */
export async function attributionAgreement(
  request: AgreementRequest,
  engine: TensorEngine,
): Promise<AgreementAnswer> {
  const { graphs } = engine
  if (graphs === null) {
    throw new LabError(
      'engine-unavailable',
      `bfloat16 products exist in traced graphs alone, on TensorFlow; ${engine.info.backend} runs here.`,
      'Run "lab doctor" for what TensorFlow lacks.',
    )
  }
  const { encoded, config, outputs, parameters } = await loadCases({ ...request, seed: 1 })
  const tokens = Math.max(...encoded.map(({ inputIds }) => inputIds.length))
  const size = { rows: request.batch, tokens }
  const graphOf = (isRounded: boolean): CompiledGraph => {
    const graph = compile(graphs, {
      variables: new Map([...parameters].map(([name, { shape }]) => [name, shape])),
      functions: Object.fromEntries(
        ways.map((way) => [way, attributionFunction(way, config, outputs, size)]),
      ),
      ...(isRounded ? { rewrite: (nodes) => withBfloat16Products(nodes, () => true) } : {}),
    })
    graph.assign(parameters)
    return graph
  }
  const [exact, rounded] = [graphOf(false), graphOf(true)]
  const found: Record<string, RowAgreement> = Object.fromEntries(
    [...ways.map(roundedName), quadratureName].map((name) => [name, new RowAgreement()]),
  )
  for (let start = 0; start < encoded.length; start += size.rows) {
    const few = encoded.slice(start, start + size.rows)
    inScope(() => {
      const batch = makeBatch(few, config, size)
      const compare = (name: string, one: ByLayer, other: ByLayer): void => {
        addRows(found[name]!, few, one, other, regionOf(batch.inputs.isReal, request.candidateRegionRatio))
      }
      const results = new Map(ways.map((way) => [way, layersOf(exact.run(way, batchInputs(batch)))] as const))
      for (const way of ways)
        compare(roundedName(way), results.get(way)!, layersOf(rounded.run(way, batchInputs(batch))))
      const riemann = integrated(requestOf(parameters, config, batchInputs(batch)), 'riemann')
      compare(quadratureName, results.get('quadrature')!, riemann)
    })
  }
  exact.dispose()
  rounded.dispose()
  tf.dispose([...parameters.values()])
  return {
    cases: encoded.length,
    candidateRegionRatio: request.candidateRegionRatio,
    agreements: Object.fromEntries(Object.entries(found).map(([name, rows]) => [name, rows.summary()])),
  }
}

const roundedName = (way: Way): string =>
  `${way === 'quadrature' ? 'integrated gradients, Gauss-Legendre' : way}: bfloat16 and float32`
const quadratureName = 'integrated gradients: Gauss-Legendre and Riemann'

type ByLayer = ReadonlyMap<number, tf.Tensor>

/** Integrated gradients by a rule with its usual number of points. */
function integrated(
  request: ModelAttributionRequest,
  rule: 'riemann' | 'gauss-legendre',
): ReadonlyMap<number, Attribution> {
  const points = integrationRule(rule, usualIntegrationPoints[rule])
  return integratedGradientAttribution(request, points, 'exact')
}

/** Attribution of all layers as a function of a graph; outputs by layer. */
function attributionFunction(
  way: Way,
  config: ModelConfig,
  outputs: number,
  { rows, tokens }: { rows: number; tokens: number },
): TracedFunction {
  return {
    inputs: batchSignature(config.taskKind, rows, tokens),
    body(inputs, variable) {
      const names = [...modelWeights(config, outputs).keys()]
      const parameters = new Map(names.map((name) => [name, variable(name).read()]))
      const found = attributions[way](requestOf(parameters, config, inputs))
      return Object.fromEntries([...found].map(([layer, attribution]) => [String(layer), attribution]))
    },
  }
}

/** What is attributed: every layer, without dropout. */
function requestOf(parameters: Parameters, config: ModelConfig, inputs: Tensors): ModelAttributionRequest {
  const batch = batchOf(config.taskKind, inputs)
  return {
    logits: logitsOf(parameters, config),
    parameters,
    config,
    inputs: batch.inputs,
    targets: batch.targets,
    target: 'pseudo-label',
    layers: selectedLayers('all', config.numHiddenLayers),
    pass: {},
    weights: 'after-dropout',
  }
}

const layersOf = (outputs: Tensors): ByLayer =>
  new Map(Object.entries(outputs).map(([layer, tensor]) => [Number(layer), tensor]))

/** Protected positions of an attribution, 1 or 0. */
const regionOf =
  (isReal: tf.Tensor2D, ratio: number) =>
  (attribution: tf.Tensor): ArrayLike<number> =>
    candidateRegion(attribution as Attribution, isReal, ratio, 'high-attribution').isProtected.dataSync()

/** Adds every row of a real query, real columns alone. */
function addRows(
  agreement: RowAgreement,
  examples: readonly EncodedExample[],
  one: ByLayer,
  other: ByLayer,
  region: (attribution: tf.Tensor) => ArrayLike<number>,
): void {
  for (const [layer, attribution] of one) {
    const [, heads, queries, columns] = attribution.shape as [number, number, number, number]
    const sides = [attribution, other.get(layer)!].map((side) => [side.dataSync(), region(side)] as const)
    examples.forEach(({ inputIds }, example) => {
      for (let row = 0; row < heads * queries; row++) {
        if (row % queries >= inputIds.length) continue
        const from = (example * heads * queries + row) * columns
        const cut = (values: ArrayLike<number>): number[] =>
          Array.from({ length: inputIds.length }, (_, column) => values[from + column]!)
        const [[a, regionA], [b, regionB]] = sides as [(typeof sides)[0], (typeof sides)[0]]
        agreement.add([cut(a), cut(b)], [cut(regionA), cut(regionB)])
      }
    })
  }
}
