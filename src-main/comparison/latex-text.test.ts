import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { methodConfig, methodDefinitions } from '@shared/config/method-config.ts'
import { methodLabel } from '@shared/config/method-label.ts'
import { metricIds, metrics } from '@shared/tasks/metric.ts'
import { taskIds, tasks } from '@shared/tasks/task.ts'
import { latexComment, latexText } from './latex-text.ts'

const ascii = /^[ -~]*$/

describe('text in LaTeX', () => {
  it.each(Object.entries(methodDefinitions))(
    'has a spelling for every label and text of %s',
    (kind, definition) => {
      const method = methodConfig.parse({ kind })
      const keys = Object.keys(method).map((key) => `method.${key}`)
      const { name, equation, summary } = definition.card
      const labels = [methodLabel(method), methodLabel(method, keys), name]
      for (const text of labels) {
        expect(latexText(text)).toMatch(ascii)
        expect(latexText(text)).not.toContain('U+')
      }
      for (const text of [equation, summary]) expect(latexText(text)).toMatch(ascii)
    },
  )

  it('has a spelling for every metric and task', () => {
    for (const { label } of [...metricIds.map((id) => metrics[id]), ...taskIds.map((id) => tasks[id])])
      expect(latexText(label)).toBe(label)
  })

  it.each([
    ['R-Drop α.5', 'R-Drop $\\alpha$.5'],
    ['p₀.1 λ1e-6', 'p$_{0}$.1 $\\lambda$1e-6'],
    ['m−∞', 'm$-$$\\infty$'],
    ['50%_of & {x} #1 ~ ^', '50\\%\\_of \\& \\{x\\} \\#1 \\textasciitilde{} \\textasciicircum{}'],
    ['été, Łódź, Ångström, naïve', "\\'{e}t\\'{e}, \\L{}\\'{o}d\\'{z}, \\AA{}ngstr\\\"{o}m, na\\\"{i}ve"],
    ['e\u0301 ν\u0303', "\\'{e} \\~{$\\nu$}"],
    ['[1] *x*', '{[}1{]} {*}x{*}'],
    ['a<b>c|d', 'a\\textless{}b\\textgreater{}c\\textbar{}d'],
    ['你好', '(U+4F60)(U+597D)'],
    ['ok 👍', 'ok (U+1F44D)'],
    ['a\u0000b\u001b[0m\u202ec', 'ab{[}0mc'],
    ['two\nlines\tand tab', 'two lines and tab'],
    ['\\input{/etc/passwd}', '\\textbackslash{}input\\{/etc/passwd\\}'],
  ])('writes %j as %j', (text, expected) => {
    expect(latexText(text)).toBe(expected)
  })

  it('is ASCII in one line, in comments too, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(latexText(text)).toMatch(ascii)
        expect(latexComment(text)).toMatch(ascii)
      }),
      { seed: 18, numRuns: 1000 },
    )
  })
})
