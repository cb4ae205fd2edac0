/** Whether TensorFlow will compute on a GPU: told before it is loaded, since that is when it reads its flags. */
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Part of every TensorFlow; in a build for GPUs it holds code for them. */
const libraryName = 'libtensorflow_framework.so.2'
/** Where NVIDIA's driver answers: on Linux, and on Linux inside Windows. */
const driverFiles = ['/dev/nvidiactl', '/dev/dxg']

/**
 * Whether a GPU's driver is there, `CUDA_VISIBLE_DEVICES` does not hide it, and the TensorFlow that `LD_LIBRARY_PATH` puts
 * first has code for it. The library that the set-up fetches has none.
 *
 * @param environment of this process
 * @param hasDriver whether a driver is there; looked up when left out
 */
export function computesOnGpu(
  environment: Readonly<NodeJS.ProcessEnv>,
  hasDriver = driverFiles.some((file) => existsSync(file)),
): boolean {
  if (!hasDriver || !/^(\d|GPU-|MIG-)/.test(environment['CUDA_VISIBLE_DEVICES'] ?? '0')) return false
  const folders = (environment['LD_LIBRARY_PATH'] ?? '').split(delimiter).filter(Boolean)
  const library = folders.map((folder) => join(folder, libraryName)).find((file) => existsSync(file))
  return library !== undefined && hasSection(library, '.nv_fatbin')
}

/** Whether an ELF file of 64 bits has a section of that name; false for files of another form. */
function hasSection(path: string, name: string): boolean {
  const file = openSync(path, 'r')
  const read = (position: number, size: number): Buffer => {
    const buffer = Buffer.alloc(size)
    return buffer.subarray(0, readSync(file, buffer, 0, size, position))
  }
  try {
    const header = read(0, 64)
    if (header.length < 64 || header.toString('latin1', 1, 4) !== 'ELF') return false
    const entry = Number(header.readBigUInt64LE(40)) + header.readUInt16LE(58) * header.readUInt16LE(62)
    const names = read(entry, 64)
    if (names.length < 64) return false
    const [offset, size] = [names.readBigUInt64LE(24), names.readBigUInt64LE(32)]
    return read(Number(offset), Number(size)).toString('latin1').split('\0').includes(name)
  } finally {
    closeSync(file)
  }
}
