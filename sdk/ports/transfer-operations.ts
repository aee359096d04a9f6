/** What a column of a table holds; `json` is a text that is JSON, `object` one of a JSON object. With a question mark it may hold nothing. */
export type TransferType = `${'id' | 'key' | 'name' | 'text' | 'json' | 'object' | 'int' | 'bool'}${'' | '?'}`

/**
 * Tables whose rows travel to another installation as they are, with their columns. What is found by a name there
 * (projects, tasks, requesters, workers, qualifications) is merged, and has operations of its own.
 */
export const TRANSFER_TABLES = {
  task_run: {
    id: 'id', task_id: 'id', requester_id: 'id', provider: 'key', blueprint_type: 'key', schema_hash: 'key', status: 'key', config: 'object', units_per_assignment: 'int', lease_ms: 'int',
    currency: 'key', pay_minor: 'int', budget_minor: 'int?', reserved_minor: 'int', owed_minor: 'int', paid_minor: 'int', units_total: 'int', units_open: 'int', units_answered: 'int',
    feed: 'int', event_count: 'int', event_hash: 'key', created_at: 'int', updated_at: 'int', started_at: 'int?', ended_at: 'int?', archived_at: 'int?', data_removed_at: 'int?',
    data_feed_status: 'key?', data_feed_cursor: 'json?', data_feed_rows: 'int?', data_feed_bad_cursor: 'json?',
  },
  assignment: { id: 'id', run_id: 'id', position: 'int', input: 'json', expected: 'json?', created_at: 'int' },
  item_source: { assignment_id: 'id', run_id: 'id', source_run_id: 'id', source_unit_id: 'id', source_agent_id: 'id' },
  assignee: { assignment_id: 'id', worker_id: 'id', run_id: 'id', status: 'key', rank: 'int' },
  unit: {
    id: 'id', run_id: 'id', assignment_id: 'id', unit_index: 'int', kind: 'key', status: 'key', rank: 'int', pay_minor: 'int', holder: 'id', worker_id: 'id?', agent_id: 'id?', fence: 'int',
    lease_until: 'int?', replaces_unit_id: 'id?', completed_at: 'int?', decided_at: 'int?', created_at: 'int',
  },
  run_worker: { run_id: 'id', worker_id: 'id', cursor: 'int', unit_id: 'id?', units_taken: 'int', units_completed: 'int', created_at: 'int' },
  refusal: { run_id: 'id', worker_id: 'id', reason: 'key', times: 'int', first_at: 'int', last_at: 'int' },
  agent: {
    id: 'id', run_id: 'id', worker_id: 'id', unit_id: 'id?', assignment_id: 'id?', status: 'key', fence: 'int', event_count: 'int', event_hash: 'key', accepted_at: 'int', ended_at: 'int?',
  },
  event: { stream_id: 'id', number: 'int', run_id: 'id', feed: 'int', type: 'key', body: 'object', hash: 'key', at: 'int' },
  submission: {
    id: 'id', run_id: 'id', agent_id: 'id', unit_id: 'id', worker_id: 'id', client_id: 'key', slot: 'id', outcome: 'key', reason: 'key?', answer: 'json', schema_hash: 'key',
    page_build: 'key?', fence: 'int', reply: 'object', received_at: 'int',
  },
  session: { id: 'id', run_id: 'id', packet_count: 'int', created_at: 'int', version: 'int', state: 'json?' },
  packet: { session_id: 'id', number: 'int', run_id: 'id', kind: 'key', name: 'key', sender_id: 'id', client_id: 'key', body: 'json', at: 'int', recipient_id: 'id?' },
  remark: {
    id: 'id', task_id: 'id', run_id: 'id', agent_id: 'id', worker_id: 'id', client_id: 'key', kind: 'key', status: 'key', body: 'json', shown: 'json?', created_at: 'int', decided_at: 'int?',
  },
  decision: {
    id: 'id', run_id: 'id', unit_id: 'id', agent_id: 'id', worker_id: 'id', verdict: 'key', previous: 'key', note: 'text?', message: 'text?', effects: 'text?', undoes: 'id?', batch_id: 'key', actor_id: 'name', actor_name: 'name', created_at: 'int',
  },
  ledger_entry: {
    id: 'id', entry_key: 'name', run_id: 'id', unit_id: 'id?', worker_id: 'id?', kind: 'key', debit: 'key', credit: 'key', amount_minor: 'int', currency: 'key', created_at: 'int',
  },
  payout: {
    id: 'id', run_id: 'id', unit_id: 'id', worker_id: 'id', reason: 'key', status: 'key', amount_minor: 'int', currency: 'key', provider_ref: 'name?', created_at: 'int', updated_at: 'int',
  },
  qualification_event: { id: 'id', qualification_id: 'id', worker_id: 'id', verb: 'key', value: 'int?', reason: 'text?', actor_id: 'name', created_at: 'int' },
  block: { id: 'id', worker_id: 'id', scope: 'key', scope_id: 'id?', soft: 'bool', reason: 'text', actor_id: 'name', until: 'int?', lifted_at: 'int?', created_at: 'int' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, TransferType>>>>
/** See {@link TRANSFER_TABLES}. */
export type TransferTable = keyof typeof TRANSFER_TABLES

/** A row as it is stored, by column. */
export type TransferRow = Readonly<Record<string, string | number | boolean | null>>

/** Which rows to read: those whose column holds one of these ids, in one run or in all. */
export interface TransferFilter {
  readonly column: string
  readonly ids: readonly string[]
  readonly runId?: string
  /** Only rows that are of no unit; for tables that have units. */
  readonly isOfNoUnit?: true
}

/** A row of a run that names something which is not of the run. */
export interface Stranger {
  readonly table: TransferTable
  /** Its id, or what stands for one. */
  readonly id: string
  /** The column that names it. */
  readonly column: string
}

/** Rows as they are, for taking runs from one installation to another. */
export interface TransferOperations {
  rows(table: TransferTable, filter: TransferFilter): Promise<readonly TransferRow[]>
  /** Ids of people who were let into a run, took a unit or were refused one, after an id, in the order of their ids. */
  workersOfRun(runId: string, page: { readonly after: string; readonly limit: number }): Promise<readonly string[]>
  /**
   * The first row of a run that names a stream, agent, unit, item or slot of another run, or of none; null when there is none.
   * Payouts and assignees, which have no index by run, are not looked at.
   */
  stranger(runId: string): Promise<Stranger | null>
  /** @throws MephistoError `already_exists` for a row that is there, `not_found` for one that belongs to nothing; nothing is added then */
  add(table: TransferTable, rows: readonly TransferRow[]): Promise<void>
}
