/** Every kind of task that the lab trains. A kind that is missing here does not compile. */
import type { TaskKind } from '@shared/tasks/task.ts'
import { classification } from './classification.ts'
import { regression } from './regression.ts'
import { tokenClassification } from './token-classification.ts'
import type { TaskHead } from './task-head.ts'

const taskHeads: { readonly [Kind in TaskKind]: TaskHead<Kind> } = {
  classification,
  regression,
  'token-classification': tokenClassification,
}

/**
 * The head of a kind of task.
 *
 * @param kind of a model's configuration, or of a batch's labels
 */
export function headOf(kind: TaskKind): TaskHead {
  return taskHeads[kind]
}
