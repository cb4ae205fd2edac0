import { describe, expect, it } from 'vitest'
import { presetsOf } from '../method-preset.ts'
import { adDrop } from './ad-drop.ts'

const presets = new Map(adDrop.presets!.map((preset) => [preset.id, preset]))

/** Section 8 of the method's description: what the text of the paper says, repaired, and what the code does. */
const switches: readonly (readonly [setting: string, paper: unknown, released: unknown])[] = [
  ['indexRule', 'float32', 'float32'],
  ['allDroppedRows', 'keep-row', 'literal'],
  ['maskedScore', 'lowest-float32', 'as-released'],
  ['attributedWeights', 'after-dropout', 'after-dropout'],
  ['firstPassDropout', false, true],
  ['integratedGradients', 'exact', 'as-released'],
  ['dropoutAfterIntegratedGradients', 'kept', 'lost'],
  ['integrationRule', 'riemann', 'riemann'],
  ['integrationPoints', null, null],
  ['regressionAttention', 'corrected', 'as-released'],
  ['crossTuning', true, true],
  ['randomRegion', 'exact-size', 'independent'],
  ['target', 'pseudo-label', 'pseudo-label'],
  ['discards', 'high-attribution', 'high-attribution'],
]

describe('the presets of AD-DROP', () => {
  it.each(switches)('say %s: %s in the paper, %s as released', (setting, paper, released) => {
    expect(presets.get('paper')!.settings[setting]).toBe(paper)
    expect(presets.get('as-released')!.settings[setting]).toBe(released)
  })

  it('leave to the experiment what papers vary: p, q, the attribution and the layers', () => {
    const named = new Set(switches.map(([setting]) => setting))
    const open = ['attribution', 'candidateRegionRatio', 'discardRate', 'kind', 'layers']

    for (const { settings } of presets.values()) expect(new Set(Object.keys(settings))).toEqual(named)
    const rest = Object.keys(adDrop.schema.shape).filter((key) => !named.has(key))
    expect(rest.sort()).toEqual(open)
  })

  it('are valid settings, and the paper’s differs from the defaults in random regions and the first pass’s dropout alone', () => {
    const usual = adDrop.schema.parse({ kind: 'ad-drop' })
    for (const { settings } of presets.values())
      expect(adDrop.schema.safeParse({ kind: 'ad-drop', ...settings }).success).toBe(true)

    const paper = adDrop.schema.parse({ kind: 'ad-drop', ...presets.get('paper')!.settings })
    expect(paper).toEqual({ ...usual, randomRegion: 'exact-size', firstPassDropout: false })
  })

  it('are named in the card', () => {
    const said = adDrop.card.differs.join(' ')

    for (const { id } of presets.values()) expect(said).toContain(`"${id}"`)
  })

  it('are in nothing unsaid: the card names every setting in which the released code and our defaults differ', () => {
    const usual: Readonly<Record<string, unknown>> = adDrop.schema.parse({ kind: 'ad-drop' })
    const released = presets.get('as-released')!.settings
    const said = adDrop.card.differs.filter((line) => !line.startsWith('Preset')).join(' ')
    const differing = Object.keys(released).filter((key) => released[key] !== usual[key])

    expect(differing).toContain('dropoutAfterIntegratedGradients')
    for (const key of differing) expect(said).toContain(`(${key})`)
  })

  it('belong to AD-DROP', () => {
    expect(presetsOf('ad-drop')).toBe(adDrop.presets)
    expect(presetsOf('fine-tuning')).toEqual([])
    expect(presetsOf('toString')).toEqual([])
    expect(presetsOf(undefined)).toEqual([])
  })
})
