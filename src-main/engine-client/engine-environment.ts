/** Environment of an engine process. */

/**
 * This process's environment with what an engine's memory needs. One heap for all threads: tensors have an allocator of
 * their own, and what many threads' heaps hold free after compiling comes to 60 MiB. Read by the C library when a process
 * starts, so an engine cannot set it for itself; what the person has set stays.
 *
 * @param environment of this process
 */
export function engineEnvironment(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return { MALLOC_ARENA_MAX: '1', ...environment }
}
