import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inspectCheckpointFolder, loadCheckpointFolder } from './checkpoint-folder.ts'
import { writeSafetensors, type NamedTensor } from './safetensors.ts'
import { tinyConfig, tinyTensors, tinyVocabulary, writeTinyFolder } from './testing/tiny-checkpoint.ts'
import { writeCheckpointFolder } from './write-checkpoint-folder.ts'

const shared = resolve('..', 'shared')
const miniLm = join(shared, 'models', 'all-MiniLM-L6-v2')
const parity = join(shared, 'parity', 'bert-cls2')
const noMiniLm = !existsSync(join(miniLm, 'model.safetensors'))
const noParity = !existsSync(join(parity, 'model', 'model.safetensors'))
const when = '2026-01-02T03:04:05.000Z'
const newFolder = (): string => mkdtempSync(join(tmpdir(), 'lab-checkpoint-'))

/** Both ways of opening a folder must find the same fault. */
async function failuresOf(folder: string): Promise<unknown[]> {
  return Promise.all(
    [inspectCheckpointFolder(folder, when), loadCheckpointFolder(folder)].map((opened) =>
      opened.then(
        () => 'opened',
        (thrown: unknown) => thrown,
      ),
    ),
  )
}

async function expectFailure(folder: string, code: string, ...texts: string[]): Promise<void> {
  for (const failure of await failuresOf(folder)) {
    expect(failure).toMatchObject({ name: 'LabError', code })
    for (const text of texts) expect(String(failure)).toContain(text)
  }
}

const renamed =
  (change: (name: string) => string) =>
  (tensors: NamedTensor[]): NamedTensor[] =>
    tensors.map((tensor) => ({ ...tensor, name: change(tensor.name) }))
const without =
  (pattern: RegExp) =>
  (tensors: NamedTensor[]): NamedTensor[] =>
    tensors.filter(({ name }) => !pattern.test(name))

describe('a checkpoint folder', () => {
  it('is described without loading it', async () => {
    const folder = await writeTinyFolder()
    const summary = await inspectCheckpointFolder(folder, when)
    expect(summary).toMatchObject({
      architecture: 'BertForSequenceClassification',
      config: tinyConfig,
      tokenizer: 'wordpiece',
      warnings: [],
      folder,
      addedAt: when,
    })
    expect(summary.parameters).toBe(tinyTensors().reduce((sum, { values }) => sum + values.length, 0))
    expect(summary.files.map(({ path }) => path)).toEqual(['model.safetensors', 'config.json', 'vocab.txt'])
    expect(summary.files.every(({ sha256, bytes }) => /^[0-9a-f]{64}$/.test(sha256) && bytes > 0)).toBe(true)
  })

  it('has an identifier that depends on content and folder name only', async () => {
    const folder = await writeTinyFolder()
    const [left, right] = [join(newFolder(), 'same name'), join(newFolder(), 'same name')]
    cpSync(folder, left, { recursive: true })
    cpSync(folder, right, { recursive: true })
    const id = (await inspectCheckpointFolder(left, when)).checkpointId
    expect(id).toMatch(/^same-name-[0-9a-f]{8}$/)
    expect((await inspectCheckpointFolder(right, when)).checkpointId).toBe(id)
    writeFileSync(join(right, 'vocab.txt'), tinyVocabulary.replace('e\n', 'g\n'))
    expect((await inspectCheckpointFolder(right, when)).checkpointId).not.toBe(id)
  })

  it('gives back the weights it was written with, old names included', async () => {
    const modern = await loadCheckpointFolder(await writeTinyFolder())
    const old = await loadCheckpointFolder(
      await writeTinyFolder({
        tensors: renamed((name) =>
          name
            .replace('LayerNorm.weight', 'LayerNorm.gamma')
            .replace('LayerNorm.bias', 'LayerNorm.beta')
            .replace(/^bert\./, ''),
        ),
      }),
    )
    expect([...modern.tensors.keys()]).toEqual(tinyTensors().map(({ name }) => name))
    for (const { name, values } of tinyTensors()) {
      expect(modern.tensors.get(name)!.values).toEqual(values)
      expect(old.tensors.get(name)!.values).toEqual(values)
    }
    expect(old.warnings).toEqual([])
    expect(modern.head).toMatchObject({ kind: 'classification', labels: ['a', 'b', 'c'], isOwn: true })
  })

  it('names what it will initialise and what it does not use', async () => {
    const folder = await writeTinyFolder({
      tensors: (tensors) => [
        ...without(/pooler|classifier/)(tensors),
        { name: 'cls.predictions.bias', dtype: 'float32', shape: [2], values: new Float32Array(2) },
      ],
    })
    const { warnings, tensors } = await loadCheckpointFolder(folder)
    expect(warnings).toHaveLength(3)
    expect(warnings[0]).toMatch(/pooler\.dense\.weight.*will be initialised/)
    expect(warnings[1]).toMatch(/classifier\.weight.*will be initialised/)
    expect(warnings[2]).toContain('cls.predictions.bias')
    expect(tensors.has('classifier.weight')).toBe(false)
    expect((await inspectCheckpointFolder(folder, when)).warnings).toEqual(warnings)
  })

  it('does not take the head of another kind of model for a sequence classifier', async () => {
    const folder = await writeTinyFolder({
      config: (config) => ({ ...config, architectures: ['BertForMultipleChoice'] }),
    })
    const { warnings, tensors } = await loadCheckpointFolder(folder)
    expect(tensors.has('classifier.weight')).toBe(false)
    expect(warnings.join(' ')).toContain('BertForMultipleChoice')
  })

  it('has a classifier of words where its class is one, and a pooler for others', async () => {
    const folder = await writeTinyFolder({
      config: (config) => ({ ...config, architectures: ['BertForTokenClassification'] }),
    })
    const { head, tensors } = await loadCheckpointFolder(folder)
    expect(head).toMatchObject({ kind: 'token-classification', outputs: 3, labels: ['a', 'b', 'c'] })
    expect(tensors.has('classifier.weight')).toBe(true)
    expect(tensors.has('bert.pooler.dense.weight')).toBe(true)
  })

  it('initialises a pooler of which only half is there', async () => {
    const { tensors, warnings } = await loadCheckpointFolder(
      await writeTinyFolder({ tensors: without(/pooler\.dense\.bias/) }),
    )
    expect(tensors.has('bert.pooler.dense.weight')).toBe(false)
    expect(warnings.join(' ')).toMatch(/pooler will be initialised/)
  })

  it('is refused with names when encoder weights are missing', async () => {
    const folder = await writeTinyFolder({ tensors: without(/layer\.1\.|word_embeddings/) })
    await expectFailure(
      folder,
      'checkpoint-missing-weights',
      'lacks 17 weights',
      'bert.embeddings.word_embeddings.weight',
      '12 more',
    )
  })

  it('is refused with name, found and expected shape when a shape is wrong', async () => {
    const folder = await writeTinyFolder({ config: (config) => ({ ...config, intermediate_size: 14 }) })
    await expectFailure(folder, 'checkpoint-wrong-shapes', 'intermediate.dense.weight', '[13, 6]', '[14, 6]')
  })

  it('is refused when classifier weight and bias disagree about the labels', async () => {
    const folder = await writeTinyFolder({
      tensors: (tensors) =>
        tensors.map((tensor) =>
          tensor.name === 'classifier.bias' ? { ...tensor, shape: [4], values: new Float32Array(4) } : tensor,
        ),
    })
    await expectFailure(folder, 'checkpoint-wrong-shapes', '3 rows', '4 values')
  })

  it('is refused when two names stand for the same weight', async () => {
    const folder = await writeTinyFolder({
      tensors: (tensors) => [...tensors, { ...tensors[4]!, name: 'bert.embeddings.LayerNorm.beta' }],
    })
    await expectFailure(folder, 'checkpoint-unrecognized', 'LayerNorm.beta', 'twice')
  })

  it('is refused when its file is cut short, with both sizes', async () => {
    const folder = await writeTinyFolder()
    const path = join(folder, 'model.safetensors')
    const bytes = readFileSync(path).length
    truncateSync(path, bytes - 100)
    await expectFailure(
      folder,
      'checkpoint-truncated',
      'model.safetensors',
      `${bytes} bytes`,
      `${bytes - 100} bytes found`,
    )
  })

  const strange: [string, Record<string, unknown>, string, string][] = [
    ['another model type', { model_type: 'deberta-v2' }, 'checkpoint-unknown-architecture', 'deberta-v2'],
    ['another family than its weights', { model_type: 'roberta' }, 'checkpoint-unrecognized', 'roberta'],
    ['another activation', { hidden_act: 'mish' }, 'checkpoint-unknown-architecture', 'mish'],
    [
      'relative positions',
      { position_embedding_type: 'relative_key' },
      'checkpoint-unknown-architecture',
      'relative_key',
    ],
    ['a decoder', { is_decoder: true }, 'checkpoint-unknown-architecture', 'decoder'],
    ['no hidden size', { hidden_size: undefined }, 'checkpoint-unrecognized', 'hidden_size'],
    [
      'heads that do not divide',
      { num_attention_heads: 4 },
      'checkpoint-unrecognized',
      'num_attention_heads',
    ],
  ]
  it.each(strange)('is refused with %s', async (_name, change, code, text) => {
    await expectFailure(await writeTinyFolder({ config: (config) => ({ ...config, ...change }) }), code, text)
  })

  it('is refused when it is no checkpoint, says what it found and what to do', async () => {
    const empty = newFolder()
    await expectFailure(empty, 'checkpoint-unrecognized', 'config.json')
    const tables = newFolder()
    writeFileSync(join(tables, 'train.tsv'), 'a\tb\n')
    await expectFailure(tables, 'checkpoint-unrecognized', 'train.tsv')
    await expectFailure(join(tables, 'train.tsv'), 'checkpoint-unrecognized', 'is a file')
    await expectFailure(join(tables, 'absent'), 'not-found', 'absent')
    writeFileSync(join(tables, 'config.json'), 'no json')
    await expectFailure(tables, 'checkpoint-unrecognized', 'no weights')
    writeFileSync(join(tables, 'pytorch_model.bin'), 'PK')
    writeFileSync(join(tables, 'model.safetensors'), 'x')
    await expectFailure(tables, 'checkpoint-unrecognized', 'is not JSON')
  })

  it('warns when it brings no tokenizer', async () => {
    const folder = newFolder()
    cpSync(await writeTinyFolder(), folder, {
      recursive: true,
      filter: (from) => !from.endsWith('vocab.txt'),
    })
    const summary = await inspectCheckpointFolder(folder, when)
    expect(summary.tokenizer).toBeNull()
    expect(summary.warnings.join(' ')).toContain('vocab.txt')
    writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify({ model: { type: 'BPE' } }))
    expect((await inspectCheckpointFolder(folder, when)).warnings.join(' ')).toContain('BPE')
  })
})

describe('a sharded checkpoint', () => {
  async function writeShards(
    map: (name: string, file: string) => string = (_name, file) => file,
  ): Promise<string> {
    const folder = newFolder()
    cpSync(await writeTinyFolder(), folder, {
      recursive: true,
      filter: (from) => !from.endsWith('.safetensors'),
    })
    const tensors = tinyTensors()
    const halves = [tensors.slice(0, 7), tensors.slice(7)]
    const weightMap: Record<string, string> = {}
    for (const [index, half] of halves.entries()) {
      const file = `model-0000${index + 1}-of-00002.safetensors`
      await writeSafetensors(join(folder, file), half, { format: 'pt' })
      for (const { name } of half) weightMap[name] = map(name, file)
    }
    writeFileSync(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: weightMap }))
    return folder
  }

  it('loads like one in a single file', async () => {
    const { tensors } = await loadCheckpointFolder(await writeShards())
    for (const { name, values } of tinyTensors()) expect(tensors.get(name)!.values).toEqual(values)
  })

  it('is refused when a shard is missing', async () => {
    await expectFailure(
      await writeShards(() => 'elsewhere.safetensors'),
      'checkpoint-truncated',
      'elsewhere.safetensors',
    )
  })

  it('is refused when the index leads out of the folder', async () => {
    await expectFailure(await writeShards(() => '../model.safetensors'), 'checkpoint-unrecognized', 'outside')
  })
})

describe('writing a checkpoint folder', () => {
  const content = {
    config: tinyConfig,
    labels: ['no', 'maybe', 'yes'],
    task: 'classification' as const,
    tensors: tinyTensors(),
    tokenizerFiles: { vocabText: tinyVocabulary, tokenizerConfig: '{}' },
    extraFiles: [
      { name: 'state.json', content: '{"step": 3}' },
      { name: 'optimizer.safetensors', content: () => tinyTensors().slice(0, 2) },
    ],
  }

  it('makes a folder that loads with the same weights, configuration and labels', async () => {
    const folder = join(newFolder(), 'deep', '3')
    await writeCheckpointFolder(folder, content)
    const loaded = await loadCheckpointFolder(folder)
    expect(loaded.config).toEqual(tinyConfig)
    expect(loaded.head).toMatchObject({
      labels: ['no', 'maybe', 'yes'],
      trainedFor: 'classification',
      isOwn: true,
    })
    expect(loaded.warnings).toEqual([])
    expect(loaded.tokenizerFiles).toEqual(content.tokenizerFiles)
    for (const { name, values } of tinyTensors()) expect(loaded.tensors.get(name)!.values).toEqual(values)
    expect(readdirSync(folder).sort()).toEqual(
      [
        'config.json',
        'model.safetensors',
        'optimizer.safetensors',
        'state.json',
        'tokenizer_config.json',
        'vocab.txt',
      ].sort(),
    )
  })

  it('asks for the tensors of a file when its turn comes, and makes no file of none', async () => {
    const folder = join(newFolder(), '4')
    const asked: string[] = []
    const late = (name: string, count: number) => ({
      name,
      content: () => {
        asked.push(name)
        return tinyTensors().slice(0, count)
      },
    })
    const heads = tinyTensors().slice(0, 2)
    function* values() {
      for (const { name, values } of heads) {
        asked.push(name)
        yield values
      }
    }
    const tensors = { heads, values: values() }
    await writeCheckpointFolder(folder, { ...content, tensors, extraFiles: [late('a', 2), late('b', 0)] })
    expect(asked).toEqual([heads[0]!.name, heads[1]!.name, 'a', 'b'])
    expect(readdirSync(folder)).toContain('a')
    expect(readdirSync(folder)).not.toContain('b')
  })

  it('has every file of the tokenizer, whatever its kind', async () => {
    const folder = join(newFolder(), '1')
    const tokenizerFiles = {
      vocabJson: '{"<pad>": 0}',
      mergesText: '#version: 0.2\n',
      addedTokensJson: '{"<e>": 1}',
      specialTokensMap: '{}',
    }
    await writeCheckpointFolder(folder, { ...content, tokenizerFiles })
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
    expect(read('vocab.json')).toBe(tokenizerFiles.vocabJson)
    expect(read('merges.txt')).toBe(tokenizerFiles.mergesText)
    expect(read('added_tokens.json')).toBe(tokenizerFiles.addedTokensJson)
    expect(read('special_tokens_map.json')).toBe(tokenizerFiles.specialTokensMap)
  })

  it('says in config.json what transformers needs to know', async () => {
    const folder = join(newFolder(), '1')
    await writeCheckpointFolder(folder, { ...content, labels: ['score'], tensors: tinyTensors(1) })
    const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as Record<string, unknown>
    expect(config).toMatchObject({
      architectures: ['BertForSequenceClassification'],
      model_type: 'bert',
      problem_type: 'regression',
      id2label: { '0': 'score' },
      label2id: { score: 0 },
      hidden_size: 6,
    })
  })

  it('replaces a folder of the same name and leaves nothing beside it', async () => {
    const parent = newFolder()
    await writeCheckpointFolder(join(parent, '7'), content)
    await writeCheckpointFolder(join(parent, '7'), { ...content, labels: ['x', 'y', 'z'] })
    expect((await loadCheckpointFolder(join(parent, '7'))).head).toMatchObject({ labels: ['x', 'y', 'z'] })
    expect(readdirSync(parent)).toEqual(['7'])
  })
})

describe.skipIf(noParity)(
  `published formats (${noParity ? 'skipped: ../shared/parity is absent' : 'from ../shared/parity'})`,
  () => {
    it('hold identical tensors under identical names', async () => {
      const [plain, oldNames, sharded, torch, olderTorch] = await Promise.all(
        ['model', 'model-gamma-beta', 'model-sharded', 'model-bin', 'model-bin-legacy'].map((name) =>
          loadCheckpointFolder(join(parity, name)),
        ),
      )
      expect(plain!.tensors.size).toBe(5 + 4 * 16 + 4)
      expect(oldNames!.tensors).toEqual(plain!.tensors)
      expect(sharded!.tensors).toEqual(plain!.tensors)
      expect(torch!.tensors).toEqual(plain!.tensors)
      expect(olderTorch!.tensors).toEqual(plain!.tensors)
      expect(oldNames!.warnings.join(' ')).toContain('cls.predictions.bias')
      expect(plain!.warnings).toEqual([])
    })
  },
)

describe.skipIf(noMiniLm)(
  `all-MiniLM-L6-v2 (${noMiniLm ? 'skipped: ../shared/models is absent' : 'from ../shared/models'})`,
  () => {
    it('loads whole, without a classifier, its position buffer named as unused', async () => {
      const summary = await inspectCheckpointFolder(miniLm, when)
      expect(summary).toMatchObject({
        architecture: 'BertModel',
        parameters: 22_713_216,
        tokenizer: 'wordpiece',
      })
      expect(summary.warnings).toEqual([
        'classifier.weight and classifier.bias are missing: the classifier will be initialised.',
        'Not used: embeddings.position_ids.',
      ])
      expect(summary.files[0]).toMatchObject({
        path: 'model.safetensors',
        sha256: '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db',
      })
      const { tensors, warnings } = await loadCheckpointFolder(miniLm)
      expect(warnings).toEqual(summary.warnings)
      expect(tensors.size).toBe(5 + 6 * 16 + 2)
      const words = tensors.get('bert.embeddings.word_embeddings.weight')!
      expect(words.shape).toEqual([30522, 384])
      expect(words.values.every(Number.isFinite)).toBe(true)
    })
  },
)
