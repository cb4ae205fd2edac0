/** The sample study that comes with the program: FT against AD-DROP over three seeds, without a download. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readFailure } from '@main/platform/disk-failure.ts'
import { studyConfig, type StudyConfig } from '@shared/config/study-config.ts'
import { invalidConfig } from './config-issues.ts'
import type { Lab } from './lab.ts'

/** What launching the sample works with. */
export interface SampleServiceOptions {
  readonly sampleFolder: string
  readonly datasets: Lab['datasets']
  readonly studies: Lab['studies']
}

/**
 * Launching the sample.
 *
 * @param options where the sample is
 */
export function sampleService(options: SampleServiceOptions): Lab['sample'] {
  const { sampleFolder, datasets, studies } = options
  return {
    launch: async () => {
      const study = readStudy(join(sampleFolder, 'study.json'))
      const { dataset, task } = study.base
      // Registered here under a name that says where it came from; a launch would name it after its folder.
      const registered = await datasets.import({
        paths: [resolve(sampleFolder, String(dataset))],
        task: task === 'regression' ? 'regression' : 'classification',
        name: 'Sample',
        skipProblemRows: false,
      })
      const base = registered.registered
        ? { ...study.base, dataset: registered.dataset.datasetId }
        : study.base
      return studies.launch({ study: { ...study, base } }, { baseFolder: sampleFolder })
    },
  }
}

function readStudy(path: string): StudyConfig {
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
