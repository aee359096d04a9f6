import { brokenData, type Reading } from './broken-data.js'

/** The text of one row, and the line on which it begins. */
export interface RowText {
  readonly text: string
  readonly line: number
}

/** The row that a JSON text is. @throws MephistoError `invalid_input` for a text that is no JSON, and for a row that is no object */
export function parsedRow({ text, line }: RowText, reading: Reading): object {
  let row: unknown
  try {
    row = JSON.parse(text)
  } catch (cause) {
    throw brokenData(reading, { line, message: `is no JSON: ${reasonOf(cause)}.`, cause })
  }
  if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row
  throw brokenData(reading, { line, message: `is ${kindOf(row)}; a row must be an object, { "field": value }.` })
}

/** The engine counts characters from 0, and lines within the row, which would contradict ours. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.replace(/ at position (\d+).*$/s, (_, position: string) => ` at character ${String(Number(position) + 1)} of the row`)
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'boolean' ? String(value) : `a ${typeof value === 'string' ? 'text' : 'number'}`
}
