/**
 * An in-memory client with demo data, for tests and for developing views in a browser. Never part of the product:
 * only tests import it, and the composition root does so only in development.
 */
import { methodLabel } from '@shared/config/method-label.ts'
import { runConfig } from '@shared/config/run-config.ts'
import { labContract, type CallOutput, type ParsedCallInput } from '@shared/contracts/lab-contract.ts'
import type { CallName } from '@shared/contracts/channel-names.ts'
import { LabError, toFailure } from '@shared/failures/failure.ts'
import type { Result } from '@shared/failures/result.ts'
import type { DatasetSummary } from '@shared/results/dataset-summary.ts'
import {
  demoCheckpoints,
  demoDatasets,
  demoEncodingRefusal,
  demoPreview,
  demoProblems,
} from './fake/demo-library.ts'
import { demoItem, demoSummary } from './fake/demo-runs.ts'
import { demoStepMs, demoSteps, demoStepsPerEpoch } from './fake/demo-training.ts'
import { demoDoctor, demoInfo, demoSampleStudy } from './fake/demo-system.ts'
import { expandStudy, FakeLab, type Scenario } from './fake/fake-lab.ts'
import { fakeComparison } from './fake/fake-comparison.ts'
import type { CallArguments, LabClient } from './lab-client.ts'
import { createEventSequence } from './event-sequence.ts'

type Handlers = { [Name in CallName]: (input: ParsedCallInput<Name>) => CallOutput<Name> }

/** The client and what a test may do to the lab behind it. */
export interface FakeLabClient extends LabClient {
  readonly lab: FakeLab
  /** Names of the calls made, in order. */
  readonly calls: readonly CallName[]
}

/**
 * Makes one.
 *
 * @param scenario which demo to show
 */
export function createFakeLabClient(scenario: Scenario = 'demo'): FakeLabClient {
  const lab = new FakeLab(scenario)
  const sequence = createEventSequence()
  lab.onEvent((event) => sequence.receive(event))
  const handlers: Handlers = {
    ...systemHandlers(lab),
    ...datasetHandlers(lab),
    ...checkpointHandlers(lab),
    ...studyHandlers(lab),
    ...runHandlers(lab),
  }
  const calls: CallName[] = []
  return {
    lab,
    calls,
    async call<Name extends CallName>(
      name: Name,
      ...input: CallArguments<Name>
    ): Promise<Result<CallOutput<Name>>> {
      calls.push(name)
      await Promise.resolve()
      try {
        if (scenario === 'errors' && name !== 'system.info') {
          throw new LabError(
            'file-unreadable',
            'The data folder /home/someone/lab could not be read: permission denied.',
            'Give your user access to the folder, or choose another with LAB_HOME.',
          )
        }
        const parsed = labContract[name].input.parse(input[0]) as ParsedCallInput<Name>
        const handler = handlers[name]
        return { ok: true, value: structuredClone(handler(parsed)) }
      } catch (thrown) {
        return { ok: false, failure: toFailure(thrown) }
      }
    },
    onEvent: (listener) => sequence.onEvent(listener),
    onGap: (listener) => sequence.onGap(listener),
    onStillWorking: () => () => undefined,
    tokenForFile: (file) => Promise.resolve(`/dropped/${file.name}`),
  }
}

type HandlersOf<Name extends CallName> = Pick<Handlers, Name>

function systemHandlers(
  lab: FakeLab,
): HandlersOf<
  | 'system.info'
  | 'system.doctor'
  | 'system.setAppearance'
  | 'system.showLog'
  | 'system.restart'
  | 'system.chooseHome'
  | 'dialog.open'
  | 'shell.showRunFolder'
  | 'sample.launch'
> {
  let appearance: 'system' | 'light' | 'dark' = 'system'
  return {
    'system.info': () => ({ ...demoInfo, appearance }),
    'system.doctor': () => demoDoctor,
    'system.setAppearance': (input) => {
      appearance = input.appearance
      return { ...demoInfo, appearance }
    },
    'system.showLog': () => null,
    'system.restart': () => null,
    'system.chooseHome': () => ({ folder: null }),
    'dialog.open': ({ purpose }) => ({
      paths: [purpose === 'dataset' ? '/dropped/RTE' : '/dropped/bert-base-uncased'],
    }),
    'shell.showRunFolder': () => null,
    'sample.launch': () => ({ studyId: lab.launch(demoSampleStudy).studyId }),
  }
}

function datasetHandlers(
  lab: FakeLab,
): HandlersOf<'drop.inspect' | 'dataset.import' | 'dataset.list' | 'dataset.preview' | 'dataset.remove'> {
  const dataset = (id: string): DatasetSummary => {
    const found = lab.datasets.find((candidate) => candidate.datasetId === id)
    if (found === undefined)
      throw new LabError('not-found', `There is no data set ${id}.`, 'Import it again.')
    return found
  }
  return {
    'drop.inspect': ({ paths }) =>
      paths.map((path) => {
        if (/bert|mini|checkpoint|truncated/i.test(path))
          return { kind: 'checkpoint', paths: [path], description: 'Checkpoint folder' }
        if (/photo|png|pdf/i.test(path))
          return {
            kind: 'unknown',
            paths: [path],
            description: `${path} is neither a data set nor a checkpoint.`,
          }
        return { kind: 'dataset', paths: [path], description: 'Data: RTE' }
      }),
    'dataset.import': ({ paths, skipProblemRows, reading }) => {
      if (paths.some((path) => /empty/i.test(path)))
        throw new LabError(
          'file-empty',
          `${paths[0]!}/train.tsv is empty.`,
          'Drop a file with at least one row.',
        )
      const encoding = reading?.encoding ?? 'utf-8'
      if (encoding === 'utf-8' && paths.some((path) => /cyrillic/i.test(path))) throw demoEncodingRefusal
      const isFaulty = paths.some((path) => /mrpc|problem/i.test(path))
      if (isFaulty && !skipProblemRows)
        return {
          registered: false,
          name: 'MRPC',
          task: 'mrpc',
          dialect: demoDatasets[0]!.dialect!,
          notes: [],
          problems: demoProblems,
          problemRows: demoProblems.length,
          goodRows: 4072,
        }
      const added = {
        ...demoDatasets[0]!,
        datasetId: isFaulty ? 'd-mrpc-new' : 'd-rte-4f1c',
        name: isFaulty ? 'MRPC' : 'RTE',
        dialect: { ...demoDatasets[0]!.dialect!, encoding },
        notes: encoding === 'utf-8' ? [] : ['train.csv: Its scores have decimal commas.'],
        skippedRows: isFaulty ? demoProblems.length : 0,
        problems: isFaulty ? demoProblems : [],
      }
      lab.datasets = [...lab.datasets.filter((other) => other.datasetId !== added.datasetId), added]
      lab.tellLibrary('datasets')
      return { registered: true, dataset: added }
    },
    'dataset.list': () => lab.datasets,
    'dataset.preview': ({ datasetId, split, offset, limit }) =>
      demoPreview(dataset(datasetId), split, offset, limit),
    'dataset.remove': ({ datasetId }) => {
      lab.datasets = lab.datasets.filter((other) => other.datasetId !== datasetId)
      lab.tellLibrary('datasets')
      return null
    },
  }
}

function checkpointHandlers(
  lab: FakeLab,
): HandlersOf<'checkpoint.import' | 'checkpoint.list' | 'checkpoint.remove'> {
  return {
    'checkpoint.import': ({ path }) => {
      if (/truncated/i.test(path))
        throw new LabError(
          'checkpoint-truncated',
          `${path}/model.safetensors ends after 12.4 MiB; its header announces 86.7 MiB.`,
          'Download or copy the file again.',
        )
      const added = demoCheckpoints[1]!
      lab.checkpoints = [
        ...lab.checkpoints.filter((other) => other.checkpointId !== added.checkpointId),
        added,
      ]
      lab.tellLibrary('checkpoints')
      return added
    },
    'checkpoint.list': () => lab.checkpoints,
    'checkpoint.remove': ({ checkpointId }) => {
      lab.checkpoints = lab.checkpoints.filter((other) => other.checkpointId !== checkpointId)
      lab.tellLibrary('checkpoints')
      return null
    },
  }
}

function studyHandlers(
  lab: FakeLab,
): HandlersOf<'study.plan' | 'study.launch' | 'study.list' | 'compare.groups' | 'compare.export'> {
  const chosen = (ids: readonly string[]) =>
    [...lab.runs.values()].filter(
      (run) => ids.includes(run.runId) || (run.studyId !== null && ids.includes(run.studyId)),
    )
  return {
    'study.plan': ({ study }) => {
      const configs = expandStudy(study).map((config) => runConfig.parse(config))
      const steps = configs.reduce((sum, config) => sum + config.training.maxEpochs * demoStepsPerEpoch, 0)
      const seconds = configs.reduce(
        (sum, config) =>
          sum + (config.training.maxEpochs * demoStepsPerEpoch * demoStepMs(config, 'fine-tuning')) / 1000,
        0,
      )
      const runs = configs.map((config) => ({
        name: `s${config.training.seed}`,
        method: methodLabel(config.method),
        seed: config.training.seed,
      }))
      const notes = ['The checkpoint has no classifier. A new classifier is initialised.']
      return { runs, steps, seconds: [seconds * 0.9, seconds * 1.3], notes }
    },
    'study.launch': ({ study }) => lab.launch(study),
    'study.list': () => lab.studies,
    'compare.groups': ({ ids, baseline }) => fakeComparison(chosen(ids), baseline),
    'compare.export': ({ format }) => ({
      path: `/home/someone/comparison.${format === 'latex' ? 'tex' : format}`,
    }),
  }
}

function runHandlers(
  lab: FakeLab,
): HandlersOf<
  | 'run.list'
  | 'run.unreadable'
  | 'run.show'
  | 'run.steps'
  | 'run.control'
  | 'queue.state'
  | 'queue.setPaused'
  | 'queue.move'
> {
  return {
    'run.unreadable': () => [...lab.unreadable],
    'run.list': () => [...lab.runs.values()].map(demoItem),
    'run.show': ({ runId }) => {
      const run = lab.run(runId)
      return {
        summary: demoSummary(run),
        item: demoItem(run),
        folder: `/home/someone/lab/runs/${runId}`,
        log:
          run.failure === null
            ? 'engine ready\ntensorflow-cpu 2.21.0, 2 threads\n'
            : 'engine ready\nstep 203\nOOM when allocating tensor with shape[16,12,128,128]\n',
      }
    },
    'run.steps': ({ runId }) => demoSteps(lab.run(runId).config, lab.run(runId).step),
    'run.control': ({ runId, action }) => {
      const run = lab.run(runId)
      const status = ({ pause: 'paused', stop: 'stopped', cancel: 'cancelled', resume: 'queued' } as const)[
        action
      ]
      lab.queue = lab.queue.filter((queued) => queued !== runId)
      if (action === 'resume') lab.queue.push(runId)
      const item = lab.change(run, { status })
      lab.tellQueue()
      return item
    },
    'queue.state': () => lab.queueState(),
    'queue.setPaused': ({ paused }) => {
      lab.isQueuePaused = paused
      lab.tellQueue()
      return lab.queueState()
    },
    'queue.move': ({ runId, position }) => {
      const others = lab.queue.filter((queued) => queued !== runId)
      lab.queue = [...others.slice(0, position), runId, ...others.slice(position)]
      lab.tellQueue()
      return lab.queueState()
    },
  }
}
