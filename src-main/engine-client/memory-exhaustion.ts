/** Whether the kernel ran out of memory while an engine lived: its own count of processes it killed for that. */
import { readFileSync } from 'node:fs'

/** Files with a line `oom_kill <count>`: the machine's count, and this container's (cgroup 2). */
const counterFiles = ['/proc/vmstat', '/sys/fs/cgroup/memory.events']

function countIn(path: string): number {
  try {
    const line = /^oom_kill (\d+)$/m.exec(readFileSync(path, 'utf8'))
    return line === null ? 0 : Number(line[1])
  } catch {
    // Not Linux, or no such accounting here: then a kill for memory cannot be told from any other kill.
    return 0
  }
}

/**
 * Processes the kernel has killed for want of memory since it started; grows only.
 *
 * @returns 0 where the kernel does not say (macOS, Windows)
 */
export function outOfMemoryKills(): number {
  return Math.max(...counterFiles.map(countIn))
}
