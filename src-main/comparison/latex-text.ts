/** Any text in the alphabet of LaTeX: ASCII alone, and nothing that LaTeX would execute. */

/** ASCII signs with a meaning of their own. Brackets and stars would be arguments of a line end before them. */
const asciiSigns: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': "{''}",
  '[': '{[}',
  ']': '{]}',
  '*': '{*}',
  '&': '\\&',
  '%': '\\%',
  $: '\\$',
  '#': '\\#',
  _: '\\_',
  '{': '\\{',
  '}': '\\}',
}

/** Commands of mathematics. */
const mathSigns: Readonly<Record<string, string>> = {
  ...greek(
    'αβγδεζηθικλμνξπρστυφχψω',
    'alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon varphi chi psi omega',
  ),
  ...greek('ΓΔΘΛΞΠΣΥΦΨΩ', 'Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega'),
  ...greek('ςϵϑϕ', 'varsigma epsilon vartheta phi'),
  ...greek(
    '·×÷±−≤≥≠≈∞→←∂∇∑∏√∈⊙‖⌊⌋⌈⌉⟨⟩°′',
    'cdot times div pm - leq geq neq approx infty rightarrow leftarrow partial nabla sum prod surd in odot Vert lfloor rfloor lceil rceil langle rangle ^{\\circ} ^{\\prime}',
  ),
  ...Object.fromEntries([...'⁰¹²³⁴⁵⁶⁷⁸⁹'].map((sign, digit) => [sign, `^{${digit}}`])),
  ...Object.fromEntries([...'₀₁₂₃₄₅₆₇₈₉'].map((sign, digit) => [sign, `_{${digit}}`])),
}

/** Letters and signs of text. */
const textSigns: Readonly<Record<string, string>> = {
  ...pairs('ßæÆœŒøØåÅłŁıȷ', 'ss ae AE oe OE o O aa AA l L i j', (name) => `\\${name}{}`),
  ...pairs('§¶©£…†‡•', 'S P copyright pounds ldots dag ddag textbullet', (name) => `\\${name}{}`),
  ...pairs('’‘“”–—«»½', "' ` `` '' -- --- << >> 1/2", (text) =>
    text.replace('<<', '\\textless{}\\textless{}').replace('>>', '\\textgreater{}\\textgreater{}'),
  ),
  ...pairs('ΑΒΕΖΗΙΚΜΝΟΡΤΧο', 'A B E Z H I K M N O P T X o', (letter) => letter),
  '\u00a0': '~',
  '\u2009': ' ',
  '\u202f': '~',
}

/** Combining marks as commands that take the letter before them. */
const accents: Readonly<Record<string, string>> = pairs(
  '\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0323\u0327\u0331',
  '` \' ^ ~ = u . " r H v d c b',
  (name) => `\\${name}`,
)

/**
 * The text for the body of a LaTeX document, without packages. What LaTeX's fonts cannot print (Chinese, emoji) stands as
 * its number, `(U+4F60)`; signs that are not seen are left out.
 *
 * @param text anything
 * @returns ASCII
 */
export function latexText(text: string): string {
  return spelled(text, (sign) => asciiSigns[sign] ?? sign)
}

/**
 * The text for a comment: in one line, ASCII signs as they are.
 *
 * @param text anything
 * @returns ASCII
 */
export function latexComment(text: string): string {
  return spelled(text.replace(/\s+/g, ' '), (sign) => sign)
}

function spelled(text: string, ascii: (sign: string) => string): string {
  const parts: string[] = []
  for (const sign of text.normalize('NFC')) {
    const accent = accents[sign]
    if (accent !== undefined && parts.length > 0) parts.push(`${accent}{${parts.pop()!}}`)
    else parts.push(spelledSign(sign, ascii))
  }
  return parts.join('')
}

function spelledSign(sign: string, ascii: (sign: string) => string): string {
  if (/\s/.test(sign) && !/[\u00a0\u202f]/.test(sign)) return ' '
  if (/[\p{Cc}\p{Cf}\p{Cs}]/u.test(sign)) return ''
  if (sign <= '~') return ascii(sign)
  const math = mathSigns[sign]
  if (math !== undefined) return `$${math}$`
  return (
    textSigns[sign] ??
    accented(sign) ??
    `(U+${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')})`
  )
}

/** A letter of ASCII with one or more marks; null for any other sign. */
function accented(sign: string): string | null {
  const [letter = '', ...marks] = sign.normalize('NFD')
  const commands = marks.map((mark) => accents[mark])
  if (!/^[A-Za-z]$/.test(letter) || commands.length === 0 || commands.includes(undefined)) return null
  return commands.reduce<string>((inner, command) => `${command!}{${inner}}`, letter)
}

function greek(signs: string, names: string): Record<string, string> {
  return pairs(signs, names, (name) => (/^[a-zA-Z]/.test(name) ? `\\${name}` : name))
}

function pairs(signs: string, names: string, spell: (name: string) => string): Record<string, string> {
  const words = names.split(' ')
  return Object.fromEntries([...signs].map((sign, index) => [sign, spell(words[index]!)]))
}
