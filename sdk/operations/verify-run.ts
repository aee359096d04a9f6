import { NO_FEATURES, specialRanges } from '../data-model/features.js'
import { isEnded, unitVerbForAgent, type UnitStatus } from '../data-model/lifecycle.js'
import type { TaskRun } from '../data-model/entities.js'
import type { EventRow, Recorded, RecordedAgent, RecordedAnswer, RecordedUnit, StreamHead } from '../ports/event-operations.js'
import type { DbOperations, MephistoDb } from '../ports/mephisto-db.js'
import { answerDigest } from './event-hash.js'
import { byStream, replayAgent, replayRun, type Replay, type ReplayedAgent, type ReplayedRun } from './replay.js'
import { verifyOnboardings, type OnboardingPage } from './verify-onboarding.js'
import { differenceOfText } from './verify-text.js'
import { unknownRun } from './named-place.js'

/** Where rows and log say different things. */
export interface LogDifference {
  /** What it is about: `run`, `unit`, `agent` or `answer`, and its id. */
  readonly subject: 'run' | 'unit' | 'agent' | 'answer'
  readonly id: string
  /** One sentence. */
  readonly what: string
}

/** What {@link verifyRun} looked at, and the first difference it found. */
export interface Verification {
  readonly runId: string
  readonly events: number
  readonly units: number
  readonly agents: number
  readonly answers: number
  readonly difference: LogDifference | null
}

/** Items that are compared in one transaction, which holds the run meanwhile. */
const ITEMS = 100

/**
 * Rebuilds units, agents and answers of a run from the log and compares them with the rows: whether the log is whole
 * (numbers, hashes, feed), each status follows from it, money adds up. Reads a portion at a time, so that people can go on
 * working meanwhile; stops at the first difference. @throws MephistoError `not_found`
 */
export async function verifyRun(db: MephistoDb, runId: string): Promise<Verification> {
  const counts = { events: 0, units: 0, agents: 0, answers: 0 }
  const features = (await db.runs.get(runId))?.config.features ?? NO_FEATURES
  const holding = holderOf(db, runId)
  for (const { first, end } of [...specialRanges(features), { first: 0, end: Infinity }]) {
    for (let from = first, isMore = true; isMore; from += ITEMS) {
      const { recorded, difference } = await verifyItems(holding, { from, to: Math.min(end, from + ITEMS) })
      counts.units += recorded.units.length
      counts.agents += recorded.agents.length
      counts.answers += recorded.answers.length
      if (difference) return { runId, ...counts, difference }
      isMore = end === Infinity ? recorded.units.length > 0 : from + ITEMS < end
    }
  }
  if (features.onboarding) {
    for (let after: string | null | undefined; after !== null;) {
      const { agents, wrong, nextCursor }: OnboardingPage = await holding((tx, { run, replay: { state } }) => verifyOnboardings(tx, { run, state: state ?? NOTHING_ERASED }, after ?? undefined))
      counts.agents += agents
      if (wrong) return { runId, ...counts, difference: { subject: 'agent', id: wrong.agentId, what: wrong.what } }
      after = nextCursor
    }
  }
  const whole = await holding((tx, held) => compareRun(tx, held, counts.units))
  return { runId, ...counts, ...whole }
}

const NOTHING_ERASED: Pick<ReplayedRun, 'erased'> = { erased: new Map() }

/** The items of a run at these positions, and the first difference in them. */
async function verifyItems(holding: Holding, { from, to }: { readonly from: number; readonly to: number }): Promise<{ readonly recorded: Recorded; readonly difference: LogDifference | null }> {
  return holding(async (tx, { run, replay: { state, wrong } }) => {
    if (wrong !== null) return { recorded: { units: [], agents: [], answers: [] }, difference: { subject: 'run', id: run.id, what: wrong } }
    const recorded = await tx.events.recorded(run.id, from, to)
    const events = byStream(await tx.events.ofStreams(recorded.agents.map(agent => agent.id)))
    return { recorded, difference: compareItems({ run, ofRun: state }, recorded, events) }
  })
}

/** A run that is held, with what its own stream says about it. */
interface HeldRun {
  readonly run: TaskRun
  readonly feed: number
  readonly replay: Replay<ReplayedRun>
}

/** Reads in a transaction that holds the run. */
type Holding = <T>(read: (tx: DbOperations, held: HeldRun) => Promise<T>) => Promise<T>

/** Holds a run for one portion after the other; its own stream is replayed again only when there is more of it. */
function holderOf(db: MephistoDb, runId: string): Holding {
  let known: { readonly head: StreamHead; readonly replay: Replay<ReplayedRun> } | null = null
  return read => db.transaction(async tx => {
    const [held] = await tx.runs.lock([runId])
    if (!held) throw unknownRun(runId)
    const { run, feed, head } = held
    if (known?.head.count !== head.count || known.head.hash !== head.hash) known = { head, replay: replayRun(await tx.events.ofStreams([runId]), head) }
    return read(tx, { run, feed, replay: known.replay })
  })
}

function compareItems({ run, ofRun }: { readonly run: TaskRun; readonly ofRun: ReplayedRun }, recorded: Recorded, events: ReadonlyMap<string, readonly EventRow[]>): LogDifference | null {
  const replayed = new Map<string, ReplayedAgent>()
  for (const agent of recorded.agents) {
    const { state, wrong } = replayAgent(events.get(agent.id) ?? [], agent.head)
    if (wrong !== null) return { subject: 'agent', id: agent.id, what: wrong }
    const what = compareAgent(agent, state)
    if (what !== null) return { subject: 'agent', id: agent.id, what }
    replayed.set(agent.id, state)
  }
  for (const unit of recorded.units) {
    const what = compareUnit(unit, { run, ofRun, agents: recorded.agents.filter(agent => agent.unitId === unit.id), replayed })
    if (what !== null) return { subject: 'unit', id: unit.id, what }
  }
  return compareAnswers(recorded.answers, replayed, ofRun)
}

function compareAgent(agent: RecordedAgent, state: ReplayedAgent): string | null {
  return firstUnequal([
    ['status', agent.status, state.status], ['unit', agent.unitId, state.unitId], ['fence', agent.fence, state.fence], ['acceptedAt', agent.acceptedAt, state.acceptedAt],
  ])
}

interface UnitHistory {
  readonly run: TaskRun
  readonly ofRun: ReplayedRun
  readonly agents: readonly RecordedAgent[]
  readonly replayed: ReadonlyMap<string, ReplayedAgent>
}

function compareUnit(unit: RecordedUnit, history: UnitHistory): string | null {
  const { agents, replayed } = history
  const gap = agents.findIndex((agent, index) => agent.fence !== index + 1)
  if (gap >= 0) return `its attempts have no fence ${String(gap + 1)}`
  const last = agents.at(-1)
  const state = last && replayed.get(last.id)
  const verb = state ? unitVerbForAgent(state.status) : 'release'
  if (!last || !state || verb === 'release') return compareFreeUnit(unit, history)
  if (verb === 'expire') {
    return firstUnequal([['status', unit.status, 'expired'], ['holder', unit.holder, unit.id], ['fence', unit.fence, last.fence], ['agent', unit.agentId, last.id]])
  }
  const status: UnitStatus = verb === null ? 'assigned' : STATUS_OF[verb]
  // Of whoever is connected where people work together the lease is kept without a word of it in the log.
  const leaseUntil = history.run.config.live ? unit.leaseUntil ?? state.leaseUntil : state.leaseUntil
  return firstUnequal([
    ['status', unit.status, status], ['holder', unit.holder, last.workerId], ['worker', unit.workerId, last.workerId], ['agent', unit.agentId, last.id],
    ['fence', unit.fence, last.fence], ['leaseUntil', unit.leaseUntil, verb === null ? leaseUntil : null], ['completedAt', unit.completedAt, state.completedAt],
  ])
}

const STATUS_OF = { complete: 'completed', approve: 'accepted', overturn: 'accepted', soft_reject: 'soft_rejected', reject: 'rejected', launch: 'launched', assign: 'assigned', undo: 'completed' } as const

/** A unit that nobody has: free, or expired with its run, as that drained, or by itself. */
function compareFreeUnit(unit: RecordedUnit, { run, ofRun, agents }: UnitHistory): string | null {
  const isExpired = unit.status === 'expired'
  const isWithdrawn = ofRun.withdrawn.has(unit.id)
  if (isExpired && !isWithdrawn && !ofRun.wasExpired && ofRun.lapsed === 0) return 'it is expired, and its run was never'
  if (isWithdrawn && !isExpired) return `it is ${unit.status}, and it was withdrawn`
  if (!isExpired && isEnded(run.status) && run.unitsOpen === 0) return `it is ${unit.status}, and its run has ended`
  const isFree = isExpired || unit.status === 'created' || unit.status === 'launched'
  return firstUnequal([
    ['status', isFree ? 'launched' : unit.status, 'launched'], ['holder', unit.holder, unit.id], ['worker', unit.workerId, null], ['agent', unit.agentId, null],
    ['fence', unit.fence, agents.length], ['leaseUntil', unit.leaseUntil, null], ['completedAt', unit.completedAt, null],
  ])
}

function compareAnswers(answers: readonly RecordedAnswer[], replayed: ReadonlyMap<string, ReplayedAgent>, ofRun: ReplayedRun): LogDifference | null {
  for (const answer of answers) {
    const logged = replayed.get(answer.agentId)?.answers.get(answer.id)
    if (!logged) return { subject: 'answer', id: answer.id, what: 'the log does not know it' }
    const what = differenceOfText(answer, logged, ofRun)
    if (what !== null) return { subject: 'answer', id: answer.id, what }
    if (logged.counted !== (answer.outcome === 'completed')) return { subject: 'answer', id: answer.id, what: `its outcome is ${answer.outcome}, and the log says otherwise` }
  }
  const stored = new Set(answers.map(answer => answer.id))
  for (const [agentId, state] of replayed) {
    const missing = [...state.answers.keys()].find(id => !stored.has(id))
    if (missing !== undefined) return { subject: 'answer', id: missing, what: `agent ${agentId} gave it, and it is not stored` }
  }
  return null
}

async function compareRun(tx: DbOperations, { run, feed, replay: { state, wrong: broken } }: HeldRun, unitsOfItems: number): Promise<{ events: number; difference: LogDifference | null }> {
  const wrong = (what: string): { events: number; difference: LogDifference } => ({ events: feed, difference: { subject: 'run', id: run.id, what } })
  if (broken !== null) return wrong(broken)
  const bounds = await tx.events.feedBounds(run.id)
  const balances = await tx.ledger.balances(run.id)
  const units = await tx.runs.countUnits(run.id)
  const publishesUnits = run.config.supply.publishing?.publishesUnits === true
  const what = firstUnequal([
    ['status', run.status, state.status], ['units', run.unitsTotal, state.units ?? run.unitsTotal], ...changedSettings(run, state), ...feedPairs(run, state), ['number of events', bounds.count, feed], ['first event', bounds.first, feed === 0 ? 0 : 1], ['last event', bounds.last, feed],
    ['reserved money', run.reservedMinor, balances.reservedMinor], ['owed money', run.owedMinor, balances.owedMinor], ['paid money', run.paidMinor, balances.paidMinor],
    ['units', run.unitsTotal, Object.values(units).reduce((sum, count) => sum + count, 0)],
    ['units that have their item', run.status === 'launching' ? unitsOfItems : run.unitsTotal, unitsOfItems], ['open units', run.unitsOpen, units.created + units.launched + units.assigned],
    // What expired with its run is not counted in the log; without that, each expired unit is.
    ['expired units', units.expired, state.wasExpired ? units.expired : state.withdrawn.size + state.lapsed],
    ...(publishesUnits ? [['units that the provider shows', await tx.publications.countUnits(run.id, ['published']), await tx.publications.countLive(run.id)] as const] : []),
    ['answered units', run.unitsAnswered, units.completed + units.accepted + units.soft_rejected + units.rejected],
  ])
  return what === null ? { events: feed, difference: null } : wrong(what)
}

type Pair = readonly [name: string, stored: string | number | null, rebuilt: string | number | null]

function changedSettings(run: TaskRun, { settings }: ReplayedRun): Pair[] {
  return (['unitsPerAssignment', 'leaseMs', 'budgetMinor', 'archivedAt', 'dataRemovedAt'] as const).map(setting => [setting, run[setting], settings.has(setting) ? settings.get(setting) ?? null : run[setting]])
}

function feedPairs({ dataFeed }: TaskRun, { dataFeed: replayed }: ReplayedRun): Pair[] {
  if (!dataFeed) return [['rows of a data feed', null, replayed.rows === 0 ? null : replayed.rows]]
  const { status, rows, cursor } = dataFeed
  return [['status of the data feed', status, replayed.status], ['rows of the data feed', rows, replayed.rows], ['place in the data feed', cursor === null ? null : answerDigest(cursor), replayed.cursor]]
}

function firstUnequal(pairs: readonly Pair[]): string | null {
  const unequal = pairs.find(([, stored, rebuilt]) => stored !== rebuilt)
  if (!unequal) return null
  const [name, stored, rebuilt] = unequal
  return `${name} is ${String(stored)}, and the log says ${String(rebuilt)}`
}
