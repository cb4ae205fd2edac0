/** The sample study that comes with the program: FT against AD-DROP over three seeds, without a download. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { z } from 'zod'
import { readFailure } from '@main/platform/disk-failure.ts'
import { studyConfig } from '@shared/config/study-config.ts'
import { invalidConfig } from './config-issues.ts'
import type { Lab } from './lab.ts'

/** What launching the sample works with. */
export interface SampleServiceOptions {
  readonly sampleFolder: string
  readonly datasets: Lab['datasets']
  readonly checkpoints: Lab['checkpoints']
  readonly studies: Lab['studies']
}

/**
 * Launching the sample.
 *
 * @param options where the sample is
 */
export function sampleService(options: SampleServiceOptions): Lab['sample'] {
  const { sampleFolder, datasets, checkpoints, studies } = options
  return {
    launch: async () => {
      const study = readStudy(join(sampleFolder, 'study.json'))
      const { dataset, checkpoint, task } = study.base
      // Registered here under names that say where they came from; a launch would name them after their folders.
      const registered = await datasets.import({
        paths: [resolve(sampleFolder, String(dataset))],
        task: task === 'regression' ? 'regression' : 'classification',
        name: 'Sample',
        skipProblemRows: false,
      })
      const encoder = await checkpoints.import(
        { path: resolve(sampleFolder, String(checkpoint)) },
        'Sample encoder',
      )
      const base = {
        ...study.base,
        checkpoint: encoder.checkpointId,
        ...(registered.registered ? { dataset: registered.dataset.datasetId } : {}),
      }
      return studies.launch({ study: { ...study, base } }, { baseFolder: sampleFolder })
    },
  }
}

function readStudy(path: string): z.output<typeof studyConfig> {
  let input: unknown
  try {
    input = JSON.parse(readFileSync(path, 'utf8'))
  } catch (thrown) {
    throw readFailure(thrown, path)
  }
  const parsed = studyConfig.safeParse(input)
  if (!parsed.success) throw invalidConfig(`The sample study ${path}`, parsed.error, input)
  return parsed.data
}
