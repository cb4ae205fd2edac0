/** Demo facts about the app and the machine, and the demo's sample study. */
import type { SystemInfo } from '@shared/contracts/lab-contract.ts'
import { studyConfig } from '@shared/config/study-config.ts'
import type { DoctorReport } from '@shared/results/doctor-report.ts'

/** The app. */
export const demoInfo: SystemInfo = {
  version: '0.1.0',
  electron: '45.4.1',
  officialElectron: true,
  home: '/home/someone/lab',
  homeProblem: null,
  isSandboxed: true,
  platform: 'linux',
  appearance: 'system',
}

/** The machine. */
export const demoDoctor: DoctorReport = {
  engines: [
    {
      backend: 'tensorflow-gpu',
      available: false,
      chosen: false,
      version: null,
      message: 'No NVIDIA GPU was found.',
    },
    { backend: 'tensorflow-cpu', available: true, chosen: true, version: '2.21.0', message: '' },
    {
      backend: 'wasm',
      available: true,
      chosen: false,
      version: '4.22.0',
      message:
        'It is about 5 times slower than TensorFlow on two processor cores; LAB_ENGINE=wasm chooses it.',
    },
    {
      backend: 'cpu',
      available: true,
      chosen: false,
      version: '4.22.0',
      message: 'It is about 300 times slower than TensorFlow; LAB_ENGINE=cpu chooses it.',
    },
  ],
  versions: { node: '20.20.2', electron: '45.4.1', tensorflow: '2.21.0', tfjs: '4.22.0', lab: '0.1.0' },
  processor: { model: 'Demo processor', cores: 2, features: ['avx2', 'fma', 'avx512f'] },
  gpus: [],
  memoryBytes: { total: 16_700_000_000, free: 9_200_000_000 },
  disk: { folder: '/home/someone/lab', freeBytes: 48_300_000_000 },
  advice: ['No GPU: training runs on the processor. Nothing is missing for that.'],
}

/** What the sample launches in the demo. */
export const demoSampleStudy = studyConfig.parse({
  schemaVersion: 1,
  name: 'Sample',
  base: {
    schemaVersion: 1,
    checkpoint: 'c-minilm-2b7e',
    dataset: 'd-rte-4f1c',
    task: 'rte',
    training: { maxEpochs: 4 },
  },
  grid: { 'method.kind': ['fine-tuning', 'ad-drop'], 'training.seed': [1, 2, 3] },
})
