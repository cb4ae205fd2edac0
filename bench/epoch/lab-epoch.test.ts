import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runConfig } from '@shared/config/run-config.ts'
import { describe, expect, it } from 'vitest'
import { countExamples, torchEpochArguments, type EpochOptions } from './epoch-contenders.mjs'
import { askLabForEpoch, labConfig, secondEpochOf } from './lab-epoch.mjs'

const options: EpochOptions = {
  data: '/data/RTE',
  checkpoint: '/models/encoder',
  task: 'rte',
  precisions: ['float32'],
  contenders: ['lab', 'pytorch-static'],
  attention: 'sdpa',
  device: 'cpu',
  batch: 16,
  maxLength: 128,
  limit: 40,
  python: 'python3',
  lab: '/lab.mjs',
}

describe('an epoch of the lab', () => {
  it('is described as the lab expects it', () => {
    expect(runConfig.parse(labConfig(options, 'float32'))).toMatchObject({
      training: { maxEpochs: 10, batchSize: 16, maxLength: 128 },
      limits: { trainExamples: 40 },
    })
  })

  it('is the second one, without its validation', () => {
    const seconds = { total: 10, input: 1, secondPass: 4, backward: 3, evaluation: 1.5, other: 0.5 }
    const epoch = { epoch: 2, seconds, steps: 3, tokens: 200, paddedTokens: 20, trainLoss: 0.5 }
    const summary = { status: 'done', epochs: [{ epoch: 1 }, epoch], engine: null, peakMemoryBytes: 7 }
    expect(secondEpochOf(summary)).toMatchObject({
      seconds: 8.5,
      tokens: 200,
      paddedTokens: 20,
      parts: seconds,
    })
    expect(secondEpochOf({ status: 'stopped', epochs: [{ epoch: 1 }] })).toBe(
      "the lab's run has no second epoch (stopped)",
    )
  })
})

describe('a lab that begins no run', () => {
  it('is quoted with its reason', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'addrop-bench-test-'))
    try {
      const lab = join(folder, 'lab.mjs')
      writeFileSync(lab, `console.log('{"error":{"message":"No checkpoint.","hint":"Choose one."}}')`)
      expect(await askLabForEpoch({ ...options, lab }, 'float32', new AbortController().signal)).toEqual({
        document: undefined,
        trouble: 'No checkpoint. Choose one.',
      })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('an epoch of PyTorch', () => {
  it('is of the same examples, batch and length', () => {
    expect(torchEpochArguments(options, 'pytorch-static', 'float32').slice(1).join(' ')).toBe(
      '--data /data/RTE --checkpoint /models/encoder --task rte --padding static --precision float32 --attention sdpa --device cpu --batch 16 --max-length 128 --limit 40',
    )
  })
})

describe('the examples of an epoch', () => {
  it('are the lines without the header, which only CoLA lacks', () => {
    const folder = mkdtempSync(join(tmpdir(), 'addrop-bench-test-'))
    try {
      writeFileSync(join(folder, 'train.tsv'), 'a\r\nb\r\nc\r\n')
      expect([countExamples(folder, 'rte', undefined), countExamples(folder, 'cola', undefined)]).toEqual([
        2, 3,
      ])
      expect(countExamples(folder, 'cola', 1)).toBe(1)
      expect(() => countExamples(join(folder, 'none'), 'rte', undefined)).toThrow(/--data/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
