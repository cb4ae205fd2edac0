/** AutoDropout's pattern space: hidden states are dropped by a pattern that is given or searched for. */
import * as tf from '@tensorflow/tfjs'
import { dropout } from '../../layers/dropout.ts'
import { withGradient } from '../../tensors/with-gradient.ts'
import { bestCandidate, candidatePatterns } from './pattern-search.ts'
import { patternDraws, patternFactors } from './pattern-factors.ts'
import { epochPhase } from '@shared/config/epoch-phase.ts'
import {
  parsePattern,
  patternSublayers,
  patternText,
  type DropoutPattern,
  type PatternSublayer,
} from '@shared/config/methods/dropout-pattern.ts'
import type { DropoutRule, DropoutSite } from '../../models/forward-options.ts'
import type { AutoDropoutConfig } from '@shared/config/methods/auto-dropout.ts'
import type { Regularizer, StepContext, Survey, SurveyFindings, SurveyResult } from '../regularizer.ts'

/** Name of the method's only tensor: size, stride, share_t, share_c of every sublayer; float32 [5, 4]. */
const patternName = 'pattern'
const tokensPerSublayer = 4

/**
 * AutoDropout's pattern space with the given settings, and a search in it within the run.
 *
 * Before its last training a search trains one candidate after the other from the first weights on, every moment 0, with
 * the batches and random numbers that a run of its own would have; then the last training does the same with the best. The
 * pattern is a tensor that steps read, so one traced step serves all candidates, and a checkpoint holds it.
 *
 * @equation  y = x⊙f, f as `patternFactors` has it, at query, key, value, attention output and feed-forward output
 * @source    Pham and Le 2021, arXiv:2101.01761: a pattern for Transformers is size, stride, share_t and share_c, one for
 *            each of several sublayers, and is judged by the validation score of a model trained with it
 * @differs   The search is random or evolutionary with a small budget, where the paper trains a controller by reinforcement
 *            learning; one pattern serves all blocks. The paper was known from summaries only, so these are our own
 *            choices: what share_t spans, the random beginning of stretches, the drop rate and its scaling, the sublayers,
 *            the searched values. Vanilla dropout stays on. Candidates are scored on the split that also selects the best
 *            epoch, by their best epoch that was trained with the pattern.
 * @param settings pattern, drop rate, search and its budget
 */
export function autoDropout(settings: AutoDropoutConfig): Regularizer {
  const first = encoded(parsePattern(settings.pattern)!)
  return {
    state: {
      shapes: () => new Map([[patternName, [patternSublayers.length, tokensPerSublayer]]]),
      initial: () =>
        new Map([[patternName, tf.tensor2d(first, [patternSublayers.length, tokensPerSublayer])]]),
    },
    ...(settings.search === 'none' ? {} : { survey: searchSurvey(settings) }),
    prepare: (step) => ({ pass: { dropout: patternRule(step, settings.dropRate) } }),
  }
}

/** A pattern as the numbers of its tensor. */
function encoded(pattern: DropoutPattern): Float32Array {
  return Float32Array.from(
    patternSublayers.flatMap((sublayer) => {
      const { size, stride, shareTokens, shareUnits } = pattern[sublayer]
      return [size, stride, Number(shareTokens), Number(shareUnits)]
    }),
  )
}

/** Before every candidate's training, and before the last one. */
function searchSurvey(settings: AutoDropoutConfig): Survey {
  const { candidates, epochsPerCandidate } = settings
  return {
    beforeEpochs: Array.from({ length: candidates + 1 }, (_, index) => index * epochsPerCandidate + 1),
    conclude: (found) => nextTraining(settings, found),
  }
}

/** The pattern of the coming training, which begins with the first weights. */
function nextTraining(settings: AutoDropoutConfig, found: SurveyFindings): SurveyResult {
  const { candidates, epochsPerCandidate } = settings
  const finished = (found.epoch - 1) / epochsPerCandidate
  const scores = Array.from({ length: finished }, (_, index) => candidateScore(settings, found.scores, index))
  const patterns = candidatePatterns(settings, found.seed, scores)
  const isOver = finished === candidates
  const at = isOver ? bestCandidate(scores) : finished
  const name = `candidate ${at + 1} of ${candidates}`
  return {
    state: new Map([[patternName, encoded(patterns[at]!)]]),
    weights: finished === 0 ? null : found.first,
    note: isOver
      ? `The search for a pattern is over: ${verdict(name, scores[at]!)}, and is trained from here on: ${patternText(patterns[at]!)}.`
      : `The search for a pattern trains ${name}: ${patternText(patterns[at]!)}.`,
  }
}

/**
 * The best score among a candidate's epochs that were trained with its pattern; −Infinity where none is defined. With
 * cross-tuning the others are plain fine-tuning, the first of them the same for all candidates.
 */
function candidateScore(
  settings: AutoDropoutConfig,
  scores: SurveyFindings['scores'],
  candidate: number,
): number {
  const before = candidate * settings.epochsPerCandidate
  const own = scores.slice(before, before + settings.epochsPerCandidate)
  const isOfPattern = (at: number): boolean => epochPhase(settings, before + at + 1) === 'regularized'
  return Math.max(...own.filter((_, at) => isOfPattern(at)).map((score) => score ?? -Infinity))
}

function verdict(name: string, score: number): string {
  return score === -Infinity
    ? `no candidate has a defined score, so ${name} stays`
    : `${name} scored best, ${score.toFixed(4)}`
}

/** The sublayer whose output stands at a place; null where patterns do not act. */
const sublayerAt = ({ kind }: DropoutSite): PatternSublayer | null =>
  patternSublayers.find((sublayer) => sublayer === kind) ?? null

/** Vanilla dropout, and the pattern after it. */
function patternRule({ batch, random, config, state }: StepContext, dropRate: number): DropoutRule {
  const { isReal } = batch.inputs
  const [examples, tokens] = isReal.shape
  const [vanilla, mask] = [random('second'), random('mask')]
  const patterns = state.get(patternName) as tf.Tensor2D
  return <Value extends tf.Tensor>(values: Value, site: DropoutSite): Value => {
    const usual = dropout(values, site.probability, vanilla, site.name)
    const sublayer = sublayerAt(site)
    if (dropRate === 0 || sublayer === null) return usual
    const row = patternSublayers.indexOf(sublayer)
    const scaled = (rows: Value): Value => {
      const [count, units] = rows.shape as [number, number]
      const pattern: tf.Tensor1D = tf.reshape(tf.slice(patterns, [row, 0], [1, tokensPerSublayer]), [
        tokensPerSublayer,
      ])
      const draws = patternDraws(mask, site.name, [examples, tokens, config.hiddenSize])
      const factors = patternFactors(pattern, draws, isReal, dropRate)
      // The last block computes some of its rows for the first token only.
      const ofRows = tf.slice(factors, [0, 0, 0], [examples, count / examples, units])
      return tf.mul<Value>(rows, tf.reshape(ofRows, [count, units]))
    }
    // Drawn again instead of kept, as in vanilla dropout.
    return withGradient<Value>(
      { usual },
      () => scaled(usual),
      (dy) => ({ usual: () => scaled(dy) }),
    )
  }
}
