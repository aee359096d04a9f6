import type { Money } from './money.js'

/** How a run is launched, apart from its data. */
export interface LaunchSettings {
  /** Name of the task; made at its first launch. One line of 1–200 characters. */
  readonly task: string
  /** Whose account pays, by name. One line of 1–200 characters. */
  readonly requester: string
  /** Type of a provider of this instance, such as `inhouse`. */
  readonly provider: string
  /** How many different workers answer each item, up to 1000. @default 1 */
  readonly unitsPerAssignment?: number
  /** Pay of one unit. @default nothing, in USD */
  readonly pay?: Money
  /** Cap on spent plus reserved money, in the currency of `pay`. @default no cap */
  readonly budget?: Money
  /** How long a worker holds a unit without extending, ms, from 5 seconds to 30 days. @default 600000 (10 minutes) */
  readonly leaseMs?: number
  /** What workers read above the task. @default the task's name */
  readonly title?: string
  /** What workers read before they begin. @default nothing */
  readonly description?: string
}
