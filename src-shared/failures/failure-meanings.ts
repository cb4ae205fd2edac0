/** What every failure code means, where it usually comes from, and the step that usually helps: for docs/failures.md and the app. */
import type { FailureCode } from './failure.ts'

/** One code explained. The message of a failure says what was found; this says what kind of thing it is. */
export interface FailureMeaning {
  readonly meaning: string
  readonly causes: readonly string[]
  readonly step: string
}

const explained = (meaning: string, causes: readonly string[], step: string): FailureMeaning => ({
  meaning,
  causes,
  step,
})

/** Every code; one that is missing here does not compile. */
export const failureMeanings: Readonly<Record<FailureCode, FailureMeaning>> = {
  'invalid-config': explained(
    'A run’s or study’s description cannot be carried out.',
    [
      'A key is misspelled or a value is out of its range',
      'Settings that do not go together, or not with the checkpoint',
    ],
    'Correct the setting that the message names.',
  ),
  'invalid-argument': explained(
    'A command or a call was given something that it cannot take.',
    ['An option is misspelled or its value is wrong'],
    'Look at the help of the command.',
  ),
  'not-found': explained(
    'What was named is not in the data folder, or no longer as it was.',
    ['A misspelled identifier', 'Another data folder (LAB_HOME)', 'It was removed'],
    'List what there is and choose from it.',
  ),
  'file-unreadable': explained(
    'A file or folder cannot be read or written, or its content is damaged.',
    ['No right to it', 'It was moved, or a drive is gone', 'A stored file was changed by hand or cut off'],
    'Check the path and the rights that the message names.',
  ),
  'file-empty': explained(
    'A file has no content.',
    ['A download or an export that did not finish'],
    'Get the file again.',
  ),
  'file-binary': explained(
    'A file is not a text file.',
    ['An archive, a spreadsheet or a Parquet file'],
    'Unpack it, or save it as CSV or JSON Lines.',
  ),
  'git-lfs-pointer': explained(
    'A file is a Git LFS pointer in place of the real one.',
    ['A repository was cloned without Git LFS'],
    'Run "git lfs pull", or download the file itself.',
  ),
  'file-encoding': explained(
    'A text file is not in the encoding it was read in.',
    ['It was saved in an older encoding'],
    'Save it as UTF-8, or name its encoding with --encoding.',
  ),
  'dataset-unrecognized': explained(
    'Files do not have a form that the lab knows.',
    ['Columns of other names', 'A separator that was not recognised'],
    'Name the columns, or say how the files are read.',
  ),
  'dataset-ambiguous': explained(
    'Files can be read in more than one way, with different results.',
    ['Two columns that could both be the text or the label', 'Quotes or separators that decide nothing'],
    'Choose one of the ways that the message names.',
  ),
  'dataset-problem-rows': explained(
    'Some rows of a data set cannot be read.',
    ['A missing column, text or label', 'A label that the task does not have'],
    'Correct the rows, or leave them out with --skip-problem-rows.',
  ),
  'dataset-split-missing': explained(
    'A data set lacks the split or the labels that are needed.',
    ['No validation file was imported', 'Rows without labels'],
    'Import it again with the missing file.',
  ),
  'checkpoint-unrecognized': explained(
    'A folder is not a checkpoint that the lab can read.',
    ['Another folder was chosen', 'A form of another library'],
    'Choose the folder with config.json and the weights, or convert it.',
  ),
  'checkpoint-unknown-architecture': explained(
    'The model is of a kind that the lab does not have.',
    ['Another architecture'],
    'Choose a checkpoint of a supported architecture.',
  ),
  'checkpoint-missing-weights': explained(
    'Weights of the model are not in the files.',
    ['A part of the download is missing'],
    'Download the checkpoint again.',
  ),
  'checkpoint-wrong-shapes': explained(
    'Weights do not have the sizes that the configuration says.',
    ['Configuration and weights of different models', 'A tokenizer of another model'],
    'Use the files that belong together.',
  ),
  'checkpoint-truncated': explained(
    'A weight file ends too early.',
    ['A copy or download that did not finish'],
    'Get the file again.',
  ),
  'checkpoint-not-finite': explained(
    'Weights hold NaN or infinity.',
    ['A diverged training', 'Numbers too large for float16'],
    'Choose another checkpoint, or export it again in float32.',
  ),
  'checkpoint-changed': explained(
    'A checkpoint is no longer what it was when it was added.',
    ['Its files were replaced or moved'],
    'Put the old files back, or add it again and launch a new run.',
  ),
  'tokenizer-missing': explained(
    'A checkpoint has no tokenizer that the lab can read.',
    ['vocab.txt or tokenizer.json is missing or damaged'],
    'Put the tokenizer’s files beside the weights.',
  ),
  'task-mismatch': explained(
    'Task, data set and checkpoint do not go together.',
    ['A data set of another task'],
    'Choose a data set of the task.',
  ),
  'run-not-resumable': explained(
    'A run cannot go on from where it stands.',
    ['It has ended', 'Its log or data were changed'],
    'Launch a new run.',
  ),
  'run-already-active': explained(
    'Another program has the run in hand.',
    ['The app and a command at once', 'A lock that a dead program left'],
    'Wait for it, or use "lab unlock" when its holder is gone.',
  ),
  'engine-unavailable': explained(
    'The engine that was asked for cannot be used here.',
    ['A library is missing or does not fit the machine'],
    '"lab doctor" says what is missing and how to get it.',
  ),
  'engine-died': explained(
    'The engine’s process ended before its work.',
    ['It was ended from outside', 'A crash in a library'],
    'Resume the run; it goes on from its last checkpoint.',
  ),
  'out-of-memory': explained(
    'There was not enough memory.',
    ['A large batch, long inputs or a large model'],
    'Lower training.batchSize or training.maxLength.',
  ),
  'loss-not-finite': explained(
    'A loss became NaN or infinite, so nothing after it is a result.',
    [
      'A learning rate that is too high',
      'bfloat16 where float32 is needed',
      'A checkpoint whose weights are damaged',
    ],
    'Lower training.learningRate; the message names a value.',
  ),
  'disk-full': explained(
    'There is no room left where the lab writes.',
    ['The disk or a quota is full'],
    'Free some space, then resume.',
  ),
  'hub-unreachable': explained(
    'A hub of models could not be reached, or its answers are not those of a hub.',
    ['No network, or a proxy or firewall between', 'HF_ENDPOINT or HF_HUB_OFFLINE is set', 'The hub is busy'],
    'Try again when the network is there; what has come is kept.',
  ),
  'hub-refused': explained(
    'A hub does not hand out a model.',
    ['The name is misspelled', 'The model is private, or its conditions are not accepted yet'],
    'Check the name; for a private or gated model, set HF_TOKEN.',
  ),
  'download-damaged': explained(
    'A downloaded file is not what the hub says it is; it was not kept.',
    ['A proxy or a disk that damages files', 'Two programs fetched the same model at once'],
    'Try again.',
  ),
  'parity-failed': explained(
    'The engine differs from reference values.',
    ['A library of another version', 'A defect'],
    'Look at the quantities that the table marks.',
  ),
  'no-answer': explained(
    'A part of the app did not return in time.',
    ['The machine is very busy', 'A part of the app hangs'],
    'Try again; start the app anew if it stays.',
  ),
  'too-many-calls': explained(
    'The window asked for more at once than the lab carries out.',
    ['A page that repeats a call without waiting'],
    'Wait for what was asked for, then try again.',
  ),
  'internal-error': explained(
    'A defect of the lab.',
    ['An error in the program'],
    'Report it with the log that the message names.',
  ),
}
