import { brokenData, MOST_CHARACTERS, TOO_LONG, type Reading } from './broken-data.js'
import { checkedOptions, dataOptions, type DataOptions } from './data-options.js'
import type { DataSource } from './data-source.js'
import { parsedRow } from './json-row.js'
import { rowsOf } from './rows.js'
import { withEnd } from './text-pieces.js'

/**
 * The rows of JSONL (one JSON object a line), for `launch`, read as they are asked for in constant memory. Blank lines
 * are passed over.
 * @throws MephistoError `invalid_input` while reading, naming file, row and line: a line that is no JSON object, bytes in
 * another encoding, no rows, no file
 */
export function jsonlRows<TRow extends object = Record<string, unknown>>(source: DataSource, options: DataOptions = {}): AsyncIterable<TRow> {
  return rowsOf(source, checkedOptions('jsonlRows', dataOptions, options), readLines)
}

async function* readLines(pieces: AsyncIterable<string>, reading: Reading): AsyncGenerator<object, void, undefined> {
  let rest = ''
  let line = 1
  for await (const piece of withEnd(pieces)) {
    reading.isInRows = true
    // Not the breaks of readline, which ends a line at U+2028 too: JSON strings may hold that.
    const lines = (rest + (piece ?? '\n')).split('\n')
    rest = lines.pop() ?? ''
    for (const text of lines) {
      if (text.trim() !== '') yield parsedRow({ text, line }, reading)
      line += 1
    }
    if (rest.length > MOST_CHARACTERS) throw brokenData(reading, { line, message: TOO_LONG })
  }
}
