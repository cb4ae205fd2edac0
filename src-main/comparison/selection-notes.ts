/** What was chosen on the split that scores are read on, and from how many: every choice makes the best look better. */
import { methodDefinitions } from '@shared/config/method-config.ts'
import type { ComparisonGroup, GroupMember } from '@shared/results/comparison.ts'
import { isScoredAlike, type RunGroup } from './group-runs.ts'

/** How groups are called, by identifier. */
export type Labels = ReadonlyMap<string, string>

/**
 * Remarks on selection: of epochs, of settings of a method, of a search within runs; and on many tests at once.
 *
 * @param groups the groups with their runs
 * @param described the same groups as the comparison shows them
 * @param base the baseline group
 */
export function selectionNotes(
  groups: readonly RunGroup[],
  described: readonly ComparisonGroup[],
  base: RunGroup | null,
): string[] {
  const labels = new Map(described.map(({ groupId, label }) => [groupId, label]))
  const shown = new Set(described.filter(({ best }) => best !== null).map(({ groupId }) => groupId))
  const scored = groups.filter(({ groupId }) => shown.has(groupId))
  if (scored.length === 0) return []
  return [
    'Each score is that of the best epoch on the validation split that chose the epoch: optimistic, the more so the more epochs there were to choose from.',
    ...epochNotes(described.filter(({ best }) => best !== null)),
    ...phaseNotes(described),
    ...settingNotes(scored),
    ...searchNotes(groups, labels),
    ...(base === null ? [] : testNotes(described)),
  ]
}

/** How many tests were made at once, and which runs were paired. */
function testNotes(described: readonly ComparisonGroup[]): string[] {
  const differences = described.flatMap(({ difference }) => difference ?? [])
  const tests = differences.filter(({ pValue }) => pValue !== null).length
  const paired = differences.flatMap((difference) => difference.paired ?? [])
  const [first] = paired
  return [
    ...(tests > 1
      ? [
          `${tests} groups are tested against the baseline; p-values marked Holm are corrected for that number.`,
        ]
      : []),
    ...(first !== undefined && first.seeds.length > 1
      ? [
          `Paired tests compare each run with the baseline’s run of the same seed (${first.seeds.join(', ')}); where only the method differs, both start from the same new weights and see the examples in the same order.`,
        ]
      : []),
  ]
}

/** Runs that chose their best epoch among different numbers of epochs, by plan or because they stopped early. */
function epochNotes(described: readonly ComparisonGroup[]): string[] {
  const ranges = described.map(({ label, members }) => {
    const counts = scoredMembers(members).map(({ evaluatedEpochs }) => evaluatedEpochs)
    const [low, high] = [Math.min(...counts), Math.max(...counts)]
    return { label, low, high, text: low === high ? String(low) : `${low} to ${high}` }
  })
  const [first] = ranges
  if (first === undefined || ranges.every(({ low, high }) => low === first.low && high === first.low))
    return []
  const isSame = new Set(ranges.map(({ text }) => text)).size === 1
  const each = isSame
    ? [`${first.text} in every group`]
    : ranges.map(({ label, text }) => `${label}: ${text}`)
  return [
    `The best epoch was chosen among different numbers of evaluated epochs (${each.join('; ')}; epochs that only prepare the last training left out).`,
  ]
}

/** Methods that alternate, of which some best scores are those of plain epochs. */
function phaseNotes(described: readonly ComparisonGroup[]): string[] {
  const each = described.flatMap(({ label, method, members }) => {
    const scored = scoredMembers(members)
    const plain = scored.filter(({ bestPhase }) => bestPhase === 'fine-tuning').length
    return method === 'fine-tuning' || plain === 0 ? [] : [`${label}: ${plain} of ${scored.length}`]
  })
  return each.length === 0
    ? []
    : [`Best scores that are of a plain epoch, in which the method does not act: ${each.join('; ')}.`]
}

function scoredMembers(members: readonly GroupMember[]): readonly GroupMember[] {
  return members.filter(({ best }) => best !== null)
}

/** Methods that are shown with several settings, of which the best is what a reader looks for. */
function settingNotes(groups: readonly RunGroup[]): string[] {
  const notes: string[] = []
  let left = groups
  while (left.length > 0) {
    const [first] = left
    const rivals = left.filter((group) => isSameMethod(first!, group))
    left = left.filter((group) => !rivals.includes(group))
    if (new Set(rivals.map(({ config }) => JSON.stringify(config.method))).size < 2) continue
    const name = methodDefinitions[first!.config.method.kind].card.name
    notes.push(
      `${name} is shown in ${rivals.length} groups of different settings: the best of ${rivals.length} on the split that selects it is optimistic. Choose the setting there, and report it on other examples or with other seeds.`,
    )
  }
  return notes
}

/** Whether two groups are settings of one method, with scores on the same examples. */
function isSameMethod(left: RunGroup, right: RunGroup): boolean {
  return left.config.method.kind === right.config.method.kind && isScoredAlike(left, right)
}

/** Groups whose pattern was searched for on the split that they are scored on. */
function searchNotes(groups: readonly RunGroup[], labels: Labels): string[] {
  const searched = groups.flatMap(({ groupId, config }) =>
    config.method.kind === 'auto-dropout' && config.method.search !== 'none'
      ? [`${labels.get(groupId) ?? groupId}: ${config.method.candidates} candidates`]
      : [],
  )
  if (searched.length === 0) return []
  return [
    `Searched for on the same validation split as well, so more optimistic than the others (${searched.join('; ')}); only examples that the search did not see are free of that.`,
  ]
}
