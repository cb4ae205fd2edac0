/**
 * How many tokens of each text stay when both must share a room: longest first, by the rule of Hugging Face's
 * `tokenizers` library. The longer text gives up tokens until it is as long as the shorter one; only then do both,
 * to half of the room each, the odd token staying with the longer text, with the second on a tie.
 *
 * @differs The authors' code removes one token at a time from the longer text (from the second on a tie), which moves
 *   at most one token from one text to the other, and only where both texts are longer than half of the room.
 * @param first tokens of the first text
 * @param second tokens of the second text
 * @param room tokens that fit beside the special tokens, ≥ 0
 */
export function longestFirst(first: number, second: number, room: number): readonly [number, number] {
  if (first + second <= room) return [first, second]
  let shorter = Math.min(first, second)
  let longer = Math.max(shorter, room - shorter)
  if (shorter + longer > room) {
    shorter = Math.floor(room / 2)
    longer = shorter + (room % 2)
  }
  return first > second ? [longer, shorter] : [shorter, longer]
}
