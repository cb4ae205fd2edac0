/** Takes a text apart into records of fields, under one hypothesis about its separator and its quotes. */

/** How fields are separated and wrapped. */
export interface RecordRules {
  /** One character. */
  readonly delimiter: string
  /** `on`: a field may stand in double quotes, then with separators and line ends inside. `off`: quotes are text. */
  readonly quoting: 'on' | 'off'
  /** Whether `\` makes the next character a part of the field. */
  readonly backslash: boolean
  /** Whether spaces may stand between a separator and a quote. */
  readonly spaced: boolean
}

/** One record. */
export interface DelimitedRecord {
  /** Line it begins on, counted from 1. */
  readonly row: number
  readonly fields: readonly string[]
  /** Whether text follows a closing quote, which no writer of quoted fields does. */
  readonly isStray: boolean
}

/** A text taken apart, and what its quotes say about the hypothesis. */
export interface SplitText {
  readonly records: readonly DelimitedRecord[]
  /** Fields in quotes. */
  readonly wrapped: number
  /** Fields in quotes with quotes inside, doubled or behind a backslash. */
  readonly escaped: number
  /** Records with text behind a closing quote. */
  readonly strays: number
  /** Fields that are not in quotes but have one: a writer of quoted fields would have wrapped them. */
  readonly lone: number
  /** Line of the quote that opens a field which never ends; null: there is none. */
  readonly unterminated: number | null
}

interface QuotedField {
  readonly value: string
  readonly isStray: boolean
  readonly isTerminated: boolean
}

/**
 * Every record of the text; an empty line is a record with one empty field.
 *
 * @param text with `\n` as line end
 * @param rules the hypothesis
 * @param mostRecords where to stop
 */
export function splitText(text: string, rules: RecordRules, mostRecords = Infinity): SplitText {
  return new Splitter(text, rules).split(mostRecords)
}

class Splitter {
  readonly #text: string
  readonly #rules: RecordRules
  #at = 0
  #line = 1
  /** Next separator and next line end at or behind `#at`; looked up only when passed. */
  #nextDelimiter = -1
  #nextNewline = -1
  #wrapped = 0
  #escaped = 0
  #lone = 0
  #unterminated: number | null = null

  constructor(text: string, rules: RecordRules) {
    this.#text = text
    this.#rules = rules
  }

  split(mostRecords: number): SplitText {
    const records: DelimitedRecord[] = []
    let strays = 0
    while (this.#at < this.#text.length && records.length < mostRecords) {
      const record = this.#record()
      if (record.isStray) strays += 1
      records.push(record)
    }
    return {
      records,
      strays,
      wrapped: this.#wrapped,
      escaped: this.#escaped,
      lone: this.#lone,
      unterminated: this.#unterminated,
    }
  }

  #record(): DelimitedRecord {
    const row = this.#line
    const fields: string[] = []
    let isStray = false
    for (;;) {
      const start = this.#quoteAhead()
      if (start === null) fields.push(this.#plainField())
      else {
        const opening = this.#line
        const field = this.#quotedField(start)
        fields.push(field.value)
        isStray ||= field.isStray
        if (!field.isTerminated) this.#unterminated ??= opening
      }
      const sign = this.#text[this.#at]
      this.#at += 1
      if (sign === this.#rules.delimiter) continue
      this.#line += 1
      return { row, fields, isStray }
    }
  }

  /** Where the opening quote of the next field is; null when the field has none. */
  #quoteAhead(): number | null {
    if (this.#rules.quoting === 'off') return null
    let at = this.#at
    if (this.#rules.spaced) while (this.#text[at] === ' ') at += 1
    return this.#text[at] === '"' ? at : null
  }

  #plainField(): string {
    const start = this.#at
    this.#at = this.#fieldEnd(start)
    const raw = this.#text.slice(start, this.#at)
    if (raw.includes('"')) this.#lone += 1
    if (!this.#rules.backslash || !raw.includes('\\')) return raw
    this.#countLines(raw)
    return raw.replace(/\\([\s\S])/g, '$1')
  }

  /** The separator or line end that ends a field, or the text's end. */
  #fieldEnd(start: number): number {
    for (let from = start; ;) {
      const end = Math.min(this.#delimiterFrom(from), this.#newlineFrom(from))
      // Writers that quote put fields of several lines in quotes.
      const ends = this.#text[end] === '\n' && this.#rules.quoting === 'on'
      if (ends || end >= this.#text.length || !this.#rules.backslash) return end
      if (!isEscaped(this.#text, start, end)) return end
      from = end + 1
    }
  }

  #quotedField(opening: number): QuotedField {
    const closing = this.#closingQuote(opening + 1)
    const isTerminated = closing >= 0
    const end = isTerminated ? closing : this.#text.length
    const raw = this.#text.slice(opening + 1, end)
    this.#countLines(raw)
    this.#wrapped += 1
    let value = raw.replaceAll('""', '"')
    if (this.#rules.backslash)
      value = raw.replace(/""|\\([\s\S])/g, (pair, sign?: string) => sign ?? pair[0]!)
    if (value.includes('"')) this.#escaped += 1
    this.#at = Math.min(end + 1, this.#text.length)
    if (this.#rules.spaced) while (this.#text[this.#at] === ' ') this.#at += 1
    const next = this.#text[this.#at]
    if (next === undefined || next === '\n' || next === this.#rules.delimiter)
      return { value, isStray: false, isTerminated }
    const rest = this.#at
    this.#at = this.#fieldEnd(rest)
    return { value: `"${value}"${this.#text.slice(rest, this.#at)}`, isStray: true, isTerminated }
  }

  /** The quote that ends a field, neither doubled nor behind a backslash; −1 when there is none. */
  #closingQuote(start: number): number {
    for (let at = this.#text.indexOf('"', start); at >= 0; at = this.#text.indexOf('"', at + 1)) {
      if (this.#rules.backslash && isEscaped(this.#text, start, at)) continue
      if (this.#text[at + 1] !== '"') return at
      at += 1
    }
    return -1
  }

  #delimiterFrom(from: number): number {
    if (this.#nextDelimiter < from) this.#nextDelimiter = this.#find(this.#rules.delimiter, from)
    return this.#nextDelimiter
  }

  #newlineFrom(from: number): number {
    if (this.#nextNewline < from) this.#nextNewline = this.#find('\n', from)
    return this.#nextNewline
  }

  #find(sign: string, from: number): number {
    const found = this.#text.indexOf(sign, from)
    return found < 0 ? this.#text.length : found
  }

  #countLines(raw: string): void {
    for (let at = raw.indexOf('\n'); at >= 0; at = raw.indexOf('\n', at + 1)) this.#line += 1
  }
}

/** Whether an odd number of backslashes stands before a position. */
function isEscaped(text: string, start: number, at: number): boolean {
  let count = 0
  while (at - 1 - count >= start && text[at - 1 - count] === '\\') count += 1
  return count % 2 === 1
}
