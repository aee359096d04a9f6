import type { Money } from '../data-model/money.js'
import type { ProviderContext } from './provider-context.js'

/** What a provider calls a thing of ours: a small JSON object, at most 4,000 characters, without names of workers. */
export type ProviderRef = Readonly<Record<string, string | number | boolean | null>>

/** How a provider is called. */
export interface ProviderCall {
  /** What the call is for: the same whenever it is made again, and no other call's. At most 64 characters: small letters, digits, `.`, `-` and `/`. */
  readonly key: string
  /** Ends when the call has taken too long: it is given up then, and made again later. */
  readonly signal: AbortSignal
  readonly context: ProviderContext
}

/** A run as its provider is told about it. */
export interface ProviderRun {
  readonly runId: string
  readonly task: string
  readonly title: string
  readonly description: string
  readonly requester: string
  /** Of one unit. */
  readonly pay: Money
  /** How long a worker holds a unit without extending, ms. */
  readonly leaseMs: number
  /** The page where workers do the task. */
  readonly taskUrl: string
}

/** A run that is about to be launched, as its provider is asked about it. */
export interface LaunchAtProvider extends Omit<ProviderRun, 'runId' | 'taskUrl'> {
  /** The page where workers will do the task; null where the instance has none, as in tests. */
  readonly taskUrl: string | null
  readonly unitsPerAssignment: number
  /** Most that the run may spend; null for no cap. */
  readonly budget: Money | null
  /** Most units that are shown at a time; null for all of them. */
  readonly maxLiveUnits: number | null
}

/** A run that is to be open at its provider. */
export interface OpenRun extends ProviderRun {
  /** What `openRun` returned when it was opened before; null the first time. */
  readonly ref: ProviderRef | null
}

/** A run that is to have so many places at its provider. */
export interface PlacesInRun extends OpenRun {
  /** All of them together: those that workers have taken, and those that are free. Absolute, so that it can be said again. */
  readonly places: number
}

/** A run that is to be closed at its provider. */
export interface ClosingRun extends ProviderRun {
  /** What `openRun` returned; null when its reply was never seen, so that it is not known whether anything is there: find it by `openKey`. */
  readonly ref: ProviderRef | null
  /** The key under which it was opened last. */
  readonly openKey: string
}

/** A unit that is to be shown to workers. */
export interface PublishingUnit {
  readonly unitId: string
  readonly assignmentId: string
  /** `ref` is what `openRun` returned; null where the provider opens no runs. */
  readonly run: OpenRun
}

/** A unit that workers are not to see any more. */
export interface WithdrawingUnit extends PublishingUnit {
  /** What `publishUnit` returned; null when its reply was never seen, so that it is not known whether anything is there: find it by `publishKey`. */
  readonly ref: ProviderRef | null
  /** The key under which it was published. */
  readonly publishKey: string
  /** `answered`, by the worker who had it; `expired`, because nobody is to have it any more. */
  readonly reason: 'answered' | 'expired'
}
