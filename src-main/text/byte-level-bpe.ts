/** Byte-level byte-pair encoding: from a word's bytes to the ids of its pieces. */

/**
 * The printable character that stands for each byte in vocabularies: itself where it is one, else a character from
 * U+0100 on, in order. Index = byte.
 *
 * @source Radford et al. 2019, GPT-2's released encoder
 */
export const characterOfByte: readonly string[] = (() => {
  const isPrintable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
  let next = 0x100
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++))
})()

/** GPT-2's rule of splitting a text into words; a space belongs to the word behind it. White space as Unicode has it. */
const word =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu

/**
 * The words of a text; together they are the text.
 *
 * @param text any
 */
export function splitByteLevelWords(text: string): readonly string[] {
  return text.match(word) ?? []
}

/** Words whose pieces are remembered. */
const rememberedWords = 50_000

/** Longest word that is remembered, in UTF-16 units. */
const longestRemembered = 50

/** Encodes words with the merges of one vocabulary. */
export class ByteLevelBpe {
  readonly #idOfByte: readonly (number | undefined)[]
  /** Two ids as one number → the id of their merged piece and the merge's rank; a lower rank is merged first. */
  readonly #merges = new Map<number, { readonly rank: number; readonly id: number }>()
  readonly #size: number
  readonly #remembered = new Map<string, readonly number[]>()

  /**
   * @param idOfToken the vocabulary
   * @param merges pairs of pieces in order of their rank; a pair with a piece that the vocabulary lacks is passed over
   */
  constructor(idOfToken: ReadonlyMap<string, number>, merges: readonly (readonly [string, string])[]) {
    this.#idOfByte = characterOfByte.map((character) => idOfToken.get(character))
    this.#size = [...idOfToken.values()].reduce((most, id) => Math.max(most, id + 1), 0)
    merges.forEach(([left, right], rank) => {
      const [first, second, id] = [idOfToken.get(left), idOfToken.get(right), idOfToken.get(left + right)]
      if (first === undefined || second === undefined || id === undefined) return
      this.#merges.set(first * this.#size + second, { rank, id })
    })
  }

  /**
   * Ids of a word's pieces. A byte that the vocabulary lacks gives none.
   *
   * @param text one word, with the space before it
   */
  ids(text: string): readonly number[] {
    const known = this.#remembered.get(text)
    if (known !== undefined) return known
    const ids = this.#merged(
      [...new TextEncoder().encode(text)].flatMap((byte) => this.#idOfByte[byte] ?? []),
    )
    if (text.length <= longestRemembered) {
      if (this.#remembered.size >= rememberedWords) this.#remembered.clear()
      this.#remembered.set(text, ids)
    }
    return ids
  }

  /** Merges neighbours, the lowest rank first, the leftmost first where ranks are equal. */
  #merged(bytes: readonly number[]): number[] {
    const ids: (number | undefined)[] = [...bytes]
    const before = bytes.map((_, place) => place - 1)
    const behind = bytes.map((_, place) => place + 1)
    const queue = new MergeQueue()
    const offer = (place: number): void => {
      const [left, right] = [ids[place], ids[behind[place] ?? ids.length]]
      const merge =
        left === undefined || right === undefined ? undefined : this.#merges.get(left * this.#size + right)
      if (merge !== undefined && left !== undefined && right !== undefined)
        queue.push({ rank: merge.rank, place, left, right, id: merge.id })
    }
    for (let place = 0; place < ids.length; place++) offer(place)
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const { place, left, right, id } = next
      const other = behind[place] ?? ids.length
      // A neighbour may have been merged away since this merge was offered.
      if (ids[place] !== left || ids[other] !== right) continue
      ids[place] = id
      ids[other] = undefined
      const further = behind[other] ?? ids.length
      behind[place] = further
      if (further < ids.length) before[further] = place
      const previous = before[place] ?? -1
      if (previous >= 0) offer(previous)
      offer(place)
    }
    return ids.filter((id) => id !== undefined)
  }
}

/** A merge that is possible. */
interface PossibleMerge {
  readonly rank: number
  /** Place of the left piece. */
  readonly place: number
  readonly left: number
  readonly right: number
  readonly id: number
}

/** Possible merges, the lowest rank and then the leftmost place first: a binary heap. */
class MergeQueue {
  readonly #heap: PossibleMerge[] = []

  push(merge: PossibleMerge): void {
    const heap = this.#heap
    let index = heap.push(merge) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!this.#swapIfBefore(index, parent)) break
      index = parent
    }
  }

  pop(): PossibleMerge | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return first
    heap[0] = last
    let index = 0
    for (;;) {
      const left = 2 * index + 1
      const child = left + 1 < heap.length && this.#isBefore(left + 1, left) ? left + 1 : left
      if (child >= heap.length || !this.#swapIfBefore(child, index)) return first
      index = child
    }
  }

  #isBefore(index: number, other: number): boolean {
    const [a, b] = [this.#heap[index], this.#heap[other]]
    if (a === undefined || b === undefined) return false
    return a.rank < b.rank || (a.rank === b.rank && a.place < b.place)
  }

  #swapIfBefore(index: number, other: number): boolean {
    const [a, b] = [this.#heap[index], this.#heap[other]]
    if (a === undefined || b === undefined || !this.#isBefore(index, other)) return false
    this.#heap[index] = b
    this.#heap[other] = a
    return true
  }
}
