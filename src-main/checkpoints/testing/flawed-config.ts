/** Flaws of config.json. */
import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { changeJson, changeText, harmless, lfsPointer, refused, warned, type Flaw } from './flaw.ts'

const file = 'config.json'
const set = (changes: Readonly<Record<string, unknown>>) => (folder: string) =>
  changeJson(folder, file, changes)
const text = (change: (text: string) => string | Buffer) => (folder: string) =>
  changeText(folder, file, change)
const unrecognized = 'checkpoint-unrecognized'
const shapes = 'checkpoint-wrong-shapes'
const unknown = 'checkpoint-unknown-architecture'

const contents: readonly Flaw[] = [
  refused('config.json is missing', unrecognized, /config\.json is missing/, (folder) =>
    rmSync(join(folder, file)),
  ),
  refused('config.json has another ending', unrecognized, /config\.json is missing/, (folder, random) =>
    renameSync(
      join(folder, file),
      join(folder, ['config.json.txt', 'Config.json', 'config (1).json'][random(3)]!),
    ),
  ),
  refused(
    'config.json is empty',
    unrecognized,
    /is empty/,
    text(() => ''),
  ),
  refused(
    'config.json is a pointer',
    'git-lfs-pointer',
    /Git LFS pointer/,
    text(() => lfsPointer),
  ),
  refused(
    'config.json is a web page',
    unrecognized,
    /web page/,
    text(() => '<html><body>Not logged in</body></html>'),
  ),
  refused(
    'config.json has a comma too many',
    unrecognized,
    /is not JSON/,
    text((json) => json.replace(/\}\s*$/, ',}')),
  ),
  refused(
    'config.json has NaN',
    unrecognized,
    /is not JSON/,
    text((json) => json.replace('0.02', 'NaN')),
  ),
  refused(
    'config.json is a list',
    unrecognized,
    /no model configuration/,
    text(() => '[1, 2]'),
  ),
  refused(
    'config.json is nested without end',
    unrecognized,
    /nested/,
    text(() => `${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`),
  ),
  refused(
    'config.json is UTF-16',
    unrecognized,
    /UTF-16/,
    text((json) => Buffer.from(`\uFEFF${json}`, 'utf16le')),
  ),
  refused(
    'config.json is in Latin-1',
    unrecognized,
    /not UTF-8/,
    text((json) => Buffer.from(json.replace('{', '{"name": "caf\u00e9",'), 'latin1')),
  ),
  refused(
    'config.json is far too long',
    'file-unreadable',
    /longer than 4 MiB/,
    text((json) => json + ' '.repeat(5 * 1024 ** 2)),
  ),
  harmless(
    'config.json has a byte-order mark and Windows’ line ends',
    text((json) => `\uFEFF${json.replaceAll('\n', '\r\n')}`),
  ),
  warned(
    'config.json names a key twice',
    /“hidden_dropout_prob” twice/,
    text((json) => json.replace('{', '{"hidden_dropout_prob": 0.5,')),
  ),
]

const families: readonly Flaw[] = [
  warned('model_type is missing', /no model_type/, set({ model_type: undefined })),
  warned(
    'model_type and architectures are missing',
    /no model_type/,
    set({ model_type: undefined, architectures: undefined }),
  ),
  refused('it is another model', unknown, /deberta-v2/, set({ model_type: 'deberta-v2' })),
  refused(
    'it is of another family than its weights',
    unrecognized,
    /roberta/,
    set({ model_type: 'roberta' }),
  ),
  refused(
    'it is another model by its class',
    unknown,
    /DebertaModel/,
    set({ model_type: undefined, architectures: ['DebertaModel'] }),
  ),
  refused(
    'it says nothing and looks like RoBERTa',
    unknown,
    /RoBERTa/,
    set({ model_type: undefined, architectures: null, pad_token_id: 1, type_vocab_size: 1 }),
  ),
  refused('another activation', unknown, /mish/, set({ hidden_act: 'mish' })),
  refused('relative positions', unknown, /relative_key/, set({ position_embedding_type: 'relative_key' })),
  refused('a decoder', unknown, /decoder/, set({ is_decoder: true })),
  refused('heads were removed', unknown, /pruned_heads/, set({ pruned_heads: { '0': [1] } })),
  warned('it has program code of its own', /auto_map/, set({ auto_map: { AutoModel: 'modeling.Model' } })),
  warned('it was rounded', /quantization_config/, set({ quantization_config: { bits: 8 } })),
]

const sizes: readonly Flaw[] = [
  refused('hidden_size is another', shapes, /by config\.json/, set({ hidden_size: 9 })),
  refused(
    'vocab_size is another',
    shapes,
    /word_embeddings.*\[11, 6\], expected \[12, 6\]/,
    set({ vocab_size: 12 }),
  ),
  refused('intermediate_size is another', shapes, /intermediate/, set({ intermediate_size: 14 })),
  refused(
    'max_position_embeddings is another',
    shapes,
    /position_embeddings/,
    set({ max_position_embeddings: 512 }),
  ),
  refused('type_vocab_size is another', shapes, /token_type/, set({ type_vocab_size: 1 })),
  refused(
    'num_hidden_layers is larger',
    'checkpoint-missing-weights',
    /announces 5 layers, the weights have 2/,
    set({ num_hidden_layers: 5 }),
  ),
  warned(
    'num_hidden_layers is smaller',
    /announces 1 layers, the weights have 2/,
    set({ num_hidden_layers: 1 }),
  ),
  refused(
    'num_hidden_layers is a thousand million',
    unrecognized,
    /num_hidden_layers: at most 1,000/,
    set({ num_hidden_layers: 1_000_000_000 }),
  ),
  refused(
    'vocab_size is beyond all bounds',
    unrecognized,
    /vocab_size: at most/,
    set({ vocab_size: 2 ** 52 }),
  ),
  refused(
    'heads do not divide',
    unrecognized,
    /no multiple of num_attention_heads/,
    set({ num_attention_heads: 4 }),
  ),
  refused('hidden_size is missing', unrecognized, /hidden_size is missing/, set({ hidden_size: undefined })),
  refused('a size is a text', unrecognized, /hidden_size: .*found "6"/, set({ hidden_size: '6' })),
  refused('a size is negative', unrecognized, /num_hidden_layers/, set({ num_hidden_layers: -2 })),
  refused(
    'a dropout is no probability',
    unrecognized,
    /hidden_dropout_prob/,
    set({ hidden_dropout_prob: 3 }),
  ),
  refused(
    'the filling piece is beyond the vocabulary',
    unrecognized,
    /pad_token_id 11/,
    set({ pad_token_id: 11 }),
  ),
  warned('the filling piece is another than the tokenizer’s', /filling piece is 0/, set({ pad_token_id: 3 })),
]

const labels: readonly Flaw[] = [
  warned(
    'labels are not numbered from 0',
    /does not number its labels/,
    set({ id2label: { '1': 'a', '2': 'b', '3': 'c' }, label2id: undefined }),
  ),
  warned(
    'labels are a list of lists',
    /no table of names/,
    set({ id2label: [['a'], ['b'], ['c']], label2id: undefined }),
  ),
  warned('the two tables of labels disagree', /disagree/, set({ label2id: { a: 1, b: 0, c: 2 } })),
  warned(
    'there are fewer labels than outputs',
    /names 2 labels, the classifier has 3 outputs/,
    set({ id2label: { '0': 'a', '1': 'b' }, label2id: undefined }),
  ),
  warned(
    'no labels are named',
    /does not name the labels/,
    set({ id2label: undefined, label2id: undefined }),
  ),
  warned(
    'the classifier is another model’s',
    /belongs to BertForMultipleChoice/,
    set({ architectures: ['BertForMultipleChoice'] }),
  ),
  warned(
    'several labels may apply',
    /several labels at once/,
    set({ problem_type: 'multi_label_classification' }),
  ),
]

/** Every flaw of config.json. */
export const flawedConfig: readonly Flaw[] = [...contents, ...families, ...sizes, ...labels]
