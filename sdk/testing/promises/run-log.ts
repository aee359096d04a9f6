import { jsonAt, literal, numberAt, textAt, type PlainQuery, type PlainRow, type TableNamer } from './plain-rows.js'

/** An event of a run's log. */
export interface LoggedEvent {
  /** The agent's id, or the run's. */
  readonly stream: string
  readonly number: number
  readonly feed: number
  readonly type: string
  readonly bodyText: string
  readonly body: Readonly<Record<string, unknown>>
  readonly hash: string
  readonly at: number
}

/** Everything that the database says about one run. */
export interface RunLog {
  readonly id: string
  readonly run: PlainRow
  readonly units: ReadonlyMap<string, PlainRow>
  readonly agents: ReadonlyMap<string, PlainRow>
  readonly submissions: ReadonlyMap<string, PlainRow>
  readonly decisions: ReadonlyMap<string, PlainRow>
  readonly ledger: readonly PlainRow[]
  /** In the order of the feed, which is the order of the commits. */
  readonly events: readonly LoggedEvent[]
}

/** Reads each run with its log, one after the other. */
export async function* readRunLogs(query: PlainQuery, t: TableNamer): AsyncGenerator<RunLog> {
  for (const run of await query(`SELECT * FROM ${t('task_run')} ORDER BY id`)) {
    const id = textAt(run, 'id')
    const rowsOf = (table: string, order = 'id'): PromiseLike<readonly PlainRow[]> => query(`SELECT * FROM ${t(table)} WHERE run_id = ${literal(id)} ORDER BY ${order}`)
    yield {
      id, run,
      units: byId(await rowsOf('unit')), agents: byId(await rowsOf('agent')), submissions: byId(await rowsOf('submission')), decisions: byId(await rowsOf('decision')),
      ledger: await rowsOf('ledger_entry'), events: (await rowsOf('event', 'feed')).map(loggedEvent),
    }
  }
}

function byId(rows: readonly PlainRow[]): ReadonlyMap<string, PlainRow> {
  return new Map(rows.map(row => [textAt(row, 'id'), row]))
}

function loggedEvent(row: PlainRow): LoggedEvent {
  const body = jsonAt(row, 'body')
  return {
    stream: textAt(row, 'stream_id'), number: numberAt(row, 'number'), feed: numberAt(row, 'feed'), type: textAt(row, 'type'), bodyText: textAt(row, 'body'),
    body: typeof body === 'object' && body !== null ? body as Readonly<Record<string, unknown>> : {}, hash: textAt(row, 'hash'), at: numberAt(row, 'at'),
  }
}
