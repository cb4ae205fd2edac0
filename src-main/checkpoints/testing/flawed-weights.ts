/** Flaws of the file with the weights. */
import { readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  changeTensors,
  harmless,
  rawTensors,
  refused,
  warned,
  weightsFile,
  writeRawTensors,
  type Flaw,
  type RawTensor,
} from './flaw.ts'

const weights = (folder: string): string => join(folder, weightsFile)
const renamed = (change: (name: string) => string) => (folder: string) =>
  changeTensors(folder, (tensors) => tensors.map((tensor) => ({ ...tensor, name: change(tensor.name) })))
const changed = (tensors: readonly RawTensor[], at: number, change: Partial<RawTensor>): RawTensor[] =>
  tensors.map((tensor, index) => (index === at ? { ...tensor, ...change } : tensor))
const encoderTensor = (tensors: readonly RawTensor[], random: (count: number) => number): number =>
  random(tensors.findIndex(({ name }) => name.includes('pooler')))

/** Puts one value of a type into a random place of a random tensor, the rest written in that type. */
const oneValue =
  (dtype: 'F32' | 'F16' | 'BF16' | 'F64', bits: number | bigint): Flaw['apply'] =>
  (folder, random) =>
    changeTensors(folder, (tensors) => {
      const at = encoderTensor(tensors, random)
      const floats = tensors[at]!.bytes
      const count = floats.length / 4
      const size = { F32: 4, F16: 2, BF16: 2, F64: 8 }[dtype]
      const bytes = dtype === 'F32' ? Buffer.from(floats) : Buffer.alloc(count * size)
      const place = random(count) * size
      if (typeof bits === 'bigint') bytes.writeBigUInt64LE(bits, place)
      else if (size === 4) bytes.writeUInt32LE(bits, place)
      else bytes.writeUInt16LE(bits, place)
      return changed(tensors, at, { dtype, bytes })
    })

const notFinite = 'checkpoint-not-finite'
const unrecognized = 'checkpoint-unrecognized'

const values: readonly Flaw[] = [
  refused(
    'a weight is NaN',
    notFinite,
    /\[\d+(, \d+)?\] is NaN, which is not finite/,
    oneValue('F32', 0x7fc00001),
  ),
  refused('a weight is infinite', notFinite, /is infinity, which is not finite/, oneValue('F32', 0x7f800000)),
  refused('a weight is −infinity', notFinite, /is −infinity/, oneValue('F32', 0xff800000)),
  refused('a float16 weight overflowed', notFinite, /is infinity/, oneValue('F16', 0x7c00)),
  refused('a bfloat16 weight is NaN', notFinite, /is NaN/, oneValue('BF16', 0x7fc0)),
  refused(
    'a float64 weight is too large for float32',
    notFinite,
    /too large for float32/,
    oneValue('F64', 0x7fe0000000000000n),
  ),
  warned('a weight is absurdly large', /Values above 100,000 in bert\./, oneValue('F32', 0x7e967699)),
  warned('a matrix is all zeros', /All values are 0 in bert\./, (folder, random) =>
    changeTensors(folder, (tensors) => {
      const matrices = tensors.flatMap(({ name }, at) => (/dense\.weight$/.test(name) ? [at] : []))
      const at = matrices[random(matrices.length)]!
      return changed(tensors, at, { bytes: Buffer.alloc(tensors[at]!.bytes.length) })
    }),
  ),
]

const names: readonly Flaw[] = [
  ...['module.', '_orig_mod.', 'base_model.model.', 'model.', 'module._orig_mod.', 'net.encoder_q.'].map(
    (prefix) =>
      warned(
        `names begin with ${prefix}`,
        /names begin with “.+”/,
        renamed((name) => `${prefix}${name}`),
      ),
  ),
  harmless(
    'names lack bert.',
    renamed((name) => name.replace(/^bert\./, '')),
  ),
  harmless(
    'LayerNorm has gamma and beta',
    renamed((name) =>
      name.replace(/LayerNorm\.weight/, 'LayerNorm.gamma').replace(/LayerNorm\.bias/, 'LayerNorm.beta'),
    ),
  ),
  harmless(
    'layers are compiled one by one',
    renamed((name) => name.replace(/layer\.(\d+)\./, 'layer.$1._orig_mod.')),
  ),
  refused(
    'names are RoBERTa’s',
    unrecognized,
    /roberta/,
    renamed((name) => name.replace(/^bert\./, 'roberta.')),
  ),
  refused(
    'names are of another model',
    'checkpoint-missing-weights',
    /named like a bert model/,
    renamed((name) => name.replace(/^bert\.(embeddings|encoder)/, 'transformer.h')),
  ),
  refused('a weight is named twice', unrecognized, /twice/, (folder) =>
    changeTensors(folder, (tensors) => [
      ...tensors,
      { ...tensors[4]!, name: 'bert.embeddings.LayerNorm.beta' },
    ]),
  ),
  refused('there are two encoders', unrecognized, /2 encoders/, (folder) =>
    changeTensors(folder, (tensors) => [
      ...tensors,
      { ...tensors[0]!, name: 'teacher.embeddings.word_embeddings.weight' },
    ]),
  ),
  refused('adapters are not merged', unrecognized, /LoRA/, (folder) =>
    changeTensors(folder, (tensors) => [
      ...tensors,
      { ...tensors[1]!, name: 'bert.encoder.layer.0.attention.self.query.lora_A.default.weight' },
    ]),
  ),
  refused(
    'an encoder weight is missing',
    'checkpoint-missing-weights',
    /lacks 1 weight/,
    (folder, random) => {
      const missing = 1 + random(20)
      changeTensors(folder, (tensors) => tensors.filter((_, at) => at !== missing))
    },
  ),
  refused(
    'the last layer is missing',
    'checkpoint-missing-weights',
    /announces 2 layers, the weights have 1/,
    (folder) => changeTensors(folder, (tensors) => tensors.filter(({ name }) => !name.includes('layer.1.'))),
  ),
  warned('the pooler is missing', /pooler will be initialised/, (folder) =>
    changeTensors(folder, (tensors) => tensors.filter(({ name }) => !name.includes('pooler'))),
  ),
  warned('half of the classifier is missing', /classifier will be initialised/, (folder) =>
    changeTensors(folder, (tensors) => tensors.filter(({ name }) => name !== 'classifier.bias')),
  ),
  warned('a tensor is left over', /Not used: bert\.embeddings\.position_ids/, (folder) =>
    changeTensors(folder, (tensors) => [
      ...tensors,
      { name: 'bert.embeddings.position_ids', dtype: 'I64', shape: [1, 2], bytes: Buffer.alloc(16) },
    ]),
  ),
]

const shapes: readonly Flaw[] = [
  refused(
    'a matrix is transposed',
    'checkpoint-wrong-shapes',
    /intermediate\.dense\.weight has the shape/,
    (folder) =>
      changeTensors(folder, (tensors) =>
        tensors.map((tensor) =>
          /layer\.0\.intermediate\.dense\.weight/.test(tensor.name)
            ? { ...tensor, shape: [...tensor.shape].reverse() }
            : tensor,
        ),
      ),
  ),
  refused('weights are 8-bit integers', 'checkpoint-wrong-shapes', /type I8/, (folder) =>
    changeTensors(folder, (tensors) =>
      tensors.map((tensor) =>
        tensor.shape.length === 2
          ? { ...tensor, dtype: 'I8', bytes: tensor.bytes.subarray(0, tensor.bytes.length / 4) }
          : tensor,
      ),
    ),
  ),
  refused('weights are of an 8-bit floating-point type', unrecognized, /type F8_E4M3/, (folder) =>
    changeTensors(folder, (tensors) =>
      tensors.map((tensor) => ({
        ...tensor,
        dtype: 'F8_E4M3',
        bytes: tensor.bytes.subarray(0, tensor.bytes.length / 4),
      })),
    ),
  ),
  refused(
    'classifier weight and bias disagree',
    'checkpoint-wrong-shapes',
    /3 rows but classifier\.bias 4 values/,
    (folder) =>
      changeTensors(folder, (tensors) =>
        tensors.map((tensor) =>
          tensor.name === 'classifier.bias' ? { ...tensor, shape: [4], bytes: Buffer.alloc(16) } : tensor,
        ),
      ),
  ),
]

const withHead = (change: (text: string) => string) => (folder: string) =>
  writeRawTensors(weights(folder), rawTensors(weights(folder)), change)

const bytes: readonly Flaw[] = [
  refused('the file is cut short', 'checkpoint-truncated', /cut short/, (folder, random) => {
    const { length } = readFileSync(weights(folder))
    const head = 8 + Number(readFileSync(weights(folder)).readBigUInt64LE())
    truncateSync(weights(folder), head + random(length - head))
  }),
  refused('the file is empty', 'checkpoint-truncated', /cut short/, (folder) =>
    truncateSync(weights(folder), 0),
  ),
  refused('bytes follow the last tensor', unrecognized, /behind the last tensor/, (folder, random) =>
    writeFileSync(
      weights(folder),
      Buffer.concat([readFileSync(weights(folder)), Buffer.alloc(1 + random(100))]),
    ),
  ),
  refused('the head is announced far too long', unrecognized, /announce a header of/, (folder) => {
    const file = readFileSync(weights(folder))
    file.writeBigUInt64LE(2n ** 61n)
    writeFileSync(weights(folder), file)
  }),
  refused(
    'the head names a tensor twice',
    unrecognized,
    /twice/,
    withHead((text) => text.replace('{', '{"bert.pooler.dense.bias": 1, ')),
  ),
  refused(
    'the head is no JSON',
    unrecognized,
    /is not JSON/,
    withHead((text) => text.replace('"shape"', 'shape')),
  ),
  refused(
    'the head is nested without end',
    unrecognized,
    /nested/,
    withHead((text) => text.replace('{', `{"x": ${'['.repeat(50_000)}${']'.repeat(50_000)},`)),
  ),
  refused(
    'a tensor’s place is too small',
    unrecognized,
    /its place has/,
    withHead((text) => text.replace('"data_offsets":[0,264]', '"data_offsets":[0,260]')),
  ),
  refused(
    'tensors overlap',
    unrecognized,
    /overlap|its place has|belong to no tensor/,
    withHead((text) => text.replace('"data_offsets":[264,', '"data_offsets":[260,')),
  ),
  refused('the file is a web page', unrecognized, /web page/, (folder) =>
    writeFileSync(weights(folder), '<!DOCTYPE html><html>Sign in</html>'),
  ),
  refused('the file is a refusal of the hub', unrecognized, /Entry not found/, (folder) =>
    writeFileSync(weights(folder), 'Entry not found'),
  ),
  refused('the file is a PyTorch file under another name', unrecognized, /zip archive/, (folder) =>
    writeFileSync(weights(folder), `PK\u0003\u0004${'\0'.repeat(60)}`),
  ),
  refused('the weights are missing', unrecognized, /no weights/, (folder) => rmSync(weights(folder))),
  refused('the weights have another name', unrecognized, /has its weights in/, (folder, random) =>
    renameSync(
      weights(folder),
      join(
        folder,
        ['pytorch_model.safetensors', 'model (1).safetensors', 'model.fp32.safetensors'][random(3)]!,
      ),
    ),
  ),
  ...(
    [
      ['pytorch_model.bin', /PyTorch/],
      ['tf_model.h5', /TensorFlow/],
      ['flax_model.msgpack', /Flax/],
      ['model.onnx', /ONNX/],
      ['model-q4.gguf', /GGUF/],
      ['adapter_model.safetensors', /adapter/],
      ['model.safetensors.part', /download/],
      ['model.zip', /archive/],
      ['bert_model.ckpt.index', /TensorFlow checkpoint/],
    ] as const
  ).map(([name, says]) =>
    refused(`the weights are only in ${name}`, unrecognized, says, (folder) =>
      renameSync(weights(folder), join(folder, name)),
    ),
  ),
]

/** Every flaw of weights. */
export const flawedWeights: readonly Flaw[] = [...values, ...names, ...shapes, ...bytes]
