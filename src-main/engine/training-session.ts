/** What a run's training loop works with. */
import type { Trainer } from '@main/ml/training/trainer.ts'
import type { RunConfig } from '@shared/config/run-config.ts'
import type { PreparedRun } from './prepared-run.ts'
import type { RunJournal } from './run-journal.ts'
import type { SupervisorChannel } from './supervisor-channel.ts'
import type { TrainingProgress } from './training-progress.ts'

/** What the loop works with. */
export interface TrainingSession {
  readonly config: RunConfig
  readonly prepared: PreparedRun
  readonly trainer: Trainer
  /** Ascending lengths that batches are padded to. */
  readonly buckets: readonly number[]
  /** Longest inputs of the groups that batches by length are drawn from; see `lengthGroups` in run-size. */
  readonly lengthGroups: readonly number[]
  readonly journal: RunJournal
  readonly channel: SupervisorChannel
  /** Monotonic seconds. */
  readonly now: () => number
  /** Writes a checkpoint of this moment, and the record that follows from it; also called within long epochs. */
  saveCheckpoint(progress: TrainingProgress): Promise<void>
}
