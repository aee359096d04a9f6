import { isErasureMark } from '../../data-model/erasure.js'
import type { TaskRun } from '../../data-model/entities.js'
import { MephistoError } from '../../errors.js'
import { fieldsOfSchema, valueIn, type FieldKind, type SchemaField } from '../../operations/schema-fields.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { ExportRow } from '../../protocol/export-views.js'
import type { Showing } from '../answer-reader.js'

/** The columns that say where an answer comes from, in their order. */
export const PROVENANCE_COLUMNS = [
  'run', 'task', 'assignment', 'position', 'unit', 'unitIndex', 'status', 'outcome', 'setAsideReason', 'worker', 'agent', 'fence',
  'acceptedAt', 'submittedAt', 'durationMs', 'schemaHash', 'pageBuild', 'payMinor', 'currency', 'verdict', 'note', 'message', 'bonusMinor', 'decidedBy', 'decidedAt',
] as const
/** See {@link PROVENANCE_COLUMNS}. */
export type ProvenanceColumn = (typeof PROVENANCE_COLUMNS)[number]

/** What an answer has in the columns that say where it comes from. */
export type Provenance = Readonly<Record<ProvenanceColumn, string | number | null>>

/** What an answer has in the columns that say where it comes from. */
export function provenanceOf({ pay, decision, input: _input, answer: _answer, derived: _derived, source: _source, ...rest }: ExportRow): Provenance {
  return {
    ...rest, payMinor: pay.minor, currency: pay.currency, verdict: decision?.verdict ?? null, note: decision?.note ?? null, message: decision?.message ?? null, bonusMinor: decision?.bonus?.minor ?? null,
    decidedBy: decision?.byName ?? null, decidedAt: decision?.at ?? null,
  }
}

/** A column for a top-level field of the input or answer, or for the whole of it. */
export interface PayloadColumn {
  readonly column: string
  readonly side: 'input' | 'answer' | 'derived'
  readonly field: SchemaField
}

/** A version of a blueprint that runs were launched with. */
export type RunVersion = Pick<TaskRun, 'blueprintType' | 'schemaHash'>

/** Of which versions the runs of an export are, each once, and how its rows are shown. */
export interface ExportShape extends Showing {
  readonly versions: readonly RunVersion[]
}

/**
 * The columns for what runs ask and are answered, from their schemas: with several versions of a blueprint, all that one of them has.
 * @throws MephistoError `invalid_input` for versions of several blueprints
 */
export async function payloadColumns(db: MephistoDb, { versions, reader, isMigrated = false }: ExportShape): Promise<readonly PayloadColumn[]> {
  const types = typesOf(versions)
  if (types.length > 1) {
    throw new MephistoError('invalid_input', `Columns are of one blueprint, and these runs are of several: ${types.map(type => `"${type}"`).join(', ')}. Export as jsonl, which takes all of them, or name one task or run.`)
  }
  const present = isMigrated ? reader?.implementation : null
  const schemas = present ? [present] : await Promise.all(versions.map(({ blueprintType, schemaHash }) => db.tasks.blueprintVersion(blueprintType, schemaHash)))
  const columnsOf = (side: 'input' | 'answer', texts: readonly (string | undefined)[]): PayloadColumn[] =>
    mergedFields(texts.map(text => fieldsOfSchema(text ?? '{}'))).map(field => ({ column: field.name === null ? side : `${side}.${field.name}`, side, field }))
  return [
    ...columnsOf('input', schemas.map(version => version?.inputSchema)), ...columnsOf('answer', schemas.map(version => version?.outputSchema)),
    ...(reader?.implementation.server.agentState?.derive ? [DERIVED] : []),
  ]
}

/** The types of blueprints that versions are of, each once. */
export function typesOf(versions: readonly RunVersion[]): readonly string[] {
  return [...new Set(versions.map(({ blueprintType }) => blueprintType))]
}

/** The fields of all versions, each once; one that is not of the same kind everywhere is JSON, which anything is. */
function mergedFields(versions: readonly (readonly SchemaField[])[]): readonly SchemaField[] {
  const merged = new Map<string | null, SchemaField>()
  for (const field of versions.flat()) {
    const other = merged.get(field.name)
    merged.set(field.name, other ? { ...field, kind: commonKind(other.kind, field.kind) } : field)
  }
  const whole = merged.get(null)
  // Beside named fields, the column for the whole has the payloads of the other versions too.
  if (whole && merged.size > 1) merged.set(null, { ...whole, kind: 'json' })
  return [...merged.values()]
}

function commonKind(one: FieldKind, other: FieldKind): FieldKind {
  if (one === other) return one
  const isNumber = (kind: FieldKind): boolean => kind === 'integer' || kind === 'number'
  return isNumber(one) && isNumber(other) ? 'number' : 'json'
}

const DERIVED: PayloadColumn = { column: 'derived', side: 'derived', field: { name: null, kind: 'json', choices: [] } }

/** What an answer has in a column; undefined for a field that it leaves out, and for all of an answer that was erased. */
export function payloadIn(row: ExportRow, { side, field }: PayloadColumn): unknown {
  if (side === 'derived') return row.derived ?? undefined
  if (side === 'input') return valueIn(row.input, field)
  return isErasureMark(row.answer) ? undefined : valueIn(row.answer, field)
}
