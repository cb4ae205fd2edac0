/** Runs put into groups: equal in every setting but seed and name. */
import { createHash } from 'node:crypto'
import type { RunConfig } from '@shared/config/run-config.ts'
import { methodLabel } from '@shared/config/method-label.ts'
import { settingName, settingValueText } from '@shared/config/setting-name.ts'
import type { SettingDifference } from '@shared/results/comparison.ts'
import type { RunSummary } from '@shared/results/run-summary.ts'

/** A value of a setting as tables show it. */
export type SettingValue = string | number | boolean | null

/** Runs that differ only in the seed. */
export interface RunGroup {
  readonly groupId: string
  readonly config: RunConfig
  /** In the order given. */
  readonly runs: readonly RunSummary[]
  /** Dotted key → value, seed and name left out. */
  readonly settings: ReadonlyMap<string, SettingValue>
}

/**
 * Groups runs by their settings without seed and name, in the order in which each group's first run comes.
 *
 * @param runs any runs
 */
export function groupRuns(runs: readonly RunSummary[]): RunGroup[] {
  const groups = new Map<string, RunSummary[]>()
  for (const run of runs) {
    const groupId = groupIdOf(run.config)
    groups.set(groupId, [...(groups.get(groupId) ?? []), run])
  }
  return [...groups].map(([groupId, members]) => {
    const { config } = members[0]!
    return { groupId, config, runs: members, settings: groupSettings(config) }
  })
}

/**
 * The runs of a group whose numbers count: all but the failed ones.
 *
 * @param group a group
 */
export function countedRuns(group: RunGroup): readonly RunSummary[] {
  return group.runs.filter(({ status }) => status !== 'failed')
}

/**
 * The runs of a group that have ended with a result: of the others, a whole run's time is not known yet.
 *
 * @param group a group
 */
export function finishedRuns(group: RunGroup): readonly RunSummary[] {
  return group.runs.filter(({ status }) => status === 'done' || status === 'stopped')
}

/**
 * Identifier of the group a run belongs to: `g-` and a digest of its settings without seed and name.
 *
 * @param config the run's description
 */
export function groupIdOf(config: RunConfig): string {
  const entries = [...groupSettings(config)].sort(([left], [right]) => (left < right ? -1 : 1))
  return `g-${createHash('sha256').update(JSON.stringify(entries)).digest('hex').slice(0, 10)}`
}

function groupSettings(config: RunConfig): ReadonlyMap<string, SettingValue> {
  const settings = flatten(config, '')
  for (const key of ['name', 'schemaVersion', 'training.seed']) settings.delete(key)
  return settings
}

function flatten(value: object, prefix: string): Map<string, SettingValue> {
  return new Map(
    Object.entries(value).flatMap(([key, entry]: [string, unknown]): [string, SettingValue][] => {
      if (entry === undefined) return []
      if (Array.isArray(entry)) return [[prefix + key, entry.join(',')]]
      if (typeof entry === 'object' && entry !== null) return [...flatten(entry, `${prefix}${key}.`)]
      // reason: a run config holds nothing but texts, numbers, switches and null at its leaves.
      return [[prefix + key, entry as SettingValue]]
    }),
  )
}

/**
 * Dotted keys in which the groups differ, a key that one group lacks included, in the order of the config.
 *
 * @param groups at least one
 */
export function differingKeys(groups: readonly RunGroup[]): string[] {
  const keys = [...new Set(groups.flatMap(({ settings }) => [...settings.keys()]))]
  return keys.filter((key) => new Set(groups.map(({ settings }) => settings.get(key))).size > 1)
}

/**
 * Names of groups shown together: task and data where they differ, and the method. Groups that are called the same so far
 * are told apart by whatever else differs among them; what most of them share goes without saying.
 *
 * @param groups in the order wanted
 * @param differing keys in which the groups differ
 */
export function groupLabels(groups: readonly RunGroup[], differing: readonly string[]): string[] {
  const usualPlaces = usualValues(groups, differing)
  const short = groups.map((group) => shortLabel(group, usualPlaces, differing))
  const further = new Map([...new Set(short)].map((name) => [name, furtherSettings(groups, short, name)]))
  return groups.map((group, index) => {
    const name = short[index]!
    const rest = [...further.get(name)!].filter(([key, usual]) => group.settings.get(key) !== usual)
    return [
      name,
      ...rest.map(([key]) => `${settingName(key)} ${settingValueText(key, group.settings.get(key))}`),
    ].join(', ')
  })
}

/** Settings in which the groups of one short name differ, with the value that goes without saying. */
function furtherSettings(
  groups: readonly RunGroup[],
  short: readonly string[],
  name: string,
): ReadonlyMap<string, SettingValue | undefined> {
  const namesakes = groups.filter((_, index) => short[index] === name)
  return usualValues(
    namesakes,
    differingKeys(namesakes).filter((key) => !key.startsWith('method.')),
  )
}

/** By key, the value that more than half of the groups have; undefined where none is that common, so that no two groups leave out different ones. */
function usualValues(
  groups: readonly RunGroup[],
  keys: readonly string[],
): ReadonlyMap<string, SettingValue | undefined> {
  return new Map(
    keys.map((key) => {
      const counts = new Map<SettingValue | undefined, number>()
      for (const { settings } of groups) {
        const value = settings.get(key)
        counts.set(value, (counts.get(value) ?? 0) + 1)
      }
      return [key, [...counts].find(([, count]) => 2 * count > groups.length)?.[0]]
    }),
  )
}

function shortLabel(
  group: RunGroup,
  usual: ReadonlyMap<string, SettingValue | undefined>,
  differing: readonly string[],
): string {
  const places = ['task', 'dataset', 'checkpoint']
    .filter((key) => differing.includes(key))
    .filter((key) => group.settings.get(key) !== usual.get(key))
  return [
    ...places.map((key) => settingValueText(key, group.settings.get(key))),
    methodLabel(group.config.method, methodKeysThatVary(group, differing)),
  ].join(', ')
}

/**
 * In what a group differs from the baseline, the method's own settings and the seed left out: any setting, a new one too.
 *
 * @param group the group
 * @param base the baseline; null without one
 */
export function differencesFromBase(group: RunGroup, base: RunGroup | null): SettingDifference[] {
  if (base === null) return []
  return differingKeys([base, group])
    .filter((key) => !key.startsWith('method.'))
    .map((key) => ({
      key,
      name: settingName(key),
      value: settingValueText(key, group.settings.get(key)),
      baseline: settingValueText(key, base.settings.get(key)),
    }))
}

/**
 * Whether two groups were scored on the same examples of the same task, so that their scores may be subtracted.
 *
 * @param left one group
 * @param right the other
 */
export function isScoredAlike(left: RunGroup, right: RunGroup): boolean {
  const [a, b] = [left.config, right.config]
  return (
    a.task === b.task &&
    a.dataset === b.dataset &&
    a.limits.validationExamples === b.limits.validationExamples
  )
}

/** A method's own settings vary only against other groups of that method, not because another method lacks them. */
function methodKeysThatVary(group: RunGroup, differing: readonly string[]): string[] {
  return differing.filter(
    (key) => key.startsWith('method.') && group.settings.has(key) && !differing.includes('method.kind'),
  )
}
