import type { CsvError } from 'csv-parse'
import { BrokenText, brokenData, TOO_LONG, type Reading } from './broken-data.js'
import { CsvRecords, type CsvRecord } from './csv-records.js'
import { checkedOptions, csvOptions, type CsvOptions } from './data-options.js'
import type { DataSource } from './data-source.js'
import { rowsOf } from './rows.js'
import { withEnd } from './text-pieces.js'

/** A row whose fields are texts, or unknown; another field says here that it cannot come from a text. */
export type TextFields<TRow> = {
  readonly [K in keyof TRow]: unknown extends TRow[K] ? TRow[K] : [Extract<TRow[K], string | undefined>] extends [never] ? string : TRow[K]
}

/**
 * The rows of CSV (RFC 4180), for `launch`, read as they are asked for in constant memory. The first line names the
 * fields. Every value is a text, as it is written, and the input schema converts it: `z.coerce.number()`, which makes 0
 * of an empty one, or `z.stringbool()`. Blank lines are passed over.
 * @throws MephistoError `invalid_input` while reading, naming file, row and line: a row with too few or too many fields,
 * a broken quote, a header without a name or with one twice, bytes in another encoding, no rows, no file
 */
export function csvRows<TRow extends TextFields<TRow> = Record<string, string>>(source: DataSource, options: CsvOptions = {}): AsyncIterable<TRow> {
  const checked = checkedOptions('csvRows', csvOptions, options)
  return rowsOf(source, checked, (pieces, reading) => readCsv(pieces, reading, checked))
}

async function* readCsv(pieces: AsyncIterable<string>, reading: Reading, { delimiter, quote }: CsvOptions): AsyncGenerator<Record<string, string>, void, undefined> {
  const csv = new CsvRecords(delimiter ?? ',', quote ?? '"')
  let header: readonly string[] | null = null
  for await (const piece of withCatchingUp(withEnd(pieces))) {
    const { records, failure } = await csv.parse(piece)
    for (const record of records) {
      if (header === null) {
        header = headerOf(record, reading, delimiter === undefined)
        reading.isInRows = true
      } else yield rowOf(record, header, reading)
    }
    if (failure !== null && piece !== PADDING) throw brokenData(reading, { line: csv.line, message: explained(failure), cause: failure })
  }
}

const PADDING = ' '.repeat(64)

/** csv-parse stays some bytes behind its text; before it is told that the text breaks, the rows until there must be out. */
async function* withCatchingUp(pieces: AsyncIterable<string | null>): AsyncGenerator<string | null, void, undefined> {
  try {
    yield* pieces
  } catch (error) {
    if (error instanceof BrokenText) yield PADDING
    throw error
  }
}

function headerOf({ fields, line }: CsvRecord, reading: Reading, isDelimiterGuessed: boolean): readonly string[] {
  const names = fields.map(name => name.trim())
  const nameless = names.indexOf('')
  if (nameless !== -1) throw brokenData(reading, { line, message: `column ${String(nameless + 1)} has no name in the header; name it, or remove it.` })
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw brokenData(reading, { line, message: `the header has "${twice}" twice; give each column a name of its own.` })
  const other = /[;\t|]/.exec(names.length === 1 && isDelimiterGuessed ? names.join() : '')?.[0]
  if (other !== undefined) throw brokenData(reading, { line, message: `the header is one column, ${JSON.stringify(names[0])}; say what stands between the fields, as in { delimiter: ${JSON.stringify(other)} }.` })
  return names
}

function rowOf({ fields, line }: CsvRecord, header: readonly string[], reading: Reading): Record<string, string> {
  if (fields.length !== header.length) {
    throw brokenData(reading, { line, message: `has ${fieldsText(fields.length)}, and the header ${fieldsText(header.length)}.` })
  }
  return Object.fromEntries(header.map((name, index) => [name, fields[index] ?? '']))
}

const fieldsText = (count: number): string => `${String(count)} field${count === 1 ? '' : 's'}`

const QUOTES = 'Write a quote inside a field twice and quotes around the field, or read quotes as plain characters with { quote: false }.'

function explained({ code, message }: CsvError): string {
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED': return `begins a quote that never ends. ${QUOTES}`
    case 'CSV_INVALID_CLOSING_QUOTE': return `has text behind a closing quote. ${QUOTES}`
    case 'INVALID_OPENING_QUOTE': return `has a quote in the middle of a field. ${QUOTES}`
    case 'CSV_MAX_RECORD_SIZE': return TOO_LONG
    default: return message
  }
}
