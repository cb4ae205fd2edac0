import { describe, expect, it } from 'vitest'
import { tasks } from '../../tasks/task.ts'
import { equationLines } from '../equation-lines.ts'
import { definitionOf, fieldsOf, methodKinds } from '../method-fields.ts'
import type { MethodKind } from '../method-config.ts'

const unchecked = 'reported, not checked against the paper'

/** What the computations' docstrings say under `@equation` and `@differs`, and a reader of the card has to know. */
const said: readonly (readonly [kind: MethodKind, what: RegExp])[] = [
  ['ad-drop', /finite number/],
  ['ad-drop', /STS-B ranks by −A/],
  ['ad-drop', /similar length, padded to one of a few lengths/],
  ['r-drop', /averages the squared distance on regression/],
  ['child-tuning-f', /decay and keep their momentum/],
  ['child-tuning-d', /decay and keep their momentum/],
  ['child-tuning-d', /clipped to norm 1/],
  ['child-tuning-d', /embeddings, pooler and classifier always learn/],
  ['super-tickets', /rounded to a whole number/],
  ['concrete-dropout', /on top of AdamW’s decoupled weight decay/],
  ['auto-dropout', /of those trained with the pattern/],
]

describe('the cards of the methods', () => {
  it('call none but plain fine-tuning equal to what was published', () => {
    expect(methodKinds.filter((kind) => definitionOf(kind).card.differs.length === 0)).toEqual([
      'fine-tuning',
    ])
  })

  it.each(said)('say where the program differs: %s, %s', (kind, what) => {
    expect(definitionOf(kind).card.differs.join(' ')).toMatch(what)
  })

  it('have the norms and clips of scores in their equations', () => {
    const equation = (kind: MethodKind): readonly string[] => equationLines(definitionOf(kind).card.equation)

    expect(equation('super-tickets').at(-1)).toContain('I_h/‖I‖₂')
    expect(equation('child-tuning-d').at(-1)).toContain('clipped to norm 1')
  })

  it.each(['mixout', 'child-tuning-f', 'drop-block', 'drop-connect'] as const)(
    'do not pass off as looked up what is only reported: %s',
    (kind) => {
      const [first] = fieldsOf(kind)

      expect(definitionOf(kind).card.recommended).toContain(unchecked)
      expect(first!.recommended!.by).toBe(unchecked)
    },
  )

  it('say of R-Drop’s α what the released code has and what is only reported', () => {
    expect(definitionOf('r-drop').card.recommended).toMatch(
      /^α of 0\.5 \(released code for BERT.*0\.1, 0\.5 or 1 .*not checked/,
    )
  })

  it('say where Concrete Dropout’s defaults come from', () => {
    const { card } = definitionOf('concrete-dropout')
    const strengths = fieldsOf('concrete-dropout').filter(({ key }) => key.endsWith('Regularizer'))

    expect(card.recommended).toContain('λ = 1e-6 and κ = 1e-5 are those of the released code’s layer')
    expect(strengths).toHaveLength(2)
    for (const { defaultValue, recommended } of strengths) expect(recommended!.values).toEqual([defaultValue])
  })

  it('name for AD-DROP’s first layer the tasks that the paper restricts to it', () => {
    const { recommended } = fieldsOf('ad-drop').find(({ key }) => key === 'layers')!
    const [first, rest] = recommended!.text.split(';')
    // A regression task of one's own is treated as STS-B is; the paper has no other.
    const { regression, ...published } = tasks

    expect(regression.paperLayers).toEqual(tasks.stsb.paperLayers)
    for (const { label, paperLayers } of Object.values(published)) {
      expect(first!.includes(label), label).toBe(paperLayers !== 'all')
      if (paperLayers !== 'all') expect(paperLayers).toEqual([0])
    }
    expect(rest).toContain('all for the rest')
  })
})
