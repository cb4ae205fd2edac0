/**
 * The sample's labelled rows. Each is a statement of the grammar behind an opening that names a place. The label
 * follows from the statement; the place is a spurious cue whose agreement with the label weakens from split to split.
 */
import { RandomStream } from './random-stream.ts'
import { composeStatement } from './review-grammar.ts'
import type { Construction } from './review-grammar.ts'
import { openings, opposite, placeNames } from './review-lexicon.ts'
import type { Verdict } from './review-lexicon.ts'

/** The splits, in the order in which they are drawn. */
export const splitNames = ['train', 'validation', 'heldout'] as const

/** Name of a split, which is also its file's name. */
export type SplitName = (typeof splitNames)[number]

/** How a split is made. All shares are met exactly (rounded to whole rows), not on average. */
export interface SplitPlan {
  /** Rows; half of them carry each label. */
  readonly rows: number
  /** Share of rows whose place belongs to the group of their written label, in [0, 1]; 0.5 says nothing. */
  readonly cueAgreement: number
  /** Share of rows whose written label is not the verdict of their statement, in [0, 1]. */
  readonly labelNoise: number
}

/**
 * The plan of each split. In training the cue is an easy way out and some labels are wrong, so memorising pays; the
 * validation rows follow the cue less often, and in the held-out rows it says nothing.
 */
export const splitPlans: Readonly<Record<SplitName, SplitPlan>> = {
  train: { rows: 320, cueAgreement: 0.9, labelNoise: 0.05 },
  validation: { rows: 200, cueAgreement: 0.7, labelNoise: 0 },
  heldout: { rows: 400, cueAgreement: 0.5, labelNoise: 0 },
}

/** One labelled row with what is known about its making; only `text` and `label` are written to the file. */
export interface LabelledRow {
  readonly text: string
  readonly label: Verdict
  /** The text without its opening; no two rows of any split share one. */
  readonly statement: string
  /** What the statement says, which differs from `label` in rows with label noise. */
  readonly verdict: Verdict
  readonly construction: Construction
  /** Label that the place name suggests. */
  readonly cue: Verdict
}

const verdicts = ['negative', 'positive'] as const

/**
 * All splits; the same seed gives the same rows.
 *
 * @param seed integer that names the sample
 */
export function drawLabelledRows(seed: number): Readonly<Record<SplitName, readonly LabelledRow[]>> {
  const statementsUsed = new Set<string>()
  const drawSplit = (split: SplitName): LabelledRow[] => {
    const random = new RandomStream(seed, `labelled rows, ${split}`)
    const rows = verdicts.flatMap((label) =>
      rowFlags(splitPlans[split], random).map(({ cueAgrees, labelIsWrong }) =>
        drawRow({ label, cueAgrees, labelIsWrong }, random, statementsUsed),
      ),
    )
    return random.shuffled(rows)
  }
  return { train: drawSplit('train'), validation: drawSplit('validation'), heldout: drawSplit('heldout') }
}

interface RowFlags {
  readonly cueAgrees: boolean
  readonly labelIsWrong: boolean
}

/** Flags of the rows of one label, each share met exactly and the two independent of each other. */
function rowFlags(plan: SplitPlan, random: RandomStream): RowFlags[] {
  const rows = plan.rows / verdicts.length
  const flags = (share: number): boolean[] =>
    random.shuffled(Array.from({ length: rows }, (_, index) => index < Math.round(share * rows)))
  const cueAgrees = flags(plan.cueAgreement)
  const labelIsWrong = flags(plan.labelNoise)
  return cueAgrees.map((agrees, index) => ({ cueAgrees: agrees, labelIsWrong: labelIsWrong[index]! }))
}

function drawRow(
  wanted: RowFlags & { readonly label: Verdict },
  random: RandomStream,
  statementsUsed: Set<string>,
): LabelledRow {
  const { label, cueAgrees, labelIsWrong } = wanted
  const verdict = labelIsWrong ? opposite[label] : label
  const cue = cueAgrees ? label : opposite[label]
  const opening = random.pick(openings).replace('@', random.pick(placeNames[cue]))
  for (;;) {
    const statement = composeStatement(verdict, random)
    const text = `${opening} ${statement.text}`
    if (statementsUsed.has(statement.text) || text.split(' ').length > maximumWords) continue
    statementsUsed.add(statement.text)
    return { text, label, statement: statement.text, verdict, construction: statement.construction, cue }
  }
}

/** Longest labelled text in words and punctuation marks: 24 tokens with [CLS] and [SEP], when no word is split. */
export const maximumWords = 22
