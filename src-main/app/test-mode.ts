/**
 * What the app offers to the desktop tests, and only while `ADDROP_TEST=1` is set in an app that is not packaged: a test
 * must neither set timers nor take measurements in the main process from outside, because what the debugger evaluates may
 * run in the middle of Node's own code.
 */
import { readFileSync } from 'node:fs'

/** Longest times in milliseconds for which the main process did nothing else. */
export interface LongestBlock {
  /** By the clock, including what the system withheld the processor for. */
  readonly wallMs: number
  /** Of that, time on a processor; null where the system does not say. */
  readonly workMs: number | null
}

/** What tests read through the debugger, under `globalThis.labTestMode`. */
export interface LabTestMode {
  /** Longest block since the last call. */
  takeLongestBlock(): LongestBlock
}

const tickMs = 5

/**
 * Whether this is the test mode.
 *
 * @param environment variables of the process
 * @param isPackaged whether the app is a packaged one, which has no test mode
 */
export function isTestMode(environment: NodeJS.ProcessEnv, isPackaged: boolean): boolean {
  return !isPackaged && environment['ADDROP_TEST'] === '1'
}

/** Starts measuring and offers the numbers. */
export function startTestMode(): void {
  const watch = new BlockWatch()
  setInterval(() => watch.tick(), tickMs).unref()
  const testMode: LabTestMode = { takeLongestBlock: () => watch.take() }
  Object.assign(globalThis, { labTestMode: testMode })
}

/** Time between two ticks of a timer that is due every few milliseconds. */
class BlockWatch {
  #lastWall = performance.now()
  #lastCpu = mainThreadCpuMs()
  #wallMs = 0
  #workMs: number | null = this.#lastCpu === null ? null : 0

  tick(): void {
    const [wall, cpu] = [performance.now(), mainThreadCpuMs()]
    this.#wallMs = Math.max(this.#wallMs, wall - this.#lastWall - tickMs)
    if (this.#workMs !== null && cpu !== null && this.#lastCpu !== null)
      this.#workMs = Math.max(this.#workMs, cpu - this.#lastCpu)
    this.#lastWall = wall
    this.#lastCpu = cpu
  }

  take(): LongestBlock {
    this.tick()
    const block = { wallMs: this.#wallMs, workMs: this.#workMs }
    this.#wallMs = 0
    this.#workMs = this.#workMs === null ? null : 0
    return block
  }
}

/** The main thread has the process's own number; the first number of its `schedstat` is its time on a processor in ns. */
function mainThreadCpuMs(): number | null {
  try {
    const [ns] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')
    return Number(ns) / 1e6
  } catch {
    return null
  }
}
