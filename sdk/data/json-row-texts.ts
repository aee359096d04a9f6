import { brokenData, MOST_CHARACTERS, TOO_LONG, type Reading } from './broken-data.js'
import type { RowText } from './json-row.js'

/**
 * Cuts the rows out of a JSON text that comes in pieces, by following its strings and brackets. Whether a row is right is
 * for JSON.parse to say; what is beside the list of rows is only passed over.
 */
export class JsonRowTexts {
  #place: 'before' | 'in_object' | 'in_list' | 'behind_list' = 'before'
  #line = 1
  #depth = 0
  #isInString = false
  #isEscaped = false
  #piece = ''
  /** The row, or the key, under way: where it begins in this piece, what earlier pieces had, its first line (0: not begun). */
  #from = 0
  #kept = ''
  #firstLine = 0

  constructor(private readonly reading: Reading, private readonly key: string | null) {}

  /** The texts of the rows that end in the next piece. */
  *in(piece: string): Generator<RowText, void, undefined> {
    this.#piece = piece
    this.#from = 0
    for (let index = 0; index < piece.length; index += 1) {
      const character = piece.charAt(index)
      if (character === '\n') this.#line += 1
      if (this.#isInString) this.#passInString(character)
      else if (character !== ' ' && character !== '\n' && character !== '\r' && character !== '\t') {
        const row = this.#pass(character, index)
        if (row !== null) yield row
        this.reading.isInRows = this.#place === 'in_list'
      }
    }
    const isUnderWay = this.#place === 'in_list' || this.#depth === 1
    this.#kept = isUnderWay ? this.#kept + piece.slice(this.#from) : ''
    if (this.#kept.length > MOST_CHARACTERS) throw this.#broken(TOO_LONG)
  }

  /** @throws MephistoError `invalid_input` when the JSON is not whole, or had no list under the key */
  end(): void {
    if (this.#depth > 0) throw this.#broken('ends before its JSON does: it was cut off, or a bracket or quote is not closed.')
    if (this.#place === 'in_object') throw this.#broken(`has no list under the key ${JSON.stringify(this.key)}.`)
  }

  #passInString(character: string): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (character === '\\') this.#isEscaped = true
    else if (character === '"') this.#isInString = false
  }

  #pass(character: string, index: number): RowText | null {
    if (this.#depth === 0) this.#checkTop(character)
    if (this.#firstLine === 0) this.#firstLine = this.#line
    switch (character) {
      case '"':
        this.#isInString = true
        return null
      case '[': case '{':
        this.#open(character, index)
        return null
      case ']': case '}':
        return this.#close(character, index)
      case ',':
        return this.#depth === this.#memberDepth ? this.#next(index) : null
      default:
        return null
    }
  }

  /** How deep a row, or a key, stands. */
  get #memberDepth(): number {
    return this.#place === 'in_list' && this.key !== null ? 2 : 1
  }

  #checkTop(character: string): void {
    if (this.#place !== 'before') throw this.#broken('has more text behind its JSON.')
    if (character === '{' && this.key === null) throw this.#broken('is an object; say under which key its list of rows is, as in { key: "rows" }. For one object a line there is jsonlRows.')
    if (character === '[' && this.key !== null) throw this.#broken('is a list at the top; leave the key out.')
    if (character !== '[' && character !== '{') throw this.#broken('is no JSON list of rows, [{ "field": value }].')
  }

  #open(character: string, index: number): void {
    if (this.#depth === 0) {
      this.#next(index)
      this.#place = character === '[' ? 'in_list' : 'in_object'
    } else if (this.#place === 'in_object' && this.#depth === 1 && character === '[' && this.#isKey(this.#kept + this.#piece.slice(this.#from, index))) {
      this.#next(index)
      this.#place = 'in_list'
    }
    this.#depth += 1
  }

  #close(character: string, index: number): RowText | null {
    this.#depth -= 1
    const isListEnd = this.#place === 'in_list' && this.#depth < this.#memberDepth
    if (isListEnd ? character !== ']' : this.#depth === 0 && character !== '}') throw this.#broken(`has a "${character}" where it cannot be.`)
    if (!isListEnd) return null
    const last = this.#next(index)
    this.#place = 'behind_list'
    return last?.text.trim() === '' && this.reading.rows === 0 ? null : last
  }

  /** The row up to here, if it is one; the next begins behind it. */
  #next(index: number): RowText | null {
    const text = this.#kept + this.#piece.slice(this.#from, index)
    const line = this.#firstLine
    this.#kept = ''
    this.#from = index + 1
    this.#firstLine = 0
    return this.#place === 'in_list' ? { text, line } : null
  }

  /** Whether this is the wanted key with its colon. */
  #isKey(text: string): boolean {
    try {
      return JSON.parse(text.trim().replace(/\s*:$/, '')) === this.key
    } catch {
      return false
    }
  }

  #broken(message: string): Error {
    return brokenData(this.reading, { line: this.reading.isInRows && this.#firstLine > 0 ? this.#firstLine : this.#line, message })
  }
}
