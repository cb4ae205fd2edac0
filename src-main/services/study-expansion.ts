/** From a study's description to the configs of its runs: grid product, points, names, no run twice. */
import { methodConfig } from '@shared/config/method-config.ts'
import { presetKey, presetsOf } from '@shared/config/method-preset.ts'
import { runConfig, type RunConfig } from '@shared/config/run-config.ts'
import { describedRun } from '@shared/config/run-description.ts'
import { runName } from '@shared/config/run-name.ts'
import type { StudyConfig } from '@shared/config/study-config.ts'
import { LabError } from '@shared/failures/failure.ts'
import { invalidConfig } from './config-issues.ts'

type Settings = Readonly<Record<string, unknown>>

/** Keys of each method, from its schema, and that of its presets where it has any. */
const methodKeys: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  methodConfig.options.map(({ shape }) => {
    const kind = shape.kind.value
    return [kind, new Set([...Object.keys(shape), ...(presetsOf(kind).length > 0 ? [presetKey] : [])])]
  }),
)
/** Keys that at least one method has. */
const anyMethodKey: ReadonlySet<string> = new Set([...methodKeys.values()].flatMap((keys) => [...keys]))

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function withSetting(config: Record<string, unknown>, dottedKey: string, value: unknown): void {
  const keys = dottedKey.split('.')
  let target = config
  for (const key of keys.slice(0, -1)) {
    const child = target[key]
    const next = isPlainObject(child) ? { ...child } : {}
    target[key] = next
    target = next
  }
  target[keys.at(-1) ?? dottedKey] = value
}

/** Settings of other methods are left out, so that one grid can vary the method and a setting that only one has. */
function withoutForeignMethodKeys(config: Record<string, unknown>): void {
  const method = config['method']
  if (!isPlainObject(method)) return
  const own = methodKeys.get(String(method['kind']))
  if (own === undefined) return
  config['method'] = Object.fromEntries(
    Object.entries(method).filter(([key]) => own.has(key) || !anyMethodKey.has(key)),
  )
}

function gridCombinations(grid: Readonly<Record<string, readonly unknown[]>>): Settings[] {
  let combinations: Settings[] = [{}]
  for (const [key, values] of Object.entries(grid))
    combinations = combinations.flatMap((settings) => values.map((value) => ({ ...settings, [key]: value })))
  return combinations
}

/**
 * A config without its name, in one spelling: equal strings mean equal runs.
 *
 * @param config a run's description
 */
export function canonicalConfig(config: RunConfig): string {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted)
    if (!isPlainObject(value)) return value
    return Object.fromEntries(
      Object.keys(value)
        .sort()
        .map((key) => [key, sorted(value[key])]),
    )
  }
  return JSON.stringify(sorted({ ...config, name: undefined }))
}

/**
 * The description of one run with its preset and recipe resolved and every default filled in.
 *
 * @param input what a person wrote
 * @param what how messages call it
 * @throws LabError `invalid-config`, naming every setting that is wrong
 */
export function parseRunConfig(input: unknown, what: string): RunConfig {
  const parsed = runConfig.safeParse(describedRun(input, what))
  if (!parsed.success) throw invalidConfig(what, parsed.error, input)
  return parsed.data
}

/** Most runs that one study may describe. */
const mostRuns = 10_000

/** Longest dotted key; settings have two or three parts. */
const longestKey = 200

function refuseLongKeys(study: StudyConfig): void {
  const key = [study.grid, ...study.points]
    .flatMap((settings) => Object.keys(settings))
    .find((name) => name.length > longestKey)
  if (key === undefined) return
  throw new LabError(
    'invalid-config',
    `Study "${study.name}" varies "${key.slice(0, 50)}…", a key of ${key.length.toLocaleString('en-US')} characters; no setting has such a name.`,
    'Name settings by their dotted key, such as "training.seed".',
  )
}

/** Counts before anything is laid out: a short file can describe more runs than memory holds. */
function refuseTooMany(study: StudyConfig, usesGrid: boolean): void {
  const ofGrid = usesGrid
    ? Object.values(study.grid).reduce((product, values) => product * values.length, 1)
    : 0
  const count = ofGrid + study.points.length
  if (count <= mostRuns) return
  const number = Number.isSafeInteger(count)
    ? count.toLocaleString('en-US')
    : `about ${count.toExponential(1)}`
  throw new LabError(
    'invalid-config',
    `Study "${study.name}" describes ${number} runs; at most ${mostRuns.toLocaleString('en-US')} are launched at once.`,
    'Vary fewer settings, or list the wanted combinations under "points".',
  )
}

/**
 * The configs of a study's runs, named, without repetitions, in the order of grid, then points.
 *
 * @param study the study's description
 * @returns at least one config; the last grid key varies fastest
 * @throws LabError `invalid-config` when any run's settings are wrong (the message says which run)
 */
export function expandStudy(study: StudyConfig): RunConfig[] {
  const usesGrid = Object.keys(study.grid).length > 0 || study.points.length === 0
  refuseTooMany(study, usesGrid)
  refuseLongKeys(study)
  const combinations = [...(usesGrid ? gridCombinations(study.grid) : []), ...study.points]

  const configs = new Map<string, RunConfig>()
  combinations.forEach((settings, index) => {
    const input: Record<string, unknown> = { ...study.base }
    for (const [key, value] of Object.entries(settings)) withSetting(input, key, value)
    withoutForeignMethodKeys(input)
    const config = parseRunConfig(input, `Run ${index + 1} of study "${study.name}"`)
    // One name for many runs would tell nothing apart: the base's name serves only a study of one run.
    const ownName = 'name' in settings || combinations.length === 1 ? config.name : undefined
    const named = { ...config, name: ownName ?? runName(config, Object.keys(settings)).slice(0, 200) }
    const key = canonicalConfig(named)
    if (!configs.has(key)) configs.set(key, named)
  })
  return [...configs.values()]
}
