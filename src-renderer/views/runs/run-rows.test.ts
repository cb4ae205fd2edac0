import { FakeLab } from '@renderer/bridge/fake/fake-lab.ts'
import { demoItem } from '@renderer/bridge/fake/demo-runs.ts'
import { describe, expect, it } from 'vitest'
import { countByStatus, runFilter, runRows } from './run-rows.ts'

const lab = new FakeLab('demo')
const runs = [...lab.runs.values()].map(demoItem)
const input = {
  runs,
  unreadable: [],
  studies: lab.studies,
  filter: '',
  studyId: null,
  folded: new Set<string>(),
}

describe('rows of the runs table', () => {
  it('puts the newest study first and its runs below it', () => {
    const rows = runRows(input)
    expect(rows[0]).toMatchObject({ kind: 'study', studyId: 's-3' })
    expect(rows.slice(1, 6).map((row) => row.key)).toEqual(['r-300', 'r-301', 'r-302', 'r-310', 'r-311'])
    expect(rows).toHaveLength(runs.length + 3)
  })

  it('hides the runs of a folded study and keeps its head', () => {
    const rows = runRows({ ...input, folded: new Set(['s-2']) })
    expect(rows.filter((row) => row.kind === 'run' && row.run.studyId === 's-2')).toEqual([])
    expect(rows.some((row) => row.kind === 'study' && row.studyId === 's-2' && row.isFolded)).toBe(true)
  })

  it('shows runs that cannot be read under their study, also when it has no others', () => {
    const unreadable = [
      {
        runId: 'r-x',
        studyId: 's-2',
        folder: '/home/runs/r-x',
        reason: 'it is not complete JSON.',
        hint: '',
      },
      { runId: 'r-y', studyId: null, folder: '/home/runs/r-y', reason: 'it is gone.', hint: '' },
    ]
    const rows = runRows({ ...input, unreadable })
    const at = rows.findIndex((row) => row.key === 'study s-2')
    expect(rows[at]).toMatchObject({ unreadable: [{ runId: 'r-x' }] })
    expect(rows[at + 1]).toMatchObject({ kind: 'unreadable', key: 'r-x' })
    expect(rows.map(({ key }) => key)).toEqual(expect.arrayContaining(['study ', 'r-y']))
    expect(
      runRows({ ...input, unreadable, filter: 'status:unreadable' })
        .map(({ key }) => key)
        .sort(),
    ).toEqual(['r-x', 'r-y', 'study ', 'study s-2'])
    expect(runRows({ ...input, unreadable, filter: 'status:failed' }).map(({ key }) => key)).not.toContain(
      'r-x',
    )
    expect(runRows({ ...input, runs: [], unreadable })).toHaveLength(4)
  })

  it('drops studies of which no run matches', () => {
    const rows = runRows({ ...input, filter: 'status:failed' })
    expect(rows.map((row) => row.key)).toEqual(['study s-2', 'r-214'])
  })

  it('shows one study only when asked', () => {
    expect(
      new Set(
        runRows({ ...input, studyId: 's-1' }).flatMap((row) => (row.kind === 'run' ? [row.run.studyId] : [])),
      ),
    ).toEqual(new Set(['s-1']))
  })

  it('looks at each of 5,000 runs a few times only, however many studies there are', () => {
    const many = new FakeLab('many')
    const model = demoItem(lab.run('r-200'))
    let looks = 0
    const items = [...many.runs.values()].map(({ runId, studyId }) => ({
      ...model,
      runId,
      get studyId() {
        looks += 1
        return studyId
      },
    }))
    expect(runRows({ ...input, runs: items, studies: many.studies }).length).toBeGreaterThan(5000)
    expect(looks).toBeGreaterThan(0)
    expect(looks / items.length).toBeLessThan(10)
  })
})

describe('the filter', () => {
  const matching = (filter: string): number => runs.filter(runFilter(filter)).length

  it('wants every word to match', () => {
    expect(matching('task:rte method:ad-drop')).toBe(8)
    expect(matching('task:rte ad-drop status:failed')).toBe(1)
    expect(matching('nonsense')).toBe(0)
    expect(matching('')).toBe(runs.length)
  })

  it('compares seeds as a whole', () => {
    expect(runs.filter(runFilter('seed:1')).every((run) => run.seed === 1)).toBe(true)
  })

  it('counts by state', () => {
    expect(countByStatus(runs).find(({ status }) => status === 'failed')?.count).toBe(1)
    expect(countByStatus([])).toEqual([])
  })
})
