/** A file of weights in either of the forms that are read: safetensors, and PyTorch's own. */
import { readFailure } from '@main/platform/disk-failure.ts'
import { openRegularFile } from '@main/platform/regular-file.ts'
import { examineSafetensors, inspectSafetensors, type ExaminedEntry } from './safetensors.ts'
import { inspectTorchFile, readTorchTensor } from './torch/torch-file.ts'
import type { FoundTensor } from './weight-names.ts'
import { examineValues } from './weight-values.ts'

/** Form of a checkpoint's weight files. */
export type WeightForm = 'safetensors' | 'torch'

/** A file of weights: where it lies, and its form. */
export interface WeightFile {
  readonly path: string
  readonly form: WeightForm
}

/**
 * Names, types and shapes of a file's tensors, without their values.
 *
 * @param weights the file
 * @failure not-found, file-unreadable, git-lfs-pointer, checkpoint-truncated, checkpoint-unrecognized
 */
export async function inspectWeightFile(weights: WeightFile): Promise<readonly FoundTensor[]> {
  const { path, form } = weights
  if (form === 'safetensors') return (await inspectSafetensors(path)).entries
  const file = await openRegularFile(path)
  try {
    return await inspectTorchFile(file, path)
  } catch (thrown) {
    throw readFailure(thrown, path)
  } finally {
    await file.close()
  }
}

/**
 * Looks at every value of some of a file's tensors, all of floating-point types.
 *
 * @param weights the file
 * @param names the tensors, by the file's own names
 * @param keeps whether the values are wanted; without them the memory of one tensor is enough for any file
 * @failure not-found, file-unreadable, git-lfs-pointer, checkpoint-truncated, checkpoint-unrecognized
 */
export async function examineWeightFile(
  weights: WeightFile,
  names: ReadonlySet<string>,
  keeps: boolean,
): Promise<ExaminedEntry[]> {
  const { path, form } = weights
  if (form === 'safetensors') return examineSafetensors(path, names, keeps)
  const file = await openRegularFile(path)
  try {
    const examined: ExaminedEntry[] = []
    for (const entry of await inspectTorchFile(file, path)) {
      if (!names.has(entry.name)) continue
      const tensor = await readTorchTensor(file, entry, path)
      const examination = examineValues(entry.dtype)
      examination.look(tensor.bytes)
      examined.push({ entry, findings: examination.findings(), tensor: keeps ? tensor : null })
    }
    return examined
  } catch (thrown) {
    throw readFailure(thrown, path)
  } finally {
    await file.close()
  }
}
