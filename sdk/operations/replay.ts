import type { DataFeedStatus } from '../data-model/data-feed.js'
import { isAgentNote, isRunNote, type EventType } from '../data-model/event-types.js'
import { AGENT_MOVES, RUN_MOVES, type AgentStatus, type RunStatus } from '../data-model/lifecycle.js'
import type { EventRow, StreamHead } from '../ports/event-operations.js'
import { eventHash } from './event-hash.js'

/** What an agent's events say about it. */
export interface ReplayedAgent {
  readonly status: AgentStatus
  readonly unitId: string
  readonly fence: number
  readonly acceptedAt: number
  /** When the lease ends by what was last given, epoch ms. */
  readonly leaseUntil: number
  readonly completedAt: number | null
  /** Digests of its answers, by submission, and when they came in the feed. */
  readonly answers: ReadonlyMap<string, { readonly digest: string; readonly counted: boolean; readonly feed: number }>
}

/** What a run's own events say about it. */
export interface ReplayedRun {
  readonly status: RunStatus
  /** Units by the last move, which counts them, and those that were added since; null before the launch is over. */
  readonly units: number | null
  /** Units that nobody had and that went as the run drained. */
  readonly lapsed: number
  /** What was changed after the launch, and to what. */
  readonly settings: ReadonlyMap<string, number | null>
  /** Units that nobody had, and that were expired by themselves. */
  readonly withdrawn: ReadonlySet<string>
  /** Whether it has ever been expired: units that nobody had then went with it. */
  readonly wasExpired: boolean
  /** How far it came with its data feed, if it has one: the digest of its place there, null at its beginning. */
  readonly dataFeed: { readonly status: DataFeedStatus; readonly rows: number; readonly cursor: string | null }
  /** Up to which number of the feed the answers of an agent were erased; under null those of all agents. */
  readonly erased: ReadonlyMap<string | null, number>
}

/** Whether an answer that came at this number of the feed was erased since. */
export function isErased({ erased }: Pick<ReplayedRun, 'erased'>, agentId: string, feed: number): boolean {
  return feed < Math.max(erased.get(agentId) ?? 0, erased.get(null) ?? 0)
}

/** A stream replayed, or what is wrong with it. */
export type Replay<T> = { readonly state: T; readonly wrong: null } | { readonly state: null; readonly wrong: string }

/** Checks that a stream is whole: numbered from 1, each event chained to the one before, up to the head. Null when it is. */
export function brokenChain(events: readonly EventRow[], head: StreamHead): string | null {
  let hash = ''
  for (const [index, event] of events.entries()) {
    if (event.number !== index + 1) return `event ${String(index + 1)} is missing from the log`
    if (eventHash(hash, event) !== event.hash) return `event ${String(event.number)} (${event.type}) is not what was written`
    hash = event.hash
  }
  if (events.length !== head.count) return `the log has ${String(events.length)} events where ${String(head.count)} were written`
  return hash === head.hash ? null : 'the last event is not the one that was written'
}

/** Events by their stream, in the order in which they come. */
export function byStream(events: readonly EventRow[]): ReadonlyMap<string, readonly EventRow[]> {
  const streams = new Map<string, EventRow[]>()
  for (const event of events) {
    const stream = streams.get(event.streamId)
    if (stream) stream.push(event)
    else streams.set(event.streamId, [event])
  }
  return streams
}

/** Rebuilds an agent from its events. */
export function replayAgent(events: readonly EventRow[], head: StreamHead): Replay<ReplayedAgent> {
  const broken = brokenChain(events, head)
  if (broken !== null) return { state: null, wrong: broken }
  const [first, ...rest] = events
  if (first?.type !== 'begin' && first?.type !== 'wait') return { state: null, wrong: 'its first event is not the beginning of an attempt' }
  const begun = JSON.parse(first.body) as { unit: string; fence: number; until: number }
  const answers = new Map<string, { digest: string; counted: boolean; feed: number }>()
  let status: AgentStatus = AGENT_MOVES[first.type].to
  let { until } = begun
  let completedAt: number | null = null
  for (const event of rest) {
    const body = JSON.parse(event.body) as { until?: number; submission?: string; digest?: string }
    if (event.type === 'extend') until = body.until ?? until
    if (event.type === 'complete') completedAt = event.at
    if (body.submission !== undefined) answers.set(body.submission, { digest: body.digest ?? '', counted: event.type === 'complete', feed: event.feed })
    if (isAgentNote(event.type)) continue
    const move = (AGENT_MOVES as Readonly<Record<string, { from: readonly AgentStatus[]; to: AgentStatus }>>)[event.type]
    if (!move?.from.includes(status)) return { state: null, wrong: `event ${String(event.number)}: ${event.type} is no move from ${status}` }
    status = move.to
  }
  return { state: { status, unitId: begun.unit, fence: begun.fence, acceptedAt: first.at, leaseUntil: until, completedAt, answers }, wrong: null }
}

/** Rebuilds a run from its own stream. */
export function replayRun(events: readonly EventRow[], head: StreamHead): Replay<ReplayedRun> {
  const broken = brokenChain(events, head)
  if (broken !== null) return { state: null, wrong: broken }
  const withdrawn = new Set<string>()
  const settings = new Map<string, number | null>()
  const erased = new Map<string | null, number>()
  let status: RunStatus = 'launching'
  let units: number | null = null
  let lapsed = 0
  let dataFeed: ReplayedRun['dataFeed'] = { status: 'open', rows: 0, cursor: null }
  for (const event of events) {
    const body = JSON.parse(event.body) as FeedBody & { units?: number; unit?: string; setting?: string; to?: number; agents?: readonly string[] | null }
    if (event.type === 'requeue' || event.type === 'add' || event.type === 'top_up' || event.type === 'feed') units = (units ?? 0) + (body.units ?? 0)
    if (event.type === 'withdraw') withdrawn.add(body.unit ?? '')
    if (event.type === 'lapse') lapsed += body.units ?? 0
    if (event.type === 'change') settings.set(body.setting ?? '', body.to ?? null)
    if (event.type === 'erase') for (const agent of body.agents ?? [null]) erased.set(agent, event.feed)
    dataFeed = feedAfter(dataFeed, event.type, body)
    if (isRunNote(event.type)) continue
    units = body.units ?? units
    const move = (RUN_MOVES as Readonly<Record<string, { from: readonly RunStatus[]; to: RunStatus }>>)[event.type]
    if (!move?.from.includes(status)) return { state: null, wrong: `event ${String(event.number)}: ${event.type} is no move from ${status}` }
    status = move.to
  }
  return { state: { status, units, lapsed, settings, withdrawn, erased, dataFeed, wasExpired: events.some(event => event.type === 'expire' || event.type === 'fail') }, wrong: null }
}

interface FeedBody {
  readonly rows?: number
  readonly cursor?: string | null
}

/** Where a data feed stands after an event of its run. */
function feedAfter(before: ReplayedRun['dataFeed'], type: EventType, { rows = 0, cursor = null }: FeedBody): ReplayedRun['dataFeed'] {
  switch (type) {
    case 'feed': return { ...before, rows: before.rows + rows, cursor }
    case 'feed_end': case 'drain': case 'complete': case 'expire': case 'fail': return { ...before, status: 'ended' }
    case 'feed_fail': return { ...before, status: 'failed' }
    case 'feed_resume': return { ...before, status: 'open', cursor }
    default: return before
  }
}
