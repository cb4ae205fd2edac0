import { runConfig } from '@shared/config/run-config.ts'
import { studyConfig } from '@shared/config/study-config.ts'
import { describe, expect, it } from 'vitest'
import { demoCheckpoints, demoDatasets } from '@renderer/bridge/fake/demo-library.ts'
import { fieldDefault, fieldHelp, numberProblem } from './config-fields.ts'
import { parseSeeds } from './seed-list.ts'
import { newMethod, settingsDraft, toMethodConfig } from './method-draft.ts'
import { checkDraft, newDraft, proposedName, scriptSettings } from './study-draft.ts'
import { applyTaskSettings } from './task-settings.ts'

const dataset = demoDatasets[0]!
const checkpoint = demoCheckpoints[0]!
const context = { dataset, checkpoint }
const filledDraft = () => ({
  ...newDraft(),
  datasetId: dataset.datasetId,
  checkpointId: checkpoint.checkpointId,
})

describe('seeds', () => {
  it('reads numbers and ranges', () => {
    expect(parseSeeds('1-3, 42 7')).toEqual({ ok: true, seeds: [1, 2, 3, 42, 7] })
  })

  it.each([
    ['', 'at least one'],
    ['abc', 'no seed'],
    ['5-1', 'backwards'],
    ['1, 1', 'twice'],
    ['1-500', 'more than'],
    ['4294967296', 'too large'],
    ['-3', 'no seed'],
    ['1.5', 'no seed'],
  ])('refuses “%s” and says why', (text, reason) => {
    const seeds = parseSeeds(text)
    expect(seeds.ok ? '' : seeds.message).toContain(reason)
  })
})

describe('fields of the form', () => {
  it('take help and defaults from the schema', () => {
    expect(fieldHelp('training.patience')).toContain('in a row')
    expect([fieldDefault('training.learningRate'), fieldDefault('limits.trainExamples')]).toEqual([
      '1e-5',
      '',
    ])
  })

  it.each([
    ['training.batchSize', '16', ''],
    ['training.batchSize', '', 'A number is needed.'],
    ['training.batchSize', 'many', '“many” is no number.'],
    ['training.batchSize', '1.5', 'It must be a whole number.'],
    ['training.batchSize', '0', 'It must be greater than 0.'],
    ['training.batchSize', '4096', 'It must be at most 1024.'],
    ['training.batchSize', '1,5', 'Write “1.5”, with a point.'],
    ['training.weightDecay', '-1', 'It must be at least 0.'],
    ['training.warmupRatio', '1', 'It must be less than 1.'],
    ['training.maxGradientNorm', '0', 'It must be greater than 0.'],
  ] as const)('check %s = “%s”', (key, text, message) => {
    expect(numberProblem(key, text)).toBe(message)
  })

  it('take an empty limit as no limit', () => {
    expect(numberProblem('limits.trainExamples', '', true)).toBe('')
  })
})

describe('the form of a study', () => {
  it('asks for what is missing and writes no study before', () => {
    const { problems, study } = checkDraft(newDraft(), { dataset: null, checkpoint: null })
    expect(Object.keys(problems)).toEqual(['dataset', 'checkpoint'])
    expect(study).toBeNull()
  })

  it('writes a study whose base and points are valid runs', () => {
    const { problems, study } = checkDraft(filledDraft(), context)
    expect(problems).toEqual({})
    const parsed = studyConfig.parse(study)
    expect(parsed.grid).toEqual({ 'training.seed': [1, 2, 3] })
    expect(parsed.points.map((point) => [point['method.kind'], point['training.seed']])).toEqual([
      ['ad-drop', 1],
      ['ad-drop', 2],
      ['ad-drop', 3],
    ])
    expect(runConfig.parse(parsed.base)).toMatchObject({ method: { kind: 'fine-tuning' }, task: 'rte' })
  })

  it('writes schedule, warm-up and clipping; an empty norm clips nothing', () => {
    const draft = filledDraft()
    const trainingOf = () => runConfig.parse(checkDraft(draft, context).study?.base).training
    expect(trainingOf()).toMatchObject({
      learningRateSchedule: 'constant',
      warmupRatio: 0,
      maxGradientNorm: null,
    })
    draft.learningRateSchedule = 'linear'
    Object.assign(draft.training, { warmupRatio: '0.1', maxGradientNorm: '1' })
    expect(trainingOf()).toMatchObject({
      learningRateSchedule: 'linear',
      warmupRatio: 0.1,
      maxGradientNorm: 1,
    })
    draft.training.maxGradientNorm = 'much'
    expect(checkDraft(draft, context).problems['training.maxGradientNorm']).toBe('“much” is no number.')
  })

  it('writes optimizer and batching, and for each method at its own recipe the recipe’s name alone', () => {
    const draft = filledDraft()
    draft.training['optimizer.beta2'] = '0.98'
    draft.batching = 'shuffled'
    expect(checkDraft(draft, context).study?.base['training']).toMatchObject({
      optimizer: { beta2: 0.98, epsilon: 1e-6 },
      batching: 'shuffled',
      maxEpochs: 10,
    })

    draft.recipe = 'own'
    draft.training.batchSize = 'not asked for'
    const { problems, study } = checkDraft(draft, context)
    expect(problems).toEqual({})
    expect(study?.base['training']).toEqual({ recipe: 'own', maxLength: 128, batching: 'shuffled' })
  })

  it('fills in what the task and the recipe say of a method, and takes it back', () => {
    const tickets = newMethod(1, 'super-tickets')
    applyTaskSettings(tickets, 'mrpc', 'own')
    expect(toMethodConfig(tickets)).toMatchObject({ ticketEpochs: 6, prunedHeads: 0.3 })
    applyTaskSettings(tickets, 'rte', 'ad-drop')
    expect(toMethodConfig(tickets)).toMatchObject({ ticketEpochs: 3, prunedHeads: 0.1 })

    const rDrop = newMethod(2, 'r-drop')
    applyTaskSettings(rDrop, 'stsb', 'ad-drop')
    expect(toMethodConfig(rDrop)).toMatchObject({ consistencyWeight: 1 })
    applyTaskSettings(rDrop, 'mrpc', 'ad-drop')
    expect(toMethodConfig(rDrop)).toMatchObject({ consistencyWeight: 0.5, reduction: 'sum' })
  })

  it('refuses layers the checkpoint does not have, and none at all', () => {
    const draft = filledDraft()
    const { values } = settingsDraft(draft.methods[1]!)
    values['layers'] = [0, 6]
    expect(checkDraft(draft, context).problems['method.2.layers']).toContain('no layer 6')
    values['layers'] = []
    expect(checkDraft(draft, context).problems['method.2.layers']).toContain('at least one')
  })

  it('refuses inputs longer than the checkpoint has positions', () => {
    const short = { ...checkpoint, config: { ...checkpoint.config, maxPositionEmbeddings: 64 } }
    const { problems } = checkDraft(filledDraft(), { dataset, checkpoint: short })
    expect(problems['training.maxLength']).toContain('64 positions')
  })

  it('refuses a data set without a validation split', () => {
    const { train } = dataset.splits
    const { problems } = checkDraft(filledDraft(), {
      ...context,
      dataset: { ...dataset, splits: { train: train! } },
    })
    expect(problems['dataset']).toContain('no validation split')
  })

  it('refuses a checkpoint without a tokenizer', () => {
    const { problems } = checkDraft(filledDraft(), {
      dataset,
      checkpoint: { ...checkpoint, tokenizer: null },
    })
    expect(problems['checkpoint']).toContain('no tokenizer')
  })

  it('proposes a name and the settings of the paper', () => {
    expect(proposedName(filledDraft(), dataset)).toBe('RTE: FT, AD-DROP GA p.3 q.3')
    expect(scriptSettings(demoDatasets[2]!)).toEqual({ maxLength: '100', maxEpochs: '50', patience: '5' })
  })
})
