import { MephistoError } from '../../errors.js'
import type { FieldKind } from '../../operations/schema-fields.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { ExportRow } from '../../protocol/export-views.js'
import { payloadColumns, payloadIn, PROVENANCE_COLUMNS, provenanceOf, type ExportShape, type PayloadColumn, type Provenance, type ProvenanceColumn } from './columns.js'
import type { ExportPage } from './selected-answers.js'

/** Types of columns, as Parquet calls them. */
type ColumnType = 'STRING' | 'INT64' | 'DOUBLE' | 'BOOLEAN' | 'TIMESTAMP'

/** A column of an export in Parquet. */
export interface ParquetColumn {
  readonly name: string
  readonly type: ColumnType
  /** What it has of an answer; null for nothing. */
  readonly of: (row: ExportRow, provenance: Provenance) => unknown
}

/** Rows and characters of text that are held at most before they are written as a row group. */
const GROUP = { rows: 10_000, characters: 8_000_000 }

/**
 * An export in Apache Parquet: columns typed by the run's schemas, nested values as JSON text, one row group after the
 * other in constant memory.
 * @throws MephistoError `conflict` for a value that is not of its column's type
 */
export async function* exportParquet(db: MephistoDb, pages: AsyncIterable<ExportPage>, shape: ExportShape): AsyncGenerator<Uint8Array> {
  const columns = await parquetColumns(db, shape)
  // Loaded by those who use it.
  const { ByteWriter, ParquetWriter, schemaFromColumnData } = await import('hyparquet-writer')
  const bytes = new ByteWriter()
  const schema = schemaFromColumnData({ columnData: columns.map(({ name, type }) => ({ name, type, data: [] })) })
  const writer = new ParquetWriter({ writer: bytes, schema, createdBy: 'mephisto-sdk' })
  const taken = (): Uint8Array => {
    const chunk = new Uint8Array(bytes.getBuffer())
    bytes.index = 0
    return chunk
  }
  for await (const group of groupsOf(pages, columns)) {
    await writer.write({ columnData: columns.map(({ name }, index) => ({ name, data: group[index] ?? [] })), rowGroupSize: GROUP.rows })
    yield taken()
  }
  await writer.finish()
  yield taken()
}

/** The columns of an export, in their order. @throws MephistoError `invalid_input` for versions of several blueprints */
export async function parquetColumns(db: MephistoDb, shape: ExportShape): Promise<readonly ParquetColumn[]> {
  return [...provenanceColumns(), ...(await payloadColumns(db, shape)).map(payloadColumn)]
}

/** The columns that say where an answer comes from. */
export function provenanceColumns(): readonly ParquetColumn[] {
  return PROVENANCE_COLUMNS.map(provenanceColumn)
}

const WHOLE_NUMBERS: ReadonlySet<ProvenanceColumn> = new Set(['position', 'unitIndex', 'fence', 'durationMs', 'payMinor'])
const INSTANTS: ReadonlySet<ProvenanceColumn> = new Set(['acceptedAt', 'submittedAt', 'decidedAt'])

function provenanceColumn(name: ProvenanceColumn): ParquetColumn {
  if (WHOLE_NUMBERS.has(name)) return { name, type: 'INT64', of: (_, provenance) => BigInt(provenance[name] ?? 0) }
  const textOf = (provenance: Provenance): string | null => provenance[name] as string | null
  if (!INSTANTS.has(name)) return { name, type: 'STRING', of: (_, provenance) => textOf(provenance) }
  return { name, type: 'TIMESTAMP', of: (_, provenance) => {
    const text = textOf(provenance)
    return text === null ? null : new Date(text)
  } }
}

const TYPES: Readonly<Record<FieldKind, ColumnType>> = { text: 'STRING', integer: 'INT64', number: 'DOUBLE', boolean: 'BOOLEAN', json: 'STRING' }

function payloadColumn(column: PayloadColumn): ParquetColumn {
  const { kind } = column.field
  return { name: column.column, type: TYPES[kind], of: row => {
    const value = payloadIn(row, column)
    // A nested null is JSON too, but one that no reader of columns expects as text.
    if (value === undefined || value === null) return null
    if (kind === 'json') return JSON.stringify(value)
    if (kind === 'integer' ? Number.isSafeInteger(value) : typeof value === (kind === 'text' ? 'string' : kind)) return kind === 'integer' ? BigInt(value as number) : value
    throw new MephistoError('conflict', `Unit ${row.unit} has in ${column.column} what is no ${kind}, as its run's schema says it is; export as jsonl, which keeps it as it is.`)
  } }
}

/** The values of so many rows as fit into a group, column by column. */
async function* groupsOf(pages: AsyncIterable<ExportPage>, columns: readonly ParquetColumn[]): AsyncGenerator<unknown[][]> {
  const empty = (): unknown[][] => columns.map(() => [])
  let [group, count, characters] = [empty(), 0, 0]
  for await (const rows of pages) {
    for (const row of rows) {
      const provenance = provenanceOf(row)
      columns.forEach((column, index) => {
        const value = column.of(row, provenance)
        if (typeof value === 'string') characters += value.length
        group[index]?.push(value)
      })
      count += 1
      if (count < GROUP.rows && characters < GROUP.characters) continue
      yield group
      ;[group, count, characters] = [empty(), 0, 0]
    }
  }
  if (count > 0) yield group
}
