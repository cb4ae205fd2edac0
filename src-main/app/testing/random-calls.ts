/** Calls as a page may make them: as the contract has them, spoilt in one place, huge, of no sense, or many at once. */
import fc from 'fast-check'
import { z } from 'zod'
import { arbitraryOf } from '@main/storage/testing/arbitrary-of.ts'
import { callNames, type CallName } from '@shared/contracts/channel-names.ts'
import { labContract } from '@shared/contracts/lab-contract.ts'

/** One thing that a page does. */
export interface RandomCall {
  readonly name: unknown
  readonly input: unknown
  /** Calls made at once; more than one is a flood. */
  readonly times: number
  /** Whether the next call waits for this one's answer. */
  readonly isAwaited: boolean
  readonly isStranger: boolean
  /** Chooses among what is known, where an input names something. */
  readonly pick: number
}

/** What inputs may refer to. */
export interface KnownThings {
  readonly runIds: readonly string[]
  readonly datasetIds: readonly string[]
  readonly checkpointIds: readonly string[]
  readonly tokens: readonly string[]
}

/** Names that lead out of a folder, or mean something to JavaScript or a file system. */
const hostileNames = [
  '',
  '.',
  '..',
  '../outside',
  '../../outside/runs/r-1',
  '/etc/passwd',
  '__proto__',
  'constructor',
  'a\0b',
  'CON',
  'r-1/../../outside',
  'x'.repeat(300),
  '%2e%2e%2f',
  '\ud800',
]

const wrongValues: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    NaN,
    Infinity,
    -1,
    0,
    1e308,
    2 ** 53,
    -0,
    0.5,
    true,
    '',
    [],
    {},
    10n,
    new Date(NaN),
    new Map([[1, 2]]),
    new Set(['a']),
    /x/g,
    new Uint8Array(4),
    new Error('from a page'),
  ),
  fc.constantFrom(...hostileNames),
  fc.jsonValue(),
)

const hugeValues: fc.Arbitrary<unknown> = fc
  .constantFrom<() => unknown>(
    () => 'x'.repeat(99_000),
    () => 'x'.repeat(3_000_000),
    () => Array.from({ length: 40_000 }, () => 'r'),
    () => Array.from({ length: 900 }, (_, index) => `r-${index}`),
    () => new Array(4_000_000_000),
    () => Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`training.k${index}`, [1, 2]])),
    () => nested(31),
    () => nested(300),
    () => {
      const loop: Record<string, unknown> = {}
      loop['self'] = loop
      return loop
    },
  )
  .map((make) => make())

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { value }
  return value
}

/** A study as the New study view makes it, in a few variants: some launch, some are refused. */
const study = fc.record({
  schemaVersion: fc.constant(1),
  name: fc.constantFrom('a study', 'two [slow] runs', '[crash]', '\u001b[31mred', 'n'.repeat(200)),
  base: fc.record({
    schemaVersion: fc.constant(1),
    checkpoint: fc.constant('?checkpoint'),
    dataset: fc.constant('?dataset'),
    task: fc.constantFrom('rte', 'rte', 'rte', 'cola'),
    training: fc.record({ maxEpochs: fc.constantFrom(1, 2, 3), maxLength: fc.constantFrom(32, 64, 4096) }),
  }),
  grid: fc.constantFrom<Record<string, unknown>>(
    {},
    { 'training.seed': [1, 2] },
    { 'method.kind': ['fine-tuning', 'ad-drop'] },
    { 'training.seed': Array.from({ length: 3000 }, (_, index) => index), 'method.discardRate': [0.1, 0.2] },
    { 'no.such': [1] },
    { dataset: ['?dataset', '/etc'] },
  ),
  points: fc.constantFrom<unknown[]>([], [], [{ 'training.seed': 7 }], [{}]),
})

function validInput(name: CallName): fc.Arbitrary<unknown> {
  const { input } = labContract[name]
  if (input instanceof z.ZodUndefined) return fc.constant(undefined)
  if (name === 'study.plan' || name === 'study.launch') return fc.record({ study })
  return arbitraryOf(input)
}

/** One value anywhere in the input is another, missing or more. */
function spoilt(input: unknown, at: number, value: unknown): unknown {
  if (typeof input !== 'object' || input === null) return value
  const keys = Object.keys(input)
  const key = keys[at % (keys.length + 1)]
  if (key === undefined)
    return Array.isArray(input) ? [...(input as unknown[]), value] : { ...input, more: value }
  const child = (input as Record<string, unknown>)[key]
  const changed = spoilt(child, Math.floor(at / (keys.length + 1)), value)
  if (!Array.isArray(input)) return { ...input, [key]: changed }
  return (input as unknown[]).map((each, index) => (String(index) === key ? changed : each))
}

const named = fc
  .constantFrom(...callNames)
  .chain((name) => fc.record({ name: fc.constant(name as unknown), input: validInput(name) }))

const sent: fc.Arbitrary<{ readonly name: unknown; readonly input: unknown }> = fc.oneof(
  { weight: 6, arbitrary: named },
  {
    weight: 3,
    arbitrary: fc
      .tuple(named, fc.nat({ max: 1000 }), fc.oneof(wrongValues, hugeValues))
      .map(([call, at, value]) => ({ ...call, input: spoilt(call.input, at, value) })),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      name: fc.oneof(fc.constantFrom<unknown>(...callNames, ...hostileNames), wrongValues),
      input: fc.oneof(wrongValues, hugeValues),
    }),
  },
)

/** Something that a page does. */
export const randomCall: fc.Arbitrary<RandomCall> = fc
  .record({
    call: sent,
    times: fc.constantFrom(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 5, 500),
    isAwaited: fc.constantFrom(true, true, false),
    isStranger: fc.constantFrom(...new Array<boolean>(19).fill(false), true),
    pick: fc.nat({ max: 1000 }),
  })
  .map(({ call, ...rest }) => ({ ...call, ...rest }))

/** Inputs name what is there in most cases, and something hostile in some. */
function reference(known: readonly string[], pick: number, generated: unknown): unknown {
  if (pick % 10 === 0) return hostileNames[pick % hostileNames.length]
  if (pick % 10 === 1) return generated
  return known[pick % known.length] ?? generated
}

/**
 * The input with names of things that are there.
 *
 * @param input as generated
 * @param known what is there
 * @param pick chooses
 */
export function withKnown(input: unknown, known: KnownThings, pick: number): unknown {
  if (typeof input !== 'object' || input === null || Object.getPrototypeOf(input) !== Object.prototype)
    return input
  const { runIds, datasetIds, checkpointIds, tokens } = known
  const filled: Record<string, unknown> = { ...input }
  const fill = (key: string, ids: readonly string[]): void => {
    const value = filled[key]
    if (typeof value === 'string') filled[key] = reference(ids, pick, value)
    else if (Array.isArray(value) && value.length < 10)
      filled[key] = value.map((each: unknown, index) =>
        typeof each === 'string' ? reference(ids, pick + index, each) : each,
      )
  }
  fill('runId', runIds)
  fill('ids', runIds)
  fill('baseline', runIds)
  fill('datasetId', datasetIds)
  fill('checkpointId', checkpointIds)
  fill('paths', tokens)
  fill('path', tokens)
  if (!('study' in filled)) return filled
  const text = JSON.stringify(filled['study'], (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  )
  const named = text
    .replaceAll('?dataset', datasetIds[pick % datasetIds.length] ?? 'none')
    .replaceAll('?checkpoint', checkpointIds[pick % checkpointIds.length] ?? 'none')
  filled['study'] = JSON.parse(named)
  return filled
}
