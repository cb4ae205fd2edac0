/** A WebAssembly backend that says when its memory is full. */

/** The part of Emscripten's module that allocates. */
export interface WasmHeap {
  _malloc: (bytes: number) => number
  readonly _free: (address: number) => void
}

const gibibyte = 2 ** 30

/**
 * Highest address that a tensor may reach. WebAssembly addresses 4 GiB; what lies above is left to the kernels, which
 * repack the second factor of a product and would quietly leave their output as it was if they could not.
 */
const tensorSpaceBytes = 3.5 * gibibyte

/**
 * Makes allocations fail that have no room. tfjs takes the address 0 of a failed allocation for a place like any other and
 * goes on with wrong numbers.
 *
 * @param heap of the loaded backend; changed in place
 */
export function limitMemory(heap: WasmHeap): void {
  // Emscripten puts the real function into place on the first call.
  heap._free(heap._malloc(1))
  const allocate = heap._malloc
  heap._malloc = (bytes) => {
    const start = allocate(bytes) >>> 0
    if (start > 0 && start + bytes <= tensorSpaceBytes) return start
    heap._free(start)
    throw new Error(
      `failed to allocate ${bytes} bytes: WebAssembly has room for tensors of ${tensorSpaceBytes / gibibyte} GiB together.`,
    )
  }
}
