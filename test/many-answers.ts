import { onTarget, tableOf } from './scenarios/promise-target.js'
import type { Target } from './scenarios/promise-open.js'

/** Answers that a run is to have, as if so many people had given them one after the other. */
export interface ManyAnswers {
  readonly runId: string
  readonly schemaHash: string
  readonly count: number
  readonly people: number
  /** When the first one was given, epoch ms; every three seconds come three more at once. */
  readonly from: number
  /** Three of them in turn, JSON. */
  readonly answers: readonly [string, string, string]
  /** Of each twenty one is rejected, one soft-rejected, nine are accepted, and every fiftieth is a gold unit. @default all wait for review */
  readonly areMixed?: boolean
}

/** Rows that a statement adds: a power of ten. */
const AT_ONCE = 10_000
const WORK_MS = 42_000
const PAY = 12
/** Beyond the items that a launch made. */
const FIRST_POSITION = 1_000
const DIGITS = `(${Array.from({ length: 10 }, (_, digit) => `SELECT ${String(digit)} AS d`).join(' UNION ALL ')})`
const KINDS = ['worker', 'unit', 'item', 'agent', 'submission', 'decision', 'spent'] as const

/**
 * Adds answers to a run straight in the database: the rows that life would have left, without its events. The n-th one, from 0, is to the text
 * `Sentence n`. A database has one such run.
 */
export async function addManyAnswers(target: Target, wanted: ManyAnswers): Promise<void> {
  const { runId, count, people, from } = wanted
  await onTarget(target, async query => {
    const add = async (table: string, row: Readonly<Record<string, string | number>>, { rows = count, where = '1 = 1' } = {}): Promise<void> => {
      for (let first = 0; first < rows; first += AT_ONCE) {
        await query(`INSERT INTO ${tableOf(target, table)} (${Object.keys(row).map(name => quoted(target, name)).join(', ')})
          SELECT ${Object.values(row).join(', ')} FROM (${numbers(first, Math.min(rows, first + AT_ONCE))}) n WHERE ${where} ORDER BY i`)
      }
    }
    const run = `'${runId}'`
    const [worker, unit, item, agent, submission] = [idOf('worker', `i % ${String(people)}`), idOf('unit'), idOf('item'), idOf('agent'), idOf('submission')]
    const completed = `${String(from)} + (i - i % 3) * 1000`
    const status = wanted.areMixed ? `CASE WHEN i % 20 = 0 THEN 'rejected' WHEN i % 20 = 1 THEN 'soft_rejected' WHEN i % 20 < 11 THEN 'accepted' ELSE 'completed' END` : `'completed'`
    const decided = wanted.areMixed ? 'i % 20 < 11' : '1 = 0'
    await add('worker', { id: worker, provider: `'inhouse'`, external_id: `concat('person ', i)`, pseudonym: `concat('w-many', i)`, created_at: from }, { rows: people })
    await add('run_worker', { run_id: run, worker_id: worker, cursor: 0, units_taken: Math.floor(count / people), units_completed: Math.floor(count / people), created_at: from }, { rows: people })
    await add('assignment', { id: item, run_id: run, position: `i + ${String(FIRST_POSITION)}`, input: `concat('{"text":"Sentence ', i, '"}')`, created_at: from })
    await add('unit', {
      id: unit, run_id: run, assignment_id: item, unit_index: 0, kind: wanted.areMixed ? `CASE WHEN i % 50 = 7 THEN 'gold' ELSE 'standard' END` : `'standard'`, status, rank: wanted.areMixed ? `CASE WHEN i % 50 = 7 THEN -1 ELSE i + ${String(FIRST_POSITION)} END` : `i + ${String(FIRST_POSITION)}`, pay_minor: PAY,
      holder: worker, worker_id: worker, agent_id: agent, fence: 1, completed_at: completed, decided_at: `CASE WHEN ${decided} THEN ${completed} + 1 ELSE NULL END`, created_at: from,
    })
    await add('agent', {
      id: agent, run_id: run, worker_id: worker, unit_id: unit, assignment_id: item, status: `CASE WHEN ${decided} THEN 'approved' ELSE 'completed' END`, fence: 1, event_count: 0, event_hash: `''`,
      accepted_at: `${completed} - ${String(WORK_MS)}`, ended_at: completed,
    })
    await add('submission', {
      id: submission, run_id: run, agent_id: agent, unit_id: unit, worker_id: worker, client_id: submission, slot: unit, outcome: `'completed'`,
      answer: `CASE i % 3 WHEN 0 THEN '${wanted.answers[0]}' WHEN 1 THEN '${wanted.answers[1]}' ELSE '${wanted.answers[2]}' END`, schema_hash: `'${wanted.schemaHash}'`, fence: 1, reply: `'{}'`, received_at: completed,
    })
    await add('decision', {
      id: idOf('decision'), run_id: run, unit_id: unit, agent_id: agent, worker_id: worker, verdict: `CASE i % 20 WHEN 0 THEN 'reject' WHEN 1 THEN 'soft_reject' ELSE 'approve' END`, previous: `'completed'`, batch_id: idOf('decision'),
      actor_id: `concat('reviewer-', i % 5)`, actor_name: `concat('Reviewer ', i % 5)`, created_at: `${completed} + 1`,
    }, { where: decided })
    await add('ledger_entry', {
      id: idOf('spent'), entry_key: `concat('owe ', i)`, run_id: run, unit_id: unit, worker_id: worker, kind: `'owe'`, debit: `'reserved'`, credit: `'owed'`, amount_minor: PAY, currency: `'USD'`, created_at: `${completed} + 1`,
    }, { where: `${decided} AND i % 20 > 0` })
    await query(`UPDATE ${tableOf(target, 'task_run')} SET units_total = units_total + ${String(count)}, units_answered = units_answered + ${String(count)} WHERE id = ${run}`)
  })
}

/** SELECT of the numbers from one to before another, as `i`: without a recursion, of which MariaDB allows few steps. */
function numbers(from: number, before: number): string {
  const places = Array.from({ length: Math.log10(AT_ONCE) }, (_, place) => ({ table: `${DIGITS} d${String(place)}`, value: `d${String(place)}.d * ${String(10 ** place)}` }))
  return `SELECT s.i FROM (SELECT ${String(from)} + ${places.map(({ value }) => value).join(' + ')} AS i FROM ${places.map(({ table }) => table).join(' CROSS JOIN ')}) s WHERE s.i < ${String(before)}`
}

/** The id of the i-th thing of a kind, in their order. */
function idOf(of: (typeof KINDS)[number], index = 'i'): string {
  return `concat('0190000${String(KINDS.indexOf(of))}-0000-7000-8000-', substr(CAST(1000000000000 + ${index} AS CHAR(13)), 2))`
}

function quoted({ kind }: Target, name: string): string {
  return kind === 'mysql' ? `\`${name}\`` : `"${name}"`
}
