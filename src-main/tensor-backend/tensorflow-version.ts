/** Which releases of TensorFlow the binding works with. */
import { LabError } from '@shared/failures/failure.ts'

/** The release line whose headers the binding is compiled with; the set-up (`tools/setup`) fetches a release of it. */
export const tensorflowReleaseLine = '2.21'

/**
 * Refuses a library of another release line: its structures in memory may differ from those the binding was made for.
 *
 * @param found version that the loaded library tells
 * @throws LabError `engine-unavailable`
 */
export function checkTensorflowVersion(found: string): void {
  if (found.startsWith(`${tensorflowReleaseLine}.`)) return
  throw new LabError(
    'engine-unavailable',
    `TensorFlow ${found} was loaded, but the binding is made for TensorFlow ${tensorflowReleaseLine}.x.`,
    `Let LD_LIBRARY_PATH name a folder with TensorFlow ${tensorflowReleaseLine}, or remove it so that the library that came with the app is loaded; LAB_ENGINE=wasm runs without TensorFlow.`,
  )
}
