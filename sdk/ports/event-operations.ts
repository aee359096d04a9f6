import type { EventType } from '../data-model/event-types.js'
import type { AgentStatus, UnitStatus } from '../data-model/lifecycle.js'
import type { SubmissionOutcome } from '../data-model/entities.js'

/** Where a stream of events stands: how many it has and the hash of the last one. A stream belongs to an agent, or to the run itself. */
export interface StreamHead {
  /** The agent's id, or the run's. */
  readonly streamId: string
  /** Events so far; the next one has this number plus 1. */
  readonly count: number
  /** Hash of the last event, SHA-256 in hexadecimal; empty before the first. */
  readonly hash: string
}

/** An event of the append-only log. */
export interface EventRow {
  readonly streamId: string
  /** From 1, without gaps, in its stream. */
  readonly number: number
  readonly runId: string
  /** From 1, without gaps, in the run, in the order of the commits. */
  readonly feed: number
  readonly type: EventType
  /** JSON text. */
  readonly body: string
  /** Chains the event to the one before it in its stream. */
  readonly hash: string
  readonly at: number
}

/** A unit as its row says. */
export interface RecordedUnit {
  readonly id: string
  readonly status: UnitStatus
  readonly holder: string
  readonly workerId: string | null
  readonly agentId: string | null
  readonly fence: number
  readonly leaseUntil: number | null
  readonly completedAt: number | null
}

/** An agent as its row says, with the head of its stream. */
export interface RecordedAgent {
  readonly id: string
  readonly unitId: string
  readonly workerId: string
  readonly status: AgentStatus
  readonly fence: number
  readonly acceptedAt: number
  readonly head: StreamHead
}

/** An answer as its row says. */
export interface RecordedAnswer {
  readonly id: string
  readonly unitId: string
  readonly agentId: string
  readonly outcome: SubmissionOutcome
  readonly answer: string
}

/** What the rows of some items say, to be compared with the log. */
export interface Recorded {
  readonly units: readonly RecordedUnit[]
  readonly agents: readonly RecordedAgent[]
  readonly answers: readonly RecordedAnswer[]
}

/** The append-only log. */
export interface EventOperations {
  append(events: readonly EventRow[]): Promise<void>
  /** Events of a run after `afterFeed`, in the order of their commits. None is ever added before one that was read. */
  feed(runId: string, afterFeed: number, limit: number): Promise<readonly EventRow[]>
  /** All events of these streams, stream by stream, each in order. */
  ofStreams(streamIds: readonly string[]): Promise<readonly EventRow[]>
  /** Events of one type in a stream, in order. */
  ofType(streamId: string, type: EventType): Promise<readonly EventRow[]>
  /** How many events the run has, and its smallest and largest feed numbers; zeros when there are none. */
  feedBounds(runId: string): Promise<{ count: number; first: number; last: number }>
  /** The rows of a run's items at positions `from` to below `to`. */
  recorded(runId: string, from: number, to: number): Promise<Recorded>
}
