import { describe, expect, it } from 'vitest'
import { runConfig } from '@shared/config/run-config.ts'
import { tasks } from '@shared/tasks/task.ts'
import { surveyIfDue } from './survey.ts'
import { freshProgress, progressSchema, type TrainingProgress } from './training-progress.ts'
import type { TrainingSession } from './training-session.ts'

const config = runConfig.parse({
  schemaVersion: 1,
  checkpoint: 'c',
  dataset: 'd',
  task: 'rte',
  method: { kind: 'child-tuning-d' },
  training: { batchSize: 2 },
})

/**
 * A session whose clock moves by 1 s between two batches, by 4 s with a batch (of which the first compiles), by 8 s with
 * the conclusion and by 16 s with a checkpoint.
 */
function aSession(
  pausedAfter = Infinity,
  found = 2,
): { session: TrainingSession; saved: TrainingProgress[] } {
  let clock = 100
  let batches = 0
  const saved: TrainingProgress[] = []
  const example = { inputIds: [1, 2, 3], tokenTypeIds: [0, 0, 0], label: 0 }
  const session = {
    config,
    buckets: [3],
    lengthGroups: [3],
    prepared: {
      task: tasks.rte,
      train: Array.from({ length: 6 }, () => example),
      createParameters: () => Promise.resolve(new Map<string, never>()),
    },
    journal: { record: () => undefined },
    channel: {
      get requested() {
        return batches >= pausedAfter ? 'pause' : null
      },
      breathe() {
        clock += 1
        return Promise.resolve()
      },
    },
    now: () => clock,
    trainer: {
      survey(_batch: unknown, batchNumber: number, onPart: (now: 'startUp') => void) {
        if (batchNumber === 1) onPart('startUp')
        clock += 4
        batches += 1
      },
      methodState: () => new Map([['importance', { shape: [2], values: Float32Array.of(1, found) }]]),
      concludeSurvey() {
        clock += 8
        return { isRewound: false, note: null }
      },
    },
    saveCheckpoint(progress: TrainingProgress) {
      clock += 16
      saved.push(progress)
      return Promise.resolve()
    },
  }
  // reason: a survey needs no more of a session than this.
  return { session: session as unknown as TrainingSession, saved }
}

describe('a survey’s time', () => {
  it('is that of its batches and its conclusion, without compilation, pauses for messages and the checkpoint', async () => {
    const { session, saved } = aSession()

    const { progress } = await surveyIfDue(session, freshProgress)

    expect(progress).toMatchObject({ surveyedEpoch: 1, surveySeconds: 2 * 4 + 8 })
    expect(saved).toEqual([progress])
  })

  it('is added to that of the surveys before, and kept in a checkpoint', async () => {
    const { session, saved } = aSession()

    await surveyIfDue(session, { ...freshProgress, surveySeconds: 5 })

    expect(progressSchema.parse(JSON.parse(JSON.stringify(saved[0]))).surveySeconds).toBe(21)
  })

  it('does not count when it was interrupted and is made anew', async () => {
    const { session } = aSession(2)

    expect(await surveyIfDue(session, freshProgress)).toEqual({ progress: freshProgress, request: 'pause' })
  })

  it.each([NaN, Infinity])(
    'ends the run when it found %s: what would follow from it is chance',
    async (found) => {
      const { session, saved } = aSession(Infinity, found)

      await expect(surveyIfDue(session, freshProgress)).rejects.toMatchObject({
        code: 'loss-not-finite',
        message: expect.stringContaining(`importance: ${found}`) as string,
      })
      expect(saved).toEqual([])
    },
  )

  it('is unknown in a checkpoint of a lab that did not time it', () => {
    const { surveySeconds, ...older } = freshProgress

    expect(surveySeconds).toBe(0)
    expect(progressSchema.parse(older).surveySeconds).toBeNull()
  })
})
