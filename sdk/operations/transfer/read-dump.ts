import { createHash } from 'node:crypto'
import type * as z from 'zod'
import { MephistoError } from '../../errors.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { TransferRow } from '../../ports/transfer-operations.js'
import { DUMP_VERSION, dumpEnd, dumpHeader, dumpRowIn, dumpSection, type DumpRow } from './dump-format.js'
import { dumpLines, NO_DUMP } from './dump-lines.js'

/** A stretch of a dump that is imported as one: a run with all that is of it, or the people. Bytes, behind its first line. */
export interface DumpPart {
  readonly kind: 'run' | 'people'
  /** The run's id. */
  readonly id: string
  readonly start: number
  readonly end: number
  /** Of a run: the {@link RUN_STATE} columns of its row; null before that was read. */
  readonly state: TransferRow | null
}

/** What of a run's row tells at which point of its log it stands. */
const RUN_STATE = ['event_hash', 'feed', 'status'] as const

/** A dump that was read through once and is whole. */
export interface CheckedDump {
  readonly header: z.output<typeof dumpHeader>
  readonly parts: readonly DumpPart[]
  readonly rows: number
  readonly sha256: string
}

/**
 * Reads a dump from end to end and makes sure that it is whole, of a version we know, and that every row is of a table,
 * has its columns and is of the run that it stands under. Nothing is imported before that.
 * @throws MephistoError `invalid_input`, naming file and line
 */
export async function checkDump(file: string): Promise<CheckedDump> {
  const refuse = (what: string, line?: number): never => { throw new MephistoError('invalid_input', `${file}${line === undefined ? '' : `, line ${String(line)}`}: ${what}. Nothing was imported.`) }
  const hash = createHash('sha256')
  let header: CheckedDump['header'] | null = null
  let end: z.output<typeof dumpEnd> | null = null
  const parts: (DumpPart & { end: number; state: TransferRow | null })[] = []
  let rows = 0
  for await (const { number, bytes, end: behind } of dumpLines(file)) {
    if (end) refuse('something comes after the end of the dump', number)
    const value = jsonIn(bytes)
    if (!header) {
      header = headerIn(value) ?? refuse(NO_DUMP, number)
      if (header.mephistoDump > DUMP_VERSION) refuse(`this dump is of version ${String(header.mephistoDump)}, and this release reads up to ${String(DUMP_VERSION)}; upgrade mephisto-sdk`)
    } else {
      end = dumpEnd.safeParse(value).data ?? null
      const section = dumpSection.safeParse(value).data
      const part = parts.at(-1)
      if (section) parts.push({ kind: section.section, id: section.id, start: behind, end: behind, state: null })
      else if (!end) {
        const row = dumpRowIn(value)
        if (typeof row === 'string') refuse(`this line ${row}`, number)
        else if (!part) refuse('a row stands before the first run', number)
        else if (isForeign(row, part)) refuse(`a row of ${row.table} is of another run than the one it stands under`, number)
        rows += 1
        if (part) part.end = behind
        if (part && typeof row !== 'string' && row.table === 'task_run') part.state = stateOf(row)
      }
    }
    if (end) {
      if (end.rows !== rows) refuse(`it says that it has ${String(end.rows)} rows, and has ${String(rows)}`)
      if (end.sha256 !== hash.copy().digest('hex')) refuse('it was changed after it was written')
    }
    hash.update(bytes).update('\n')
  }
  if (!header) return refuse('this file is empty')
  if (!end) return refuse('this is half a dump: its end is missing')
  return { header, parts, rows, sha256: end.sha256 }
}

/** The rows of a part, which were checked before. */
export async function* rowsOf(file: string, { start, end }: DumpPart): AsyncGenerator<DumpRow> {
  if (end <= start) return
  for await (const { bytes } of dumpLines(file, { start, end })) {
    const row = dumpRowIn(jsonIn(bytes))
    if (typeof row === 'string') throw new MephistoError('conflict', `${file} was changed while it was imported. Import it again when nobody writes to it.`)
    yield row
  }
}

/** Whether a run that is here stands at another point of its log than in the dump. */
export async function isDifferent(db: MephistoDb, { id, state }: DumpPart): Promise<boolean> {
  const [local] = await db.transfer.rows('task_run', { column: 'id', ids: [id] })
  return local !== undefined && state !== null && RUN_STATE.some(column => local[column] !== state[column])
}

/** Apart from the row, whose settings may be long. */
function stateOf({ row }: DumpRow): TransferRow {
  return Object.fromEntries(Object.entries(row).filter(([column]) => RUN_STATE.some(kept => kept === column)))
}

function headerIn(value: unknown): CheckedDump['header'] | undefined {
  const newer = typeof value === 'object' && value !== null && 'mephistoDump' in value ? value.mephistoDump : undefined
  // What else the first line of a newer version says is not ours to know.
  if (typeof newer === 'number' && newer > DUMP_VERSION) return { mephistoDump: newer, madeAt: '', label: null }
  return dumpHeader.safeParse(value).data
}

function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

const OF_PEOPLE: ReadonlySet<string> = new Set(['project', 'task', 'worker', 'qualification', 'granted_qualification', 'qualification_event', 'block'])

/** Rows of a run name it, and its own row is it; what people were granted stands under none. */
function isForeign({ table, row }: DumpRow, { kind, id }: DumpPart): boolean {
  if (kind === 'people') return !OF_PEOPLE.has(table)
  if (table === 'task_run') return row.id !== id
  if (table === 'granted_qualification' || table === 'qualification_event' || table === 'block') return true
  return 'run_id' in row && row.run_id !== id
}
