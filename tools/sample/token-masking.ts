/** Which tokens a masked language model must restore, and what stands in their place. */
import type { RandomStream } from './random-stream.ts'

/** One text with hidden tokens. */
export interface MaskedText {
  /** Ids as the model reads them, as many as the original. */
  readonly inputIds: readonly number[]
  /** Places of the tokens to restore, rising. */
  readonly positions: readonly number[]
  /** Original id at each of `positions`. */
  readonly targets: readonly number[]
}

/** What masking needs to know of a vocabulary. */
export interface MaskingVocabulary {
  readonly padTokenId: number
  readonly maskTokenId: number
  /** Ids that are neither hidden nor put in another's place: the special tokens. */
  readonly specialTokenIds: ReadonlySet<number>
  /** Number of entries. */
  readonly size: number
}

/** Share of a text's ordinary tokens that the model must restore. */
const chosenShare = 0.15
/** Share of the chosen tokens replaced by [MASK]. */
const maskedShare = 0.8
/** Share of the chosen tokens replaced by a random ordinary token; the rest stay as they are. */
const randomShare = 0.1

/**
 * Hides tokens anew; called again for the same text it hides others.
 *
 * @source Devlin et al. 2018, arXiv:1810.04805, section 3.1 (15 %, of these 80 % [MASK], 10 % random, 10 % kept)
 * @differs At least one token of every text is chosen, so that no text is read for nothing.
 * @param inputIds ids with special tokens; at least one of them ordinary
 * @param vocabulary special tokens and size
 * @param random source of every choice
 */
export function maskTokens(
  inputIds: readonly number[],
  vocabulary: MaskingVocabulary,
  random: RandomStream,
): MaskedText {
  const ordinary = inputIds.flatMap((id, position) => (vocabulary.specialTokenIds.has(id) ? [] : [position]))
  const drawn = ordinary.filter(() => random.chance(chosenShare))
  const positions = drawn.length > 0 ? drawn : [random.pick(ordinary)]
  const masked = [...inputIds]
  for (const position of positions) {
    const draw = random.next()
    if (draw < maskedShare) masked[position] = vocabulary.maskTokenId
    else if (draw < maskedShare + randomShare) masked[position] = randomOrdinaryId(vocabulary, random)
  }
  return { inputIds: masked, positions, targets: positions.map((position) => inputIds[position]!) }
}

function randomOrdinaryId(vocabulary: MaskingVocabulary, random: RandomStream): number {
  for (;;) {
    const id = random.integer(vocabulary.size)
    if (!vocabulary.specialTokenIds.has(id)) return id
  }
}
