import type { TableNamer } from './plain-rows.js'
import type { PromiseNumber } from './violation.js'

/** A statement that finds rows which break a promise: each has the column `id`. */
export interface RowCheck {
  readonly promise: PromiseNumber
  /** What is wrong with what the id names. */
  readonly what: string
  readonly sql: string
}

const ANSWERED = "('completed', 'accepted', 'soft_rejected', 'rejected')"
const HELD = "('assigned', 'completed', 'accepted', 'soft_rejected', 'rejected')"
const OPEN = "('created', 'launched', 'assigned')"
const LIVE = "('accepted', 'onboarding', 'waiting', 'in_task')"
const ENDED = "('completed', 'expired', 'failed')"

/** What must hold in the rows after every commit. */
export function rowChecks(t: TableNamer): readonly RowCheck[] {
  return [...answerChecks(t), ...holderChecks(t), ...replyChecks(t), ...moneyChecks(t), ...statusChecks(t), ...publicationChecks(t), ...sessionChecks(t)]
}

/** What must hold besides when everybody has stopped and upkeep has run at `at` (epoch ms): nothing waits for anybody. */
export function settledChecks(t: TableNamer, at: number): readonly RowCheck[] {
  const run = t('task_run')
  return [
    { promise: 'P9', what: 'run has ended and still has open units', sql: `SELECT r.id FROM ${run} r WHERE r.status IN ${ENDED} AND EXISTS (SELECT 1 FROM ${t('unit')} u WHERE u.run_id = r.id AND u.status IN ${OPEN})` },
    { promise: 'P9', what: 'run drains and still has units that nobody has', sql: `SELECT r.id FROM ${run} r WHERE r.status = 'draining' AND EXISTS (SELECT 1 FROM ${t('unit')} u WHERE u.run_id = r.id AND u.status IN ('created', 'launched'))` },
    { promise: 'P9', what: 'unit is held by a lease that ran out', sql: `SELECT u.id FROM ${t('unit')} u WHERE u.status = 'assigned' AND u.lease_until <= ${String(at)}` },
  ]
}

/** Packets are numbered from 1 without gaps; what was acknowledged is told apart by its number (promise P4). Each call is answered once (promise P6). */
function sessionChecks(t: TableNamer): RowCheck[] {
  const [session, packet] = [t('session'), t('packet')]
  const packets = `SELECT session_id, count(*) AS packets, max(number) AS last_number FROM ${packet} GROUP BY session_id`
  return [
    { promise: 'P4', what: 'session does not have the packets that it counts', sql: `SELECT s.id FROM ${session} s LEFT JOIN (${packets}) p ON p.session_id = s.id
        WHERE s.packet_count <> coalesce(p.packets, 0) OR s.packet_count <> coalesce(p.last_number, 0)` },
    { promise: 'P6', what: 'answer to a call that was not made', sql: `SELECT x.session_id AS id FROM ${packet} x WHERE x.kind IN ('result', 'failure')
        AND NOT EXISTS (SELECT 1 FROM ${packet} y WHERE y.session_id = x.session_id AND y.kind = 'call' AND y.name = x.name AND substr(x.client_id, 8) = y.client_id)` },
  ]
}

function answerChecks(t: TableNamer): RowCheck[] {
  const [unit, submission, agent] = [t('unit'), t('submission'), t('agent')]
  const counted = `SELECT 1 FROM ${submission} b WHERE b.unit_id = u.id AND b.outcome = 'completed'`
  return [
    { promise: 'P1', what: 'unit has more than one answer that counts', sql: `SELECT unit_id AS id FROM ${submission} WHERE outcome = 'completed' GROUP BY unit_id HAVING count(*) > 1` },
    { promise: 'P1', what: 'unit is answered, and no answer of its agent counts', sql: `SELECT u.id FROM ${unit} u WHERE u.status IN ${ANSWERED} AND NOT EXISTS (${counted} AND b.agent_id = u.agent_id)` },
    { promise: 'P1', what: 'unit is not answered, and an answer counts for it', sql: `SELECT u.id FROM ${unit} u WHERE u.status NOT IN ${ANSWERED} AND EXISTS (${counted})` },
    { promise: 'P5', what: 'answer counts under another lease than the last one of its unit', sql: `SELECT b.id FROM ${submission} b JOIN ${unit} u ON u.id = b.unit_id
        WHERE b.outcome = 'completed' AND (b.fence <> u.fence OR u.agent_id IS NULL OR b.agent_id <> u.agent_id OR u.worker_id IS NULL OR b.worker_id <> u.worker_id)` },
    { promise: 'P5', what: 'answer is not one of its agent', sql: `SELECT b.id FROM ${submission} b LEFT JOIN ${agent} a ON a.id = b.agent_id
        WHERE a.id IS NULL OR a.fence <> b.fence OR coalesce(a.unit_id, a.id) <> b.unit_id OR a.worker_id <> b.worker_id` },
    { promise: 'P5', what: 'unit gave one fence to two agents', sql: `SELECT unit_id AS id FROM ${agent} WHERE unit_id IS NOT NULL GROUP BY unit_id, fence HAVING count(*) > 1` },
  ]
}

function holderChecks(t: TableNamer): RowCheck[] {
  const unit = t('unit')
  return [
    { promise: 'P2', what: 'assignment has more leases and answers than units were wanted', sql: `SELECT u.assignment_id AS id FROM ${unit} u JOIN ${t('task_run')} r ON r.id = u.run_id
        WHERE u.kind = 'standard' AND u.status IN ('assigned', 'completed', 'accepted') GROUP BY u.assignment_id, r.units_per_assignment HAVING count(*) > r.units_per_assignment` },
    { promise: 'P2', what: 'assignment has more units that stand than were wanted', sql: `SELECT u.assignment_id AS id FROM ${unit} u JOIN ${t('task_run')} r ON r.id = u.run_id
        WHERE u.kind = 'standard' AND u.status IN ('created', 'launched', 'assigned', 'completed', 'accepted') GROUP BY u.assignment_id, r.units_per_assignment HAVING count(*) > r.units_per_assignment` },
    { promise: 'P3', what: 'unit that was made for one worker is free', sql: `SELECT id FROM ${unit} WHERE kind IN ('training', 'screening', 'gold') AND status IN ('created', 'launched')` },
    { promise: 'P3', what: 'assignment has two units with one worker', sql: `SELECT assignment_id AS id FROM ${unit} WHERE status IN ${HELD} GROUP BY assignment_id, worker_id HAVING count(*) > 1` },
    { promise: 'P3', what: 'assignment has two counted answers of one worker', sql: `SELECT u.assignment_id AS id FROM ${t('submission')} b JOIN ${unit} u ON u.id = b.unit_id
        WHERE b.outcome = 'completed' GROUP BY u.assignment_id, b.worker_id HAVING count(*) > 1` },
    { promise: 'P3', what: 'assignment has two attempts of one worker under way', sql: `SELECT assignment_id AS id FROM ${t('agent')} WHERE status IN ${LIVE} AND assignment_id IS NOT NULL GROUP BY assignment_id, worker_id HAVING count(*) > 1` },
    { promise: 'P3', what: 'unit has a holder that does not stand for its worker', sql: `SELECT id FROM ${unit}
        WHERE (status IN ${HELD} AND (worker_id IS NULL OR holder <> worker_id)) OR (status IN ('created', 'launched') AND (holder <> id OR worker_id IS NOT NULL OR agent_id IS NOT NULL))` },
  ]
}

function replyChecks(t: TableNamer): RowCheck[] {
  return [
    { promise: 'P6', what: 'agent has one submission id twice', sql: `SELECT agent_id AS id FROM ${t('submission')} GROUP BY agent_id, client_id HAVING count(*) > 1` },
    { promise: 'P6', what: 'unit was decided twice under one decision id', sql: `SELECT unit_id AS id FROM ${t('decision')} GROUP BY unit_id, batch_id HAVING count(*) > 1` },
    { promise: 'P6', what: 'decision has no stored reply for its id', sql: `SELECT d.id FROM ${t('decision')} d WHERE NOT EXISTS (SELECT 1 FROM ${t('audit')} a WHERE a.id = d.batch_id)` },
    { promise: 'P8', what: 'bonus belongs to no decision', sql: `SELECT l.id FROM ${t('ledger_entry')} l WHERE (l.entry_key LIKE 'bonus:%' AND NOT EXISTS (SELECT 1 FROM ${t('decision')} d WHERE d.id = substr(l.entry_key, 7)))
        OR (l.entry_key LIKE 'unbonus:%' AND NOT EXISTS (SELECT 1 FROM ${t('decision')} d WHERE d.id = substr(l.entry_key, 9) AND d.undoes IS NOT NULL))` },
    // What is paid for waiting in vain goes by the attempt.
    { promise: 'P6', what: 'payment outside units has no stored reply for its id', sql: `SELECT l.id FROM ${t('ledger_entry')} l
        WHERE l.entry_key LIKE 'compensate:%' AND NOT EXISTS (SELECT 1 FROM ${t('audit')} a WHERE a.subject = 'compensation' AND a.id = substr(l.entry_key, 12))
          AND NOT EXISTS (SELECT 1 FROM ${t('agent')} g WHERE g.id = substr(l.entry_key, 12))` },
  ]
}

function moneyChecks(t: TableNamer): RowCheck[] {
  const [run, unit, ledger] = [t('task_run'), t('unit'), t('ledger_entry')]
  const into = (account: string): string => `sum(CASE WHEN credit = '${account}' THEN amount_minor ELSE 0 END) - sum(CASE WHEN debit = '${account}' THEN amount_minor ELSE 0 END)`
  const sums = (by: string): string => `(SELECT ${by} AS of_id, ${into('reserved')} AS reserved, ${into('owed')} AS owed, ${into('paid')} AS paid FROM ${ledger} GROUP BY ${by})`
  return [
    { promise: 'P7', what: 'run has spent and reserved more than its budget', sql: `SELECT id FROM ${run} WHERE budget_minor IS NOT NULL AND reserved_minor + owed_minor + paid_minor > budget_minor` },
    { promise: 'P7', what: 'runs of a project have spent and reserved more than its budget', sql: `SELECT p.id FROM ${t('project')} p JOIN ${t('task')} k ON k.project_id = p.id JOIN ${run} r ON r.task_id = k.id
        WHERE p.budget_minor IS NOT NULL GROUP BY p.id, p.budget_minor HAVING sum(r.reserved_minor + r.owed_minor + r.paid_minor) > p.budget_minor` },
    { promise: 'P7', what: 'run is in another currency than the budget of its project', sql: `SELECT r.id FROM ${t('project')} p JOIN ${t('task')} k ON k.project_id = p.id JOIN ${run} r ON r.task_id = k.id
        WHERE p.budget_minor IS NOT NULL AND r.currency <> p.budget_currency AND r.started_at IS NOT NULL` },
    { promise: 'P8', what: 'run has less than nothing in an account', sql: `SELECT id FROM ${run} WHERE reserved_minor < 0 OR owed_minor < 0 OR paid_minor < 0` },
    { promise: 'P8', what: 'run has other totals than its ledger', sql: `SELECT r.id FROM ${run} r LEFT JOIN ${sums('run_id')} l ON l.of_id = r.id
        WHERE r.reserved_minor <> coalesce(l.reserved, 0) OR r.owed_minor <> coalesce(l.owed, 0) OR r.paid_minor <> coalesce(l.paid, 0)` },
    { promise: 'P8', what: 'unit has other money in the ledger than its status says', sql: `SELECT u.id FROM ${unit} u LEFT JOIN ${sums('unit_id')} l ON l.of_id = u.id
        WHERE coalesce(l.reserved, 0) <> CASE WHEN u.status IN ('assigned', 'completed') THEN u.pay_minor ELSE 0 END
           OR coalesce(l.owed, 0) + coalesce(l.paid, 0) <> CASE WHEN u.status IN ('accepted', 'soft_rejected') THEN u.pay_minor ELSE 0 END` },
    { promise: 'P8', what: 'ledger entry books no amount, or in another currency than its run', sql: `SELECT l.id FROM ${ledger} l JOIN ${run} r ON r.id = l.run_id WHERE l.amount_minor <= 0 OR l.currency <> r.currency` },
    { promise: 'P8', what: 'ledger has an entry twice under its key', sql: `SELECT entry_key AS id FROM ${ledger} GROUP BY entry_key HAVING count(*) > 1` },
    { promise: 'P8', what: 'unit was paid out twice for one reason', sql: `SELECT unit_id AS id FROM ${t('payout')} GROUP BY worker_id, unit_id, reason HAVING count(*) > 1` },
  ]
}

function statusChecks(t: TableNamer): RowCheck[] {
  const [run, unit, agent] = [t('task_run'), t('unit'), t('agent')]
  const theirs = 'a.id = u.agent_id AND a.unit_id = u.id AND a.worker_id = u.worker_id AND a.fence = u.fence'
  const counted = `(SELECT run_id, count(*) AS units, sum(CASE WHEN status IN ${OPEN} THEN 1 ELSE 0 END) AS open_units, sum(CASE WHEN status IN ${ANSWERED} THEN 1 ELSE 0 END) AS answered FROM ${unit} GROUP BY run_id)`
  return [
    { promise: 'P9', what: 'unit is assigned, and no attempt at it is under way', sql: `SELECT u.id FROM ${unit} u WHERE u.status = 'assigned' AND (u.lease_until IS NULL OR NOT EXISTS (SELECT 1 FROM ${agent} a WHERE ${theirs} AND a.status IN ${LIVE}))` },
    { promise: 'P9', what: 'agent is at work on a unit that is not assigned to it', sql: `SELECT a.id FROM ${agent} a WHERE a.status IN ${LIVE} AND a.unit_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ${unit} u WHERE u.status = 'assigned' AND ${theirs})` },
    { promise: 'P9', what: 'unit and its agent differ in what became of the answer', sql: `SELECT u.id FROM ${unit} u WHERE u.status IN ${ANSWERED} AND NOT EXISTS (
        SELECT 1 FROM ${agent} a WHERE ${theirs} AND a.status = CASE WHEN u.status = 'accepted' THEN 'approved' ELSE u.status END)` },
    { promise: 'P9', what: 'agent has an answer that its unit does not have', sql: `SELECT a.id FROM ${agent} a WHERE a.unit_id IS NOT NULL AND a.status IN ('completed', 'approved', 'soft_rejected', 'rejected')
        AND NOT EXISTS (SELECT 1 FROM ${unit} u WHERE ${theirs} AND u.status IN ${ANSWERED})` },
    { promise: 'P9', what: 'run counts its units wrongly', sql: `SELECT r.id FROM ${run} r LEFT JOIN ${counted} c ON c.run_id = r.id
        WHERE r.units_total <> coalesce(c.units, 0) OR r.units_open <> coalesce(c.open_units, 0) OR r.units_answered <> coalesce(c.answered, 0)` },
    { promise: 'P9', what: 'unit is free where the search of somebody whom its item is for does not look', sql: `SELECT u.id FROM ${unit} u JOIN ${t('assignee')} x ON x.assignment_id = u.assignment_id
        WHERE u.status = 'launched' AND x.status NOT IN ('open', 'again') AND NOT EXISTS (SELECT 1 FROM ${agent} a WHERE a.worker_id = x.worker_id AND a.assignment_id = x.assignment_id
          AND (a.status NOT IN ('timeout', 'disconnect', 'expired', 'partner_disconnect') OR EXISTS (SELECT 1 FROM ${t('submission')} b WHERE b.agent_id = a.id)))` },
    { promise: 'P9', what: 'unit is free where no search begins any more', sql: `SELECT u.id FROM ${unit} u JOIN ${run} r ON r.id = u.run_id WHERE u.status = 'launched' AND u.rank < r.free_from` },
    { promise: 'P9', what: 'run is completed and has open units', sql: `SELECT r.id FROM ${run} r WHERE r.status = 'completed' AND EXISTS (SELECT 1 FROM ${unit} u WHERE u.run_id = r.id AND u.status IN ${OPEN})` },
    { promise: 'P9', what: 'run goes on without an open unit', sql: `SELECT r.id FROM ${run} r WHERE r.status IN ('running', 'paused', 'draining') AND (r.data_feed_status IS NULL OR r.data_feed_status = 'ended') AND NOT EXISTS (SELECT 1 FROM ${unit} u WHERE u.run_id = r.id AND u.status IN ${OPEN})` },
    { promise: 'P9', what: 'unit is expired in a run that goes on, was never ended or drained and withdrew nothing', sql: `SELECT u.id FROM ${unit} u JOIN ${run} r ON r.id = u.run_id WHERE u.status = 'expired' AND r.status NOT IN ${ENDED}
        AND NOT EXISTS (SELECT 1 FROM ${t('event')} e WHERE e.stream_id = r.id AND e.type IN ('expire', 'drain', 'withdraw'))` },
    { promise: 'P9', what: 'unit does work again that is not of its assignment', sql: `SELECT u.id FROM ${unit} u LEFT JOIN ${unit} o ON o.id = u.replaces_unit_id
        WHERE u.replaces_unit_id IS NOT NULL AND (o.id IS NULL OR o.assignment_id <> u.assignment_id OR o.unit_index >= u.unit_index)` },
  ]
}

/** What is shown at providers, and who is to change it. */
function publicationChecks(t: TableNamer): RowCheck[] {
  const [run, unit, publication] = [t('task_run'), t('unit'), t('publication')]
  const up = "('publishing', 'published', 'publish_failed')"
  return [
    { promise: 'P9', what: 'unit can be handed out, and its provider does not show it', sql: `SELECT u.id FROM ${unit} u JOIN ${run} r ON r.id = u.run_id
        WHERE u.kind = 'standard' AND u.status IN ('launched', 'assigned') AND r.config LIKE '%"publishesUnits":true%' AND NOT EXISTS (SELECT 1 FROM ${publication} p WHERE p.id = u.id AND p.status = 'published')` },
    { promise: 'P9', what: 'provider shows a unit that is not to be handed out', sql: `SELECT p.id FROM ${publication} p JOIN ${unit} u ON u.id = p.id WHERE p.status = 'published' AND u.status NOT IN ('launched', 'assigned')` },
    { promise: 'P9', what: 'unit is over, and nobody takes it down at its provider', sql: `SELECT p.id FROM ${publication} p JOIN ${unit} u ON u.id = p.id WHERE p.status IN ${up} AND u.status NOT IN ${OPEN}` },
    { promise: 'P9', what: 'run has ended, and nobody closes it at its provider', sql: `SELECT r.id FROM ${run} r JOIN ${publication} p ON p.id = r.id WHERE r.status IN ${ENDED} AND p.status IN ('publishing', 'published')
        AND NOT EXISTS (SELECT 1 FROM ${publication} q WHERE q.run_id = r.id AND q.id <> r.id AND q.status NOT IN ('withdrawn', 'withdraw_failed'))` },
    { promise: 'P9', what: 'provider is to be called, and no call is written', sql: `SELECT p.id FROM ${publication} p WHERE p.status IN ('publishing', 'withdrawing')
        AND NOT EXISTS (SELECT 1 FROM ${t('outbox')} o WHERE o.subject_id = p.run_id AND o.status IN ('pending', 'held')
          AND ((o.lane = p.id AND o.lane_position = p.number) OR (o.lane = p.run_id AND o.topic LIKE 'run.places.%' AND o.lane_position >= p.number)))` },
  ]
}
