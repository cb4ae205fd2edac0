import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nodeFileCalls, type FileCalls } from '@main/platform/file-calls.ts'
import { inspectSafetensors, readSafetensors, writeSafetensors, type NamedTensor } from './safetensors.ts'
import { toFloat32, toNumbers } from './stored-numbers.ts'

const folder = mkdtempSync(join(tmpdir(), 'lab-safetensors-'))
const path = join(folder, 'file.safetensors')

const tensor = (name: string, shape: number[], values: number[]): NamedTensor => ({
  name,
  dtype: 'float32',
  shape,
  values: Float32Array.from(values),
})

/** A file written by hand, so that anything can be wrong with it. */
function writeRaw(header: unknown, data: Uint8Array, headerPadding = ''): void {
  const json = Buffer.from((typeof header === 'string' ? header : JSON.stringify(header)) + headerPadding)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  writeFileSync(path, Buffer.concat([length, json, data]))
}

describe('safetensors', () => {
  it('gives back exactly what was written, whatever names, shapes and values', async () => {
    const anyTensor = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 }).chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        values: fc.float32Array({
          minLength: shape.reduce((a, b) => a * b, 1),
          maxLength: shape.reduce((a, b) => a * b, 1),
        }),
      }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ minLength: 1 }), anyTensor, { maxKeys: 6 }),
        async (made) => {
          const tensors = Object.entries(made)
            .filter(([name]) => name !== '__metadata__')
            .map(([name, { shape, values }]): NamedTensor => ({ name, dtype: 'float32', shape, values }))
          await writeSafetensors(path, tensors, { format: 'pt' })
          const read = await readSafetensors(path)
          expect([...read.keys()].sort()).toEqual(tensors.map(({ name }) => name).sort())
          for (const { name, shape, values } of tensors) {
            expect(read.get(name)!.shape).toEqual(shape)
            // Bytes, so that -0 and NaN count as well.
            expect(Buffer.from(read.get(name)!.bytes)).toEqual(
              Buffer.from(values.buffer, values.byteOffset, values.byteLength),
            )
          }
        },
      ),
      { numRuns: 60, seed: 7 },
    )
  })

  it('places the data on a multiple of eight bytes and names the format', async () => {
    await writeSafetensors(path, [tensor('a', [2, 3], [1, 2, 3, 4, 5, 6])], { format: 'pt' })
    const header = await inspectSafetensors(path)
    expect(header.dataStart % 8).toBe(0)
    expect(header.metadata).toEqual({ format: 'pt' })
    expect(header.dataBytes).toBe(24)
  })

  it('widens half precisions exactly, rounds doubles and reads data that are not aligned', async () => {
    const halves = Buffer.from(Uint16Array.from([0x3c00, 0xc000, 0x0001, 0x7bff, 0xfc00, 0x8000]).buffer)
    const brains = Buffer.from(Uint16Array.from([0x3f80, 0xc049, 0x0001]).buffer)
    const doubles = Buffer.from(Float64Array.from([Math.PI, -2]).buffer)
    const floats = Buffer.from(Float32Array.from([0.1, 7]).buffer)
    const whole = Buffer.from(BigInt64Array.from([5n, -6n]).buffer)
    writeRaw(
      {
        odd: { dtype: 'U8', shape: [1], data_offsets: [0, 1] },
        half: { dtype: 'F16', shape: [6], data_offsets: [1, 13] },
        brain: { dtype: 'BF16', shape: [3], data_offsets: [13, 19] },
        double: { dtype: 'F64', shape: [2], data_offsets: [19, 35] },
        float: { dtype: 'F32', shape: [2], data_offsets: [35, 43] },
        whole: { dtype: 'I64', shape: [2], data_offsets: [43, 59] },
      },
      Buffer.concat([Buffer.from([9]), halves, brains, doubles, floats, whole]),
      ' ',
    )
    const read = await readSafetensors(path)
    expect([...toFloat32(read.get('half')!)]).toEqual([1, -2, 2 ** -24, 65504, -Infinity, -0])
    expect([...toFloat32(read.get('brain')!)]).toEqual([1, -3.140625, Math.fround(2 ** -133)])
    expect([...toFloat32(read.get('double')!)]).toEqual([Math.fround(Math.PI), -2])
    expect([...toFloat32(read.get('float')!)]).toEqual([Math.fround(0.1), 7])
    expect([...toNumbers(read.get('whole')!)]).toEqual([5, -6])
    expect([...toNumbers(read.get('double')!)]).toEqual([Math.PI, -2])
    expect([...toNumbers(read.get('odd')!)]).toEqual([9])
    expect(() => toFloat32(read.get('whole')!)).toThrow(/integers/)
  })

  it('writes values that are made one after the other like those that are there', async () => {
    const tensors = [tensor('a', [2, 2], [1, 2, 3, 4]), tensor('b', [], [5]), tensor('c', [0], [])]
    const path = join(folder, 'sequence.safetensors')
    await writeSafetensors(path, tensors)
    const whole = readFileSync(path)
    await writeSafetensors(path, { heads: tensors, values: tensors.map(({ values }) => values).values() })
    expect(readFileSync(path)).toEqual(whole)
  })

  it.each([
    ['of another size', [[1, 2], [3]], 'b: shape [2] but 1 values'],
    ['too few', [[1, 2]], 'b: shape [2] but no values'],
    ['too many', [[1, 2], [3, 4], [5]], 'No tensor is left but 1 values'],
  ])('leaves no file when a sequence has values %s', async (_, values, message) => {
    const heads = [tensor('a', [2], []), tensor('b', [2], [])]
    const path = join(folder, 'mismatch.safetensors')
    const sequence = { heads, values: values.map((numbers) => Float32Array.from(numbers)) }
    await expect(writeSafetensors(path, sequence)).rejects.toThrow(message)
    expect(existsSync(path)).toBe(false)
  })

  it('reports a file cut short at any length, with the bytes expected and found', async () => {
    await writeSafetensors(path, [tensor('a', [3], [1, 2, 3]), tensor('b', [2], [4, 5])])
    const whole = readFileSync(path)
    for (let length = 0; length < whole.length; length += 1) {
      writeFileSync(path, whole.subarray(0, length))
      const failure = await readSafetensors(path).catch((thrown: unknown) => thrown)
      // Exactly behind the eight length bytes nothing tells a cut file from another kind of file.
      if (length === 8) expect(failure).toMatchObject({ name: 'LabError' })
      else expect(failure, `cut to ${length}`).toMatchObject({ code: 'checkpoint-truncated' })
      if (length > 8) expect(String(failure)).toContain(`${length} bytes found`)
    }
  })

  const invalid: [string, () => void][] = [
    ['a header that is no JSON', () => writeRaw('{nonsense', new Uint8Array())],
    ['a header that is a list', () => writeRaw('[1, 2]', new Uint8Array())],
    ['a header of 16 exabytes', () => writeFileSync(path, Buffer.alloc(64, 0xff))],
    ['an empty header', () => writeFileSync(path, Buffer.alloc(64))],
    [
      'tensors that overlap',
      () =>
        writeRaw(
          {
            a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
            b: { dtype: 'F32', shape: [2], data_offsets: [4, 12] },
          },
          new Uint8Array(12),
        ),
    ],
    [
      'a place that does not fit the shape',
      () => writeRaw({ a: { dtype: 'F32', shape: [3], data_offsets: [0, 8] } }, new Uint8Array(8)),
    ],
    [
      'a place that ends before it starts',
      () => writeRaw({ a: { dtype: 'F32', shape: [0], data_offsets: [8, 4] } }, new Uint8Array(8)),
    ],
    [
      'an unknown type',
      () => writeRaw({ a: { dtype: 'F4', shape: [1], data_offsets: [0, 4] } }, new Uint8Array(4)),
    ],
    [
      'an entry without a shape',
      () => writeRaw({ a: { dtype: 'F32', data_offsets: [0, 4] } }, new Uint8Array(4)),
    ],
    [
      'a shape whose product overflows',
      () =>
        writeRaw({ a: { dtype: 'F32', shape: [2 ** 40, 2 ** 40], data_offsets: [0, 8] } }, new Uint8Array(8)),
    ],
  ]
  it.each(invalid)('refuses %s', async (_name, write) => {
    write()
    await expect(readSafetensors(path)).rejects.toMatchObject({ code: 'checkpoint-unrecognized' })
  })

  it('reports a missing file as not found', async () => {
    await expect(readSafetensors(join(folder, 'absent'))).rejects.toMatchObject({ code: 'not-found' })
  })

  it('removes a file that could not be finished and calls a full disk by its name', async () => {
    const target = join(folder, 'unfinished.safetensors')
    let writes = 0
    const calls: FileCalls = {
      ...nodeFileCalls,
      write: (...args) => {
        writes += 1
        if (writes === 2) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
        return nodeFileCalls.write(...args)
      },
    }
    const failure = await writeSafetensors(target, [tensor('a', [2], [1, 2])], {}, calls).catch(
      (thrown: unknown) => thrown,
    )
    expect(failure).toMatchObject({ code: 'disk-full' })
    expect(String(failure)).toContain(folder)
    expect(existsSync(target)).toBe(false)
  })

  it.skipIf(!existsSync('/dev/full'))('meets a real full disk', async () => {
    const failure = await writeSafetensors(
      join(folder, 'x'),
      [tensor('a', [1], [1])],
      {},
      {
        ...nodeFileCalls,
        open: () => nodeFileCalls.open('/dev/full', 'w'),
      },
    ).catch((thrown: unknown) => thrown)
    expect(failure).toMatchObject({ code: 'disk-full' })
  })
})
