import type { MethodKind } from '@shared/config/method-config.ts'
import { fieldsOf, usualSettings } from '@shared/config/method-fields.ts'
import {
  settingFields,
  type ChoiceField,
  type LayersField,
  type NumberField,
  type SwitchField,
  type TextField,
} from '@shared/config/setting-field.ts'
import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { typedTextProblem } from '@renderer/stores/typed-number.ts'
import ChoiceSetting from './ChoiceSetting.vue'
import LayersSetting from './LayersSetting.vue'
import NumberSetting from './NumberSetting.vue'
import SwitchSetting from './SwitchSetting.vue'
import TextSetting from './TextSetting.vue'

/** A setting of a method, with everything that its field needs. */
function propsOf<Field>(kind: MethodKind, key: string) {
  const field = fieldsOf(kind).find((candidate) => candidate.key === key) as Field
  return { field, settings: usualSettings(kind), error: undefined }
}

describe('the field of a number', () => {
  const props = propsOf<NumberField>('r-drop', 'consistencyWeight')

  it('says what it is: name, symbol, help, range, default, who recommends what', () => {
    const field = mount(NumberSetting, { props: { ...props, modelValue: '1' } })
    const input = field.get('input')
    expect(field.get('label').text()).toBe('Consistency weight α')
    expect(field.get('label').attributes('for')).toBe(input.attributes('id'))
    const help = field.get(`#${input.attributes('aria-describedby')!}`).text()
    expect(help).toBe(
      'Weight of the divergence between the two passes’ predictions; what it means depends on the reduction. Where a config leaves it out it is 1 on regression tasks, as in the released code. 0 to 100; default: 0.5. Released code: 0.5 for classification with BERT, with reduction sum. Released code: 1 for regression with BERT (STS-B). Reported, not checked against the paper: 0.1, 0.5 or 1 for GLUE, with reduction mean.',
    )
  })

  it('offers published values with the settings that belong to them, unless they are there already', async () => {
    const averaged = { ...props.settings, reduction: 'mean' }
    const field = mount(NumberSetting, { props: { ...props, settings: averaged, modelValue: '0.5' } })
    const [offer, ...others] = field.findAll('button')
    expect([offer!.text(), others]).toEqual(['0.5', []])
    await offer!.trigger('click')
    expect(field.emitted('choose')).toEqual([[{ consistencyWeight: 0.5, reduction: 'sum' }]])

    await field.setProps({ settings: props.settings })
    expect(field.findAll('button')).toEqual([])
  })

  it('says of values that are only reported that nobody looked them up', () => {
    const connect = propsOf<NumberField>('drop-connect', 'dropProbability')
    const field = mount(NumberSetting, { props: { ...connect, modelValue: '0.1' } })
    expect(field.text()).toContain('Reported, not checked against the paper: 0.5')
    expect(field.get('.offers').text()).toMatch(/^reported:/)
    expect(field.get('button').attributes('aria-label')).toBe('Drop probability: use 0.5 (reported)')
  })

  it('hands on the text as typed, and shows what is wrong with it to everyone', async () => {
    const field = mount(NumberSetting, { props: { ...props, modelValue: '' } })
    await field.get('input').setValue('0,5')
    expect(field.emitted('update:modelValue')).toEqual([['0,5']])
    await field.setProps({ modelValue: '0,5', error: 'Write “0.5”, with a point.' })
    const input = field.get('input')
    expect(input.attributes('aria-invalid')).toBe('true')
    const [message] = input.attributes('aria-describedby')!.split(' ')
    expect(field.get(`#${message!}`).text()).toBe('Write “0.5”, with a point.')
    expect(field.get('[role=alert]').attributes('id')).toBe(message)
  })

  it('shows what an empty field means, where it may be empty', () => {
    const nullable = propsOf<NumberField>('ad-drop', 'integrationPoints')
    const settings = { ...nullable.settings, integrationRule: 'gauss-legendre' }
    const field = mount(NumberSetting, { props: { ...nullable, settings, modelValue: '' } })
    expect(field.get('input').attributes('placeholder')).toBe('usual number, 5')
  })
})

describe('the field of a choice', () => {
  it('has every value by its name, and hands on the identifier', async () => {
    const props = propsOf<ChoiceField>('ad-drop', 'attribution')
    const field = mount(ChoiceSetting, { props: { ...props, modelValue: 'gradient' } })
    expect(field.findAll('option').map((option) => option.text())).toEqual([
      'Gradient (GA)',
      'Integrated gradient (IGA)',
      'Attention (AA)',
      'Random (RD)',
    ])
    await field.get('select').setValue('random')
    expect(field.emitted('update:modelValue')).toEqual([['random']])
  })
})

describe('the field of a text', () => {
  it('hands on what was typed, and says nothing of a range', async () => {
    const schema = z.strictObject({ pattern: z.string().default('query 2/4').describe('What is dropped') })
    const field = settingFields(schema)[0] as TextField
    const wrapper = mount(TextSetting, {
      props: { field, settings: {}, error: undefined, modelValue: 'query 2/4' },
    })
    expect(wrapper.get('p').text()).toBe('What is dropped. Default: query 2/4.')
    await wrapper.get('input').setValue('none')
    expect(wrapper.emitted('update:modelValue')).toEqual([['none']])
  })

  it('has its message from the schema', () => {
    const schema = z.string().refine((text) => text === 'none', { error: 'must be a list or “none”' })
    expect(typedTextProblem(schema, 'nothing')).toBe('It must be a list or “none”.')
    expect(typedTextProblem(schema, 'none')).toBe('')
  })
})

describe('the field of a switch', () => {
  it('says its state, and changes it', async () => {
    const props = propsOf<SwitchField>('mixout', 'crossTuning')
    const field = mount(SwitchSetting, { props: { ...props, modelValue: false } })
    expect(field.get('input').attributes('role')).toBe('switch')
    expect(field.text()).toContain('Off')
    await field.get('input').setValue(true)
    expect(field.emitted('update:modelValue')).toEqual([[true]])
  })
})

describe('the field of layers', () => {
  const props = { ...propsOf<LayersField>('ad-drop', 'layers'), layerCount: 3 }
  const chosen = (modelValue: 'all' | readonly number[], layerCount: number | null = 3) => {
    const field = mount(LayersSetting, { props: { ...props, layerCount, modelValue } })
    return { field, boxes: field.findAll<HTMLInputElement>('input') }
  }

  it('has a box for each layer of the checkpoint, all of them checked for “all”', () => {
    const { boxes } = chosen('all')
    expect(boxes.map((box) => box.attributes('aria-label') ?? 'all')).toEqual([
      'all',
      'Layer 0',
      'Layer 1',
      'Layer 2',
    ])
    expect(boxes.every((box) => box.element.checked)).toBe(true)
  })

  it('takes layers away and adds them; every one is “all” again', async () => {
    const all = chosen('all')
    await all.boxes[2]!.trigger('change')
    expect(all.field.emitted('update:modelValue')).toEqual([[[0, 2]]])
    const some = chosen([0, 2])
    await some.boxes[2]!.trigger('change')
    expect(some.field.emitted('update:modelValue')).toEqual([['all']])
  })

  it('shows a chosen layer that the checkpoint does not have, so that it can be taken away', async () => {
    const { field, boxes } = chosen([1, 5])
    expect(boxes.at(-1)!.attributes('aria-label')).toBe('Layer 5')
    await boxes.at(-1)!.trigger('change')
    expect(field.emitted('update:modelValue')).toEqual([[[1]]])
  })

  it('has the twelve layers of a base model before a checkpoint is chosen', () => {
    expect(chosen('all', null).boxes).toHaveLength(13)
  })
})
