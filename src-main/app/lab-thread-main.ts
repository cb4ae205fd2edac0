/** Entry of the thread in which the desktop app's lab works. */
import { parentPort, workerData } from 'node:worker_threads'
import { createLogger } from '@main/platform/logger.ts'
import { createLab } from '@main/services/create-lab.ts'
import type { LabThreadData } from './lab-thread-messages.ts'
import { serveLabThread } from './lab-thread-server.ts'

if (parentPort === null) throw new Error('The lab thread was started outside a thread')
const { home, enginePath, samplePath, version } = workerData as LabThreadData
const opening = Promise.resolve().then(() =>
  createLab({ home, enginePath, sampleFolder: samplePath, version, queuedRuns: 'wait' }),
)
serveLabThread(parentPort, opening, createLogger('lab'))
