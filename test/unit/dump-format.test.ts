import { describe, expect, test } from 'vitest'
import { FULL_SUPPLY, NO_GATES } from '../../sdk/data-model/entities.js'
import { NO_FEATURES } from '../../sdk/data-model/features.js'
import { dumpRowIn } from '../../sdk/operations/transfer/dump-format.js'

const ID = '00000000-0000-7000-8000-000000000000'
const CONFIG = { title: 't', description: '', gates: NO_GATES, supply: FULL_SUPPLY, features: NO_FEATURES, args: { qualificationId: 'mine' }, page: { url: 'https://app.example/label', build: 'v1' }, patienceMs: 60_000 }
const ROWS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  task_run: {
    id: ID, task_id: ID, requester_id: ID, provider: 'inhouse', blueprint_type: 'b', schema_hash: 'h', status: 'completed', config: JSON.stringify(CONFIG), units_per_assignment: 1, lease_ms: 1, currency: 'USD', pay_minor: 0,
    budget_minor: null, reserved_minor: 0, owed_minor: 0, paid_minor: 0, units_total: 0, units_open: 0, units_answered: 0, feed: 0, event_count: 0, event_hash: '', created_at: 1, updated_at: 1, started_at: null, ended_at: null, archived_at: null, data_removed_at: null,
    data_feed_status: 'ended', data_feed_cursor: '{"a":1}', data_feed_rows: 3, data_feed_bad_cursor: null,
  },
  assignment: { id: ID, run_id: ID, position: 0, input: '"x"', expected: null, created_at: 1 },
  assignee: { assignment_id: ID, worker_id: ID, run_id: ID, status: 'open', rank: 5 },
  item_source: { assignment_id: ID, run_id: ID, source_run_id: ID, source_unit_id: ID, source_agent_id: ID },
  unit: {
    id: ID, run_id: ID, assignment_id: ID, unit_index: 0, kind: 'standard', status: 'expired', rank: 0, pay_minor: 0, holder: ID, worker_id: null, agent_id: null, fence: 0, lease_until: null, replaces_unit_id: null, completed_at: null,
    decided_at: null, created_at: 1,
  },
  refusal: { run_id: ID, worker_id: ID, reason: 'all_taken', times: 1, first_at: 1, last_at: 1 },
  agent: { id: ID, run_id: ID, worker_id: ID, unit_id: ID, assignment_id: ID, status: 'approved', fence: 1, event_count: 0, event_hash: '', accepted_at: 1, ended_at: null },
  event: { stream_id: ID, number: 1, run_id: ID, feed: 1, type: 'begin', body: '{}', hash: 'h', at: 1 },
  submission: {
    id: ID, run_id: ID, agent_id: ID, unit_id: ID, worker_id: ID, client_id: 'c', slot: ID, outcome: 'completed', reason: null, answer: '{"erased":true}', schema_hash: 'h', page_build: null, fence: 1, reply: '{"erased":true}', received_at: 1,
  },
  session: { id: ID, run_id: ID, packet_count: 1, created_at: 1, version: 2, state: '{"erased":true}' },
  packet: { session_id: ID, number: 1, run_id: ID, kind: 'message', name: '', sender_id: ID, client_id: 'c', body: '{}', at: 1, recipient_id: ID },
  remark: { id: ID, task_id: ID, run_id: ID, agent_id: ID, worker_id: ID, client_id: 'c', kind: 'tip', status: 'approved', body: '{"kind":"tip","text":"t"}', shown: '{"text":"t"}', created_at: 1, decided_at: 1 },
  decision: { id: ID, run_id: ID, unit_id: ID, agent_id: ID, worker_id: ID, verdict: 'approve', previous: 'completed', note: null, message: null, effects: null, undoes: null, batch_id: 'b', actor_id: 'a', actor_name: ' Anna\n', created_at: 1 },
  ledger_entry: { id: ID, entry_key: 'k', run_id: ID, unit_id: null, worker_id: null, kind: 'owe', debit: 'reserved', credit: 'owed', amount_minor: 1, currency: 'JPY', created_at: 1 },
  qualification_event: { id: ID, qualification_id: ID, worker_id: ID, verb: 'grant', value: 1, reason: null, actor_id: 'a', created_at: 1 },
  block: { id: ID, worker_id: ID, scope: 'everywhere', scope_id: null, soft: false, reason: 'r', actor_id: 'a', until: null, lifted_at: null, created_at: 1 },
  project: { id: ID, name: 'p', archived_at: null, created_at: 1 },
  blueprint_version: { type: 'b', schema_hash: 'h', input_schema: '{}', output_schema: '{}' },
  worker: { id: ID, provider: 'inhouse', external_id: '😀'.repeat(200), pseudonym: 'w', created_at: 1 },
  qualification: { id: ID, name: 'q', description: null, created_at: 1 },
  granted_qualification: { qualification_id: ID, worker_id: ID, value: 1, expires_at: null, updated_at: 1 },
}
const changed = (table: string, change: object) => dumpRowIn({ table, row: { ...ROWS[table], ...change } })

describe('a row of a dump', () => {
  test.each(Object.keys(ROWS))('of %s is taken as it is', table => {
    expect(changed(table, {})).toEqual({ table, row: ROWS[table] })
  })

  test('of a run of an earlier version has settings without what came later', () => {
    for (const config of [{ title: 't', description: '' }, { ...CONFIG, gates: {}, features: { gold: null } }, { ...CONFIG, retentionDays: 30 }, { ...CONFIG, dataFeed: { name: 'rows', params: 'null', ahead: 10 } }]) expect(changed('task_run', { config: JSON.stringify(config) })).toMatchObject({ table: 'task_run' })
  })

  test('of a run of an earlier version has no columns of a feed', () => {
    const row = Object.fromEntries(Object.entries(ROWS['task_run'] ?? {}).filter(([column]) => !column.startsWith('data_feed')))
    expect(dumpRowIn({ table: 'task_run', row })).toEqual({ table: 'task_run', row })
  })

  test('of a session of an earlier version has no state, and packets that are for everybody', () => {
    const { version: _, state: _state, ...session } = ROWS['session'] ?? {}
    expect(dumpRowIn({ table: 'session', row: session })).toEqual({ table: 'session', row: { ...session, version: 0 } })
    const { recipient_id: _recipient, ...packet } = ROWS['packet'] ?? {}
    expect(dumpRowIn({ table: 'packet', row: packet })).toEqual({ table: 'packet', row: packet })
  })

  const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
  test.each<[string, object, string]>([
    ['task_run', { config: 'hello' }, 'config is no JSON'], ['task_run', { config: '{"title":5,"features":{"gold":7}}' }, 'config title '], ['task_run', { config: JSON.stringify({ ...CONFIG, features: { gold: 7 } }) }, 'config features.gold '],
    ['task_run', { config: JSON.stringify({ ...CONFIG, gates: { requirements: [{ qualificationId: ID }] } }) }, 'is no requirement'], ['task_run', { config: `{"title":${deep(200_000)}}` }, 'levels deep'],
    ['task_run', { config: JSON.stringify({ ...CONFIG, features: { training: { qualificationId: ID, items: 1e15, minimumRight: 0 } } }) }, 'features.training.items'],
    ['task_run', { config: JSON.stringify({ ...CONFIG, dataFeed: { name: 'rows', params: 'rows', ahead: 10 } }) }, 'dataFeed.params'], ['task_run', { data_feed_status: 'shut' }, 'data_feed_status'], ['task_run', { data_feed_rows: -1 }, 'data_feed_rows'], ['task_run', { data_feed_cursor: 'x' }, 'data_feed_cursor is no JSON'],
    ['task_run', { status: 'over' }, 'status'], ['task_run', { currency: 'ABC' }, 'currency is not a currency'], ['task_run', { budget_minor: -1 }, 'budget_minor'], ['task_run', { paid_minor: -1 }, 'paid_minor'],
    ['assignment', { input: '{' }, 'input is no JSON'], ['assignment', { input: deep(200_000) }, 'levels deep'], ['assignment', { expected: 'yes' }, 'expected is no JSON'], ['assignment', { input: '"\0"' }, 'cannot be stored'],
    ['unit', { kind: 'silver' }, 'kind'], ['unit', { status: 'gone' }, 'status'], ['unit', { pay_minor: -5 }, 'pay_minor'], ['refusal', { reason: 'ugly' }, 'reason'], ['agent', { status: 'gone' }, 'status'],
    ['event', { type: 'constructor' }, 'type'], ['event', { body: 'null' }, 'body'], ['event', { body: '{' }, 'body is no JSON'],
    ['submission', { outcome: 'maybe' }, 'outcome'], ['submission', { reason: 'why' }, 'reason'], ['submission', { answer: 'x' }, 'answer is no JSON'], ['submission', { reply: '7' }, 'reply'], ['decision', { verdict: 'hm' }, 'verdict'],
    ['decision', { effects: '{' }, 'effects is no JSON'], ['decision', { effects: '{"bonus":5}' }, 'effects'],
    ['session', { version: -1 }, 'version'], ['session', { version: null }, 'version'], ['session', { state: '{' }, 'state is no JSON'], ['packet', { recipient_id: 'ben' }, 'recipient_id'], ['packet', { body: '' }, 'body is no JSON'],
    ['remark', { kind: 'praise' }, 'kind'], ['remark', { status: 'old' }, 'status'], ['remark', { body: '{"kind":"tip"}' }, 'body'], ['remark', { body: '{' }, 'body is no JSON'], ['remark', { shown: '{"title":"t"}' }, 'shown'], ['remark', { shown: '{"erased":true}' }, 'shown'],
    ['ledger_entry', { kind: 'gift' }, 'kind'], ['ledger_entry', { debit: 'pocket' }, 'debit'], ['ledger_entry', { amount_minor: -1 }, 'amount_minor'], ['ledger_entry', { currency: 'usd' }, 'currency'],
    ['qualification_event', { verb: 'steal' }, 'verb'], ['block', { scope: 'galaxy' }, 'scope'], ['project', { name: 'NO_PROJECT' }, 'stands for none'], ['project', { name: ' p' }, 'one line'], ['project', { name: 'p\n' }, 'one line'],
    ['blueprint_version', { input_schema: '{' }, 'input_schema is no JSON'], ['worker', { external_id: '😀'.repeat(201) }, 'longer than 200'], ['worker', { id: ID.replace('7', 'A') }, 'small letters'],
    ['qualification', { description: 'x'.repeat(2_001) }, 'longer than 2000'], ['granted_qualification', { value: 2 ** 31 }, 'value'], ['granted_qualification', { value: 2.5 }, 'value'],
  ])('of %s with %j is refused', (table, change, what) => {
    const said = changed(table, change)
    expect(said).toContain(`is no row of ${table}: `)
    expect(said).toContain(what)
  })
})
