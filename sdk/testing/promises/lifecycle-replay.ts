import { numberAt, textAt } from './plain-rows.js'
import type { LoggedEvent, RunLog } from './run-log.js'
import type { Report } from './violation.js'

/** An attempt as the log tells it. */
export interface ReplayedAttempt {
  readonly agentId: string
  readonly workerId: string
  readonly unitId: string
  readonly assignmentId: string
  readonly fence: number
  readonly pay: number
  /** Whether the unit takes one of the places of its assignment: others are made for one worker each. */
  readonly isOrdinary: boolean
  until: number
  status: string
}

/** A run as the log tells it, after its last event. */
export interface ReplayedRun {
  status: string
  reserved: number
  owed: number
  readonly attempts: ReadonlyMap<string, ReplayedAttempt>
  /** Statuses of attempts at onboarding. */
  readonly onboardings: ReadonlyMap<string, string>
  /** Leases that each unit has given, which is its fence. */
  readonly fences: ReadonlyMap<string, number>
  /** Movements of money that each unit must have in the ledger: `unit debit>credit`, how often. */
  readonly movements: ReadonlyMap<string, number>
  /** Units that nobody had and that were expired by themselves. */
  readonly withdrawn: ReadonlySet<string>
  /** Units that nobody had and that expired as the run drained. */
  lapsed: number
  /** What can be changed after the launch, as it is after the last event. */
  readonly settings: Settings
  /** Units by the last event that counts them and those that were added since; null before the launch is over. */
  units: number | null
  wasExpired: boolean
  /** People work together: they wait for each other, and the leases of those who are connected are kept without a word of it in the log. */
  readonly isLive: boolean
}

/** Names as the log has them; NaN for null. */
type Settings = Record<keyof typeof SETTING_COLUMNS, number>

interface Replay extends ReplayedRun {
  readonly log: RunLog
  readonly report: Report
  readonly attempts: Map<string, ReplayedAttempt>
  readonly onboardings: Map<string, string>
  readonly ofAssignment: Map<string, ReplayedAttempt[]>
  readonly fences: Map<string, number>
  readonly movements: Map<string, number>
  readonly withdrawn: Set<string>
}

/** What each event does to an attempt. Written out here on purpose: it must not be what the code under test goes by. */
const MOVES: Readonly<Record<string, { readonly from: readonly string[]; readonly to: string }>> = {
  complete: { from: ['in_task'], to: 'completed' },
  begin: { from: ['waiting'], to: 'in_task' },
  return: { from: ['in_task', 'waiting'], to: 'returned' },
  time_out: { from: ['in_task'], to: 'timeout' },
  disconnect: { from: ['in_task', 'waiting'], to: 'disconnect' },
  lose_partner: { from: ['waiting'], to: 'partner_disconnect' },
  expire: { from: ['in_task', 'waiting'], to: 'expired' },
  approve: { from: ['completed'], to: 'approved' },
  soft_reject: { from: ['completed'], to: 'soft_rejected' },
  reject: { from: ['completed'], to: 'rejected' },
  overturn: { from: ['rejected'], to: 'approved' },
  undo: { from: ['approved', 'soft_rejected', 'rejected'], to: 'completed' },
}

const RUN_MOVES: Readonly<Record<string, { readonly from: readonly string[]; readonly to: string }>> = {
  run: { from: ['launching'], to: 'running' },
  fail: { from: ['launching'], to: 'failed' },
  pause: { from: ['running'], to: 'paused' },
  resume: { from: ['paused'], to: 'running' },
  drain: { from: ['running', 'paused'], to: 'draining' },
  complete: { from: ['running', 'paused', 'draining'], to: 'completed' },
  expire: { from: ['launching', 'running', 'paused', 'draining'], to: 'expired' },
  reopen: { from: ['completed', 'expired'], to: 'running' },
}

/** Columns of what can be changed after the launch. */
export const SETTING_COLUMNS = { unitsPerAssignment: 'units_per_assignment', leaseMs: 'lease_ms', budgetMinor: 'budget_minor', archivedAt: 'archived_at', dataRemovedAt: 'data_removed_at' } as const

/** What the run was launched with: the first change of a setting says it, or else the row; none is archived then, or without its data. NaN for no budget, and for one that is neither. */
function settingsAtLaunch({ id, run, events }: RunLog): Settings {
  const first = (setting: keyof Settings): number => {
    const change = events.find(event => event.stream === id && event.type === 'change' && event.body['setting'] === setting)
    const from = change ? change.body['from'] : setting === 'archivedAt' || setting === 'dataRemovedAt' ? null : run[SETTING_COLUMNS[setting]]
    return from === null || from === undefined ? NaN : Number(from)
  }
  return { unitsPerAssignment: first('unitsPerAssignment'), leaseMs: first('leaseMs'), budgetMinor: first('budgetMinor'), archivedAt: first('archivedAt'), dataRemovedAt: first('dataRemovedAt') }
}

function isLive({ run }: RunLog): boolean {
  return (JSON.parse(textAt(run, 'config')) as { readonly live?: unknown }).live !== undefined
}

const ENDED = new Set(['completed', 'expired', 'failed'])
/** Holds or has completed the unit (P3). */
const HOLDS = new Set(['in_task', 'waiting', 'completed', 'approved', 'soft_rejected', 'rejected'])
/** Takes one of the assignment's places (P2). */
const COUNTS = new Set(['in_task', 'waiting', 'completed', 'approved'])

/** Goes through a run's log in the order of its feed and checks after each event, and so at each commit, what must always hold. */
export function replayLifecycle(log: RunLog, report: Report): ReplayedRun {
  const replay: Replay = { log, report, status: 'launching', reserved: 0, owed: 0, attempts: new Map(), onboardings: new Map(), ofAssignment: new Map(), fences: new Map(), movements: new Map(), withdrawn: new Set(), lapsed: 0, settings: settingsAtLaunch(log), isLive: isLive(log), units: null, wasExpired: false }
  for (const event of log.events) {
    if (event.stream === log.id) moveRun(replay, event)
    else if (event.body['unit'] !== undefined) begin(replay, event)
    else if (event.type === 'onboard' || replay.onboardings.has(event.stream)) moveOnboarding(replay, event)
    else moveAttempt(replay, event)
  }
  return replay
}

function where({ log }: Replay, { feed }: LoggedEvent): string {
  return `run ${log.id}, event ${String(feed)}`
}

function moveRun(replay: Replay, event: LoggedEvent): void {
  const note = NOTES[event.type]
  if (note) {
    note(replay, event)
    return
  }
  if (event.type === 'erase') {
    const { agents } = event.body
    const areKnown = agents === null || (Array.isArray(agents) && agents.every(agent => typeof agent === 'string' && replay.log.agents.has(agent)))
    if (!areKnown) replay.report('P9', `${where(replay, event)}: answers were erased of an agent that has no row`)
    return
  }
  const counted = Number(event.body['units'])
  if (replay.units !== null && counted !== replay.units) replay.report('P9', `${where(replay, event)}: the run has ${String(counted)} units, and its log says ${String(replay.units)}`)
  replay.units = counted
  replay.wasExpired ||= event.type === 'expire' || event.type === 'fail'
  const move = RUN_MOVES[event.type]
  if (!move?.from.includes(replay.status)) replay.report('P9', `${where(replay, event)}: the run cannot ${event.type} from ${replay.status}`)
  replay.status = move?.to ?? replay.status
}

/** Events of a run that do not move it. */
const NOTES: Readonly<Record<string, (replay: Replay, event: LoggedEvent) => void>> = { requeue: addUnits, add: addUnits, top_up: addUnits, feed: addUnits, feed_end: nothing, feed_fail: nothing, feed_resume: nothing, withdraw, lapse, change, compensate }

function nothing(): void {
  // Neither units nor money nor the status of the run.
}

function addUnits(replay: Replay, event: LoggedEvent): void {
  const isAdding = Number(event.body['units']) > 0
  if (isAdding && (ENDED.has(replay.status) || replay.status === 'draining')) replay.report('P9', `${where(replay, event)}: units were added to a run that is ${replay.status}`)
  replay.units = (replay.units ?? 0) + Number(event.body['units'])
}

function withdraw(replay: Replay, event: LoggedEvent): void {
  const unitId = String(event.body['unit'])
  const holder = holderOf(replay, unitId)
  if (holder) replay.report('P4', `${where(replay, event)}: unit ${unitId} was withdrawn while agent ${holder.agentId} had it`)
  replay.withdrawn.add(unitId)
}

/** The attempt that has a unit, or has completed it. */
function holderOf({ log, ofAssignment }: Replay, unitId: string): ReplayedAttempt | undefined {
  return ofAssignment.get(textAt(log.units.get(unitId) ?? {}, 'assignment_id'))?.find(attempt => attempt.unitId === unitId && HOLDS.has(attempt.status))
}

function lapse(replay: Replay, event: LoggedEvent): void {
  if (replay.status !== 'draining') replay.report('P9', `${where(replay, event)}: units went as if the run were draining, and it is ${replay.status}`)
  replay.lapsed += Number(event.body['units'])
}

function isSetting(name: string): name is keyof Settings {
  return name in SETTING_COLUMNS
}

function change(replay: Replay, event: LoggedEvent): void {
  const setting = String(event.body['setting'])
  if (!isSetting(setting)) {
    replay.report('P9', `${where(replay, event)}: "${setting}" was changed, which is fixed at launch`)
    return
  }
  const valueOf = (side: 'from' | 'to'): number => (event.body[side] === null ? NaN : Number(event.body[side]))
  const [before, from] = [replay.settings[setting], valueOf('from')]
  if (!Object.is(before, from)) replay.report('P9', `${where(replay, event)}: ${setting} was changed from ${String(from)}, and it was ${String(before)}`)
  replay.settings[setting] = valueOf('to')
  checkMoney(replay, event)
}

function compensate(replay: Replay, event: LoggedEvent): void {
  if (replay.status === 'launching' || replay.status === 'failed') replay.report('P9', `${where(replay, event)}: somebody was compensated in a run that is ${replay.status}`)
  replay.owed += Number(event.body['amount'])
  replay.movements.set(NO_UNIT, (replay.movements.get(NO_UNIT) ?? 0) + 1)
  checkMoney(replay, event)
}

/** How money is booked that is for no unit, and taken back. */
const [NO_UNIT, BACK] = [' budget>owed', ' owed>budget']

/** A bonus is booked outside the unit that it is for. */
function bookBonus(replay: Replay, event: LoggedEvent): void {
  const bonus = Number(event.body['bonus'] ?? 0)
  if (bonus === 0) return
  if (!['approve', 'soft_reject', 'overturn', 'undo'].includes(event.type)) replay.report('P8', `${where(replay, event)}: a bonus goes with ${event.type}`)
  replay.owed += event.type === 'undo' ? -bonus : bonus
  const key = event.type === 'undo' ? BACK : NO_UNIT
  replay.movements.set(key, (replay.movements.get(key) ?? 0) + 1)
}

/** What each event does to an attempt at onboarding. */
const ONBOARDING_MOVES: Readonly<Record<string, { readonly from: readonly string[]; readonly to: string }>> = {
  onboard: { from: [''], to: 'onboarding' }, wait: { from: ['onboarding'], to: 'waiting' }, pass: { from: ['waiting'], to: 'approved' }, fail: { from: ['waiting'], to: 'rejected' },
  expire: { from: ['onboarding', 'waiting'], to: 'expired' },
  return: { from: ['onboarding', 'waiting'], to: 'returned' },
}

function moveOnboarding(replay: Replay, event: LoggedEvent): void {
  const { onboardings } = replay
  if (event.type === 'set_aside') return
  const [before, move] = [onboardings.get(event.stream) ?? '', ONBOARDING_MOVES[event.type]]
  if (!move?.from.includes(before)) replay.report('P9', `${where(replay, event)}: an onboarding that is ${before} cannot ${event.type} (agent ${event.stream})`)
  onboardings.set(event.stream, move?.to ?? before)
}

function begin(replay: Replay, event: LoggedEvent): void {
  const { log, report, attempts } = replay
  const [unitId, fence, until] = [String(event.body['unit']), Number(event.body['fence']), Number(event.body['until'])]
  const [unit, agent] = [log.units.get(unitId), log.agents.get(event.stream)]
  if (!unit || !agent) {
    report('P9', `${where(replay, event)}: agent ${event.stream} or unit ${unitId} has no row`)
    return
  }
  if (replay.status !== 'running') report('P9', `${where(replay, event)}: unit ${unitId} was handed out while the run was ${replay.status}`)
  if (replay.withdrawn.has(unitId)) report('P2', `${where(replay, event)}: unit ${unitId} was handed out after it was withdrawn`)
  if (attempts.has(event.stream)) report('P9', `${where(replay, event)}: agent ${event.stream} began twice`)
  const assignmentId = textAt(unit, 'assignment_id')
  const holder = holderOf(replay, unitId)
  if (holder) report('P2', `${where(replay, event)}: unit ${unitId} was given to agent ${event.stream} while agent ${holder.agentId} had it`)
  if (fence !== (replay.fences.get(unitId) ?? 0) + 1) report('P5', `${where(replay, event)}: unit ${unitId} gave fence ${String(fence)} after ${String(replay.fences.get(unitId) ?? 0)}`)
  if ((event.type === 'wait') !== replay.isLive || (event.type !== 'begin' && event.type !== 'wait')) report('P9', `${where(replay, event)}: an attempt cannot start with ${event.type}`)
  if (until !== event.at + replay.settings.leaseMs) report('P10', `${where(replay, event)}: the lease of agent ${event.stream} does not have its length from the time it was given`)
  const attempt = { agentId: event.stream, workerId: textAt(agent, 'worker_id'), unitId, assignmentId, fence, pay: numberAt(log.run, 'pay_minor'), isOrdinary: textAt(unit, 'kind') === 'standard', until, status: event.type === 'wait' ? 'waiting' : 'in_task' }
  attempts.set(event.stream, attempt)
  replay.ofAssignment.set(assignmentId, [...replay.ofAssignment.get(assignmentId) ?? [], attempt])
  replay.fences.set(unitId, Math.max(fence, replay.fences.get(unitId) ?? 0))
  book(replay, attempt, 'budget>reserved')
  checkAlways(replay, event, attempt)
}

function moveAttempt(replay: Replay, event: LoggedEvent): void {
  const { attempts, report, status } = replay
  const attempt = attempts.get(event.stream)
  if (!attempt) {
    report('P9', `${where(replay, event)}: ${event.type} of agent ${event.stream}, which never began`)
    return
  }
  if (event.type === 'set_aside') return
  const say: Report = (promise, what) => { report(promise, `${where(replay, event)}: ${what} (agent ${event.stream})`) }
  const isCurrent = replay.fences.get(attempt.unitId) === attempt.fence
  if (event.type === 'extend') {
    if (!HOLDS.has(attempt.status) || attempt.status === 'completed' || !isCurrent) say('P5', 'a lease was extended by somebody who no longer had it')
    if (event.at >= attempt.until && !replay.isLive) say('P5', 'a lease was extended after its end')
    attempt.until = Number(event.body['until'])
    if (attempt.until !== event.at + replay.settings.leaseMs) say('P10', 'an extended lease does not have its length from the time it was extended')
    return
  }
  if (event.type === 'opine' || event.type === 'retract') {
    if (attempt.status !== 'completed') say('P9', `a reviewer said what they think of an attempt that is ${attempt.status}`)
    return
  }
  const move = MOVES[event.type]
  if (event.type === 'complete') {
    if (!isCurrent || attempt.status !== 'in_task') say('P5', 'an answer counted that was not given under the current lease')
    if (event.at >= attempt.until && !replay.isLive) say('P5', 'an answer counted that came after the end of its lease')
    if (ENDED.has(status)) say('P5', 'an answer counted in a run that had ended')
  }
  // Whoever is blocked may lose what they are at; the event then names the block.
  const isBlocked = event.type === 'disconnect' && typeof event.body['block'] === 'string'
  if ((event.type === 'time_out' || event.type === 'disconnect') && event.at < attempt.until && !isBlocked) say('P5', 'a lease was taken away before its end')
  if (event.type === 'expire' && !ENDED.has(status)) say('P9', 'an attempt expired in a run that goes on')
  if (!move?.from.includes(attempt.status)) say('P9', `an attempt that is ${attempt.status} cannot ${event.type}`)
  book(replay, attempt, routeOf(event.type, attempt.status))
  bookBonus(replay, event)
  attempt.status = move?.to ?? attempt.status
  checkAlways(replay, event, attempt)
}

/** Which way the money of an attempt goes with an event. */
function routeOf(type: string, from: string): string | null {
  switch (type) {
    case 'return': case 'time_out': case 'disconnect': case 'lose_partner': case 'expire': case 'reject': return 'reserved>budget'
    case 'approve': case 'soft_reject': return 'reserved>owed'
    case 'overturn': return 'budget>owed'
    case 'undo': return from === 'rejected' ? 'budget>reserved' : 'owed>reserved'
    default: return null
  }
}

function book(replay: Replay, { unitId, pay }: ReplayedAttempt, route: string | null): void {
  if (route === null || pay === 0) return
  const [from, to] = route.split('>')
  replay.reserved += (to === 'reserved' ? pay : 0) - (from === 'reserved' ? pay : 0)
  replay.owed += (to === 'owed' ? pay : 0) - (from === 'owed' ? pay : 0)
  const key = `${unitId} ${route}`
  replay.movements.set(key, (replay.movements.get(key) ?? 0) + 1)
}

function checkAlways(replay: Replay, event: LoggedEvent, { assignmentId, workerId }: ReplayedAttempt): void {
  const { report } = replay
  const attempts = replay.ofAssignment.get(assignmentId) ?? []
  const wanted = replay.settings.unitsPerAssignment
  const taken = attempts.filter(attempt => attempt.isOrdinary && COUNTS.has(attempt.status)).length
  if (taken > wanted) report('P2', `${where(replay, event)}: assignment ${assignmentId} has ${String(taken)} leases and answers, and ${String(wanted)} were wanted`)
  if (attempts.filter(attempt => attempt.workerId === workerId && HOLDS.has(attempt.status)).length > 1) report('P3', `${where(replay, event)}: worker ${workerId} has two units of assignment ${assignmentId}`)
  checkMoney(replay, event)
}

function checkMoney(replay: Replay, event: LoggedEvent): void {
  const { report, reserved, owed } = replay
  const budget = replay.settings.budgetMinor
  if (reserved + owed > budget) report('P7', `${where(replay, event)}: ${String(reserved)} reserved and ${String(owed)} spent pass the budget of ${String(budget)}`)
  if (reserved < 0 || owed < 0) report('P8', `${where(replay, event)}: ${String(reserved)} reserved and ${String(owed)} owed; there cannot be less than nothing`)
}
