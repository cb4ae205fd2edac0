/** Entry of the thread in which the desktop app's lab works. */
import { parentPort, workerData } from 'node:worker_threads'
import { openLogFile } from '@main/platform/log-file.ts'
import { createLogger, sendLogTo } from '@main/platform/logger.ts'
import { awaitPlannedFaults } from '@main/platform/planned-fault.ts'
import { handleUncaught } from '@main/platform/uncaught.ts'
import { createLab } from '@main/services/create-lab.ts'
import { logPath } from '@main/storage/lab-home.ts'
import type { LabThreadData, LabThreadMessage } from './lab-thread-messages.ts'
import { serveLabThread } from './lab-thread-server.ts'

if (parentPort === null) throw new Error('The lab thread was started outside a thread')
const port = parentPort
const { home, enginePath, samplePath, version } = workerData as LabThreadData
sendLogTo(openLogFile(logPath(home, 'app')))
const logger = createLogger('lab')
// The thread goes on: what it supervises is in files and in engine processes, and each call ends by itself.
handleUncaught(logger, (uncaught) =>
  port.postMessage({ kind: 'uncaught', uncaught } satisfies LabThreadMessage),
)
awaitPlannedFaults('thread')
const opening = Promise.resolve().then(() =>
  createLab({ home, enginePath, sampleFolder: samplePath, version, queuedRuns: 'wait' }),
)
serveLabThread(port, opening, logger)
