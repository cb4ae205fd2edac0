import { describe, expect, it } from 'vitest'
import { LabError } from '@shared/failures/failure.ts'
import { readTokenizer } from './tokenizer.ts'

const vocabulary = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  '[MASK]',
  'un',
  '##able',
  'able',
  'cafe',
  'Café',
  '##s',
  '!',
  '北',
  'σ',
  'i',
]
const vocabText = `${vocabulary.join('\n')}\n`
const idsOf = (tokens: readonly string[]): number[] => tokens.map((token) => vocabulary.indexOf(token))
const tokenizerJson = (changes: Record<string, unknown> = {}): string =>
  JSON.stringify({
    added_tokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'].map((content, id) => ({ id, content })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      vocab: Object.fromEntries(vocabulary.map((t, i) => [t, i])),
    },
    ...changes,
  })

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (thrown) {
    if (thrown instanceof LabError) return thrown.code
    throw thrown
  }
  return 'no failure'
}

describe('WordPiece tokenizer from vocab.txt alone', () => {
  const tokenizer = readTokenizer({ vocabText })
  const tokens = (text: string): string[] => tokenizer.tokens(tokenizer.encode(text, undefined, 64).inputIds)

  it('spells a word with the longest pieces and lower-cases and strips accents', () => {
    expect(tokens('Unable CAFÉS!')).toEqual(['[CLS]', 'un', '##able', 'cafe', '##s', '!', '[SEP]'])
  })

  it('makes a word it cannot spell one unknown token', () => {
    expect(tokens('able cafez able')).toEqual(['[CLS]', 'able', '[UNK]', 'able', '[SEP]'])
  })

  it('finds special tokens written in the text, exactly as written only', () => {
    expect(tokens('un[MASK]able')).toEqual(['[CLS]', 'un', '[MASK]', 'able', '[SEP]'])
    expect(tokens('[mask]')).toEqual(['[CLS]', '[UNK]', '[UNK]', '[UNK]', '[SEP]'])
  })

  it('splits Chinese characters, drops control characters and does not know a final sigma', () => {
    expect(tokens('北北')).toEqual(['[CLS]', '北', '北', '[SEP]'])
    expect(tokens('un\u0007able\u200b')).toEqual(['[CLS]', 'un', '##able', '[SEP]'])
    expect(tokens('σ Σ İ')).toEqual(['[CLS]', 'σ', 'σ', 'i', '[SEP]'])
  })

  it('keeps an empty second text a pair and marks the second text with type 1', () => {
    expect(tokenizer.encode('able', '', 64)).toEqual({
      inputIds: idsOf(['[CLS]', 'able', '[SEP]', '[SEP]']),
      tokenTypeIds: [0, 0, 0, 1],
    })
    expect(tokenizer.encode('able', undefined, 64).tokenTypeIds).toEqual([0, 0, 0])
  })

  it('shortens the longer text first, and gives the odd token to the second on a tie', () => {
    const encode = (first: string, second: string, maxLength: number): string[] =>
      tokenizer.tokens(tokenizer.encode(first, second, maxLength).inputIds)

    expect(encode('un un un un', 'able', 6)).toEqual(['[CLS]', 'un', 'un', '[SEP]', 'able', '[SEP]'])
    expect(encode('un un un', 'able able able', 6)).toEqual(['[CLS]', 'un', '[SEP]', 'able', 'able', '[SEP]'])
    expect(encode('un un un', 'able', 3)).toEqual(['[CLS]', '[SEP]', '[SEP]'])
  })

  it('accepts Windows line ends and a last line without one', () => {
    const windows = readTokenizer({ vocabText: vocabulary.join('\r\n') })

    expect(windows.vocabSize).toBe(vocabulary.length)
    expect(windows.encode('able i', undefined, 9).inputIds).toEqual(idsOf(['[CLS]', 'able', 'i', '[SEP]']))
  })

  it('refuses lengths that hold no text and ids that are not in the vocabulary', () => {
    expect(() => tokenizer.encode('able', '', 2)).toThrow(RangeError)
    expect(() => tokenizer.tokens([vocabulary.length])).toThrow(RangeError)
  })
})

describe('tokenizer files', () => {
  it('obeys the switches of tokenizer_config.json, over those of tokenizer.json', () => {
    const cased = JSON.stringify({ do_lower_case: false })

    for (const files of [{ vocabText }, { tokenizerJson: tokenizerJson() }]) {
      const tokenizer = readTokenizer({ ...files, tokenizerConfig: cased })
      expect(tokenizer.encode('Café Un', undefined, 9).inputIds).toEqual(
        idsOf(['[CLS]', 'Café', '[UNK]', '[SEP]']),
      )
    }
    const unsplit = readTokenizer({ vocabText, tokenizerConfig: '{"tokenize_chinese_chars": false}' })
    expect(unsplit.encode('北北', undefined, 9).inputIds).toEqual(idsOf(['[CLS]', '[UNK]', '[SEP]']))
  })

  it('obeys the normalizer of tokenizer.json for the class that takes it as it is, and for BERT’s its own habits', () => {
    const normalizer = { type: 'BertNormalizer', lowercase: false, strip_accents: true }
    const ownRules = JSON.stringify({ tokenizer_class: 'PreTrainedTokenizerFast', do_lower_case: true })
    const tokenizer = readTokenizer({
      tokenizerJson: tokenizerJson({ normalizer }),
      tokenizerConfig: ownRules,
    })
    const usual = readTokenizer({ tokenizerJson: tokenizerJson({ normalizer }) })

    // Compared with transformers 4.57.6 and 5.24.0.
    expect(usual.encode('Un', undefined, 9).inputIds).toEqual(idsOf(['[CLS]', 'un', '[SEP]']))

    expect(tokenizer.encode('Un éi', undefined, 9).inputIds).toEqual(
      idsOf(['[CLS]', '[UNK]', '[UNK]', '[SEP]']),
    )
    expect(tokenizer.encode('ï', undefined, 9).inputIds).toEqual(idsOf(['[CLS]', 'i', '[SEP]']))
  })

  it('finds added tokens beyond the vocabulary, with the white space they take', () => {
    const added = [
      ...['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'].map((content, id) => ({ id, content })),
      { id: 15, content: '<ent>', lstrip: true, rstrip: true },
      { id: 16, content: 'ABLE', normalized: true, single_word: true },
    ]
    const tokenizer = readTokenizer({ tokenizerJson: tokenizerJson({ added_tokens: added }) })

    expect(tokenizer.vocabSize).toBe(17)
    expect(tokenizer.encode('un <ent> un', undefined, 9).inputIds).toEqual([2, 5, 15, 5, 3])
    expect(tokenizer.encode('able unable', undefined, 9).inputIds).toEqual([2, 16, 5, 6, 3])
  })

  it('finds the added tokens of an older folder, whatever their case, unless a newer description is there', () => {
    const addedTokensJson = '{"<E1>": 15}'
    const older = readTokenizer({ vocabText, addedTokensJson })
    const newer = readTokenizer({
      vocabText,
      addedTokensJson,
      tokenizerConfig: '{"added_tokens_decoder": {"16": {"content": "<e2>"}}}',
    })

    expect(older.encode('able <e1>', undefined, 8).inputIds).toEqual([2, 7, 15, 3])
    expect(older.encode('able <E1>', undefined, 8).inputIds).toEqual([2, 7, 15, 3])
    expect(newer.encode('<e2>', undefined, 8).inputIds).toEqual([2, 16, 3])
  })

  it('refuses a vocabulary whose class splits texts otherwise, and warns of one that it does not know', () => {
    const of =
      (config: object): (() => unknown) =>
      () =>
        readTokenizer({ vocabText, tokenizerConfig: JSON.stringify(config) })

    expect(codeOf(of({ tokenizer_class: 'BertJapaneseTokenizer' }))).toBe('tokenizer-missing')
    expect(codeOf(of({ tokenizer_class: 'XLMRobertaTokenizerFast' }))).toBe('tokenizer-missing')
    expect(codeOf(of({ tokenizer_class: 'ElectraTokenizerFast' }))).toBe('no failure')
    expect(codeOf(of({ tokenizer_class: 'BertJapaneseTokenizer', word_tokenizer_type: 'basic' }))).toBe(
      'no failure',
    )
  })

  it('says what is missing or wrong', () => {
    expect(codeOf(() => readTokenizer({}))).toBe('tokenizer-missing')
    expect(codeOf(() => readTokenizer({ vocabText: 'a\nb\n' }))).toBe('tokenizer-missing')
    expect(codeOf(() => readTokenizer({ tokenizerJson: '{' }))).toBe('tokenizer-missing')
    expect(
      codeOf(() => readTokenizer({ tokenizerJson: tokenizerJson({ pre_tokenizer: { type: 'ByteLevel' } }) })),
    ).toBe('tokenizer-missing')
    expect(() => readTokenizer({ vocabText: 'a\nb\n' })).toThrow(
      /vocab\.txt has 2 tokens but not .*"\[PAD\]"/,
    )
  })
})
