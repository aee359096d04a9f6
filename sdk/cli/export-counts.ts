import { CsvRecords } from '../data/csv-records.js'
import type { ExportFormat } from '../review/exports/export-content.js'

/** What was counted of an export. */
export interface ExportCounts {
  /** Answers that count. */
  readonly answers: number
  /** Answers that were kept without counting. */
  readonly setAside: number
  /** Those whose answers count. */
  readonly people: number
}

/** Counts the rows of an export that passes by as bytes; `read` hands them on as they are. */
export interface ByteCounter {
  read(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>
  /** What has passed by; null where its rows cannot be told from its bytes. */
  counts(): ExportCounts | null
}

/** Counts nothing. */
export const NO_COUNTER: ByteCounter = { read: pieces => pieces, counts: () => null }

/** A counter of the rows of one format. */
export function byteCounter(format: ExportFormat): ByteCounter {
  if (format === 'parquet') return NO_COUNTER
  const [workers, decoder, rowsIn] = [new Set<string>(), new TextDecoder(), format === 'csv' ? csvRows() : jsonlRows()]
  let [answers, setAside, isReadable] = [0, 0, true]
  const count = async (text: string | null): Promise<void> => {
    const rows = isReadable ? await rowsIn(text) : null
    isReadable = rows !== null
    for (const { outcome, worker } of rows ?? []) {
      if (outcome !== 'completed') setAside += 1
      else {
        answers += 1
        workers.add(worker)
      }
    }
  }
  return {
    async *read(pieces) {
      for await (const piece of pieces) {
        await count(decoder.decode(piece, { stream: true }))
        yield piece
      }
      await count(null)
    },
    counts: () => (isReadable ? { answers, setAside, people: workers.size } : null),
  }
}

/** What is looked at of a row. */
interface Row { readonly outcome: string; readonly worker: string }
/** The rows that have ended in a piece of text, where null is its end; null for text that has none. */
type RowsIn = (text: string | null) => Promise<readonly Row[] | null>

function jsonlRows(): RowsIn {
  let rest = ''
  return text => {
    // Each row ends with a line break.
    const lines = (rest + (text ?? '')).split('\n')
    rest = lines.pop() ?? ''
    try {
      return Promise.resolve(lines.map(line => JSON.parse(line) as Row))
    } catch {
      return Promise.resolve(null)
    }
  }
}

function csvRows(): RowsIn {
  const csv = new CsvRecords(',', '"')
  let columns: readonly string[] = []
  return async text => {
    const { records, failure } = await csv.parse(text)
    const rows = records.map(({ fields }) => fields)
    if (columns.length === 0) columns = rows.shift() ?? []
    const [outcome, worker] = [columns.indexOf('outcome'), columns.indexOf('worker')]
    const isOther = columns.length > 0 && (outcome < 0 || worker < 0)
    return failure || isOther ? null : rows.map(fields => ({ outcome: fields[outcome] ?? '', worker: fields[worker] ?? '' }))
  }
}
