import * as z from 'zod'
import { BLOCK_SCOPES } from '../../data-model/block-scope.js'
import { TRANSFER_TABLES, type TransferRow, type TransferTable, type TransferType } from '../../ports/transfer-operations.js'

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

const [id, key, name, text, int] = [z.guid(), z.string().max(64), z.string().min(1).max(200), z.string(), z.int()]
const worker = z.strictObject({ id, provider: key, external_id: name, pseudonym: key, created_at: int })

/** Rows that are found by their names where they arrive, and so may have another id there. */
const MERGED = {
  project: z.strictObject({ id, name, archived_at: int.nullable(), created_at: int }),
  task: z.strictObject({ id, project_id: id.nullable(), name, blueprint_type: key, archived_at: int.nullable(), created_at: int }),
  requester: z.strictObject({ id, provider: key, name, created_at: int }),
  blueprint_version: z.strictObject({ type: key, schema_hash: key, input_schema: text, output_schema: text }),
  worker,
  qualification: z.strictObject({ id, name, description: text.nullable(), created_at: int }),
  granted_qualification: z.strictObject({ qualification_id: id, worker_id: id, value: int, expires_at: int.nullable() }),
} as const

const TYPES: Readonly<Record<string, z.ZodType<string | number | boolean>>> = { id, key, name: z.string().max(200), text, int, bool: z.boolean() }

function rowSchema(columns: Readonly<Record<string, TransferType>>): z.ZodType<TransferRow> {
  return z.strictObject(Object.fromEntries(Object.entries(columns).map(([column, type]) => {
    const value = TYPES[type.replace('?', '')] ?? z.never()
    return [column, type.endsWith('?') ? value.nullable() : value]
  })))
}

const PLAIN = new Map(Object.entries(TRANSFER_TABLES).map(([table, columns]) => [table, rowSchema(columns)]))

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
  const schema = isMerged(table) ? MERGED[table] : PLAIN.get(table)
  if (!schema) return `names the table "${table.slice(0, 64)}", which no dump has`
  const parsed = schema.safeParse(row)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return `is no row of ${table}: ${issue === undefined ? 'it does not fit' : `${issue.path.join('.')} ${issue.message}`}`
  }
  if (table === 'block' && !BLOCK_SCOPES.some(scope => scope === row['scope'])) return `is no row of block: scope must be one of ${BLOCK_SCOPES.join(', ')}`
  return { table, row: parsed.data } as DumpRow
}

/** True for rows that are merged by their names. */
export function isMergedRow(row: DumpRow): row is MergedRow {
  return isMerged(row.table)
}

function isMerged(table: string): table is keyof typeof MERGED {
  return Object.hasOwn(MERGED, table)
}
