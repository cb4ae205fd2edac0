import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { methodConfig } from '@shared/config/method-config.ts'
import { metrics } from '@shared/tasks/metric.ts'
import { compareRuns } from './compare-runs.ts'
import { groupIdOf } from './group-runs.ts'
import { aConfig, adDrop, aRun, anEpoch } from './testing-runs.ts'

const plain = [1, 2, 3].map((seed) => aRun(`ft${seed}`, aConfig(seed), [0.5, 0.5 + seed / 100, 0.4]))
const regularized = [1, 2, 3].map((seed) =>
  aRun(`ad${seed}`, aConfig(seed, { method: adDrop }), [], {
    best: { metric: 'accuracy', value: 0.6 + seed / 100, epoch: 2 },
    epochs: [anEpoch(1, 0.5, 'fine-tuning', 8), anEpoch(2, 0.6 + seed / 100, 'regularized', 16)],
    stepMs: { fineTuning: 100, regularized: 180 + seed },
    overhead: { step: 1.8 + seed / 100, epoch: 2 },
  }),
)

describe('a comparison', () => {
  it('groups runs that differ in seed and name only, and says in what the groups differ', () => {
    const { groups, baselineGroupId } = compareRuns([...plain, ...regularized])
    expect(groups.map(({ label }) => label)).toEqual(['FT', 'AD-DROP p.3 q.3'])
    expect(groups.map(({ members }) => members.map(({ runId }) => runId))).toEqual([
      ['ft1', 'ft2', 'ft3'],
      ['ad1', 'ad2', 'ad3'],
    ])
    expect(baselineGroupId).toBe(groups[0]!.groupId)
    expect(groups[0]!.differingSettings).toMatchObject({
      'method.kind': 'fine-tuning',
      'method.discardRate': null,
    })
    expect(groups[1]!.differingSettings).toMatchObject({
      'method.kind': 'ad-drop',
      'method.discardRate': 0.3,
    })
    expect(Object.keys(groups[0]!.differingSettings)).not.toContain('training.learningRate')
  })

  it('takes each score at the best validation epoch of its run', () => {
    const [group] = compareRuns(plain).groups
    expect(group!.best!.values).toEqual([0.51, 0.52, 0.53])
    expect(group!.best!.mean).toBeCloseTo(0.52, 15)
    expect(group!.best!.std).toBeCloseTo(0.01, 15)
    expect(group!.metricsAtBest.f1!.values).toEqual([0.255, 0.26, 0.265])
    expect(group!.members.map(({ bestEpoch }) => bestEpoch)).toEqual([2, 2, 2])
  })

  it('counts no undefined score: n says how many are defined, and a note which are not and why', () => {
    const undefinedEpoch = {
      ...anEpoch(1, 0.5),
      metrics: { accuracy: null, f1: null },
      undefined: { accuracy: 'the split has no examples' },
    }
    const without = aRun('ft4', aConfig(4), [], { epochs: [undefinedEpoch] })
    const partly = aRun('ft5', aConfig(5), [0.6])
    const noF1 = { ...partly, epochs: [{ ...partly.epochs[0]!, metrics: { accuracy: 0.6, f1: null } }] }

    const { groups, notes } = compareRuns([...plain, without, noF1])

    expect(groups[0]!.best).toMatchObject({ n: 4, values: [0.51, 0.52, 0.53, 0.6] })
    expect(groups[0]!.metricsAtBest.f1!.n).toBe(3)
    expect(groups[0]!.members[3]).toMatchObject({
      best: null,
      undefinedScore: 'No epoch has a score. Accuracy is undefined: the split has no examples.',
    })
    expect(groups[0]!.curve[0]!.metrics.accuracy!.n).toBe(4)
    expect(notes.join('\n')).toContain('Accuracy is undefined in 1 of 5 runs, which are not counted')
    expect(notes.join('\n')).toContain('ft4 (seed 4): No epoch has a score.')
    expect(notes.join('\n')).toContain('at the best epoch, defined only are F1 in 3 of 4 runs')
  })

  it('has no score at all where none is defined', () => {
    const epoch = { ...anEpoch(1, 0.5), metrics: { accuracy: null, f1: null } }
    const { groups } = compareRuns(
      [1, 2].map((seed) => aRun(`u${seed}`, aConfig(seed), [], { epochs: [epoch] })),
    )

    expect(groups[0]).toMatchObject({ best: null, metricsAtBest: {}, difference: null })
    expect(groups[0]!.curve[0]!.metrics).toEqual({})
  })

  it('tests the difference from the baseline and leaves the baseline itself without one', () => {
    const [base, other] = compareRuns([...plain, ...regularized]).groups
    expect(base!.difference).toBeNull()
    expect(other!.difference!.difference).toBeCloseTo(0.1, 12)
    expect(other!.difference!.pValue).toBeGreaterThan(0)
    expect(other!.difference!.pValue).toBeLessThan(0.001)
  })

  it('counts epochs that only prepare a run’s last training, and surveys, as time of the run', () => {
    const method = methodConfig.parse({ kind: 'super-tickets', ticketEpochs: 1 })
    const epochs = [1, 2, 3].map((epoch) => anEpoch(epoch, 0.5, 'regularized', 8))
    const ratio = (surveySeconds: number | null) =>
      compareRuns([...plain, aRun('st', aConfig(1, { method }), [], { epochs, surveySeconds })]).groups[1]!
        .overhead.run

    // Three epochs of 8 s and a survey, against the baseline's three of 8 s.
    expect(ratio(0)).toBe(1)
    expect(ratio(6)).toBeCloseTo(1.25, 12)
    expect(ratio(null)).toBeNull()
  })

  it('counts no run that is not finished as a whole run’s time', () => {
    const epochs = [anEpoch(1, 0.5, 'regularized', 8)]
    const half = aRun('ad', aConfig(1, { method: adDrop }), [], { epochs, status: 'running' })
    const { overhead, trainingSeconds } = compareRuns([...plain, half]).groups[1]!

    expect([overhead.run, trainingSeconds]).toEqual([null, null])
  })

  it('notes which groups were searched for on the split that they are scored on', () => {
    const method = methodConfig.parse({ kind: 'auto-dropout', search: 'random', candidates: 2 })
    const epochs = [1, 2, 3].map((epoch) => anEpoch(epoch, 0.5, 'regularized', 8))
    const run = aRun('search', aConfig(1, { method }), [], { epochs })

    expect(compareRuns([...plain, run]).notes.join(' ')).toMatch(/same validation split.*2 candidates/)
    expect(compareRuns(plain).notes.join(' ')).not.toContain('candidates')
  })

  it('reports cost: steps and epochs within runs, as their records have them, and runs against the baseline', () => {
    const [base, other] = compareRuns([...plain, ...regularized]).groups
    expect(other!.overhead.step!.values).toEqual([1.81, 1.82, 1.83])
    expect(other!.overhead.epoch!.values).toEqual([2, 2, 2])
    expect(other!.overhead.plainOf).toBe('own')
    // Training seconds of its two epochs are 8 and 16, of the baseline's three 8 each.
    expect(other!.trainingSeconds!.values).toEqual([24, 24, 24])
    expect(other!.overhead.run).toBe(1)
    expect(other!.secondsToBest!.values).toEqual([24, 24, 24])
    expect(base!.secondsToBest!.values).toEqual([16, 16, 16])
    expect(base!.overhead).toEqual({ step: null, epoch: null, plainOf: null, run: 1 })
    expect(other!.epochSeconds.regularized!.total).toBe(18)
    expect(other!.epochSeconds['fine-tuning']!.backward).toBe(2)
    expect(base!.epochSeconds.regularized).toBeNull()
  })

  it('takes plain steps and epochs from the baseline where a method has none', () => {
    const method = { kind: 'r-drop' } as const
    const epochs = [anEpoch(1, 0.5, 'regularized', 12)]
    const stepMs = { fineTuning: null, regularized: 250 }
    const run = aRun('rd', aConfig(1, { method }), [], { epochs, stepMs })

    const { overhead } = compareRuns([...plain, run]).groups[1]!
    expect(overhead).toMatchObject({
      step: { mean: 2.5 },
      epoch: { mean: 1.5 },
      plainOf: 'baseline',
      run: 0.5,
    })
    expect(compareRuns([run]).groups[0]!.overhead).toEqual({
      step: null,
      epoch: null,
      plainOf: null,
      run: null,
    })
  })

  it('draws each epoch over the runs that reached it', () => {
    const short = aRun('short', aConfig(4), [0.9])
    const [group] = compareRuns([...plain, short]).groups
    expect(group!.curve.map(({ epoch, trainLoss }) => [epoch, trainLoss.n])).toEqual([
      [1, 4],
      [2, 3],
      [3, 3],
    ])
    expect(group!.curve[0]!.metrics.accuracy!.values).toEqual([0.5, 0.5, 0.5, 0.9])
  })

  it('names failed runs and counts nothing of them', () => {
    const failed = aRun('bad', aConfig(4), [0.99], {
      status: 'failed',
      failure: { code: 'loss-not-finite', message: '', hint: '' },
    })
    const { groups, notes } = compareRuns([...plain, failed])
    expect(groups[0]!.members).toHaveLength(4)
    expect(groups[0]!.members[3]).toMatchObject({ status: 'failed', best: null })
    expect(groups[0]!.best!.n).toBe(3)
    expect(groups[0]!.curve[0]!.trainLoss.n).toBe(3)
    expect(notes.join(' ')).toMatch(/1 of 4 runs failed.*bad \(seed 4: loss-not-finite\)/)
  })

  it('keeps a run without a score as a member and never as a zero', () => {
    const waiting = aRun('new', aConfig(4), [], { status: 'queued' })
    const { groups, notes } = compareRuns([...plain, waiting])
    expect(groups[0]!.best!.n).toBe(3)
    expect(groups[0]!.members[3]!.best).toBeNull()
    expect(notes.join(' ')).toContain('new (queued)')
    expect(compareRuns([waiting]).groups[0]).toMatchObject({ best: null, curve: [], difference: null })
  })

  it('leaves out cancelled runs and says so, and counts a run given twice once', () => {
    const cancelled = aRun('gone', aConfig(5), [0.1], { status: 'cancelled' })
    const { groups, leftOut } = compareRuns([...plain, cancelled, plain[0]!])
    expect(leftOut).toEqual([{ runId: 'gone', reason: 'It was cancelled.' }])
    expect(groups[0]!.members).toHaveLength(3)
  })

  it('notes unequal seeds, few runs, repeated seeds, early ends and different machines', () => {
    const engine = { ...plain[0]!.engine!, device: 'Another processor' }
    const runs = [
      ...plain,
      aRun('again', aConfig(1), [0.5]),
      aRun('ad9', aConfig(9, { method: adDrop }), [0.5], { engine, status: 'stopped' }),
    ]
    const { notes, groups } = compareRuns(runs)
    const text = notes.join('\n')
    expect(text).toMatch(/different seeds.*FT: 1, 1, 2, 3; AD-DROP p.3 q.3: 9/)
    expect(text).toContain('n = 1')
    expect(text).toMatch(/FT holds several runs of the same seed/)
    expect(text).toMatch(/Ended early.*ad9/)
    expect(text).toMatch(/different machines.*A processor.*Another processor/)
    expect(groups[1]!.overhead.run).toBeNull()
    expect(groups[1]!.difference!.pValue).toBeNull()
    expect(compareRuns([...plain, ...regularized]).notes).toEqual([
      expect.stringContaining('best epoch on the validation split'),
      expect.stringMatching(/evaluated epochs \(FT: 3; AD-DROP p.3 q.3: 2/),
      expect.stringMatching(/Paired tests compare.*same seed \(1, 2, 3\)/),
    ])
  })

  it('does not subtract scores of other validation examples, nor divide times of other batches', () => {
    const fewer = aRun('few', aConfig(1, { method: adDrop, limits: { validationExamples: 10 } }), [0.9])
    const batches = aRun('big', aConfig(1, { method: adDrop, training: { batchSize: 64 } }), [0.9])

    expect(compareRuns([...plain, fewer]).groups[1]!.difference).toBeNull()
    expect(compareRuns([...plain, batches]).groups[1]!.overhead.run).toBeNull()
    expect(compareRuns([...plain, batches]).groups[1]!.difference).not.toBeNull()
  })

  it('does not divide times of another precision, of other padded lengths or of other compilation', () => {
    const short = aRun('bf', aConfig(1, { method: adDrop, training: { precision: 'bfloat16' } }), [0.9])
    const known = { fusion: true, paddedLengths: [32, 64] }
    const base = plain.map((run) => ({ ...run, execution: known }))
    const against = (execution: typeof known | null) =>
      compareRuns([...base, aRun('ad', aConfig(1, { method: adDrop }), [0.9], { execution })])
    const ratio = ({ groups }: ReturnType<typeof compareRuns>) => groups[1]!.overhead.run

    expect(ratio(compareRuns([...plain, short]))).toBeNull()
    expect(ratio(against({ ...known, fusion: false }))).toBeNull()
    expect(ratio(against({ ...known, paddedLengths: [64] }))).toBeNull()
    expect(against({ ...known, paddedLengths: [64] }).notes.join(' ')).toMatch(
      /padded lengths.*not divided.*AD-DROP/,
    )
    // One epoch against three.
    expect(ratio(against({ fusion: true, paddedLengths: [32, 64] }))).toBeCloseTo(1 / 3, 12)
    expect(ratio(against(null))).toBeCloseTo(1 / 3, 12)
    expect(against(known).notes.join(' ')).not.toContain('not divided')
  })

  it('says how many groups were tested against the baseline at once', () => {
    const method = { ...adDrop, candidateRegionRatio: 0.9 }
    const others = [1, 2].map((seed) => aRun(`p9${seed}`, aConfig(seed, { method }), [0.5 + seed / 100]))

    expect(compareRuns([...plain, ...regularized, ...others]).notes.join(' ')).toContain(
      '2 groups are tested',
    )
  })

  it('does not subtract scores of different tasks or data', () => {
    const elsewhere = aRun('cola1', aConfig(1, { task: 'cola', dataset: 'cola-1', method: adDrop }), [0.3])
    const { groups, notes } = compareRuns([...plain, elsewhere])
    expect(groups[1]).toMatchObject({ metric: 'matthews', difference: null })
    expect(groups[1]!.overhead.run).toBeNull()
    expect(notes.join(' ')).toContain('another task')
    expect(groups.map(({ label }) => label)).toEqual(['rte, rte-1, FT', 'cola, cola-1, AD-DROP p.3 q.3'])
  })

  it('takes the baseline it is given, as a group or as a run, and refuses any other', () => {
    const all = [...plain, ...regularized]
    const group = groupIdOf(regularized[0]!.config)
    expect(compareRuns(all, group).baselineGroupId).toBe(group)
    expect(compareRuns(all, 'ad2').baselineGroupId).toBe(group)
    expect(() => compareRuns(all, 'r-else')).toThrow(expect.objectContaining({ code: 'not-found' }))
  })

  it('chooses no baseline when several groups are plain fine-tuning', () => {
    const other = aRun('lr', aConfig(1, { training: { learningRate: 5e-5 } }), [0.5])
    const { baselineGroupId, groups } = compareRuns([...plain, other])
    expect(baselineGroupId).toBeNull()
    expect(groups.map(({ label }) => label)).toEqual(['FT, learning rate 1e-5', 'FT, learning rate 5e-5'])
  })

  it('labels groups by what sets them apart, and not by what most of them share', () => {
    const dropped = (name: string, training: object) =>
      aRun(name, aConfig(1, { method: adDrop, training }), [0.5])
    const all = [
      ...plain,
      dropped('usual', {}),
      dropped('batch', { batchSize: 4 }),
      dropped('rate', { learningRate: 5e-5 }),
      dropped('both', { batchSize: 4, maxLength: 64 }),
      dropped('length', { maxLength: 64 }),
      dropped('usual length', { warmupRatio: 0.1 }),
    ]
    expect(compareRuns(all).groups.map(({ label }) => label)).toEqual([
      'FT',
      'AD-DROP p.3 q.3',
      'AD-DROP p.3 q.3, batch size 4',
      'AD-DROP p.3 q.3, learning rate 5e-5',
      'AD-DROP p.3 q.3, batch size 4, max length 64',
      'AD-DROP p.3 q.3, max length 64',
      'AD-DROP p.3 q.3, warmup ratio 0.1',
    ])
  })

  it('says which means of the curves leave runs out, and whose training losses are of another objective', () => {
    const failed = aRun('ft9', aConfig(9), [0.5], { status: 'failed', best: null })
    const rDrop = [1, 2].map((seed) =>
      aRun(
        `r${seed}`,
        aConfig(seed, { method: { kind: 'r-drop' } }),
        seed === 1 ? [0.5, 0.6] : [0.5, 0.6, 0.7],
      ),
    )
    const { notes } = compareRuns([...plain, failed, ...rDrop])
    const curves = notes.find((note) => note.startsWith('Curves'))!
    expect(curves).toMatch(/FT: from epoch 1 on, 3 of 4/)
    expect(curves).toContain('R-Drop α.5: from epoch 3 on, 1 of 2')
    expect(notes.join(' ')).toContain('not one objective: R-Drop adds terms (R-Drop adds')
    expect(compareRuns(plain).notes.join(' ')).not.toContain('objective')
  })

  it('labels a group without a limit as having none', () => {
    const clipped = aRun('clip', aConfig(1, { training: { maxGradientNorm: 1 } }), [0.5])
    const few = aRun('few', aConfig(1, { limits: { trainExamples: 8 } }), [0.5])
    const labels = (other: typeof clipped) => compareRuns([...plain, other]).groups.map(({ label }) => label)
    expect(labels(clipped)).toEqual(['FT, max gradient norm none', 'FT, max gradient norm 1'])
    expect(labels(few)).toEqual(['FT, train examples all', 'FT, train examples 8'])
  })

  it('gives a label of its own to every group of a grid', () => {
    const grid = [0.1, 0.3, 0.5].flatMap((candidateRegionRatio) =>
      (['gradient', 'random'] as const).map((attribution) =>
        aRun(
          `${attribution}${candidateRegionRatio}`,
          aConfig(1, { method: { ...adDrop, candidateRegionRatio, attribution } }),
          [0.5],
        ),
      ),
    )
    const labels = compareRuns([...plain, ...grid]).groups.map(({ label }) => label)
    expect(new Set(labels).size).toBe(7)
    expect(labels).toContain('AD-DROP RD p.5 q.3')
  })

  it('does not depend on which groups are shown, nor on the order of the runs', () => {
    const accuracy = fc.double({ min: 0, max: 1, noNaN: true })
    const scores = fc.array(fc.array(accuracy, { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 5,
    })
    fc.assert(
      fc.property(scores, scores, (left, right) => {
        const ft = left.map((list, seed) => aRun(`a${seed}`, aConfig(seed), list))
        const ad = right.map((list, seed) => aRun(`b${seed}`, aConfig(seed, { method: adDrop }), list))
        const together = compareRuns([...ft, ...ad]).groups[1]!
        const alone = compareRuns(ad).groups[0]!
        expect(together.best).toEqual(alone.best)
        expect(together.curve).toEqual(alone.curve)
        expect(together.groupId).toBe(alone.groupId)
        const turned = compareRuns([...ad].reverse()).groups[0]!
        expect(turned.best!.mean).toBeCloseTo(alone.best!.mean, 12)
        expect(alone.best!.n).toBe(ad.length)
        const [low, high] = metrics.accuracy.range
        for (const value of alone.best!.values) expect(value >= low && value <= high).toBe(true)
      }),
      { seed: 8, numRuns: 60 },
    )
  })

  it('says that each seed drew its own training rows', () => {
    const drawn = { how: 'drawn', examples: 8, of: 40, labels: {}, rowsSha256: 'a' } as const
    const all = { how: 'all', examples: 9, of: 9, labels: {}, rowsSha256: null } as const
    const runs = [1, 2].map((seed) => ({
      ...aRun(`r${seed}`, aConfig(seed, { limits: { trainExamples: 8 } }), [0.5]),
      rows: { train: drawn, validation: all },
    }))

    expect(compareRuns(runs).notes.join(' ')).toContain('own training rows (8 of 40)')
    expect(compareRuns(runs.map((run) => ({ ...run, rows: null }))).notes.join(' ')).not.toContain('rows (')
  })
})
