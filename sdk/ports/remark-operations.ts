import type { RemarkKind, RemarkStatus } from '../data-model/remark.js'
import type { OfRunFilter } from './entity-operations.js'
import type { Reading } from './find-query.js'
import type { PacketsOf } from './session-operations.js'

/** What a worker said about their work. */
export interface RemarkRow {
  readonly id: string
  readonly taskId: string
  readonly runId: string
  readonly agentId: string
  readonly workerId: string
  /** The unit that the attempt was at; null for an onboarding. */
  readonly unitId: string | null
  /** The page's own id of it. */
  readonly clientId: string
  readonly kind: RemarkKind
  readonly status: RemarkStatus
  /** JSON text. */
  readonly body: string
  /** What others read of an approved tip, JSON text; null for what nobody is shown. */
  readonly shown: string | null
  /** Epoch ms. */
  readonly createdAt: number
  /** When somebody last decided about it; null while nobody has. Who it was is in the audit trail. */
  readonly decidedAt: number | null
}

/** A remark that comes in. */
export type NewRemark = Pick<RemarkRow, 'id' | 'taskId' | 'runId' | 'agentId' | 'workerId' | 'clientId' | 'kind' | 'body'> & { readonly at: number }

/** What somebody decides about a remark. */
export interface RemarkDecision extends Pick<RemarkRow, 'id' | 'status' | 'shown'> {
  readonly at: number
}

/** Which remarks to find. */
export interface RemarkFilter extends OfRunFilter {
  readonly unitId?: string
  readonly agentId?: string
  readonly workerId?: string
  readonly kinds?: readonly RemarkKind[]
  readonly statuses?: readonly RemarkStatus[]
}

/** What workers say about their work. Who adds remarks holds the run. */
export interface RemarkOperations extends Reading<RemarkRow, RemarkFilter, 'createdAt'> {
  /** @throws MephistoError `already_exists` for an id of the page's that is taken, `not_found` for an unknown run */
  add(remark: NewRemark): Promise<void>
  /** The remark that a page calls this; null for none. */
  byClientId(agentId: string, clientId: string): Promise<RemarkRow | null>
  /** How many remarks of a kind an attempt has left. */
  count(agentId: string, kind: RemarkKind): Promise<number>
  /** Writes what somebody decided. False for what others are to be shown of a remark whose text is erased, and for none that there is. */
  decide(decision: RemarkDecision): Promise<boolean>
  /** What others are shown of a task's approved tips, the latest first; none that was erased. */
  tips(taskId: string, limit: number): Promise<readonly RemarkRow[]>
  /** Puts a mark in the place of what these remarks say. Returns how many there were. */
  erase(whose: PacketsOf): Promise<number>
}
