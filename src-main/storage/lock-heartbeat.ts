/**
 * Signs of life of a lock's holder, for those who cannot see its process: the time of the lock's file is set anew every two
 * seconds, by a thread of its own, since a step may keep the engine's own thread busy for minutes.
 */
import { Worker } from 'node:worker_threads'
import { setTimeout as sleep } from 'node:timers/promises'
import { nodeFileCalls, type FileCalls } from '@main/platform/file-calls.ts'

const beatMs = 2_000
/** Time without a sign of life after which a holder counts as gone: three missed beats, and a shared file system's delay. */
const silenceMs = 8_000
const lookAgainMs = 250

/** The file is held open: whatever gets its name later is not touched. */
const beating = `
const { workerData } = require('node:worker_threads')
const { openSync, futimesSync } = require('node:fs')
try {
  const file = openSync(workerData.path, 'r+')
  setInterval(() => { try { const now = new Date(); futimesSync(file, now, now) } catch {} }, workerData.beatMs)
} catch {}
`

/**
 * Begins to give signs of life.
 *
 * @param path the lock's file
 * @returns ends them
 */
export function startHeartbeat(path: string): () => Promise<void> {
  const worker = new Worker(beating, { eval: true, workerData: { path, beatMs }, stdout: true, stderr: true })
  // A thread that cannot be had leaves the lock without signs of life; the process itself can still be seen from here.
  worker.on('error', () => undefined)
  worker.unref()
  return async () => void (await worker.terminate())
}

/**
 * Watches a lock's file until it shows a sign of life, or long enough to know that there is none. No clock is compared
 * with another machine's: what counts is whether the time changes.
 *
 * @param path the lock's file
 * @param longestMs how long to watch
 * @param calls file-system calls; tests replace them
 */
export async function showsLife(
  path: string,
  longestMs: number = silenceMs,
  calls: FileCalls = nodeFileCalls,
): Promise<boolean> {
  const first = beatOf(path, calls)
  for (let waitedMs = 0; waitedMs < longestMs; waitedMs += lookAgainMs) {
    await sleep(lookAgainMs)
    if (beatOf(path, calls) !== first) return true
  }
  return false
}

/** Opened anew each time, which is when a shared file system asks its server. */
function beatOf(path: string, calls: FileCalls): number | null {
  try {
    const file = calls.open(path, 'r')
    try {
      return calls.statusOf(file).mtimeMs
    } finally {
      calls.close(file)
    }
  } catch {
    return null
  }
}
