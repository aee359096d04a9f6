import { stringify } from 'csv-stringify'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { ExportRow } from '../../protocol/export-views.js'
import { payloadColumns, payloadIn, PROVENANCE_COLUMNS, provenanceOf, type ExportShape, type PayloadColumn } from './columns.js'
import type { ExportPage } from './selected-answers.js'

/** Long enough that passing a text on costs little beside making it. */
const CHUNK_CHARACTERS = 65_536

/** One JSON object a line. */
export async function* exportJsonl(pages: AsyncIterable<readonly object[]>): AsyncGenerator<string> {
  let text = ''
  for await (const rows of pages) {
    for (const row of rows) {
      text += `${JSON.stringify(row)}\n`
      if (text.length < CHUNK_CHARACTERS) continue
      yield text
      text = ''
    }
  }
  if (text !== '') yield text
}

/** CSV (RFC 4180) with a header, a column for each top-level field of the run's schemas, and formula characters escaped. */
export async function* exportCsv(db: MephistoDb, pages: AsyncIterable<ExportPage>, shape: ExportShape): AsyncGenerator<string> {
  const columns = await payloadColumns(db, shape)
  const csv = stringify({ header: true, columns: [...PROVENANCE_COLUMNS, ...columns.map(({ column }) => column)] })
  const writing = (async () => {
    for await (const rows of pages) {
      for (const row of rows) {
        if (csv.destroyed) return
        if (!csv.write(csvRow(row, columns))) await new Promise(resolve => csv.once('drain', resolve).once('close', resolve))
      }
    }
    csv.end()
  })().catch((error: unknown) => csv.destroy(error instanceof Error ? error : new Error(String(error))))
  for await (const chunk of csv) yield String(chunk)
  await writing
}

/** Text that a spreadsheet would run as a formula, made harmless by a leading apostrophe (OWASP, CSV injection). */
function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
}

function csvRow(row: ExportRow, columns: readonly PayloadColumn[]): Record<string, string | number | null> {
  const provenance = provenanceOf(row)
  const { note, decidedBy } = provenance
  const payload = columns.map((column): [string, string] => {
    const value = payloadIn(row, column)
    return [column.column, typeof value === 'string' ? harmless(value) : value === undefined ? '' : JSON.stringify(value)]
  })
  const written = (text: string | number | null): string | null => (text === null || text === '' ? null : harmless(String(text)))
  return { ...provenance, note: written(note), decidedBy: written(decidedBy), ...Object.fromEntries(payload) }
}
