/** Which model of which hub is meant: what a person typed, and the environment variables that Hugging Face's tools read. */
import { LabError } from '@shared/failures/failure.ts'

/** A model of a hub at a revision. */
export interface HubModel {
  /** `roberta-base`, `google/electra-small-discriminator`. */
  readonly id: string
  /** Branch, tag or commit. */
  readonly revision: string
}

/** The hub, and who asks. */
export interface HubConnection {
  /** Address without a slash at its end. */
  readonly endpoint: string
  /** Sent to that address only; null without one. */
  readonly token: string | null
}

const publicHub = 'https://huggingface.co'
const part = '[A-Za-z0-9][A-Za-z0-9._-]*'
const idPattern = new RegExp(`^(?:${part}/)?${part}$`)
const revisionPattern = /^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]*$/

/**
 * The model that a text names: `hf://id`, or the address of its page, each with `@revision` behind it where wanted. A bare
 * `owner/name` counts too; whether it is a path instead is the caller's question.
 *
 * @param text what a person typed
 * @returns null when the text is no name of a model
 */
export function hubModelOf(text: string): HubModel | null {
  const named = /^hf:\/\/(?<rest>.+)$/.exec(text) ?? /^https?:\/\/[^/]+\/(?<rest>.+)$/.exec(text)
  const rest = (named?.groups?.['rest'] ?? text)
    .replace(/\/+$/, '')
    .replace(/\/tree\/(?<branch>[^@]+)$/, '@$<branch>')
  const [id = '', revision = 'main', ...more] = rest.split('@')
  const isId = idPattern.test(id) && !id.includes('..') && !id.includes('--')
  if (!isId || !revisionPattern.test(revision) || more.length > 0) return null
  return named === null && !id.includes('/') ? null : { id, revision }
}

/**
 * Whether a text can only mean a model of a hub, never a path.
 *
 * @param text what a person typed
 */
export function namesHub(text: string): boolean {
  return /^(hf|https?):\/\//.test(text)
}

/**
 * The hub that the environment names: HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE, as Hugging Face's own tools read them.
 *
 * @param environment variables of the process
 * @failure hub-unreachable when HF_HUB_OFFLINE forbids it; invalid-argument when HF_ENDPOINT is no address
 */
export function hubConnection(environment: NodeJS.ProcessEnv): HubConnection {
  if (/^(1|on|yes|true)$/i.test(environment['HF_HUB_OFFLINE'] ?? ''))
    throw new LabError(
      'hub-unreachable',
      'HF_HUB_OFFLINE is set, so nothing is fetched from a hub.',
      'Unset HF_HUB_OFFLINE, or give the path of a checkpoint folder.',
    )
  const wanted = environment['HF_ENDPOINT']?.trim() || publicHub
  const address = URL.canParse(wanted) ? new URL(wanted) : null
  if (address === null || !/^https?:$/.test(address.protocol))
    throw new LabError(
      'invalid-argument',
      `HF_ENDPOINT is "${wanted}"; an address that begins with https:// was expected.`,
      'Correct HF_ENDPOINT, or unset it for huggingface.co.',
    )
  const token = environment['HF_TOKEN']?.trim() || environment['HUGGING_FACE_HUB_TOKEN']?.trim() || null
  return { endpoint: wanted.replace(/\/+$/, ''), token }
}
