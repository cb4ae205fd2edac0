/** Flaws of the tokenizer's files. */
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { changeJson, changeText, harmless, lfsPointer, refused, warned, type Flaw } from './flaw.ts'

const vocab = (change: (text: string) => string | Buffer) => (folder: string) =>
  changeText(folder, 'vocab.txt', change)
const config = (changes: Readonly<Record<string, unknown>>) => (folder: string) =>
  changeJson(folder, 'tokenizer_config.json', changes)
const missing = 'tokenizer-missing'

/** A tokenizer.json that says what vocab.txt says. */
function writeTokenizerJson(folder: string, changes: Readonly<Record<string, unknown>> = {}): void {
  const tokens = readFileSync(join(folder, 'vocab.txt'), 'utf8').trimEnd().split('\n')
  const special = tokens.slice(0, 5).map((content, id) => ({ id, content, special: true }))
  const value = {
    added_tokens: special,
    normalizer: { type: 'BertNormalizer', lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    },
  }
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify({ ...value, ...changes }))
}

const withVocabulary = (change: (vocab: Record<string, number>) => void) => (folder: string) => {
  writeTokenizerJson(folder)
  const path = join(folder, 'tokenizer.json')
  const value = JSON.parse(readFileSync(path, 'utf8')) as { model: { vocab: Record<string, number> } }
  change(value.model.vocab)
  writeFileSync(path, JSON.stringify(value))
}

const vocabularies: readonly Flaw[] = [
  harmless(
    'vocab.txt has Windows’ line ends',
    vocab((text) => text.replaceAll('\n', '\r\n')),
  ),
  harmless(
    'vocab.txt has old Mac’s line ends',
    vocab((text) => text.replaceAll('\n', '\r')),
  ),
  harmless(
    'vocab.txt has a byte-order mark',
    vocab((text) => `\uFEFF${text}`),
  ),
  harmless(
    'vocab.txt ends without a line end',
    vocab((text) => text.trimEnd()),
  ),
  warned(
    'vocab.txt ends with empty lines',
    /ends with 3 empty lines/,
    vocab((text) => `${text}\n\n\n`),
  ),
  refused(
    'vocab.txt is a pointer',
    'git-lfs-pointer',
    /Git LFS pointer/,
    vocab(() => lfsPointer),
  ),
  refused(
    'vocab.txt is a web page',
    missing,
    /web page/,
    vocab(() => '<!doctype html>\n<html>'),
  ),
  refused(
    'vocab.txt is UTF-16',
    missing,
    /UTF-16/,
    vocab((text) => Buffer.from(`\uFEFF${text}`, 'utf16le')),
  ),
  refused(
    'vocab.txt is in Latin-1',
    missing,
    /not UTF-8 text \(line 6/,
    vocab((text) => Buffer.from(text.replace('\na\n', '\n\u00e4\n'), 'latin1')),
  ),
  refused(
    'vocab.txt is empty',
    missing,
    /0 tokens|special token/,
    vocab(() => ''),
  ),
  refused('vocab.txt is far too long', 'file-unreadable', /longer than 16 MiB/, (folder) =>
    truncateSync(join(folder, 'vocab.txt'), 17 * 1024 ** 2),
  ),
  refused('vocab.txt lacks a special token', missing, /not the special token/, (folder, random) =>
    changeText(folder, 'vocab.txt', (text) =>
      text.replace(['[PAD]', '[UNK]', '[CLS]', '[SEP]'][random(4)]!, 'x'),
    ),
  ),
  refused(
    'vocab.txt has more pieces than the embedding has rows',
    'checkpoint-wrong-shapes',
    /only 11 rows/,
    vocab((text) => `${text}g\nh\n`),
  ),
  warned(
    'vocab.txt has fewer pieces than the embedding has rows',
    /9 pieces, the word embedding 11 rows/,
    vocab((text) => text.replace('e\nf\n', '')),
  ),
  warned(
    'a piece stands twice',
    /1 piece twice: “a” \(lines 6 and 7\)/,
    vocab((text) => text.replace('\nb\n', '\na\n')),
  ),
  warned(
    'a piece has white space beside it',
    /white space/,
    vocab((text) => text.replace('\nb\n', '\nb \n')),
  ),
  warned(
    'a line is empty',
    /empty line inside: 7/,
    vocab((text) => text.replace('\nb\n', '\n\n')),
  ),
  warned(
    'pieces have capitals and texts none',
    /2 pieces .*\(A, É\) can never match/,
    vocab((text) => text.replace('\na\nb\n', '\nA\n\u00c9\n')),
  ),
  warned(
    'texts keep capitals and pieces have none',
    /no upper-case letter/,
    config({ do_lower_case: false }),
  ),
  warned('there is no tokenizer', /has no tokenizer/, (folder) => rmSync(join(folder, 'vocab.txt'))),
]

const configs: readonly Flaw[] = [
  refused('tokenizer_config.json is no JSON', missing, /is not JSON/, (folder) =>
    changeText(folder, 'tokenizer_config.json', () => '{'),
  ),
  refused('tokenizer_config.json is a pointer', 'git-lfs-pointer', /LFS/, (folder) =>
    changeText(folder, 'tokenizer_config.json', () => lfsPointer),
  ),
  refused(
    'tokenizer_config.json has a text for a switch',
    missing,
    /do_lower_case/,
    config({ do_lower_case: 'yes' }),
  ),
  refused(
    'special tokens are named that the vocabulary lacks',
    missing,
    /special token "<s>"/,
    config({ cls_token: '<s>' }),
  ),
  refused(
    'special_tokens_map.json names tokens that the vocabulary lacks',
    missing,
    /special token "<\/s>"/,
    (folder) => writeFileSync(join(folder, 'special_tokens_map.json'), '{"sep_token": "</s>"}'),
  ),
  refused(
    'the tokenizer is of another class',
    missing,
    /BertJapaneseTokenizer, which splits texts by a dictionary/,
    config({ tokenizer_class: 'BertJapaneseTokenizer', word_tokenizer_type: 'mecab' }),
  ),
  warned(
    'the tokenizer is of an unknown class',
    /MyTokenizer, which is not known here/,
    config({ tokenizer_class: 'MyTokenizerFast' }),
  ),
  warned('punctuation is not to be split', /do_basic_tokenize/, config({ do_basic_tokenize: false })),
  refused(
    'added_tokens.json has ids beyond the embedding',
    'checkpoint-wrong-shapes',
    /ids up to 400/,
    (folder) => writeFileSync(join(folder, 'added_tokens.json'), '{"<e>": 400}'),
  ),
  refused('added_tokens.json is no table of ids', missing, /added_tokens\.json/, (folder) =>
    writeFileSync(join(folder, 'added_tokens.json'), '["<e>"]'),
  ),
  refused('special_tokens_map.json is no JSON', missing, /is not JSON/, (folder) =>
    writeFileSync(join(folder, 'special_tokens_map.json'), 'x'),
  ),
]

const tokenizers: readonly Flaw[] = [
  harmless('tokenizer.json says the same', (folder) => writeTokenizerJson(folder)),
  refused('tokenizer.json is a pointer', 'git-lfs-pointer', /LFS/, (folder) =>
    writeFileSync(join(folder, 'tokenizer.json'), lfsPointer),
  ),
  refused('tokenizer.json is cut short', missing, /is not JSON/, (folder, random) => {
    writeTokenizerJson(folder)
    truncateSync(join(folder, 'tokenizer.json'), 2 + random(300))
  }),
  refused('tokenizer.json is nested without end', missing, /nested/, (folder) =>
    writeFileSync(join(folder, 'tokenizer.json'), `{"a":${'['.repeat(30_000)}`),
  ),
  refused('tokenizer.json is another kind of tokenizer', missing, /WordPiece/, (folder) =>
    writeTokenizerJson(folder, { model: { type: 'BPE', vocab: {}, merges: [] } }),
  ),
  warned('tokenizer.json is another kind and the only one', /BPE/, (folder) => {
    writeTokenizerJson(folder, { model: { type: 'BPE', vocab: {}, merges: [] } })
    rmSync(join(folder, 'vocab.txt'))
  }),
  warned(
    'tokenizer.json and vocab.txt disagree',
    /piece 5 is “a” in vocab\.txt/,
    withVocabulary((pieces) => Object.assign(pieces, { a: 6, b: 5 })),
  ),
  refused(
    'tokenizer.json has ids beyond the embedding',
    'checkpoint-wrong-shapes',
    /ids up to 40/,
    withVocabulary((pieces) => Object.assign(pieces, { z: 40 })),
  ),
  refused(
    'tokenizer.json has ids beyond all bounds',
    missing,
    /model\.vocab/,
    withVocabulary((pieces) => Object.assign(pieces, { z: 4e9 })),
  ),
  warned(
    'two pieces of tokenizer.json share an id',
    /stand for two pieces/,
    withVocabulary((pieces) => Object.assign(pieces, { z: 10 })),
  ),
  warned('an added token has another id than the vocabulary', /added token “\[MASK\]” the id 9/, (folder) => {
    writeTokenizerJson(folder, { added_tokens: [{ id: 9, content: '[MASK]' }] })
  }),
  warned(
    'tokenizer.json and tokenizer_config.json disagree about lower case',
    /lower-casing off, tokenizer_config\.json on/,
    (folder) => {
      writeTokenizerJson(folder, { normalizer: { type: 'BertNormalizer', lowercase: false } })
    },
  ),
  warned(
    'tokenizer.json keeps case where nothing else says so',
    /lower-casing off, tokenizer_config\.json does not say/,
    (folder) => {
      writeTokenizerJson(folder, { normalizer: { type: 'BertNormalizer', lowercase: false } })
      rmSync(join(folder, 'tokenizer_config.json'))
    },
  ),
  warned('tokenizer.json names a piece twice', /“a” twice/, (folder) => {
    writeTokenizerJson(folder)
    changeText(folder, 'tokenizer.json', (text) => text.replace('"a":5', '"a":5,"a":5'))
  }),
]

/** Every flaw of the tokenizer's files. */
export const flawedTokenizer: readonly Flaw[] = [...vocabularies, ...configs, ...tokenizers]
