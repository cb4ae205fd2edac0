import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFakeLabClient } from '@renderer/bridge/fake-lab-client.ts'
import { labClientKey, type LabClient } from '@renderer/bridge/lab-client.ts'
import type { Failure } from '@shared/failures/failure.ts'
import type { Comparison, ComparisonGroup } from '@shared/results/comparison.ts'
import CompareView from './CompareView.vue'

// The first test compiles the view and ECharts, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

let view: VueWrapper | null = null
let router: Router

beforeEach(() => window.localStorage.clear())
afterEach(() => {
  view?.unmount()
  view = null
})

/** The fake lab, whose comparisons are changed before the view sees them. */
function labWith(change: (comparison: Comparison) => Comparison | Failure): LabClient {
  const fake = createFakeLabClient()
  const call: LabClient['call'] = async (name, ...input) => {
    const answer = await fake.call(name, ...input)
    if (name !== 'compare.groups' || !answer.ok) return answer
    // reason: the call is compare.groups, which returns a comparison.
    const changed = change(answer.value as Comparison)
    return 'code' in changed ? { ok: false, failure: changed } : { ok: true, value: changed as never }
  }
  return { ...fake, call }
}

async function openAt(path: string, client: LabClient = createFakeLabClient()): Promise<VueWrapper> {
  const empty = { template: '<i></i>' }
  router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/compare', name: 'compare', component: empty },
      { path: '/runs/:runId?', component: empty },
    ],
  })
  await router.push(path)
  view = mount(CompareView, {
    global: {
      plugins: [createPinia(), router],
      provide: { [labClientKey as symbol]: client },
      stubs: { LabChart: { props: ['summary'], template: '<div role="img" :aria-label="summary"></div>' } },
    },
  })
  for (let round = 0; round < 5; round += 1) await flushPromises()
  return view
}

const rowsOf = (shown: VueWrapper): ReturnType<VueWrapper['findAll']> =>
  shown.findAll('[data-testid=compare-row]')

/** The second and third group differ from the baseline with these corrected p-values. */
const withP =
  (...corrected: readonly number[]) =>
  (comparison: Comparison): Comparison => ({
    ...comparison,
    groups: comparison.groups.map((group, index): ComparisonGroup => ({
      ...group,
      difference:
        index === 0
          ? null
          : {
              difference: 0.012,
              pValue: 0.02,
              pValueNote: '',
              correctedPValue: corrected[index - 1]!,
              paired: { seeds: [1, 2], pValue: 0.01, pValueNote: '', correctedPValue: 0.02 },
            },
      differsFromBaseline:
        index === 2 ? [{ key: 'training.batchSize', name: 'batch size', value: '32', baseline: '16' }] : [],
    })),
  })

describe('the view Compare', () => {
  it('keeps the pinned baseline in its address, so that a link and a reload show the same', async () => {
    const first = await openAt('/compare?ids=s-2')
    const label = rowsOf(first)[1]!.get('[data-cell=label]').text()
    await rowsOf(first)[1]!.get('[data-testid=pin-baseline]').trigger('click')
    for (let round = 0; round < 5; round += 1) await flushPromises()
    const address = router.currentRoute.value.fullPath
    expect(address).toContain('baseline=')

    first.unmount()
    const again = await openAt(address)
    expect(rowsOf(again)[0]!.get('[data-cell=label]').text()).toBe(label)
    expect(rowsOf(again)[0]!.attributes('data-baseline')).toBeDefined()
  })

  it('offers the usual baseline when the one in its address is gone', async () => {
    const gone: Failure = { code: 'not-found', message: 'The baseline “g-0” is none of 3 groups.', hint: '' }
    let isGone = true
    const shown = await openAt(
      '/compare?ids=s-2&baseline=g-0',
      labWith((comparison) => (isGone ? gone : comparison)),
    )
    isGone = false
    const button = shown.get('[data-testid=failure] button')
    expect(button.text()).toBe('Compare with the usual baseline')
    await button.trigger('click')
    for (let round = 0; round < 5; round += 1) await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ ids: 's-2' })
    expect(rowsOf(shown).length).toBeGreaterThan(1)
  })

  it('colours a difference only where the corrected p-value is below 0.05', async () => {
    const shown = await openAt('/compare?ids=s-2', labWith(withP(0.049, 0.05)))
    const [, clear, unclear] = rowsOf(shown)
    expect(clear!.get('[data-cell=difference] span').classes()).toEqual(['up'])
    expect(unclear!.get('[data-cell=difference] span').classes()).toEqual([])
    expect(unclear!.get('[data-cell=p]').text()).toBe('0.020')
    expect(unclear!.get('[data-cell=p-corrected]').text()).toBe('0.050')
    expect(unclear!.get('[data-cell=p-paired]').text()).toMatch(/0\.010\s*Holm 0\.020/)
  })

  it('says under the difference in what else a group differs', async () => {
    const shown = await openAt('/compare?ids=s-2', labWith(withP(0.049, 0.05)))
    const [, alike, other] = rowsOf(shown)
    expect(alike!.find('[data-cell=differs]').exists()).toBe(false)
    expect(other!.get('[data-cell=differs]').text()).toBe('differs in batch size')
    expect(other!.get('[data-cell=differs]').attributes('title')).toBe('batch size 32 (baseline 16)')
  })

  it('has a name for every column, the single runs’ too', async () => {
    const shown = await openAt('/compare?ids=s-2', labWith(withP(0.049, 0.05)))
    for (const button of shown.findAll('[data-testid=expand-group]')) await button.trigger('click')
    const columns = shown.findAll('[data-testid=compare-table] thead th').length
    for (const row of shown.findAll('[data-testid=compare-table] tbody tr')) {
      const spans = row.findAll('th, td').map((cell) => Number(cell.attributes('colspan') ?? 1))
      expect(spans.reduce((sum, span) => sum + span, 0)).toBe(columns)
    }
  })

  it('names the runs left out with their reason', async () => {
    const leftOut = [{ runId: 'r-9', reason: 'Its record run.json is cut off.' }]
    const shown = await openAt(
      '/compare?ids=s-2',
      labWith((comparison) => ({ ...comparison, leftOut })),
    )
    expect(shown.get('[data-testid=left-out]').text()).toContain('r-9: Its record run.json is cut off.')
  })
})
