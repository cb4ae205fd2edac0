import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { tasks } from '../../tasks/task.ts'
import { equationLines } from '../equation-lines.ts'
import { definitionOf, fieldsOf, methodKinds } from '../method-fields.ts'
import type { MethodKind } from '../method-config.ts'

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
  ['super-tickets', /rounded down/],
  ['r-drop', /0\.5 summed over batches of 16 is 8 averaged/],
  ['ad-drop', /“without dropping any attention position”/],
  ['concrete-dropout', /follow from the number N of training examples/],
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

  it('name for AD-DROP’s first layer the tasks that the paper restricts to it', () => {
    const sets = fieldsOf('ad-drop').find(({ key }) => key === 'layers')!.published
    const usedFor = (layers: unknown): string =>
      sets.find(({ settings }) => isDeepStrictEqual(settings['layers'], [layers]))!.usedFor
    // A regression task of one's own is treated as STS-B is; the paper has no other.
    const { regression, ...published } = tasks

    expect(regression.paperLayers).toEqual(tasks.stsb.paperLayers)
    for (const { label, paperLayers } of Object.values(published)) {
      expect(usedFor([0]).includes(label), label).toBe(paperLayers !== 'all')
      if (paperLayers !== 'all') expect(paperLayers).toEqual([0])
    }
    expect(usedFor('all')).toBe('CoLA, MRPC and RTE')
  })
})
