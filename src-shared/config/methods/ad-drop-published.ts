/** What AD-DROP's paper and its authors' released code use. */
import type { TaskId } from '../../tasks/task.ts'
import { tasks } from '../../tasks/task.ts'
import type { PublishedSettings } from './published-settings.ts'
import { usualOptimizer, type RecipeTraining } from './training-recipe.ts'

const tenths = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
const repository = 'TaoYang225/AD-DROP'

/** What was searched, and on which tasks what was used. */
export const publishedSearches: readonly PublishedSettings[] = [
  {
    by: 'released code',
    source: `${repository}, README.md`,
    usedFor: 'its example',
    settings: { candidateRegionRatio: [0.3], discardRate: [0.3] },
  },
  {
    by: 'paper',
    source:
      'section 3.2: both searched on the validation split; the best of each task are in its appendix C.2',
    usedFor: 'GLUE',
    settings: { candidateRegionRatio: tenths, discardRate: tenths },
  },
  {
    by: 'paper',
    source: 'section 3.2',
    usedFor: 'SST-2, MNLI, QNLI, QQP and STS-B',
    settings: { layers: [[0]] },
  },
  { by: 'paper', source: 'section 3.2', usedFor: 'CoLA, MRPC and RTE', settings: { layers: ['all'] } },
]

/** Which rules the text and the code follow. */
export const publishedRules: readonly PublishedSettings[] = [
  {
    by: 'paper',
    source: 'sections 1 and 3, Eq. 3 to 7, Algorithm 1',
    usedFor: 'GLUE',
    settings: {
      attribution: ['gradient'],
      integrationRule: ['riemann'],
      integrationPoints: [20],
      target: ['pseudo-label'],
      discards: ['high-attribution'],
      crossTuning: [true],
      firstPassDropout: [false],
      randomRegion: ['exact-size'],
    },
  },
  {
    by: 'released code',
    source: `${repository}, <task>/trainer.py, utils.py and modeling_bert.py`,
    usedFor: 'GLUE',
    settings: {
      attribution: ['gradient'],
      integrationRule: ['riemann'],
      integrationPoints: [20],
      target: ['pseudo-label'],
      discards: ['high-attribution'],
      crossTuning: [true],
      indexRule: ['float32'],
      firstPassDropout: [true],
      attributedWeights: ['after-dropout'],
      integratedGradients: ['as-released'],
      dropoutAfterIntegratedGradients: ['lost'],
      regressionAttention: ['as-released'],
      randomRegion: ['independent'],
      allDroppedRows: ['literal'],
      maskedScore: ['as-released'],
    },
  },
]

/**
 * How the authors' scripts train, fine-tuning and AD-DROP alike.
 *
 * @param task which task
 */
export function adDropTraining(task: TaskId): RecipeTraining {
  const { maxEpochs, patience } = tasks[task].stopping
  return {
    learningRate: 1e-5,
    learningRateSchedule: 'constant',
    warmupRatio: 0,
    batchSize: 16,
    maxEpochs,
    patience,
    weightDecay: 0.01,
    maxGradientNorm: null,
    optimizer: usualOptimizer,
  }
}
