import { isErasureMark } from '../data-model/erasure.js'
import { requireRun } from '../operations/named-place.js'
import { fieldsOfSchema, valueIn, type SchemaField } from '../operations/schema-fields.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { ExportRow } from '../protocol/export-views.js'
import type { Showing } from './answer-reader.js'

/** The columns that say where an answer comes from, in their order. */
export const PROVENANCE_COLUMNS = [
  'run', 'task', 'assignment', 'position', 'unit', 'unitIndex', 'status', 'outcome', 'setAsideReason', 'worker', 'agent', 'fence',
  'acceptedAt', 'submittedAt', 'durationMs', 'schemaHash', 'pageBuild', 'payMinor', 'currency', 'verdict', 'note', 'decidedBy', 'decidedAt',
] as const
/** See {@link PROVENANCE_COLUMNS}. */
export type ProvenanceColumn = (typeof PROVENANCE_COLUMNS)[number]

/** What an answer has in the columns that say where it comes from. */
export type Provenance = Readonly<Record<ProvenanceColumn, string | number | null>>

/** What an answer has in the columns that say where it comes from. */
export function provenanceOf({ pay, decision, input: _input, answer: _answer, derived: _derived, source: _source, ...rest }: ExportRow): Provenance {
  return {
    ...rest, payMinor: pay.minor, currency: pay.currency, verdict: decision?.verdict ?? null, note: decision?.note ?? null,
    decidedBy: decision?.byName ?? null, decidedAt: decision?.at ?? null,
  }
}

/** A column for a top-level field of the input or answer, or for the whole of it. */
export interface PayloadColumn {
  readonly column: string
  readonly side: 'input' | 'answer' | 'derived'
  readonly field: SchemaField
}

/** Whose rows an export has, and how they are shown. */
export interface ExportShape extends Showing {
  readonly runId: string
}

/** The columns for what a run asks and is answered, from its schemas. @throws MephistoError `not_found` */
export async function payloadColumns(db: MephistoDb, { runId, reader, isMigrated = false }: ExportShape): Promise<readonly PayloadColumn[]> {
  const run = await requireRun(db, runId)
  const version = (isMigrated ? reader?.implementation : null) ?? await db.tasks.blueprintVersion(run.blueprintType, run.schemaHash)
  const columnsOf = (side: 'input' | 'answer', schema = '{}'): PayloadColumn[] =>
    fieldsOfSchema(schema).map(field => ({ column: field.name === null ? side : `${side}.${field.name}`, side, field }))
  return [...columnsOf('input', version?.inputSchema), ...columnsOf('answer', version?.outputSchema), ...(reader?.implementation.server.agentState?.derive ? [DERIVED] : [])]
}

const DERIVED: PayloadColumn = { column: 'derived', side: 'derived', field: { name: null, kind: 'json', choices: [] } }

/** What an answer has in a column; undefined for a field that it leaves out, and for all of an answer that was erased. */
export function payloadIn(row: ExportRow, { side, field }: PayloadColumn): unknown {
  if (side === 'derived') return row.derived ?? undefined
  if (side === 'input') return valueIn(row.input, field)
  return isErasureMark(row.answer) ? undefined : valueIn(row.answer, field)
}
