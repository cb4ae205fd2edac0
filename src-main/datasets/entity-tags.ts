/** Tags of words in entities: the forms IOB1, IOB2 and BIOES (BILOU), read as IOB2. */

/** How a data set marks its entities. */
export type TagForm = 'IOB1' | 'IOB2' | 'BIOES'

/** A tag taken apart; null = outside of entities. */
type TagParts = { readonly letter: string; readonly type: string } | null

/**
 * Which form tags have. IOB2: every entity begins with `B-`. IOB1: `B-` only where another entity of the type ends just
 * before. BIOES marks ends (`E-`, in BILOU `L-`) and single words (`S-`, `U-`).
 *
 * @param sentences tags of each
 */
export function tagFormOf(sentences: readonly (readonly string[])[]): TagForm {
  let opened = 0
  let openedInside = 0
  for (const tags of sentences) {
    let before: TagParts = null
    for (const tag of tags) {
      const parts = partsOf(tag)
      if (parts !== null && 'ESLU'.includes(parts.letter)) return 'BIOES'
      if (parts !== null && before?.type !== parts.type) {
        opened++
        if (parts.letter === 'I') openedInside++
      }
      before = parts
    }
  }
  // Single entities without B- are slips; in IOB1 nearly all are so.
  return opened > 0 && openedInside > opened / 2 ? 'IOB1' : 'IOB2'
}

/**
 * The tags of a sentence in the form IOB2, with the same entities by conlleval's rules: `B-`, `S-` and `U-` begin one, and
 * so does any tag behind `O`, behind another type, or behind an end.
 *
 * @param tags in whatever form
 */
export function inIob2(tags: readonly string[]): string[] {
  let before: TagParts = null
  return tags.map((tag) => {
    const parts = partsOf(tag)
    const begins =
      parts !== null &&
      ('BSU'.includes(parts.letter) || before?.type !== parts.type || 'ESLU'.includes(before.letter))
    before = parts
    return parts === null ? 'O' : `${begins ? 'B' : 'I'}-${parts.type}`
  })
}

/**
 * Whether a text is a tag.
 *
 * @param text of the tag's column
 */
export function isEntityTag(text: string): boolean {
  return text === 'O' || /^[BIESLU]-\S+$/.test(text)
}

function partsOf(tag: string): TagParts {
  return tag === 'O' ? null : { letter: tag.slice(0, 1), type: tag.slice(2) }
}
