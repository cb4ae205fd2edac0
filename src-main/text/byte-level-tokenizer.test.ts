import { describe, expect, it } from 'vitest'
import { LabError } from '@shared/failures/failure.ts'
import { characterOfByte, splitByteLevelWords } from './byte-level-bpe.ts'
import { readTokenizer, tokenizerKindOf } from './tokenizer.ts'
import type { TokenizerFiles } from './word-piece-settings.ts'

const pieces = ['<s>', '<pad>', '</s>', '<unk>', ...characterOfByte]
const merges = ['l o', 'lo w', 'e r', 'Ġ low', 'n e', 'ne w', 'a a', 'o w']
const merged = merges.map((line) => line.replace(' ', ''))
const vocab = Object.fromEntries([...pieces, ...merged, '<mask>'].map((piece, id) => [piece, id]))
const olderFiles: TokenizerFiles = {
  vocabJson: JSON.stringify(vocab),
  mergesText: `#version: 0.2\n${merges.join('\n')}\n`,
}
const flags = { single_word: false, rstrip: false, normalized: false, special: true }
const json = (changed: object = {}): TokenizerFiles => ({
  tokenizerJson: JSON.stringify({
    added_tokens: ['<s>', '<pad>', '</s>', '<unk>', '<mask>'].map((content) => ({
      content,
      id: vocab[content],
      lstrip: content === '<mask>',
      ...flags,
    })),
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false },
    model: { type: 'BPE', vocab, merges: merges.map((line) => line.split(' ')) },
    ...changed,
  }),
})

/** Tokens of a text or pair. */
function tokensOf(files: TokenizerFiles, text: string, pair?: string, maxLength = 100): string[] {
  const tokenizer = readTokenizer(files)
  return tokenizer.tokens(tokenizer.encode(text, pair, maxLength).inputIds)
}

describe.each([
  ['tokenizer.json', json()],
  ['vocab.json and merges.txt', olderFiles],
])('a byte-level tokenizer from %s', (_source, files) => {
  // "o w" has the last rank: of "low" it would leave an "l".
  it('merges the pair of lowest rank first, and keeps a space with the word behind it', () => {
    expect(tokensOf(files, 'lower low')).toEqual(['<s>', 'low', 'er', 'Ġlow', '</s>'])
    expect(tokensOf(files, 'newer')).toEqual(['<s>', 'new', 'er', '</s>'])
  })

  it('merges the leftmost of equal pairs first', () => {
    expect(tokensOf(files, 'aaaaa')).toEqual(['<s>', 'aa', 'aa', 'a', '</s>'])
  })

  it('writes every byte of other scripts with a character of its own', () => {
    expect(tokensOf(files, 'é')).toEqual(['<s>', 'Ã', '©', '</s>'])
  })

  it('puts two separators between the texts of a pair, all of type 0', () => {
    expect(tokensOf(files, 'low', 'new')).toEqual(['<s>', 'low', '</s>', '</s>', 'new', '</s>'])
    expect(readTokenizer(files).encode('low', 'new', 9).tokenTypeIds).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('shortens the longer text and keeps all special tokens', () => {
    expect(tokensOf(files, 'lower low low', 'new', 7)).toEqual([
      '<s>',
      'low',
      'er',
      '</s>',
      '</s>',
      'new',
      '</s>',
    ])
  })

  it('recognises special tokens in a text; the mask takes the space on its left', () => {
    expect(tokensOf(files, 'low <mask></s>')).toEqual(['<s>', 'low', '<mask>', '</s>', '</s>'])
  })
})

describe('words', () => {
  it.each([
    ["it's new", ['it', "'s", ' new']],
    ['a  b', ['a', ' ', ' b']],
    ['12ab!?', ['12', 'ab', '!?']],
    ['end \n', ['end', ' \n']],
    ['a\u0085b', ['a', '\u0085', 'b']],
    ['', []],
  ])('of %j', (text, words) => {
    expect(splitByteLevelWords(text)).toEqual(words)
  })

  it('of a hundred thousand letters without a space take no more than a moment', () => {
    const tokens = tokensOf(olderFiles, 'low'.repeat(33_000), undefined, 200_000)

    expect(tokens.length).toBe(33_002)
  })
})

describe('which tokenizer the files describe', () => {
  it('is what tokenizer.json says, whatever lies beside it', () => {
    expect(tokenizerKindOf({ ...json(), vocabText: 'a' })).toBe('byte-level-bpe')
    expect(tokenizerKindOf({ tokenizerJson: '{"model": {"type": "WordPiece"}}', ...olderFiles })).toBe(
      'wordpiece',
    )
    expect(tokenizerKindOf(olderFiles)).toBe('byte-level-bpe')
    expect(tokenizerKindOf({})).toBe('none')
  })

  it('is none that is read for BPE on characters', () => {
    expect(tokenizerKindOf(json({ pre_tokenizer: { type: 'Metaspace' } }))).toEqual({ other: 'BPE' })
  })

  it.each([
    ['merges without a vocabulary', { mergesText: 'a b' }],
    ['a vocabulary without merges', { vocabJson: olderFiles.vocabJson }],
    ['a merge of three pieces', { ...olderFiles, mergesText: 'a b c\n' }],
    ['no end token', { vocabJson: '{"<s>": 0, "<pad>": 1}', mergesText: '' }],
    ['a rule of words that is not known', json({ pre_tokenizer: { type: 'ByteLevel', use_regex: false } })],
    ['a normalizer', json({ normalizer: { type: 'NFC' } })],
  ])('ends in a failure with %s', (_what, files) => {
    expect(() => readTokenizer(files)).toThrow(LabError)
  })

  it('puts a space in front where the files ask for it', () => {
    expect(tokensOf({ ...json(), tokenizerConfig: '{"add_prefix_space": true}' }, 'low')).toEqual([
      '<s>',
      'Ġlow',
      '</s>',
    ])
  })
})
