import { createHash } from 'node:crypto'
import { checkChains } from './chain-check.js'
import { replayLifecycle, SETTING_COLUMNS, type ReplayedAttempt, type ReplayedRun } from './lifecycle-replay.js'
import { numberAt, textAt } from './plain-rows.js'
import type { LoggedEvent, RunLog } from './run-log.js'
import type { Report } from './violation.js'

/** Checks a run's log by itself, at each of its commits, and against the rows. */
export function checkLog(log: RunLog, report: Report): void {
  checkChains(log, report)
  const replayed = replayLifecycle(log, report)
  compareRun(log, replayed, report)
  compareAgents(log, replayed, report)
  compareUnits(log, replayed, report)
  compareAnswers(log, report)
  compareDecisions(log, report)
  checkTopUps(log, report)
}

/** Under a clock that never jumps back, the feed's times do not either: they are all from the database's one clock. */
export function checkSteadyClock({ id, events }: RunLog, report: Report): void {
  const back = events.find((event, index) => event.at < (events[index - 1]?.at ?? 0))
  if (back) report('P10', `run ${id}, event ${String(back.feed)}: it is older than the event before it, so it was dated by another clock`)
}

function compareRun({ id, run, ledger }: RunLog, { status, reserved, owed, movements, units, settings }: ReplayedRun, report: Report): void {
  if (units !== null && numberAt(run, 'units_total') !== units) report('P9', `run ${id} has ${textAt(run, 'units_total')} units, and its log says ${String(units)}`)
  for (const setting of ['unitsPerAssignment', 'leaseMs', 'budgetMinor', 'archivedAt', 'dataRemovedAt'] as const) {
    const stored = numberAt(run, SETTING_COLUMNS[setting])
    if (!Object.is(stored, settings[setting])) report('P9', `run ${id} has ${setting} ${String(stored)}, and its log says ${String(settings[setting])}`)
  }
  if (textAt(run, 'status') !== status) report('P9', `run ${id} is ${textAt(run, 'status')}, and its log says ${status}`)
  const [rowReserved, rowSpent] = [numberAt(run, 'reserved_minor'), numberAt(run, 'owed_minor') + numberAt(run, 'paid_minor')]
  if (rowReserved !== reserved || rowSpent !== owed) {
    report('P8', `run ${id} has reserved ${String(rowReserved)} and spent ${String(rowSpent)}, and its log says ${String(reserved)} and ${String(owed)}`)
  }
  // A payout moves what is owed on; the log of a run does not tell of it.
  const booked = new Map<string, number>()
  for (const entry of ledger.filter(row => textAt(row, 'credit') !== 'paid')) {
    const key = `${textAt(entry, 'unit_id')} ${textAt(entry, 'debit')}>${textAt(entry, 'credit')}`
    booked.set(key, (booked.get(key) ?? 0) + 1)
  }
  for (const key of new Set([...booked.keys(), ...movements.keys()])) {
    const [times, wanted] = [booked.get(key) ?? 0, movements.get(key) ?? 0]
    if (times !== wanted) report('P8', `unit ${key}: booked ${String(times)} times where the log says ${String(wanted)}`)
  }
}

function compareAgents({ agents }: RunLog, { attempts, onboardings }: ReplayedRun, report: Report): void {
  for (const [id, row] of agents) {
    const onboarding = onboardings.get(id)
    if (onboarding !== undefined && (onboarding !== textAt(row, 'status') || textAt(row, 'unit_id') !== '')) report('P9', `onboarding attempt ${id} is ${textAt(row, 'status')}, and the log says ${onboarding}`)
    if (onboarding !== undefined) continue
    const attempt = attempts.get(id)
    if (!attempt) report('P9', `agent ${id} has a row, and the log does not know it`)
    else if (attempt.status !== textAt(row, 'status')) report('P9', `agent ${id} is ${textAt(row, 'status')}, and the log says ${attempt.status}`)
    else if (attempt.unitId !== textAt(row, 'unit_id') || attempt.fence !== numberAt(row, 'fence')) report('P9', `agent ${id} has another unit or fence than the log says`)
  }
}

const STATUS_OF: Readonly<Record<string, string>> = { waiting: 'assigned', in_task: 'assigned', completed: 'completed', approved: 'accepted', soft_rejected: 'soft_rejected', rejected: 'rejected', expired: 'expired' }

function compareUnits({ id: runId, units }: RunLog, { attempts, fences, withdrawn, lapsed, wasExpired, isLive }: ReplayedRun, report: Report): void {
  const last = new Map<string, ReplayedAttempt>()
  for (const attempt of attempts.values()) if (attempt.fence >= (last.get(attempt.unitId)?.fence ?? 0)) last.set(attempt.unitId, attempt)
  let expired = 0
  for (const [id, row] of units) {
    const attempt = last.get(id)
    const held = attempt && STATUS_OF[attempt.status]
    const stored = textAt(row, 'status')
    // A unit without an attempt under way says nothing in the log when it expires with its run, or as that drains.
    const isFree = withdrawn.has(id) ? stored === 'expired' : stored === 'launched' || stored === 'created' || (stored === 'expired' && (wasExpired || lapsed > 0))
    if (stored === 'expired') expired += 1
    const fits = held === undefined ? isFree : stored === held && textAt(row, 'agent_id') === attempt?.agentId
    if (!fits) report('P9', `unit ${id} is ${stored}, and the log says ${held ?? 'that nobody has it'}`)
    if (numberAt(row, 'fence') !== (fences.get(id) ?? 0)) report('P5', `unit ${id} has fence ${textAt(row, 'fence')}, and the log says ${String(fences.get(id) ?? 0)}`)
    const [until, logged] = [numberAt(row, 'lease_until'), attempt?.until ?? NaN]
    if (held === 'assigned' && until !== logged && !(isLive && until > logged)) report('P5', `unit ${id}: its lease ends at ${textAt(row, 'lease_until')}, and the log says ${String(attempt?.until)}`)
  }
  if (!wasExpired && expired !== withdrawn.size + lapsed) report('P9', `run ${runId}: ${String(expired)} units are expired, and its log says ${String(withdrawn.size + lapsed)}`)
}

/**
 * Each answer that the log knows is stored as it came, or as the mark where the log says that it was erased since (P4), and
 * each stored one is in the log once (P6).
 */
function compareAnswers({ id: runId, events, submissions }: RunLog, report: Report): void {
  const logged = eventsBy(events, 'submission')
  // By agent, or null for all of the run: where the feed was when it was erased last.
  const erasedUpTo = new Map<string | null, number>()
  for (const { stream, type, body, feed } of events) {
    if (stream === runId && type === 'erase') for (const agent of (body['agents'] ?? [null]) as readonly (string | null)[]) erasedUpTo.set(agent, feed)
  }
  for (const [id, { stream, type, body, feed }] of logged.first) {
    const row = submissions.get(id)
    const wasErased = feed < Math.max(erasedUpTo.get(stream) ?? 0, erasedUpTo.get(null) ?? 0)
    if (!row) report('P4', `answer ${id} of agent ${stream} was taken, and is not stored`)
    else if (wasErased && textAt(row, 'answer') !== '{"erased":true}') report('P4', `answer ${id} was erased, and something else than the mark is stored`)
    else if (!wasErased && createHash('sha256').update(textAt(row, 'answer')).digest('hex') !== body['digest']) report('P4', `answer ${id} is not stored as it was given`)
    else if ((type === 'complete') !== (textAt(row, 'outcome') === 'completed') || textAt(row, 'agent_id') !== stream) report('P4', `answer ${id} is stored with another outcome or agent than it was taken with`)
  }
  for (const id of logged.repeated) report('P6', `answer ${id} is in the log twice`)
  for (const id of submissions.keys()) if (!logged.first.has(id)) report('P6', `answer ${id} is stored, and the log does not know it`)
}

/** What each verdict leads to. */
const VERDICTS: Readonly<Record<string, string>> = { approve: 'accepted', overturn: 'accepted', soft_reject: 'soft_rejected', reject: 'rejected', undo: 'completed' }

/** Each decision moved its unit once, from the status that the decision before it had led to. */
function compareDecisions({ events, decisions, agents }: RunLog, report: Report): void {
  const logged = eventsBy(events, 'decision')
  const statuses = new Map<string, string>()
  for (const [id, { stream, type }] of logged.first) {
    const row = decisions.get(id)
    const unitId = textAt(agents.get(stream) ?? {}, 'unit_id')
    const before = statuses.get(unitId) ?? 'completed'
    statuses.set(unitId, VERDICTS[type] ?? before)
    if (!row || textAt(row, 'unit_id') !== unitId || textAt(row, 'verdict') !== type) report('P6', `decision ${id} (${type}) is in the log, and not stored as such`)
    else if (textAt(row, 'previous') !== before) report('P9', `decision ${id} moved unit ${unitId} from ${textAt(row, 'previous')}, and it was ${before}`)
  }
  for (const id of logged.repeated) report('P6', `decision ${id} is in the log twice`)
  for (const id of decisions.keys()) if (!logged.first.has(id)) report('P6', `decision ${id} is stored, and the log does not know it`)
}

/** Events by the id in their body, and ids that came more than once. */
function eventsBy(events: readonly LoggedEvent[], field: string): { first: ReadonlyMap<string, LoggedEvent>; repeated: readonly string[] } {
  const first = new Map<string, LoggedEvent>()
  const repeated: string[] = []
  for (const event of events) {
    const id = event.body[field]
    if (typeof id !== 'string') continue
    if (first.has(id)) repeated.push(id)
    else first.set(id, event)
  }
  return { first, repeated }
}

/** Under each id of a caller a top-up is begun once: its first event, which adds nothing yet (promise P6). */
function checkTopUps({ id, events }: RunLog, report: Report): void {
  const begun = events.filter(({ type, body }) => type === 'top_up' && typeof body['id'] === 'string' && body['rows'] === 0).map(({ body }) => String(body['id']))
  for (const topUpId of new Set(begun.filter((one, index) => begun.indexOf(one) < index))) report('P6', `run ${id}: top-up "${topUpId}" was done more than once`)
}
