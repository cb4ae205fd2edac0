/** One request to a hub: with the token where it belongs, with patience, and with refusals in words. */
import { setTimeout as pause } from 'node:timers/promises'
import { LabError } from '@shared/failures/failure.ts'
import type { HubConnection, HubModel } from './hub-model.ts'

/** Longest silence before a request counts as lost, in milliseconds. */
const silenceMs = 60_000
/** Waits before another try, in milliseconds. */
const retryMs = [300, 1_000, 3_000]

/** What is asked for. */
export interface HubRequest {
  readonly connection: HubConnection
  readonly model: HubModel
  /** Below the endpoint, beginning with a slash. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Ends the request. */
  readonly signal?: AbortSignal
}

/**
 * Sends the request until it is answered: lost connections and answers of a busy server are tried again.
 *
 * @param request what is asked for
 * @returns an answer with status 200, 206 or 416
 * @failure hub-unreachable, hub-refused, not-found
 */
export async function askHub(request: HubRequest): Promise<Response> {
  for (let tried = 0; ; tried += 1) {
    const answer = await sent(request)
    const waitMs = retryMs[tried]
    if (answer instanceof Response && (answer.ok || answer.status === 416)) return answer
    if (waitMs === undefined || !isPassing(answer)) throw refusal(request, answer)
    await pause(waitMs, undefined, { ...(request.signal && { signal: request.signal }) })
  }
}

/**
 * The bytes of an answer as they come; silence ends it.
 *
 * @param answer of `askHub`
 * @throws Error when the connection is lost
 */
export async function* bytesOf(answer: Response): AsyncGenerator<Uint8Array> {
  const reader = answer.body?.getReader()
  if (reader === undefined) return
  let give: (lost: Error) => void = () => undefined
  const lost = new Promise<never>((_, reject) => (give = reject))
  lost.catch(() => undefined)
  const silence = setTimeout(() => give(new Error('no byte came for a minute')), silenceMs)
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), lost])
      if (done) return
      silence.refresh()
      yield value
    }
  } finally {
    clearTimeout(silence)
    await reader.cancel().catch(() => undefined)
  }
}

/** The answer, or what kept it from coming. */
async function sent({ connection, path, headers, signal }: HubRequest): Promise<Response | Error> {
  const authorization = connection.token === null ? {} : { authorization: `Bearer ${connection.token}` }
  const waiting = new AbortController()
  const late = setTimeout(() => waiting.abort(new Error('no answer came for a minute')), silenceMs)
  try {
    // Redirected to another host, `fetch` leaves the token behind.
    return await fetch(`${connection.endpoint}${path}`, {
      headers: { 'user-agent': 'addrop-lab', ...authorization, ...headers },
      signal: AbortSignal.any([waiting.signal, ...(signal ? [signal] : [])]),
    })
  } catch (thrown) {
    if (signal?.aborted) throw thrown
    return thrown instanceof Error ? thrown : new Error(String(thrown))
  } finally {
    clearTimeout(late)
  }
}

/** Whether the next try may succeed. */
function isPassing(answer: Response | Error): boolean {
  if (!(answer instanceof Response)) return true
  return answer.status === 408 || answer.status === 429 || answer.status >= 500
}

/** Why a request was not answered as it should be: the last answer, or what kept it from coming. */
function refusal({ connection, model, path }: HubRequest, answer: Response | Error): LabError {
  const { endpoint, token } = connection
  if (!(answer instanceof Response)) {
    const { cause } = answer
    const reason = cause instanceof Error ? cause.message || answer.message : answer.message
    return new LabError(
      'hub-unreachable',
      `${endpoint} could not be reached for ${model.id}: ${reason}.`,
      'Check the network and HF_ENDPOINT, and try again: what has come stays.',
      { cause: answer },
    )
  }
  const { status } = answer
  const code = answer.headers.get('x-error-code')
  if (status === 401 || status === 403)
    return new LabError(
      'hub-refused',
      `${endpoint} does not give ${model.id} ${token === null ? 'to anybody without a token' : 'to this token'} (${status}): the name is misspelled, or the model is private or gated.`,
      token === null
        ? 'Check the name; for a private or gated model, set HF_TOKEN to a token that may read it.'
        : 'Check the name, and accept the model’s conditions on its page with the account of HF_TOKEN.',
    )
  if (status === 404)
    return new LabError(
      'not-found',
      code === 'RevisionNotFound' || model.revision !== 'main'
        ? `${endpoint} has no revision "${model.revision}" of ${model.id}.`
        : `${endpoint} has no model ${model.id} (${path}).`,
      'Look up the name on the model’s page.',
    )
  return new LabError(
    'hub-unreachable',
    `${endpoint} answered ${status} when asked for ${model.id} (${path}).`,
    'Try again later: what has come stays.',
  )
}
