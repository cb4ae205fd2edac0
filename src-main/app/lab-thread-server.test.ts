import { EventEmitter } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import type { Lab } from '@main/services/lab.ts'
import type { LabEvent } from '@shared/contracts/lab-contract.ts'
import { LabError } from '@shared/failures/failure.ts'
import type { LabThreadMessage, LabThreadRequest } from './lab-thread-messages.ts'
import { serveLabThread } from './lab-thread-server.ts'

const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }

/** A lab of which a test needs a few methods. */
const labWith = (some: object): Lab => ({ onEvent: () => () => undefined, ...some }) as unknown as Lab

function served(opening: Promise<Lab>) {
  const emitter = new EventEmitter()
  const sent: LabThreadMessage[] = []
  const port = {
    on: (event: 'message', listener: (request: LabThreadRequest) => void) => emitter.on(event, listener),
    postMessage: (message: LabThreadMessage) => void sent.push(structuredClone(message)),
  }
  serveLabThread(port, opening, logger)
  return {
    sent,
    answerTo: (request: LabThreadRequest) => {
      emitter.emit('message', request)
      return vi.waitFor(() => {
        const answer = sent.find((message) => message.kind === 'answer' && message.id === request.id)
        if (answer?.kind !== 'answer') throw new Error('no answer yet')
        return answer.result
      })
    },
  }
}

describe('serveLabThread', () => {
  it('answers calls with the lab’s methods', async () => {
    const show = vi.fn(() => Promise.resolve({ folder: '/r' }))
    const { answerTo } = served(Promise.resolve(labWith({ runs: { show } })))
    const request = { id: 4, kind: 'call', name: 'run.show', input: { runId: 'r' } } as const
    expect(await answerTo(request)).toEqual({ ok: true, value: { folder: '/r' } })
    expect(show).toHaveBeenCalledWith({ runId: 'r' })
  })

  it('answers the text of a comparison, and closes', async () => {
    const render = vi.fn(() => Promise.resolve('a,b'))
    const close = vi.fn(() => Promise.resolve())
    const { answerTo } = served(Promise.resolve(labWith({ comparisons: { render }, close })))
    const request = { ids: ['s'], baseline: null, format: 'csv' as const }
    expect(await answerTo({ id: 1, kind: 'comparison-text', request })).toEqual({ ok: true, value: 'a,b' })
    expect(await answerTo({ id: 2, kind: 'close' })).toMatchObject({ ok: true })
    expect(close).toHaveBeenCalledOnce()
  })

  it('says why the lab could not be opened to everyone who asks', async () => {
    const opening = Promise.reject(new LabError('file-unreadable', 'The data folder cannot be written.'))
    const { answerTo } = served(opening)
    expect(await answerTo({ id: 1, kind: 'call', name: 'run.list', input: undefined })).toMatchObject({
      ok: false,
      failure: { code: 'file-unreadable' },
    })
  })

  it('sends the lab’s events on', async () => {
    let tell: (event: LabEvent) => void = () => undefined
    const onEvent = (listener: (event: LabEvent) => void) => {
      tell = listener
      return () => undefined
    }
    const opening = Promise.resolve(labWith({ onEvent }))
    const { sent } = served(opening)
    await opening
    await Promise.resolve()
    tell({ seq: 1, type: 'library-changed', what: 'checkpoints' })
    expect(sent).toEqual([{ kind: 'event', event: { seq: 1, type: 'library-changed', what: 'checkpoints' } }])
  })
})
