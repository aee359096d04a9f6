import type { Reading } from './broken-data.js'
import { checkedOptions, jsonOptions, type JsonOptions } from './data-options.js'
import type { DataSource } from './data-source.js'
import { parsedRow } from './json-row.js'
import { JsonRowTexts } from './json-row-texts.js'
import { rowsOf } from './rows.js'

/**
 * The rows of JSON, for `launch`, read as they are asked for in constant memory: a list of objects, or with `key` such a
 * list in an object, of which the rest is passed over.
 * @throws MephistoError `invalid_input` while reading, naming file, row and line: what is no JSON, a row that is no
 * object, bytes in another encoding, no rows, no file
 */
export function jsonRows<TRow extends object = Record<string, unknown>>(source: DataSource, options: JsonOptions = {}): AsyncIterable<TRow> {
  const checked = checkedOptions('jsonRows', jsonOptions, options)
  return rowsOf(source, checked, (pieces, reading) => readJson(pieces, reading, checked.key ?? null))
}

async function* readJson(pieces: AsyncIterable<string>, reading: Reading, key: string | null): AsyncGenerator<object, void, undefined> {
  const texts = new JsonRowTexts(reading, key)
  for await (const piece of pieces) {
    for (const found of texts.in(piece)) yield parsedRow(found, reading)
  }
  texts.end()
}
