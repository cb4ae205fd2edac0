import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildFakeEngine } from '@main/engine-client/testing/build-fake-engine.ts'
import { startLocalHub } from '@main/services/testing/local-hub.ts'
import { writeTinyCheckpoint, writeTinyRte } from '@main/services/testing/tiny-checkpoint.ts'
import { runCommandLine } from './program.ts'

let root = ''
let enginePath = ''
let home = ''
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'lab-cli-'))
  enginePath = await buildFakeEngine(root)
  writeTinyCheckpoint(join(root, 'tiny'))
  writeTinyRte(join(root, 'RTE'))
  writeSample(join(root, 'sample'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))
beforeEach(() => {
  home = mkdtempSync(join(root, 'home-'))
})

function writeSample(folder: string): void {
  mkdirSync(folder)
  cpSync(join(root, 'tiny'), join(folder, 'checkpoint'), { recursive: true })
  mkdirSync(join(folder, 'data'))
  const rows = ['a b', 'c d', 'e f', 'a f'].map((text, index) =>
    JSON.stringify({ text, label: index % 2 === 0 ? 'x' : 'y' }),
  )
  for (const name of ['train', 'validation'])
    writeFileSync(join(folder, 'data', `${name}.jsonl`), `${rows.join('\n')}\n`)
  const base = {
    schemaVersion: 1,
    checkpoint: 'checkpoint',
    dataset: 'data',
    task: 'classification',
    training: { maxEpochs: 4, maxLength: 16 },
  }
  const grid = { 'method.kind': ['fine-tuning', 'ad-drop'], 'training.seed': [1, 2, 3] }
  writeFileSync(join(folder, 'study.json'), JSON.stringify({ schemaVersion: 1, name: 'Sample', base, grid }))
}

function writeJson(name: string, value: unknown): string {
  writeFileSync(join(home, name), JSON.stringify(value))
  return join(home, name)
}
const runConfig = (overrides: Record<string, unknown> = {}) => ({
  schemaVersion: 1,
  name: 'a run',
  checkpoint: 'tiny',
  dataset: 'RTE',
  task: 'rte',
  training: { maxEpochs: 2, maxLength: 32 },
  ...overrides,
})

function start(...args: string[]) {
  let [stdout, stderr] = ['', '']
  const interrupts = new Set<() => void>()
  const exit = runCommandLine(args, {
    stdout: (text) => (stdout += text),
    stderr: (text) => (stderr += text),
    isTerminal: false,
    workingFolder: root,
    home,
    enginePath,
    sampleFolder: join(root, 'sample'),
    version: '0.0.0',
    onInterrupt: (listener) => {
      interrupts.add(listener)
      return () => interrupts.delete(listener)
    },
  })
  return {
    exit,
    interrupt: () => interrupts.forEach((listener) => listener()),
    output: () => ({ stdout, stderr }),
  }
}
async function lab(...args: string[]) {
  const started = start(...args)
  const exitCode = await started.exit
  const { stdout, stderr } = started.output()
  return { exitCode, stdout, stderr, json: () => JSON.parse(stdout) as Record<string, unknown> }
}
async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 10) {
    if (waited > 20_000) throw new Error('The condition never came true.')
    await sleep(10)
  }
}
const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type?: string; step?: number; status?: string; runId: string })

describe('wrong usage', () => {
  it.each([
    [[], /command is missing/],
    [['dataset'], /command is missing/],
    [['bogus'], /unknown command/],
    [['run'], /missing required argument/],
    [['runs', '--wrong'], /unknown option/],
    [['dataset', 'add', 'RTE', '--task', 'bogus'], /bogus/],
    [['attribute', '--checkpoint', 'x', '--cases', 'y', '--method', 'magic', '--out', 'z'], /magic/],
    [['compare', 'x', '--format', 'pdf'], /json, csv, latex/],
  ])('exits with 2 and says what is wrong: %j', async (args, message) => {
    const plain = await lab(...args)
    expect(plain).toMatchObject({ exitCode: 2, stdout: '' })
    expect(plain.stderr).toMatch(message)

    const json = await lab(...args, '--json')
    expect(json.exitCode).toBe(2)
    expect(json.json()).toMatchObject({
      error: { code: 'invalid-argument', message: expect.stringMatching(message) as string },
    })
  })

  it('is not asking for help', async () => {
    const help = await lab('--help')
    expect(help.exitCode).toBe(0)
    for (const command of [
      'doctor',
      'dataset',
      'checkpoint',
      'run',
      'study',
      'resume',
      'runs',
      'show',
      'compare',
      'export',
      'attribute',
      'parity',
      'sample',
    ])
      expect(help.stdout).toContain(`\n  ${command}`)
    expect((await lab('dataset', 'add', '--help')).stdout).toContain('--skip-problem-rows')
  })
})

describe('the commands that the guide and the README show', () => {
  const folder = fileURLToPath(new URL('../../', import.meta.url))
  const guide = readdirSync(join(folder, 'docs/guide')).filter((name) => name.endsWith('.md'))
  const shown = ['README.md', ...guide.map((name) => `docs/guide/${name}`)].flatMap((file) => {
    const blocks = readFileSync(join(folder, file), 'utf8').matchAll(/```sh\n(?<lines>[^`]*)```/g)
    const lines = [...blocks].flatMap(({ groups }) => groups!['lines']!.split('\n'))
    return lines.flatMap(
      (line) => /^(?:npm run -s lab -- |lab )(?<command>[^#]+)/.exec(line)?.groups?.['command']?.trim() ?? [],
    )
  })

  it.each([...new Set(shown)])('lab %s', async (command) => {
    process.env['HF_HUB_OFFLINE'] = '1'
    try {
      const { exitCode, stderr } = await lab(...command.split(' '))
      // 2 is wrong usage; that there is no such file or run is right here.
      expect(stderr).not.toMatch(/unknown|error:/)
      expect([0, 1]).toContain(exitCode)
    } finally {
      delete process.env['HF_HUB_OFFLINE']
    }
  })
})

describe('lab dataset and lab checkpoint', () => {
  it('fetches a model of the hub by its name, and takes a path for a path', async () => {
    const files = readdirSync(join(root, 'tiny')).map(
      (name) => [name, readFileSync(join(root, 'tiny', name))] as const,
    )
    const hub = await startLocalHub(new Map(files))
    try {
      process.env['HF_ENDPOINT'] = hub.address
      const added = await lab('checkpoint', 'add', 'owner/tiny', '--json')
      expect(added.json()).toMatchObject({ name: 'tiny', tokenizer: 'wordpiece' })
      expect(added.stderr).toContain('100 % of')
      const seen = hub.seen.length
      expect((await lab('checkpoint', 'add', 'hf://tiny@v1', '--json')).json()).toMatchObject({
        name: 'tiny',
      })
      expect(hub.seen.length).toBeGreaterThan(seen)
      hub.seen.length = 0
      for (const [text, code] of [
        ['tiny/misspelled', 'not-found'],
        ['nowhere', 'not-found'],
        ['hf://', 'invalid-argument'],
      ] as const)
        expect((await lab('checkpoint', 'add', text, '--json')).json()).toMatchObject({ error: { code } })
      expect((await lab('checkpoint', 'add', 'nowhere')).stderr).toContain('lab checkpoint add hf://nowhere')
      expect(hub.seen).toEqual([])
    } finally {
      delete process.env['HF_ENDPOINT']
      await hub.close()
    }
  })

  it('import, list and show', async () => {
    const added = await lab('dataset', 'add', 'RTE', '--json')
    expect(added.exitCode).toBe(0)
    expect(added.json()).toMatchObject({
      task: 'rte',
      splits: { train: { examples: 8, labels: { entailment: 4, not_entailment: 4 } } },
      problems: [],
    })
    const { datasetId } = added.json() as { datasetId: string }
    expect((await lab('dataset', 'list', '--json')).json()).toMatchObject({ datasets: [{ datasetId }] })
    expect((await lab('dataset', 'show', datasetId)).stdout).toContain('entailment 4, not_entailment 4')

    const checkpoint = (await lab('checkpoint', 'add', 'tiny', '--json')).json()
    expect(checkpoint).toMatchObject({ name: 'tiny', tokenizer: 'wordpiece', folder: join(root, 'tiny') })
    expect((await lab('checkpoint', 'list')).stdout).toContain('tiny')
    expect((await lab('checkpoint', 'show', 'nope', '--json')).json()).toMatchObject({
      error: { code: 'not-found' },
    })
  })

  it('refuse a data set with a problem row, naming file and row, and leave nothing behind', async () => {
    const folder = join(home, 'RTE')
    mkdirSync(folder)
    writeFileSync(
      join(folder, 'train.tsv'),
      'index\tsentence1\tsentence2\tlabel\n0\ta\tb\tentailment\n1\ta\tb\tmaybe\n',
    )

    const refused = await lab('dataset', 'add', folder, '--json')
    expect(refused.exitCode).toBe(1)
    expect(refused.json()).toMatchObject({
      error: { code: 'dataset-problem-rows' },
      problems: [{ file: join(folder, 'train.tsv'), row: 3, code: 'unknown-label' }],
    })
    expect(refused.json()).toMatchObject({ dialect: { delimiter: '\t', header: true }, notes: [] })
    expect((await lab('dataset', 'add', folder)).stderr).toContain('row 3')
    expect((await lab('dataset', 'list', '--json')).json()).toEqual({ datasets: [] })
    expect((await lab('dataset', 'add', folder, '--skip-problem-rows', '--json')).json()).toMatchObject({
      skippedRows: 1,
    })
  })
})

describe('lab dataset add', () => {
  /** A folder with a training file. */
  function trainingFile(name: string, content: string | Uint8Array): string {
    const folder = join(home, 'forms')
    mkdirSync(folder)
    writeFileSync(join(folder, name), content)
    return folder
  }

  it('answers how the files were read and shows rows', async () => {
    const folder = trainingFile('train.csv', 'text;label\nwarm, kind;1\ndull;0\n')
    const added = (await lab('dataset', 'add', folder, '--json')).json()
    expect(added).toMatchObject({
      dialect: { delimiter: ';', quoting: 'on', encoding: 'utf-8', header: true },
      notes: ['Columns: texts from "text", labels from "label".'],
      problems: [],
    })
    const { datasetId } = added as { datasetId: string }
    expect((await lab('dataset', 'show', datasetId)).stdout).toContain('Read as: separated by semicolons')
    const shown = await lab('dataset', 'show', datasetId, '--split', 'train', '--rows', '2-2', '--json')
    expect(shown.json()).toMatchObject({ split: 'train', rows: [{ row: 2, text: 'dull', labelName: '0' }] })
    expect((await lab('dataset', 'show', datasetId, '--split', 'train')).stdout).toContain('warm, kind')
    expect((await lab('dataset', 'show', datasetId, '--split', 'train', '--rows', '3-1')).exitCode).toBe(2)
  })

  it('obeys every option about the form of the files', async () => {
    const folder = trainingFile(
      'train.csv',
      Buffer.from('1~caf\xe9~"no"\n2~bar~"Yes"\n3~pub~"yes"\n', 'latin1'),
    )
    const form = ['--delimiter', '~', '--quoting', 'on', '--encoding', 'latin1', '--no-header']
    const columns = ['--text-column', '2', '--label-column', '3']

    const refused = await lab('dataset', 'add', folder, ...form, ...columns, '--json')
    expect(refused.json()).toMatchObject({ error: { code: 'dataset-ambiguous' } })
    const added = await lab('dataset', 'add', folder, ...form, ...columns, '--merge-labels', '--json')
    expect(added.json()).toMatchObject({
      labels: ['Yes', 'no'],
      dialect: { delimiter: '~', quoting: 'on', encoding: 'windows-1252', header: false },
      notes: expect.arrayContaining(['Merged into the label "Yes": "yes" (1 row).']) as string[],
    })
    expect((await lab('dataset', 'add', folder, '--delimiter', '||')).exitCode).toBe(2)
    expect((await lab('dataset', 'add', folder, '--quoting', 'maybe')).exitCode).toBe(2)
    expect((await lab('dataset', 'add', folder, '--encoding', 'klingon', '--json')).json()).toMatchObject({
      error: { code: 'invalid-argument' },
    })
  })
})

describe('lab run', () => {
  it('answers one document, the summary, and keeps progress apart', async () => {
    const result = await lab('run', writeJson('run.json', runConfig()), '--json')

    expect(result.exitCode).toBe(0)
    expect(result.json()).toMatchObject({
      status: 'done',
      name: 'a run',
      config: { method: { kind: 'fine-tuning' }, training: { batchSize: 16, seed: 42 } },
      best: { metric: 'accuracy', epoch: 2 },
      epochs: [{ epoch: 1 }, { epoch: 2 }],
    })
    expect(result.stderr.match(/a run: epoch \d \(fine-tuning\)/g)).toHaveLength(2)

    const { runId } = result.json() as { runId: string }
    expect((await lab('runs', '--json')).json()).toMatchObject({
      runs: [{ runId, name: 'a run', studyId: null, status: 'done' }],
    })
    expect((await lab('show', runId, '--json')).json()).toMatchObject({ runId, status: 'done' })
    expect((await lab('show', runId)).stdout).toContain('Best Accuracy')
  })

  it('streams events with the summary last', async () => {
    const result = await lab('run', writeJson('run.json', runConfig()), '--events')

    const events = lines(result.stdout)
    expect(events.filter((event) => event.type === 'step').map((event) => event.step)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ])
    expect(events[0]?.type).toBe('run-started')
    expect(events.at(-2)?.type).toBe('run-ended')
    expect(events.at(-1)).toMatchObject({ status: 'done', runId: events[0]?.runId })
  })

  it.each([
    [{ method: { kind: 'ad-drop', discardRate: 1.5 } }, 'invalid-config', /discardRate.*found 1.5/],
    [{ unknown: 1 }, 'invalid-config', /unknown/],
    [{ dataset: 'missing' }, 'not-found', /missing/],
    [{ checkpoint: 'RTE' }, 'checkpoint-unrecognized', /RTE/],
  ])('refuses %j with exit code 1', async (overrides, code, message) => {
    const result = await lab('run', writeJson('run.json', runConfig(overrides)), '--json')

    expect(result.exitCode).toBe(1)
    expect(result.json()).toMatchObject({
      error: { code, message: expect.stringMatching(message) as string },
    })
    expect(existsSync(join(home, 'runs'))).toBe(false)
  })

  it('refuses a file that is no JSON, and one that is not there', async () => {
    writeFileSync(join(home, 'broken.json'), '{"a": 1,}')

    expect((await lab('run', join(home, 'broken.json'), '--json')).json()).toMatchObject({
      error: { code: 'invalid-config' },
    })
    expect((await lab('run', join(home, 'gone.json'), '--json')).json()).toMatchObject({
      error: { code: 'not-found' },
    })
  })

  it('answers the failure of a run that failed', async () => {
    const result = await lab('run', writeJson('run.json', runConfig({ name: '[diverge]' })), '--json')

    expect(result.exitCode).toBe(1)
    expect(result.json()).toMatchObject({ error: { code: 'loss-not-finite' }, status: 'failed' })
  })

  it('pauses with a checkpoint at Ctrl-C, exits with 130 and is resumed where it stood', async () => {
    const started = start('run', writeJson('run.json', runConfig({ name: '[slow]' })), '--events')
    await until(() => started.output().stdout.includes('"step"'))
    started.interrupt()

    expect(await started.exit).toBe(130)
    const before = lines(started.output().stdout)
    const { runId, status } = before.at(-1) ?? {}
    expect(status).toBe('paused')

    const resumed = await lab('resume', runId ?? '', '--events')
    expect(resumed.exitCode).toBe(0)
    const after = lines(resumed.stdout)
    expect(after.at(-1)?.status).toBe('done')
    const steps = [...before, ...after].flatMap((event) => (event.type === 'step' ? [event.step] : []))
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect((await lab('resume', runId ?? '', '--json')).json()).toMatchObject({
      error: { code: 'run-not-resumable' },
    })
  })

  it('tells a person how to go on', async () => {
    const started = start('run', writeJson('run.json', runConfig({ name: '[slow]' })))
    await until(() => started.output().stderr.includes('started on'))
    started.interrupt()

    expect(await started.exit).toBe(130)
    expect(started.output().stdout).toMatch(/Go on with: lab resume r-/)
  })

  it('ends the engine at once at the second Ctrl-C', async () => {
    const started = start('run', writeJson('run.json', runConfig({ name: '[silent]' })), '--json')
    await until(() => started.output().stderr.includes('started on'))
    started.interrupt()
    started.interrupt()

    expect(await started.exit).toBe(130)
    expect(JSON.parse(started.output().stdout)).toMatchObject({ status: 'interrupted' })
  })
})

describe('lab study', () => {
  const study = (overrides: Record<string, unknown> = {}) =>
    writeJson('study.json', {
      schemaVersion: 1,
      name: 'ft or ad-drop',
      base: runConfig({ name: undefined }),
      grid: { 'method.kind': ['fine-tuning', 'ad-drop'], 'training.seed': [1, 2] },
      ...overrides,
    })

  it('carries every run out and compares the groups', async () => {
    const result = await lab('study', study(), '--json')

    expect(result.exitCode).toBe(0)
    const { studyId, runs } = result.json() as { studyId: string; runs: { status: string }[] }
    expect(runs.map((run) => run.status)).toEqual(['done', 'done', 'done', 'done'])

    const compared = await lab('compare', studyId, '--json')
    expect(compared.json()).toMatchObject({
      groups: [
        // The fake engine scores 0.7 + seed / 1000 in its second epoch.
        { label: 'FT', best: { n: 2 }, difference: null },
        { best: { n: 2 }, difference: { difference: 0 }, overhead: { step: { mean: 1.8 } } },
      ],
    })
    const { groups } = compared.json() as { groups: { best: { mean: number } }[] }
    expect(groups[0]?.best.mean).toBeCloseTo(0.7015)
    expect((await lab('compare', studyId)).stdout).toMatch(/FT \(baseline\).*70\.2 ± 0\.1/)
    const tables = await lab('compare', studyId, '--format', 'csv,latex', '--json')
    expect(tables.json()).toMatchObject({
      csv: expect.stringContaining('FT') as string,
      latex: expect.stringContaining('tabular') as string,
    })
    expect((await lab('compare', studyId, '--format', 'json')).json()).toMatchObject({ groups: [{}, {}] })
    expect((await lab('compare', 'nothing', '--json')).json()).toMatchObject({ error: { code: 'not-found' } })
  })

  it('goes on after a failing run, answers the failure and resumes the rest', async () => {
    const points = [{ name: '[die once] a' }, { name: 'b', 'training.seed': 2 }]
    const result = await lab('study', study({ grid: {}, points }), '--json')

    expect(result.exitCode).toBe(1)
    const { studyId, runs } = result.json() as { studyId: string; runs: { status: string }[] }
    expect(runs.map((run) => run.status)).toEqual(['interrupted', 'done'])

    const resumed = await lab('resume', studyId, '--json')
    expect(resumed.exitCode).toBe(0)
    expect(resumed.json()).toMatchObject({ studyId, runs: [{ status: 'done' }, { status: 'done' }] })
  })

  it('starts no further run after Ctrl-C', async () => {
    const points = [{ name: '[slow] a' }, { name: 'b', 'training.seed': 2 }]
    const started = start('study', study({ grid: {}, points }), '--json')
    await until(() => started.output().stderr.includes('started on'))
    started.interrupt()

    expect(await started.exit).toBe(130)
    const { studyId, runs } = JSON.parse(started.output().stdout) as {
      studyId: string
      runs: { status: string }[]
    }
    expect(runs.map((run) => run.status)).toEqual(['paused', 'queued'])
    expect((await lab('resume', studyId, '--json')).json()).toMatchObject({
      runs: [{ status: 'done' }, { status: 'done' }],
    })
  })

  it('names every wrong setting of the study itself', async () => {
    const result = await lab('study', study({ grids: {}, name: '' }), '--json')

    expect(result.exitCode).toBe(1)
    expect(result.json()).toMatchObject({
      error: { code: 'invalid-config', message: expect.stringMatching(/name.*grids|grids.*name/) as string },
    })
  })
})

describe('lab sample', () => {
  it('shows table and curves, and writes a report that needs nothing else', async () => {
    const result = await lab('sample')

    expect(result.exitCode).toBe(0)
    expect(result.stdout).toMatch(/AD-DROP p\.3 q\.3.* 3 /)
    expect(result.stdout).toMatch(/1 +2R +3 +4R.*R: regularized epoch/)
    const path = /Report: (.*)/.exec(result.stdout)?.[1] ?? ''
    expect(path.startsWith(join(home, 'reports'))).toBe(true)
    const html = readFileSync(path, 'utf8')
    expect(html).toContain('prefers-color-scheme: dark')
    expect(html.match(/<svg viewBox="[^"]*" role="img"/g)).toHaveLength(3)
    expect(html).not.toMatch(/(src|href)="http/)
  })
})

describe('engine tasks', () => {
  it('hand requests with absolute paths to the engine and answer what it says', async () => {
    const attributed = await lab(
      ...['attribute', '--checkpoint', 'tiny', '--cases', 'cases.json', '--method', 'gradient'],
      ...[
        '--out',
        'out.safetensors',
        '--layers',
        '0,1',
        '--candidate-region-ratio',
        '0.5',
        '--seed',
        '7',
        '--json',
      ],
    )

    expect(attributed.exitCode).toBe(0)
    expect(attributed.json()).toEqual({
      task: 'attribute',
      request: {
        checkpoint: join(root, 'tiny'),
        cases: join(root, 'cases.json'),
        out: join(root, 'out.safetensors'),
        method: 'gradient',
        candidateRegionRatio: 0.5,
        discardRate: 0.3,
        layers: [0, 1],
        target: 'pseudo-label',
        discards: 'high-attribution',
        seed: 7,
        maxLength: null,
      },
    })
  })
})
