/** Random damage to the bytes of a file, as disks, transfers, editors and attackers do it. */
import fc from 'fast-check'

/** One kind of damage at a place (a share of the length). */
export interface Damage {
  readonly kind: 'flip' | 'cut' | 'repeat' | 'repeat-line' | 'insert' | 'number' | 'end'
  readonly at: number
  readonly length: number
  readonly bytes: Uint8Array
}

/** What is put in: signs of every format, values that a reader may stumble over, and depth without end. */
const signs = [
  ...['"', '\\', '\0', '\r', '{', '[', '}', ',', '\t', '-1', 'NaN', '\uFEFF', '\ud800', '\n\n', '"text":'],
  ...['1e999', '-0', '99999999999999999999', '"__proto__":', 'null', '[CLS]', ' '.repeat(10_000)],
  '['.repeat(50_000),
  '{"a":'.repeat(20_000),
]

/** Numbers in the place of numbers. */
const numbers = [
  '1e308',
  '9007199254740993',
  '-1',
  '0',
  '4294967296',
  '1e-320',
  '2147483648',
  '0.5',
  '1000000000',
]

/** Any damage. */
export const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom('flip', 'cut', 'repeat', 'repeat-line', 'insert', 'number', 'end'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 40 }),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 6 }),
    fc.constantFrom(...signs).map((sign) => Buffer.from(sign)),
  ),
})

/**
 * The content with the damage done.
 *
 * @param content bytes of a file
 * @param done what befalls them
 */
export function damaged(content: Buffer, done: Damage): Buffer {
  const { kind, at, length, bytes } = done
  const place = Math.floor(at * content.length)
  const [before, behind] = [content.subarray(0, place), content.subarray(place)]
  switch (kind) {
    case 'flip':
      return Buffer.concat([
        before,
        Buffer.from(behind.subarray(0, 1).map((byte) => byte ^ bytes[0]!)),
        behind.subarray(1),
      ])
    case 'cut':
      return Buffer.concat([before, behind.subarray(length)])
    case 'repeat':
      return Buffer.concat([before, ...Array.from({ length }, () => behind.subarray(0, 30)), behind])
    case 'repeat-line': {
      const end = behind.indexOf('\n')
      const line = content.subarray(before.lastIndexOf('\n') + 1, end < 0 ? content.length : place + end + 1)
      return Buffer.concat([before, line, behind])
    }
    case 'insert':
      return Buffer.concat([before, bytes, behind])
    case 'number': {
      // Bytes stay bytes: latin1 has one character for each.
      const text = behind.toString('latin1').replace(/\d+/, numbers[length % numbers.length]!)
      return Buffer.concat([before, Buffer.from(text, 'latin1')])
    }
    case 'end':
      return before
  }
}
