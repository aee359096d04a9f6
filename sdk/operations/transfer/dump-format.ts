import * as z from 'zod'
import { NO_PROJECT } from '../../data-model/project-name.js'
import { qualificationValue } from '../../data-model/requirement.js'
import { retentionDays } from '../../data-model/retention-days.js'
import { TRANSFER_TABLES, type TransferRow, type TransferTable, type TransferType } from '../../ports/transfer-operations.js'
import { columnSchema } from './dump-columns.js'
import { jsonText, line, shortText } from './dump-text.js'

/** The version of the format that is written, and the newest that is read. */
export const DUMP_VERSION = 1

/** The first line: what the file is. */
export const dumpHeader = z.strictObject({
  mephistoDump: z.int().min(1),
  /** When it was begun, ISO 8601 in UTC. */
  madeAt: z.iso.datetime(),
  /** What whoever made it calls it. */
  label: z.string().max(200).nullable(),
})

/** The last line: how many rows there were, and the SHA-256 of everything before it. Half a dump has none. */
export const dumpEnd = z.strictObject({ rows: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) })

/** The first line of a run or of the people, after which come their rows. */
export const dumpSection = z.strictObject({ section: z.enum(['run', 'people']), id: z.string() })

// As the operations that make these rows take them: nothing is refused in the middle of an import.
const [id, key, name, schema, int] = [z.guid().regex(/^[^A-Z]*$/, 'must be in small letters'), line(64), line(200), jsonText(z.unknown()), z.int()]
const worker = z.strictObject({ id, provider: key, external_id: name, pseudonym: key, created_at: int })

/** Rows that are found by their names where they arrive, and so may have another id there. */
const MERGED = {
  project: z.strictObject({ id, name: name.refine(text => text !== NO_PROJECT, `is ${NO_PROJECT}, which stands for none`), archived_at: int.nullable(), created_at: int }),
  task: z.strictObject({ id, project_id: id.nullable(), name, blueprint_type: key, retention_days: retentionDays.nullable().default(null), archived_at: int.nullable(), created_at: int }),
  requester: z.strictObject({ id, provider: key, name, created_at: int }),
  blueprint_version: z.strictObject({ type: key, schema_hash: key, input_schema: schema, output_schema: schema }),
  worker,
  qualification: z.strictObject({ id, name, description: shortText(2_000).nullable(), created_at: int }),
  granted_qualification: z.strictObject({ qualification_id: id, worker_id: id, value: qualificationValue, expires_at: int.nullable(), updated_at: int.min(0).nullable().default(null) }),
} as const

function rowSchema(table: string, columns: Readonly<Record<string, TransferType>>): z.ZodType<TransferRow> {
  return z.strictObject(Object.fromEntries(Object.entries(columns).map(([column, type]) => [column, columnSchema(table, column, type)]))) as z.ZodType<TransferRow>
}

const PLAIN = new Map(Object.entries(TRANSFER_TABLES).map(([table, columns]) => [table, rowSchema(table, columns)]))

/** A row that is merged, by its table. */
export type MergedRow = { [T in keyof typeof MERGED]: { readonly table: T; readonly row: z.output<(typeof MERGED)[T]> } }[keyof typeof MERGED]
/** A row that is added as it is. */
export interface PlainRow {
  readonly table: TransferTable
  readonly row: TransferRow
}
/** A row of a dump. */
export type DumpRow = MergedRow | PlainRow

const shape = z.strictObject({ table: z.string(), row: z.record(z.string(), z.unknown()) })

/** A row of a dump as it must be, or what is wrong with it in words. */
export function dumpRowIn(value: unknown): DumpRow | string {
  const line = shape.safeParse(value)
  if (!line.success) return 'is neither a row nor the end of the dump'
  const { table, row } = line.data
  const schemaOfTable = isMerged(table) ? MERGED[table] : PLAIN.get(table)
  if (!schemaOfTable) return `names the table "${table.slice(0, 64)}", which no dump has`
  const parsed = schemaOfTable.safeParse(row)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return `is no row of ${table}: ${issue === undefined ? 'it does not fit' : `${issue.path.join('.')} ${issue.message}`}`
  }
  return { table, row: parsed.data } as DumpRow
}

/** True for rows that are merged by their names. */
export function isMergedRow(row: DumpRow): row is MergedRow {
  return isMerged(row.table)
}

function isMerged(table: string): table is keyof typeof MERGED {
  return Object.hasOwn(MERGED, table)
}
