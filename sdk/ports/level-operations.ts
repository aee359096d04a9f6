import type { Money } from '../data-model/money.js'
import type { AgentStatus, RunStatus } from '../data-model/lifecycle.js'
import type { UnitKind } from '../data-model/unit-kind.js'
import type { CallStatus } from '../data-model/call-status.js'

/** Work and money of runs under way of one blueprint and currency. */
export interface WorkUnderWay {
  readonly blueprintType: string
  readonly currency: Money['currency']
  readonly unitsOpen: number
  readonly reservedMinor: number
  readonly owedMinor: number
  readonly paidMinor: number
}

/** How full everything is at one instant. */
export interface StoreLevels {
  readonly runs: readonly { readonly status: RunStatus; readonly runs: number }[]
  readonly underWay: readonly WorkUnderWay[]
  /** Units in workers' hands, and those of them whose lease has run out. */
  readonly leases: readonly { readonly kind: UnitKind; readonly leases: number; readonly overdue: number }[]
  /** Answered units that wait for a decision. */
  readonly unreviewed: number
  /** Of runs under way. */
  readonly onboardings: readonly { readonly status: Extract<AgentStatus, 'onboarding' | 'waiting'>; readonly agents: number }[]
  /** Calls that are not done. `dueSince` is the instant from which the one that is due longest has been due, epoch ms. */
  readonly calls: readonly { readonly topic: string; readonly status: CallStatus; readonly calls: number; readonly dueSince: number | null }[]
}

/** Counting everything at once, at a bounded cost. */
export interface LevelOperations {
  /** What there is; of units, onboardings and calls at most so many of each kind of count are looked at. */
  read(at: number, most: number): Promise<StoreLevels>
}
