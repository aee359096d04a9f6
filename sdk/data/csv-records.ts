import { Parser, type CsvError } from 'csv-parse'
import { MOST_CHARACTERS } from './broken-data.js'
import { breaksIn } from './text-pieces.js'

/** One record, and the line on which it begins. */
export interface CsvRecord {
  readonly fields: readonly string[]
  readonly line: number
}

/** What a piece of text gave: the records that ended in it, and what broke behind them. */
export interface CsvPiece {
  readonly records: readonly CsvRecord[]
  readonly failure: CsvError | null
}

/** csv-parse, fed by hand: it gives the records of each piece with it, and knows their lines. */
export class CsvRecords {
  readonly #parser: Parser
  #records: CsvRecord[] = []
  /** Lines of records so far. csv-parse has a count of its own, in which a CRLF inside quotes is two. */
  #lines = 0

  constructor(delimiter: string, quote: string | false) {
    this.#parser = new Parser({
      delimiter, quote, escape: quote, skip_empty_lines: true, relax_column_count: true,
      record_delimiter: ['\r\n', '\n', '\r'], max_record_size: MOST_CHARACTERS,
      on_record: (fields: string[]) => {
        this.#records.push({ fields, line: this.line })
        this.#lines += fields.reduce((breaks, field) => breaks + breaksIn(field), 1)
        // Nothing is left for a reader of the stream.
        return null
      },
    })
    // A failure ends the write that it comes from, and is returned there.
    this.#parser.on('error', () => undefined)
  }

  /** The line on which the next record begins. */
  get line(): number {
    return this.#lines + this.#parser.info.empty_lines + 1
  }

  /** Parses the next piece of the text; null is its end. */
  async parse(piece: string | null): Promise<CsvPiece> {
    const failure = await new Promise<unknown>(resolve => {
      if (piece === null) this.#parser.end(resolve)
      else this.#parser.write(piece, resolve)
    })
    const records = this.#records
    this.#records = []
    return { records, failure: (failure ?? null) as CsvError | null }
  }
}
