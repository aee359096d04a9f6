import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { ExportShape } from './columns.js'
import { exportParquet } from './parquet.js'
import { exportCsv, exportJsonl } from './csv-and-jsonl.js'
import type { ExportPage } from './selected-answers.js'

/** The formats an export can be written in. */
export const EXPORT_FORMATS = ['jsonl', 'csv', 'parquet'] as const
/** See {@link EXPORT_FORMATS}. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** What is written, and how. */
export interface ExportTarget extends ExportShape {
  readonly format: ExportFormat
}

/** The content of an export, piece by piece in constant memory. @throws MephistoError `invalid_input` for columns of several blueprints */
export function exportContent(db: MephistoDb, pages: AsyncIterable<ExportPage>, { format, ...shape }: ExportTarget): AsyncGenerator<string | Uint8Array> {
  switch (format) {
    case 'jsonl': return exportJsonl(pages)
    case 'csv': return exportCsv(db, pages, shape)
    case 'parquet': return exportParquet(db, pages, shape)
  }
}
