import { BrokenText, brokenData, type Reading } from './broken-data.js'
import type { DataOptions } from './data-options.js'
import { checkSource, nameOf, piecesOf, type DataSource } from './data-source.js'
import { textPieces } from './text-pieces.js'

/** Makes rows of the pieces of a text. */
type RowReader = (pieces: AsyncIterable<string>, reading: Reading) => AsyncIterable<unknown>

/** Rows that are read when they are asked for: nothing is opened before, and a file is closed when its reader stops. */
export function rowsOf<TRow>(source: DataSource, options: DataOptions, read: RowReader): AsyncIterable<TRow> {
  checkSource(source)
  async function* rows(): AsyncGenerator<unknown, void, undefined> {
    const reading: Reading = { name: options.name ?? nameOf(source), rows: 0, isInRows: false }
    try {
      for await (const row of read(textPieces(piecesOf(source), options.encoding ?? 'utf-8'), reading)) {
        yield row
        reading.rows += 1
      }
    } catch (error) {
      throw error instanceof BrokenText ? brokenData(reading, error) : error
    }
    if (reading.rows === 0) throw brokenData({ ...reading, isInRows: false }, { message: 'has no rows; give at least one.' })
  }
  // What a row holds is for the schema to say, when it is launched.
  return { [Symbol.asyncIterator]: () => rows() as AsyncIterator<TRow> }
}
