import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { defectOf, labArguments, stepContenders, torchArguments, type StepOptions } from './contenders.mjs'
import { sizes } from './sizes.mjs'

const fakeLab = fileURLToPath(new URL('../testing/fake-lab.mjs', import.meta.url))
const never = new AbortController().signal
const options: StepOptions = {
  size: sizes['tiny']!,
  precisions: ['float32', 'bfloat16'],
  methods: ['fine-tuning', 'gradient'],
  contenders: ['lab', 'lab-methods'],
  steps: 5,
  warmUp: 2,
  device: 'cpu',
  python: 'python3',
  lab: fakeLab,
}
const sizeText = '--layers 2 --hidden 64 --heads 4 --intermediate 256 --vocab 1000 --batch 4 --length 16'

describe('the contenders of the step bench', () => {
  it('are asked for the same step', () => {
    expect(labArguments(options, ['fine-tuning'], 'float32').join(' ')).toBe(
      `${fakeLab} bench step --json ${sizeText} --precision float32 --methods fine-tuning --steps 5`,
    )
    expect(torchArguments(options, 'compile-sdpa', 'bfloat16').slice(1).join(' ')).toBe(
      `${sizeText} --precision bfloat16 --steps 5 --warm-up 2 --way compile-sdpa --device cpu`,
    )
  })

  it('take part once for each precision', () => {
    expect(stepContenders(options).map(({ name, precision }) => `${name} ${precision}`)).toEqual([
      'lab float32',
      'lab-methods float32',
      'lab bfloat16',
      'lab-methods bfloat16',
    ])
  })

  it('are the lab alone with fine-tuning, and the lab with all its methods', async () => {
    const [alone, together] = stepContenders(options)
    expect(Object.keys((await alone!.measure(never)).document.methods)).toEqual(['fine-tuning'])
    expect(Object.keys((await together!.measure(never)).document.methods)).toEqual([
      'fine-tuning',
      'gradient',
    ])
  })

  it('tell the failure of the lab in its words', async () => {
    const failing = { ...options, labEnvironment: { FAKE_LAB_FAILS: '1' } }
    expect((await stepContenders(failing)[0]!.measure(never)).trouble).toBe(
      'The fake lab was told to fail. Untell it.',
    )
  })

  it('need every time of the contract', () => {
    const times = { medianMs: 3, minMs: 2, maxMs: 4 }
    const answer = (methods: object) => ({ precision: 'float32', methods })
    expect(defectOf(answer({ 'fine-tuning': times }), ['fine-tuning'], 'float32')).toBeUndefined()
    expect(defectOf(answer({ 'fine-tuning': times }), ['fine-tuning'], 'bfloat16')).toMatch(
      /precision float32/,
    )
    expect(defectOf(answer({ 'fine-tuning': times }), ['gradient'], 'float32')).toMatch(/times of gradient/)
    expect(defectOf(answer({ gradient: { ...times, minMs: 0 } }), ['gradient'], 'float32')).toMatch(
      /gradient/,
    )
    expect(defectOf(null, ['fine-tuning'], 'float32')).toMatch(/precision undefined/)
  })
})
