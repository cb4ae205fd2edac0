import type { LabBridge } from '@shared/contracts/lab-contract.ts'
import { describe, expect, it } from 'vitest'
import { reactive } from 'vue'
import { createLabClient } from './lab-client.ts'

function bridgeAnswering(answer: (name: string, input: unknown) => unknown): LabBridge {
  return {
    call: (name, input) => Promise.resolve().then(() => answer(name, input)),
    onEvent: () => () => undefined,
    tokenForFile: () => Promise.resolve('chosen:1/RTE'),
  }
}

describe('the lab client', () => {
  it('hands results through', async () => {
    const client = createLabClient(bridgeAnswering(() => ({ ok: true, value: { runs: [] } })))
    expect(await client.call('run.list')).toEqual({ ok: true, value: { runs: [] } })
  })

  it('turns a rejected promise into a failure', async () => {
    const client = createLabClient(
      bridgeAnswering(() => {
        throw new Error('no handler')
      }),
    )
    const answer = await client.call('run.list')
    expect(answer).toMatchObject({ ok: false, failure: { code: 'internal-error' } })
  })

  it('turns an answer that is no result into a failure that names the call', async () => {
    const client = createLabClient(bridgeAnswering(() => undefined))
    const answer = await client.call('study.list')
    expect(answer.ok ? '' : answer.failure.message).toContain('study.list')
  })

  it('frees inputs of reactive proxies, which cannot cross the process line', async () => {
    const inputs: unknown[] = []
    const client = createLabClient(
      bridgeAnswering((_name, input) => {
        inputs.push(structuredClone(input))
        return { ok: true, value: [] }
      }),
    )
    await client.call('drop.inspect', reactive({ paths: reactive(['/data/RTE']) }))
    expect(inputs).toEqual([{ paths: ['/data/RTE'] }])
  })
})
