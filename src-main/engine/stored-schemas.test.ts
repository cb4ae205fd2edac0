import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { engineMessage } from '@main/engine-client/engine-messages.ts'
import { storedCheckpointSchema } from '@main/storage/checkpoint-library.ts'
import { DatasetLibrary } from '@main/storage/dataset-library.ts'
import { RunFolder } from '@main/storage/run-folder.ts'
import { runRecordSchema } from '@main/storage/run-record.ts'
import { storedJson } from '@main/storage/stored-json.ts'
import { studyRecordSchema } from '@main/storage/study-library.ts'
import { aRecord, anEpoch, newHome } from '@main/storage/testing-records.ts'
import { arbitraryOf } from '@main/storage/testing/arbitrary-of.ts'
import { failureCodes } from '@shared/failures/failure.ts'
import { datasetSummarySchema, exampleSchema, problemCodes } from '@shared/results/dataset-summary.ts'
import { runEventSchema, type RunEvent } from '@shared/results/run-event.ts'
import { runListItemSchema } from '@shared/results/run-list-item.ts'
import { metricIds } from '@shared/tasks/metric.ts'
import { freshProgress, progressSchema } from './training-progress.ts'

/** Everything that the data folder keeps as JSON. */
const stored: Readonly<Record<string, z.ZodType>> = {
  'run.json': runRecordSchema,
  'events.ndjson': runEventSchema,
  'state.json': progressSchema,
  'dataset.json': datasetSummarySchema,
  'a split of a data set': exampleSchema,
  'study.json': studyRecordSchema,
  'a checkpoint': storedCheckpointSchema,
  'a row of the index': runListItemSchema,
}

const time = '2026-01-02T03:04:05.000Z'

describe('what the data folder keeps', () => {
  it.each(Object.entries(stored))('%s reads back whatever was written', (_name, schema) => {
    fc.assert(
      fc.property(arbitraryOf(schema), (input) => {
        const value = schema.safeParse(input)
        fc.pre(value.success)
        const text = storedJson(value.data, schema)
        expect(schema.parse(JSON.parse(text))).toEqual(value.data)
      }),
      { numRuns: 300, seed: 18 },
    )
  })

  it.each(Object.entries(stored))('%s is described to its last field', (name, schema) => {
    // A study's base is checked when it is expanded: its keys are laid over one another first.
    expect(undescribed(schema)).toEqual(name === 'study.json' ? ['config.base.*'] : [])
  })

  it.each(metricIds)('the metric %s passes through log, record, checkpoint and channel', (metric) => {
    const epoch = anEpoch({ metrics: { [metric]: 0.25 } })
    const folder = RunFolder.create(newHome(), aRecord())
    const event: RunEvent = { type: 'evaluation', runId: 'r-1', time, summary: epoch, isBest: true }
    const best = { metric, value: 0.25, epoch: 1 }

    folder.appendEvents([event])
    folder.update({ epochs: [epoch], best })

    expect(folder.readEvents()).toEqual([event])
    expect(folder.read()).toMatchObject({ epochs: [epoch], best })
    const progress = { ...freshProgress, epochs: [epoch], best }
    expect(progressSchema.parse(JSON.parse(storedJson(progress, progressSchema)))).toEqual(progress)
    expect(engineMessage.parse({ kind: 'event', event })).toEqual({ kind: 'event', event })
    folder.close()
  })

  it.each(failureCodes)('the failure %s passes through log and record', (code) => {
    const failure = { code, message: 'what', hint: 'step' }
    const folder = RunFolder.create(newHome(), aRecord())
    const event: RunEvent = { type: 'run-ended', runId: 'r-1', time, status: 'failed', failure }

    folder.appendEvents([event])
    folder.update({ status: 'failed', failure })

    expect(folder.readEvents()).toEqual([event])
    expect(folder.read().failure).toEqual(failure)
    folder.close()
  })

  it.each(problemCodes)('a data set in which rows with %s were left out opens again', (code) => {
    const library = new DatasetLibrary(newHome())
    const added = library.add(
      {
        datasetId: '',
        name: 'reviews',
        task: 'classification',
        labels: ['neg', 'pos'],
        hasPairs: false,
        splits: {},
        dialect: { delimiter: null, quoting: null, encoding: 'utf-8', header: null },
        notes: ['a note'],
        problems: [{ file: 'train.jsonl', row: 3, code, message: 'what' }],
        skippedRows: 1,
        contentSha256: 'ab12cd34',
        addedAt: time,
      },
      {},
    )

    expect(library.get(added.datasetId)).toEqual(added)
  })

  it('holds no number that turned into null, and nothing that could not be read', () => {
    const folder = RunFolder.create(newHome(), aRecord())

    folder.update({ epochs: [anEpoch({ trainLoss: NaN })], surveySeconds: Infinity })
    expect(folder.read()).toMatchObject({ epochs: [{ trainLoss: NaN }], surveySeconds: Infinity })

    expect(() => folder.update({ epochs: [anEpoch({ steps: NaN })] })).toThrow('steps')
    expect(folder.read().epochs).toHaveLength(1)
    folder.close()
  })
})

/** Dotted places of a schema that allow anything. */
function undescribed(schema: z.ZodType, place = ''): string[] {
  const at = (key: string): string => (place === '' ? key : `${place}.${key}`)
  const { def } = schema as unknown as { readonly def: Readonly<Record<string, unknown>> & { type: string } }
  const inner = (key: string): z.ZodType => def[key] as z.ZodType
  switch (def.type) {
    case 'unknown':
    case 'any':
      return [place]
    case 'object':
      return Object.entries((schema as z.ZodObject).shape).flatMap(([key, field]) =>
        undescribed(field as z.ZodType, at(key)),
      )
    case 'array':
      return undescribed(inner('element'), at('*'))
    case 'record':
      return undescribed(inner('valueType'), at('*'))
    case 'union':
      return (def['options'] as z.ZodType[]).flatMap((option) => undescribed(option, place))
    case 'nullable':
    case 'optional':
    case 'default':
    case 'prefault':
      return undescribed(inner('innerType'), place)
    default:
      return []
  }
}
