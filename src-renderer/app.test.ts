import { createFakeLabClient, type FakeLabClient } from './bridge/fake-lab-client.ts'
import { labClientKey } from './bridge/lab-client.ts'
import type { Scenario } from './bridge/fake/fake-lab.ts'
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import App from './App.vue'
import { createLabRouter } from './router.ts'

// The first test of each view compiles it and ECharts, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

let app: VueWrapper | null = null

/** The whole window on the fake client; charts are left out, because they need a canvas. */
async function openAt(
  path: string,
  scenario: Scenario = 'demo',
): Promise<{ app: VueWrapper; client: FakeLabClient }> {
  const client = createFakeLabClient(scenario)
  const router = createLabRouter()
  await router.push(path)
  app = mount(App, {
    attachTo: document.body,
    global: {
      plugins: [createPinia(), router],
      provide: { [labClientKey as symbol]: client },
      stubs: { LabChart: { props: ['summary'], template: '<div role="img" :aria-label="summary"></div>' } },
    },
  })
  await settled()
  return { app, client }
}

async function settled(): Promise<void> {
  for (let round = 0; round < 5; round += 1) await flushPromises()
  await vi.dynamicImportSettled()
  await flushPromises()
}

async function press(key: string): Promise<void> {
  window.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
  await settled()
}

function drop(type: 'dragenter' | 'drop', names: readonly string[]): void {
  const files = names.map((name) => new File(['x'], name))
  const event = new Event(type, { bubbles: true, cancelable: true })
  const items = files.map(() => ({ kind: 'file' }))
  Object.defineProperty(event, 'dataTransfer', { value: { types: ['Files'], items, files } })
  window.dispatchEvent(event)
}

beforeEach(() => {
  window.location.hash = ''
  window.localStorage.clear()
  window.sessionStorage.clear()
})
afterEach(() => {
  app?.unmount()
  app = null
})

describe('the window', () => {
  it('goes to views by their number and to a new study by N', async () => {
    const { app } = await openAt('/')
    const viewName = (): string | undefined => app.get('main').attributes('data-view')
    await press('5')
    expect(viewName()).toBe('compare')
    await press('n')
    expect(viewName()).toBe('new-study')
  })

  it('says what dropping does while files hover, and shows what was added', async () => {
    const { app } = await openAt('/', 'empty')
    drop('dragenter', ['RTE'])
    await settled()
    expect(app.get('[data-testid=drop-overlay]').text()).toContain('Drop 1 item to add it')
    drop('drop', ['RTE'])
    await settled()
    expect(app.find('[data-testid=drop-overlay]').exists()).toBe(false)
    expect(app.get('[data-testid=dataset-row]').attributes('data-dataset-id')).toBe('d-rte-4f1c')
    expect(app.get('[data-split=train] [data-cell=examples]').text()).toBe('2,490')
  })

  it('shows problem rows with file and row, and leaves them out when asked', async () => {
    const { app } = await openAt('/', 'empty')
    drop('drop', ['MRPC'])
    await settled()
    expect(app.findAll('[data-testid=problem-row]').map((row) => row.text())[1]).toContain('train.tsv:1024')
    await app.get('[data-testid=skip-problem-rows]').trigger('click')
    await settled()
    expect(app.get('[data-testid=skipped-rows]').text()).toBe('4 rows left out')
  })

  it('fills in the reading that a refusal advises, reads so when asked, and shows how', async () => {
    const { app } = await openAt('/', 'empty')
    drop('drop', ['cyrillic'])
    await settled()
    expect(app.get('[data-testid=dataset-failure]').attributes('data-code')).toBe('file-encoding')
    expect(app.get<HTMLInputElement>('[data-testid=reading-encoding]').element.value).toBe('windows-1251')
    await app.get('[data-testid=dataset-failure] [data-testid=reading-form]').trigger('submit')
    await settled()
    expect(app.find('[data-testid=dataset-failure]').exists()).toBe(false)
    expect(app.get('[data-testid=reading-notes]').text()).toContain(
      'separated by tabs, quoting off, windows-1251',
    )
    expect(app.get('[data-testid=reading-notes]').text()).toContain('decimal commas')
  })

  it('launches the sample and shows its runs', async () => {
    const { app, client } = await openAt('/')
    await app.get('[data-testid=try-sample]').trigger('click')
    await settled()
    expect(client.calls).toContain('sample.launch')
    expect(app.get('main').attributes('data-view')).toBe('runs')
    expect(app.findAll('[data-testid=run-row]')).toHaveLength(6)
  })

  it('explains a failure in place of the runs and tries again', async () => {
    const { app } = await openAt('/runs', 'errors')
    expect(app.get('[data-testid=failure]').attributes('data-code')).toBe('file-unreadable')
    expect(app.findAll('[data-testid=run-row]')).toHaveLength(0)
  })
})

describe('a new study', () => {
  it('cannot be launched with a wrong value, and says which', async () => {
    const { app, client } = await openAt('/new-study?dataset=d-rte-4f1c&checkpoint=c-minilm-2b7e')
    await app.get('[data-testid=method-candidateRegionRatio]').setValue('1')
    await settled()
    expect(app.get('[data-testid=plan-problems]').text()).toContain(
      'AD-DROP, Candidate region p: It must lie strictly',
    )
    expect(app.get('[data-testid=launch-study]').attributes('disabled')).toBeDefined()
    await app.get('form').trigger('submit')
    expect(client.calls).not.toContain('study.launch')
  })

  it('adds a method from its card, with its own settings, and launches it', async () => {
    const { app, client } = await openAt('/new-study?dataset=d-rte-4f1c&checkpoint=c-minilm-2b7e')
    await app.get('[data-testid=add-method]').trigger('click')
    expect(app.get('[data-testid=method-card]').attributes('data-method')).toBe('r-drop')
    await app.get('[data-testid=method-sheet] [data-method=mixout]').trigger('click')
    const card = app.get('[data-testid=method-card]')
    expect(card.text()).toContain('Lee et al. 2020')
    expect(card.get('[data-cell=measured]').text()).toMatch(/^1\.00 .*lab bench step/)
    await app.get('[data-testid=method-sheet] [data-method=ad-drop]').trigger('click')
    expect(app.get('[data-testid=method-card]').text()).toContain(
      'loses none (“Rows that would lose everything”)',
    )
    await app.get('[data-testid=method-sheet] [data-method=mixout]').trigger('click')
    await app.get('[data-testid=use-method]').trigger('click')
    expect(app.find('[data-testid=method-sheet]').exists()).toBe(false)
    const form = app.get('[data-testid=method-form][data-method=mixout]')
    await form.get('[data-testid=method-mixProbability]').setValue('0.9')
    await app.get('form').trigger('submit')
    await settled()
    const methods = [...client.lab.runs.values()].slice(-9).map(({ config }) => config.method)
    expect(methods.slice(-3)).toEqual(
      Array.from(
        { length: 3 },
        () => expect.objectContaining({ kind: 'mixout', mixProbability: 0.9 }) as unknown,
      ),
    )
  })

  it('says when a preset was changed, and fills it in again', async () => {
    const { app } = await openAt('/new-study?dataset=d-rte-4f1c&checkpoint=c-minilm-2b7e')
    const preset = (): HTMLSelectElement => app.get<HTMLSelectElement>('[data-testid=method-preset]').element
    await app.get('[data-testid=method-preset]').setValue('as-released')
    expect(app.get<HTMLSelectElement>('[data-testid=method-allDroppedRows]').element.value).toBe('literal')
    await app.get('[data-testid=method-allDroppedRows]').setValue('keep-row')
    expect(preset().selectedOptions[0]!.textContent).toBe('As released, changed')
    await app.get('[data-testid=method-preset]').setValue('as-released')
    expect(app.get<HTMLSelectElement>('[data-testid=method-allDroppedRows]').element.value).toBe('literal')
    expect(preset().value).toBe('as-released')
  })

  it('is as it was when the window is loaded anew, and empty after “Start over”', async () => {
    const path = '/new-study?dataset=d-rte-4f1c&checkpoint=c-minilm-2b7e'
    const first = await openAt(path)
    await first.app.findAll('[data-testid=method-kind]')[1]!.setValue('hidden-cut')
    await first.app.get('[data-testid=method-cutRatio]').setValue('0.2')
    first.app.unmount()
    const { app } = await openAt(path)
    expect(app.get<HTMLInputElement>('[data-testid=method-cutRatio]').element.value).toBe('0.2')
    await app
      .findAll('button')
      .find((button) => button.text() === 'Start over')!
      .trigger('click')
    expect(app.find('[data-testid=method-cutRatio]').exists()).toBe(false)
  })

  it('launches methods × seeds and follows the runs', async () => {
    const { app } = await openAt('/new-study?dataset=d-rte-4f1c&checkpoint=c-minilm-2b7e')
    await app.get('[data-testid=study-seeds]').setValue('7, 11')
    await app.get('form').trigger('submit')
    await settled()
    const rows = app.findAll('[data-testid=run-row]')
    expect(rows.map((row) => row.get('[data-cell=seed]').text())).toEqual(['7', '11', '7', '11'])
    expect(rows.every((row) => row.attributes('data-status') === 'queued')).toBe(true)
  })
})

describe('runs', () => {
  it('compares the runs that were ticked', async () => {
    const { app } = await openAt('/runs')
    await app.get('[data-run-id=r-200] [data-testid=select-run]').setValue(true)
    await press('c')
    expect(app.get('main').attributes('data-view')).toBe('compare')
    const row = app.get('[data-testid=compare-row]')
    expect(row.get('[data-cell=n]').text()).toBe('1')
    expect(row.find('[data-cell=std]').exists()).toBe(false)
    expect(row.get('[data-cell=best]').text()).not.toContain('±')
  })

  it('asks before a run is discarded', async () => {
    const { app, client } = await openAt('/runs')
    await app.get('[data-run-id=r-301] [data-testid=run-cancel]').trigger('click')
    expect(client.calls).not.toContain('run.control')
    await app.get('[data-testid=confirm]').trigger('click')
    await settled()
    expect(client.lab.run('r-301').status).toBe('cancelled')
  })

  it('shows why a run failed, with its log', async () => {
    const { app } = await openAt('/runs/r-214')
    const detail = app.get('[data-testid=run-detail]')
    expect(detail.get('[data-testid=failure]').text()).toContain('ran out of memory at step 203')
    expect(detail.get('[data-testid=run-log]').text()).toContain('OOM')
  })
})

describe('the comparison', () => {
  it('shows mean, spread, n, difference and cost of each group', async () => {
    const { app } = await openAt('/compare?ids=s-2')
    const [baseline, gradient] = app.findAll('[data-testid=compare-row]')
    expect(baseline!.attributes('data-baseline')).toBeDefined()
    expect(baseline!.get('[data-cell=difference]').text()).toBe('—')
    expect(baseline!.get('[data-cell=step-overhead]').text()).toBe('—')
    expect(gradient!.get('[data-cell=mean]').text()).toMatch(/^\d\d\.\d$/)
    expect(gradient!.get('[data-cell=std]').text()).toMatch(/^\d\.\d$/)
    expect(gradient!.get('[data-cell=difference]').text()).toMatch(/▲better\s*\+\d\.\d/)
    expect(gradient!.get('[data-cell=step-overhead]').text()).toBe('1.70×')
  })

  it('leaves out settings that differ only because one method alone has them, until asked', async () => {
    const { app } = await openAt('/compare?ids=s-4', 'methods')
    const rows = (): string[] =>
      app.findAll('[data-testid=differing-settings] tbody th').map((row) => row.text())
    expect(rows()).toEqual(['Method', 'Layers', 'Cross-tuning', 'Discards'])
    await app.get('[data-testid=show-own-settings]').trigger('click')
    expect(rows()).toContain('Mix probability p')
    expect(rows()).toContain('Consistency weight α / η')
  })

  it('shows every seed of a group on demand', async () => {
    const { app } = await openAt('/compare?ids=s-2')
    await app.findAll('[data-testid=expand-group]')[1]!.trigger('click')
    expect(app.findAll('[data-testid=seed-row]').map((row) => row.attributes('data-run-id'))).toEqual([
      'r-210',
      'r-211',
      'r-212',
      'r-213',
      'r-214',
    ])
  })

  it('tells in words what each chart shows', async () => {
    const { app } = await openAt('/compare?ids=s-2')
    const summaries = app.findAll('[role=img]').map((chart) => chart.attributes('aria-label'))
    expect(summaries.some((summary) => summary?.startsWith('Validation loss by epoch, 3 groups.'))).toBe(true)
  })

  it('has an empty state and no invented rows before anything was chosen', async () => {
    const { app } = await openAt('/compare', 'empty')
    expect(app.get('[data-testid=empty-state]').text()).toContain('Nothing to compare yet')
    expect(app.findAll('[data-testid=compare-row]')).toHaveLength(0)
  })
})

describe('the settings', () => {
  it('list every engine with its state, version and remark', async () => {
    const { app } = await openAt('/settings')
    const rows = app
      .findAll('[data-testid=engine-row]')
      .map((row) => row.findAll('td').map((cell) => cell.text()))

    expect(rows.map(([engine, state, version]) => [engine, state, version])).toEqual([
      ['TensorFlow on GPU', 'Not available', '—'],
      ['TensorFlow on CPU', 'In use', '2.21.0'],
      ['WebAssembly', 'Available', '4.22.0'],
      ['Plain JavaScript', 'Available', '4.22.0'],
    ])
    expect(rows[2]![3]).toContain('LAB_ENGINE=wasm')
  })
})
