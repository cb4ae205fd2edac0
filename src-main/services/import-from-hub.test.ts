import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hubConnection, hubModelOf } from '@main/checkpoints/hub/hub-model.ts'
import { LabError } from '@shared/failures/failure.ts'
import { importFromHub, type FetchOptions } from './import-from-hub.ts'
import { startLocalHub, type LocalHub } from './testing/local-hub.ts'
import type { CheckpointSummary } from '@shared/results/checkpoint-summary.ts'

const source = fileURLToPath(new URL('../parity/testing/roberta-tiny/model', import.meta.url))
const filesOfModel = new Map(readdirSync(source).map((name) => [name, readFileSync(join(source, name))]))
const weights = filesOfModel.get('model.safetensors')!
const model = { id: 'owner/tiny', revision: 'main' }

let hub: LocalHub
let home: string
beforeEach(async () => {
  hub = await startLocalHub(filesOfModel)
  home = mkdtempSync(join(tmpdir(), 'hub-'))
})
afterEach(async () => {
  await hub.close()
  rmSync(home, { recursive: true })
})

const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  HF_ENDPOINT: hub.address,
  ...more,
})
const fetched = (options: FetchOptions = {}, wanted = model): Promise<CheckpointSummary> =>
  importFromHub(wanted, home, { environment: environment(), ...options })
const failure = (work: Promise<unknown>): Promise<LabError> =>
  work.then(
    () => {
      throw new Error('It should have failed.')
    },
    (thrown: unknown) => {
      if (thrown instanceof LabError) return thrown
      throw thrown
    },
  )
const askedFor = (name: string): (string | undefined)[] =>
  hub.seen.filter(({ path }) => path.endsWith(`/${name}`)).map(({ range }) => range)

describe('a model of a hub', () => {
  it('is fetched, checked and described as its folder would be', async () => {
    const told: number[] = []
    const summary = await fetched({ onProgress: ({ bytes }) => told.push(bytes) })

    expect(summary).toMatchObject({ name: 'tiny', architecture: 'RobertaForSequenceClassification' })
    expect(readFileSync(join(summary.folder, 'model.safetensors')).equals(weights)).toBe(true)
    expect(readdirSync(summary.folder).sort()).toEqual([...filesOfModel.keys()].sort())
    const total = [...filesOfModel.values()].reduce((sum, { length }) => sum + length, 0)
    expect(told.at(-1)).toBe(total)
    expect([...told].sort((left, right) => left - right)).toEqual(told)
  })

  it('is not fetched again when it is there, and is looked up at another revision', async () => {
    const first = await fetched()
    const before = hub.seen.length
    const second = await fetched({}, { id: 'owner/tiny', revision: 'v1' })
    expect(second.checkpointId).toBe(first.checkpointId)
    expect(hub.seen.slice(before).map(({ path }) => path)).toEqual([
      '/api/models/owner/tiny/revision/v1?blobs=true',
    ])
  })

  it('brings one form of weights only, and nothing that is no part of a checkpoint', async () => {
    for (const name of [
      'pytorch_model.bin',
      'training_args.bin',
      'onnx/model.bin',
      'README.md',
      '../config.json',
    ])
      hub.habits.files.set(name, Buffer.from('x'))
    const { folder } = await fetched()
    expect(readdirSync(folder).sort()).toEqual([...filesOfModel.keys()].sort())
  })

  it('goes on where the connection ended', async () => {
    hub.habits.cut = { bytes: 10_000, times: 2 }
    await fetched()
    expect(askedFor('model.safetensors')).toEqual([undefined, 'bytes=10000-', 'bytes=20000-'])
  })

  it('goes on in a later call', async () => {
    const stop = new AbortController()
    hub.habits.cut = { bytes: 10_000, times: 1 }
    const first = fetched({
      signal: stop.signal,
      onProgress: ({ file, bytes }) => {
        if (file === 'model.safetensors' && bytes > 10_000) stop.abort()
      },
    })
    await expect(first).rejects.toThrow()
    hub.habits.cut = null
    hub.seen.length = 0
    const { folder } = await fetched()
    expect(askedFor('model.safetensors')).toEqual(['bytes=10000-'])
    expect(askedFor('config.json')).toEqual([])
    expect(existsSync(join(folder, 'model.safetensors.part'))).toBe(false)
  })

  it('begins again where the hub knows no ranges, and where a part is longer than the file', async () => {
    hub.habits.cut = { bytes: 10_000, times: 1 }
    hub.habits.ignoresRanges = true
    const { folder } = await fetched()
    expect(readFileSync(join(folder, 'model.safetensors')).equals(weights)).toBe(true)

    rmSync(join(folder, 'model.safetensors'))
    writeFileSync(join(folder, 'model.safetensors.part'), Buffer.alloc(weights.length + 1))
    hub.habits.ignoresRanges = false
    await fetched()
    expect(readFileSync(join(folder, 'model.safetensors')).equals(weights)).toBe(true)
  })

  it('is not kept when its content is another than the hub says, text or weights', async () => {
    hub.habits.damages = 1
    expect(await failure(fetched())).toMatchObject({
      code: 'download-damaged',
      message: expect.stringContaining('model.safetensors of owner/tiny') as string,
    })
    await fetched()
    rmSync(home, { recursive: true })
    hub.habits.isLarge = () => true
    hub.habits.damages = 1
    expect((await failure(fetched())).message).toContain('config.json of owner/tiny')
  })

  it('is read where sizes and digests are in the list of files only', async () => {
    hub.habits.hidesSizes = true
    hub.habits.damages = 1
    expect((await failure(fetched())).code).toBe('download-damaged')
    expect((await fetched()).name).toBe('tiny')
  })

  it('is read where there are neither, by the length of the answers', async () => {
    hub.habits.hidesSizes = true
    hub.habits.status = (path) => (path.includes('/tree/') ? 404 : null)
    hub.habits.cut = { bytes: 10_000, times: 1 }
    expect((await fetched()).name).toBe('tiny')
  })

  it('that cannot be trained is refused before its weights are fetched, and leaves nothing', async () => {
    hub.habits.files.set('config.json', Buffer.from('{"model_type": "deberta-v2", "vocab_size": 3}'))
    const refused = await failure(fetched())
    expect(refused).toMatchObject({ code: 'checkpoint-unknown-architecture' })
    expect(refused.message).toContain('owner/tiny: config.json')
    expect(askedFor('model.safetensors')).toEqual([])
    expect(readdirSync(home)).toEqual([])
  })

  it.each([
    ['without config.json', 'config.json', 'has no config.json'],
    ['without weights', 'model.safetensors', 'has no model.safetensors and no pytorch_model.bin'],
  ])('%s is refused by what it has', async (_, name, message) => {
    hub.habits.files.delete(name)
    expect(await failure(fetched())).toMatchObject({
      code: 'checkpoint-unrecognized',
      message: expect.stringContaining(message) as string,
    })
  })
})

describe('the token', () => {
  it('goes to the hub, and not to where the hub sends on', async () => {
    const store = await startLocalHub(filesOfModel)
    hub.habits.redirectsTo = store.address
    await fetched({ environment: environment({ HF_TOKEN: 'secret' }) })
    expect(new Set(hub.seen.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer secret']))
    expect(store.seen.length).toBe(filesOfModel.size)
    expect(new Set(store.seen.map(({ authorization }) => authorization))).toEqual(new Set([undefined]))
    await store.close()
  })
})

describe('a hub that does not give what is asked for', () => {
  it.each([
    [401, 'hub-refused', 'set HF_TOKEN'],
    [403, 'hub-refused', 'set HF_TOKEN'],
    [404, 'not-found', 'Look up the name'],
    [500, 'hub-unreachable', 'Try again later'],
  ])('says %i: %s', async (status, code, hint) => {
    hub.habits.status = () => status
    expect(await failure(fetched())).toMatchObject({ code, hint: expect.stringContaining(hint) as string })
  })

  it('is asked again when it was busy', async () => {
    let refusals = 2
    hub.habits.status = () => (refusals-- > 0 ? 503 : null)
    expect((await fetched()).name).toBe('tiny')
  })

  it('cannot be reached, is none, or is forbidden', async () => {
    const unused = await startLocalHub(filesOfModel)
    await unused.close()
    const unreachable = await failure(fetched({ environment: { HF_ENDPOINT: unused.address } }))
    expect(unreachable).toMatchObject({ code: 'hub-unreachable' })
    expect(unreachable.message).toContain('ECONNREFUSED')
    hub.habits.status = (path) => (path.startsWith('/api') ? 200 : null)
    expect((await failure(fetched())).message).toContain('in a way that is not understood')
    const offline = await failure(fetched({ environment: environment({ HF_HUB_OFFLINE: '1' }) }))
    expect(offline).toMatchObject({ code: 'hub-unreachable' })
    expect(offline.message).toContain('HF_HUB_OFFLINE')
    expect((await failure(fetched({ environment: { HF_ENDPOINT: 'ftp://hub' } }))).code).toBe(
      'invalid-argument',
    )
  })
})

describe('the name of a model', () => {
  it.each([
    ['google/electra-small', { id: 'google/electra-small', revision: 'main' }],
    ['google/electra-small@v2', { id: 'google/electra-small', revision: 'v2' }],
    ['hf://roberta-base', { id: 'roberta-base', revision: 'main' }],
    ['https://huggingface.co/google/electra-small/', { id: 'google/electra-small', revision: 'main' }],
    ['https://huggingface.co/roberta-base/tree/refs/pr/1', { id: 'roberta-base', revision: 'refs/pr/1' }],
    ['roberta-base', null],
    ['./models/bert', null],
    ['/models/bert', null],
    ['../bert', null],
    ['C:\\models\\bert', null],
    ['owner/name/more', null],
    ['hf://owner/..', null],
    ['owner/name@../../etc', null],
    ['hf://', null],
  ])('%s', (text, expected) => {
    expect(hubModelOf(text)).toEqual(expected)
  })

  it('is asked for at huggingface.co unless HF_ENDPOINT says otherwise', () => {
    expect(hubConnection({})).toEqual({ endpoint: 'https://huggingface.co', token: null })
    expect(hubConnection({ HF_ENDPOINT: 'https://mirror.example/', HF_TOKEN: ' t ' })).toEqual({
      endpoint: 'https://mirror.example',
      token: 't',
    })
  })
})
