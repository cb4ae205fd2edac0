/** How forms and documents show the settings of AD-DROP. */
import type { FieldNotes } from './method-definition.ts'

/** The settings that decide which others have an effect. */
interface DecidingSettings {
  readonly attribution: 'gradient' | 'integrated-gradient' | 'attention' | 'random'
  readonly integrationRule: 'riemann' | 'gauss-legendre'
  readonly firstPassDropout: boolean
  readonly randomRegion: 'independent' | 'exact-size'
}
type Notes = FieldNotes<DecidingSettings>

const isIntegrated = ({ attribution }: DecidingSettings): boolean => attribution === 'integrated-gradient'
const isFromFirstPass = ({ attribution }: DecidingSettings): boolean =>
  attribution === 'gradient' || attribution === 'attention'

/** What one searches or compares. */
const searched = {
  attribution: {
    choices: {
      gradient: 'Gradient (GA)',
      'integrated-gradient': 'Integrated gradient (IGA)',
      attention: 'Attention (AA)',
      random: 'Random (RD)',
    },
  },
  candidateRegionRatio: { name: 'Candidate region' },
  target: {
    name: 'Attributed label',
    choices: { 'pseudo-label': 'Pseudo label (paper)', 'gold-label': 'Gold label' },
    appliesWhen: ({ attribution }) => attribution === 'gradient' || attribution === 'integrated-gradient',
  },
  discards: { appliesWhen: ({ attribution }) => attribution !== 'random' },
} as const satisfies Record<string, Notes>

/** Switches between paper and released code that have an effect whatever the attribution, or for two of them. */
const switches = {
  indexRule: {
    name: 'Index of the threshold',
    choices: { float32: 'float32 (exact)', float64: 'Double precision' },
    isFidelitySwitch: true,
    appliesWhen: ({ attribution, randomRegion }) => attribution !== 'random' || randomRegion === 'exact-size',
  },
  firstPassDropout: {
    name: 'Dropout in the first pass',
    isFidelitySwitch: true,
    appliesWhen: isFromFirstPass,
  },
  attributedWeights: {
    name: 'Attention that is attributed',
    choices: { 'after-dropout': 'After dropout', 'before-dropout': 'Before dropout' },
    isFidelitySwitch: true,
    appliesWhen: (settings) => isFromFirstPass(settings) && settings.firstPassDropout,
  },
  integratedGradients: {
    name: 'Integrand',
    choices: { exact: 'Exact', 'as-released': 'As released' },
    isFidelitySwitch: true,
    appliesWhen: isIntegrated,
  },
  dropoutAfterIntegratedGradients: {
    name: 'Dropout after integrated gradients',
    choices: { kept: 'Kept', lost: 'Lost (released code)' },
    isFidelitySwitch: true,
    appliesWhen: isIntegrated,
  },
  regressionAttention: {
    name: 'Attention on regression tasks',
    choices: { corrected: 'Corrected: B = A', 'as-released': 'As released: B = −A' },
    isFidelitySwitch: true,
    appliesWhen: ({ attribution }) => attribution === 'attention',
  },
  randomRegion: {
    choices: { independent: 'Each position with p·q', 'exact-size': 'Region of fixed size (paper)' },
    isFidelitySwitch: true,
    appliesWhen: ({ attribution }) => attribution === 'random',
  },
  allDroppedRows: {
    name: 'Rows that would lose everything',
    choices: { 'keep-row': 'Drop nothing', 'keep-top-1': 'Keep the highest b', literal: 'Leave as drawn' },
    isFidelitySwitch: true,
  },
  maskedScore: {
    name: 'Score of a dropped position',
    choices: { 'lowest-float32': 'Lowest float32 (−∞)', 'as-released': '−10,000 (released code)' },
    isFidelitySwitch: true,
  },
} as const satisfies Record<string, Notes>

/**
 * Notes on every setting that its schema does not describe well enough.
 *
 * @param usualPoints points of integrated gradients where none are given, by rule
 */
export function adDropFields(usualPoints: Readonly<Record<DecidingSettings['integrationRule'], number>>) {
  return {
    ...searched,
    integrationRule: {
      choices: { riemann: 'Riemann sum (paper)', 'gauss-legendre': 'Gauss-Legendre' },
      appliesWhen: isIntegrated,
    },
    integrationPoints: {
      whenNull: ({ integrationRule }) => `usual number, ${usualPoints[integrationRule]}`,
      appliesWhen: isIntegrated,
    },
    ...switches,
  } as const satisfies Record<string, Notes>
}
