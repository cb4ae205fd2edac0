import { describe, expect, it, vi } from 'vitest'
import { callChannel, callNames } from '@shared/contracts/channel-names.ts'
import { labContract } from '@shared/contracts/lab-contract.ts'
import { LabError } from '@shared/failures/failure.ts'
import { answerCall } from './answer-call.ts'
import type { CallHandlers } from './call-handlers.ts'
import { PathTokens } from './path-tokens.ts'
import { serveContract } from './serve-contract.ts'

/** Handlers of which a test needs a few; the others must not be reached. */
function handlersWith(some: Partial<CallHandlers>): CallHandlers {
  return new Proxy(some as CallHandlers, {
    get: (target, name: keyof CallHandlers) => {
      if (name in target) return target[name]
      throw new Error(`${name} must not be called`)
    },
  })
}

describe('the list of calls', () => {
  it('equals the contract, so that the preload lets exactly the contract through', () => {
    expect([...callNames].sort()).toEqual(Object.keys(labContract).sort())
  })
})

describe('answerCall', () => {
  const silent = vi.fn()

  it('answers the value of the handler', async () => {
    const handlers = handlersWith({ 'run.list': () => [] })
    expect(await answerCall(handlers, { name: 'run.list', input: undefined }, silent)).toEqual({
      ok: true,
      value: [],
    })
  })

  it('hands the handler the parsed input, defaults filled in', async () => {
    const plan = vi.fn(() => ({ runs: [], steps: 0, seconds: null, notes: [] }))
    const study = { schemaVersion: 1, name: 'a study', base: {} }
    await answerCall(handlersWith({ 'study.plan': plan }), { name: 'study.plan', input: { study } }, silent)
    expect(plan).toHaveBeenCalledWith({ study: { ...study, grid: {}, points: [] } })
  })

  it.each(['run.delete', 'toString', '__proto__', '', 7, null, undefined, { name: 'run.list' }])(
    'refuses the unknown name %j',
    async (name) => {
      const answer = await answerCall(handlersWith({}), { name, input: undefined }, silent)
      expect(answer).toMatchObject({ ok: false, failure: { code: 'invalid-argument' } })
    },
  )

  it('refuses an input outside the schema, says where, and never reaches the handler', async () => {
    const answer = await answerCall(
      handlersWith({}),
      { name: 'run.control', input: { runId: 'r', action: 'explode' } },
      silent,
    )
    expect(answer).toMatchObject({ ok: false, failure: { code: 'invalid-argument' } })
    expect(JSON.stringify(answer)).toContain('action')
  })

  it('refuses keys that the contract does not have', async () => {
    const answer = await answerCall(
      handlersWith({}),
      { name: 'run.show', input: { runId: 'r', folder: '/' } },
      silent,
    )
    expect(answer).toMatchObject({ ok: false, failure: { code: 'invalid-argument' } })
  })

  it('answers an expected failure as data and does not report it', async () => {
    const report = vi.fn()
    const handlers = handlersWith({
      'run.show': () => {
        throw new LabError('not-found', 'There is no run r.', 'Refresh the list.')
      },
    })
    expect(await answerCall(handlers, { name: 'run.show', input: { runId: 'r' } }, report)).toEqual({
      ok: false,
      failure: { code: 'not-found', message: 'There is no run r.', hint: 'Refresh the list.' },
    })
    expect(report).not.toHaveBeenCalled()
  })

  it('cuts a message that names all of what was sent', async () => {
    const handlers = handlersWith({
      'run.show': ({ runId }) => {
        throw new LabError('not-found', `There is no run ${runId}.`)
      },
    })
    const input = { runId: 'r'.repeat(99_000) }
    const answer = await answerCall(handlers, { name: 'run.show', input }, silent)
    expect(answer).toMatchObject({
      failure: { message: expect.stringMatching(/^There is no run r+…$/) as string },
    })
    expect(JSON.stringify(answer).length).toBeLessThan(5000)
  })

  it('answers a defect as an internal error and reports what was thrown', async () => {
    const report = vi.fn()
    const defect = new TypeError('x is undefined')
    const handlers = handlersWith({ 'run.list': () => Promise.reject(defect) })
    const answer = await answerCall(handlers, { name: 'run.list', input: undefined }, report)
    expect(answer).toMatchObject({ ok: false, failure: { code: 'internal-error' } })
    expect(report).toHaveBeenCalledWith('run.list', defect)
  })
})

describe('serveContract', () => {
  const own = { senderFrame: { url: 'lab://app/index.html', parent: null } }
  type Listener = Parameters<Parameters<typeof serveContract>[0]['handle']>[1]
  const tokens = new PathTokens()
  let dropped: Listener | undefined

  function served(handlers: CallHandlers, report = vi.fn()): Listener {
    let listener: Listener | undefined
    const handle = (channel: string, given: Listener): void => {
      if (channel === callChannel) listener = given
      else dropped = given
    }
    serveContract({ handle }, handlers, tokens, report)
    return listener!
  }

  it('answers a window of the app', async () => {
    const listener = served(handlersWith({ 'run.list': () => [] }))
    expect(await listener(own, 'run.list', undefined)).toEqual({ ok: true, value: [] })
  })

  it.each([
    ['another origin', { senderFrame: { url: 'https://example.org/', parent: null } }],
    ['an embedded frame', { senderFrame: { url: 'lab://app/', parent: {} } }],
    ['a frame that is gone', { senderFrame: null }],
  ])('turns %s away and says so in the log', async (_who, event) => {
    const report = vi.fn()
    const answer = await served(handlersWith({}), report)(event, 'run.list', undefined)
    expect(answer).toMatchObject({ ok: false, failure: { code: 'invalid-argument' } })
    expect(report).toHaveBeenCalledOnce()
    expect(dropped!(event, '/etc/passwd')).toBe('')
  })

  it('hands the preload a token for a dropped file, and none for what cannot be one', () => {
    served(handlersWith({}))
    expect(tokens.pathOf(dropped!(own, '/data/RTE') as string)).toBe('/data/RTE')
    for (const path of ['', 7, undefined, '/a\0b']) expect(dropped!(own, path)).toBe('')
  })

  it('answers a flood of calls with a failure once the burst is used up', async () => {
    // No time passes: on the real clock a call may come back just for the last one.
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0)
    const list = vi.fn(() => [])
    const listener = served(handlersWith({ 'run.list': list }))
    const answers = await Promise.all(
      Array.from({ length: 2000 }, () => listener(own, 'run.list', undefined)),
    )
    clock.mockRestore()
    expect(list).toHaveBeenCalledTimes(400)
    for (const answer of answers.slice(400))
      expect(answer).toMatchObject({ ok: false, failure: { code: 'too-many-calls' } })
  })

  it('refuses what is oversized before the schema sees it', async () => {
    const listener = served(handlersWith({}))
    for (const runId of ['r'.repeat(200_000), { deep: new Array(1_000_000).fill('x') }])
      expect(await listener(own, 'run.show', { runId })).toMatchObject({
        ok: false,
        failure: {
          code: 'invalid-argument',
          message: expect.stringContaining('window sent a call') as string,
        },
      })
  })
})
