/** Does what a failure's hint says, word for word, as a person without further knowledge would. */
import {
  cpSync,
  existsSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Failure } from '@shared/failures/failure.ts'

/** What a person has: the folder with the flaw, what was chosen, and the whole checkpoint somewhere else. */
export interface Situation {
  readonly folder: string
  readonly chosen: string
  readonly whole: string
}

/** Returns what a person would choose next. */
type Step = (situation: Situation, found: RegExpExecArray, failure: Failure) => string

/** Every file as it is in the whole checkpoint, and nothing else. */
const again: Step = ({ folder, whole }) => {
  rmSync(folder, { recursive: true, force: true })
  cpSync(whole, folder, { recursive: true })
  return folder
}
const tokenizerAgain: Step = ({ folder, whole }) => {
  for (const name of ['vocab.txt', 'tokenizer_config.json']) cpSync(join(whole, name), join(folder, name))
  for (const name of ['tokenizer.json', 'special_tokens_map.json', 'added_tokens.json'])
    rmSync(join(folder, name), { force: true })
  return folder
}
const configAgain: Step = ({ folder, whole }) => {
  cpSync(join(whole, 'config.json'), join(folder, 'config.json'))
  return folder
}
const another: Step = ({ whole }) => whole

/** The steps that hints name; a hint that none matches is no hint one could follow. */
const steps: readonly (readonly [RegExp, Step])[] = [
  [
    /^Write ((?:"\w+": [\w".-]+(?:, )?)+) into ([\w.]+)/,
    ({ folder }, [, settings, name]) => writeSettings(folder, name!, settings!),
  ],
  [
    /set "(\w+)" to (\d+) in (config\.json)/,
    ({ folder }, [, key, value, name]) => writeSettings(folder, name!, `"${key}": ${value}`),
  ],
  [
    /^Rename (.+) to (.+)\.$/,
    ({ folder }, [, from, to]) => {
      renameSync(join(folder, from!), join(folder, to!))
      return folder
    },
  ],
  [/^Choose the folder (?:inside|that holds the file): (.+)\.$/, (_situation, [, path]) => path!],
  [/^Put a copy of the file in the place of the link/, copyLinked],
  [/^Put the config\.json of the same model beside/, configAgain],
  [/^Save the file again as UTF-8/, saveAsUtf8],
  [/^Take config\.json from the same place/, configAgain],
  [/^Copy or download the model’s config\.json again/, configAgain],
  [/^Use the tokenizer files that belong/, tokenizerAgain],
  [/^(Take|Copy) [\w.]+ (again )?from the model these weights belong to/, tokenizerAgain],
  [
    /remove the file if vocab\.txt, or vocab\.json with merges\.txt, lies beside it/,
    ({ folder }, _found, { message }) => {
      rmSync(
        join(folder, /(tokenizer\.json|tokenizer_config\.json|added_tokens\.json)/.exec(message)?.[1] ?? ''),
      )
      return folder
    },
  ],
  [
    /^(Run “git lfs pull”|Download the file again|Copy or download|Put the file itself in|Put the weights of the same model|Unpack|Wait until the download)/,
    again,
  ],
  [/^(Correct it at that place|Check that this is the file you meant)/, again],
  [
    /^(Convert it|Convert the weights|Merge (it|them) with|Export the checkpoint again|Remove one of the two|Save the one encoder|Take config\.json and the weights)/,
    again,
  ],
  [
    /^(Choose a complete checkpoint|Choose a checkpoint of one of these families|Choose a Hugging Face folder|Choose a checkpoint from before|Choose the model’s checkpoint)/,
    another,
  ],
  [
    /^(The value was too large for float16: export the model again|These weights were rounded .* choose the model’s checkpoint|Download the model’s safetensors)/,
    another,
  ],
  [
    /^If it is a BERT, write ("\w+": "\w+") into (config\.json)/,
    ({ folder }, [, settings, name]) => writeSettings(folder, name!, settings!),
  ],
  [/^Check the path/, another],
]

/**
 * Follows a hint.
 *
 * @param failure what was refused, and why
 * @param situation what the person has
 * @returns what the person chooses next
 * @throws when the hint names no step
 */
export function followHint(failure: Failure, situation: Situation): string {
  for (const [pattern, step] of steps) {
    const found = pattern.exec(failure.hint)
    if (found !== null) return step(situation, found, failure)
  }
  throw new Error(`The hint names no step that can be followed: “${failure.hint}”`)
}

function writeSettings(folder: string, name: string, settings: string): string {
  const path = join(folder, name)
  const value = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>) : {}
  writeFileSync(
    path,
    JSON.stringify({ ...value, ...(JSON.parse(`{${settings}}`) as Record<string, unknown>) }),
  )
  return folder
}

function copyLinked({ folder, whole }: Situation, _found: RegExpExecArray, { message }: Failure): string {
  const name = readdirSync(folder).find((entry) => message.includes(join(folder, entry)))!
  const path = join(folder, name)
  const target = realpathSync(path)
  rmSync(path)
  // What leads to a device has no content to copy: the person takes the file itself.
  cpSync(target.startsWith('/dev/') ? join(whole, name) : target, path)
  return folder
}

function saveAsUtf8({ folder }: Situation, _found: RegExpExecArray, { message }: Failure): string {
  const name = readdirSync(folder).find((entry) => message.includes(join(folder, entry)))!
  const bytes = readFileSync(join(folder, name))
  writeFileSync(join(folder, name), bytes.toString(message.includes('UTF-16') ? 'utf16le' : 'latin1'))
  return folder
}
