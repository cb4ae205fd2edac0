/** A BERT checkpoint folder of a few kilobytes, made on the spot, for tests that need a real one. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const config = {
  architectures: ['BertModel'],
  model_type: 'bert',
  vocab_size: 11,
  hidden_size: 4,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 6,
  hidden_act: 'gelu',
  hidden_dropout_prob: 0.1,
  attention_probs_dropout_prob: 0.1,
  max_position_embeddings: 64,
  type_vocab_size: 2,
  initializer_range: 0.02,
  layer_norm_eps: 1e-12,
  pad_token_id: 0,
}

function tensorShapes(): [string, number[]][] {
  const [hidden, inner] = [config.hidden_size, config.intermediate_size]
  const linear = (name: string, output: number, input: number): [string, number[]][] => [
    [`${name}.weight`, [output, input]],
    [`${name}.bias`, [output]],
  ]
  const norm = (name: string): [string, number[]][] => [
    [`${name}.weight`, [hidden]],
    [`${name}.bias`, [hidden]],
  ]
  const layers = Array.from({ length: config.num_hidden_layers }, (_, index) => `bert.encoder.layer.${index}`)
  return [
    ['bert.embeddings.word_embeddings.weight', [config.vocab_size, hidden]],
    ['bert.embeddings.position_embeddings.weight', [config.max_position_embeddings, hidden]],
    ['bert.embeddings.token_type_embeddings.weight', [config.type_vocab_size, hidden]],
    ...norm('bert.embeddings.LayerNorm'),
    ...layers.flatMap((layer) => [
      ...['query', 'key', 'value'].flatMap((part) =>
        linear(`${layer}.attention.self.${part}`, hidden, hidden),
      ),
      ...linear(`${layer}.attention.output.dense`, hidden, hidden),
      ...norm(`${layer}.attention.output.LayerNorm`),
      ...linear(`${layer}.intermediate.dense`, inner, hidden),
      ...linear(`${layer}.output.dense`, hidden, inner),
      ...norm(`${layer}.output.LayerNorm`),
    ]),
    ...linear('bert.pooler.dense', hidden, hidden),
  ]
}

/**
 * Writes config.json, model.safetensors (small numbers) and vocab.txt.
 *
 * @param folder made if it is not there
 */
export function writeTinyCheckpoint(folder: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', 'b', 'c', 'd', 'e', 'f']
  writeFileSync(join(folder, 'vocab.txt'), `${vocabulary.join('\n')}\n`)
  const header: Record<string, unknown> = {}
  let offset = 0
  for (const [name, shape] of tensorShapes()) {
    const bytes = 4 * shape.reduce((product, size) => product * size, 1)
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + bytes] }
    offset += bytes
  }
  const headerText = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(headerText.length))
  const values = Float32Array.from({ length: offset / 4 }, (_, index) => ((index % 7) - 3) / 32)
  writeFileSync(
    join(folder, 'model.safetensors'),
    Buffer.concat([length, headerText, Buffer.from(values.buffer)]),
  )
}

/**
 * Writes an RTE folder of a few rows.
 *
 * @param folder made if it is not there
 */
export function writeTinyRte(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const rows = Array.from(
    { length: 8 },
    (_, index) => `${index}\ta b c ${index}\td e\t${index % 2 === 0 ? 'entailment' : 'not_entailment'}`,
  )
  const text = `index\tsentence1\tsentence2\tlabel\n${rows.join('\n')}\n`
  writeFileSync(join(folder, 'train.tsv'), text)
  writeFileSync(join(folder, 'dev.tsv'), text)
}
