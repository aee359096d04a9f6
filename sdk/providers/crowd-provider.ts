import type { ProviderContext } from './provider-context.js'
import type { ClosingRun, LaunchAtProvider, OpenRun, PlacesInRun, ProviderCall, ProviderRef, PublishingUnit, WithdrawingUnit } from './publishing.js'

/** Who stands before a task page, and for which run. */
export interface Entry {
  readonly runId: string
  /** The worker's name at the provider. */
  readonly externalId: string
}

/** An invitation to work on one run as one worker. */
export interface Invitation {
  readonly credential: string
  /** When it stops working, epoch ms. */
  readonly expiresAt: number
}

/**
 * Where workers come from. A plain object; optional methods are capabilities, which a run keeps as they were at its launch. With none of
 * `openRun` and `publishUnit` there is nothing outside to be done, and workers can have units as soon as they are launched.
 *
 * The calls to the outside are made by the outbox: at least once, each under a key of its own. So each of them may come again
 * under the same `call.key`, after its reply was lost, its process was killed or its time ran out, and must have its effect once.
 * A call rejects with a MephistoError that is no `unavailable` or `internal` when the provider refused: then nothing was done, and it
 * is not tried again by itself. Every other rejection is tried again, later and later.
 */
export interface CrowdProvider {
  readonly specVersion: 1
  /** The provider's name, such as `inhouse`. */
  readonly type: string
  /**
   * Who a credential from a task page's address stands for.
   * @throws MephistoError `unauthenticated` when it is forged or not of this provider, `link_expired` when it is too old
   */
  identify(credential: string, context: ProviderContext): Promise<Entry>
  /** Makes a credential that {@link identify} accepts until it expires. */
  invite?(entry: Entry, expiresInMs: number, context: ProviderContext): Promise<Invitation>
  /** What the provider takes for a unit beside its pay, in whole minor units of the same currency; anything else is refused by `plan`. @default nothing */
  fees?(payMinor: number, currency: string): number
  /**
   * Whether a run can be launched like this: its pay, title, page and so on. Asked by `launch` and `plan` before anything is written or
   * read of the data, for 30 s at most; it may look something up outside (the balance, say), and changes nothing there. What it throws refuses the launch.
   */
  validateLaunch?(launch: LaunchAtProvider, context: ProviderContext): void | Promise<void>
  /** How long one call to the outside may take, ms. @default 30000 */
  readonly callTimeoutMs?: number
  /**
   * Makes what the run's units stand in at the provider (a study, a type of job); opens it again when `run.ref` says that it was
   * open before. Returns what it is called there. Nobody gets units of a run before this has been done.
   */
  openRun?(run: OpenRun, call: ProviderCall): Promise<ProviderRef>
  /** Ends what {@link openRun} made, after the run has ended and its units were withdrawn. One that is not there, or ended before, is fine. */
  closeRun?(run: ClosingRun, call: ProviderCall): Promise<void>
  /**
   * Has so many places in the run, for providers that count places and do not know units; one that cannot take places away leaves
   * them. Units are `created` until there are places for them. Needs {@link openRun}, and stands in place of {@link publishUnit}.
   */
  setPlaces?(run: PlacesInRun, call: ProviderCall): Promise<void>
  /** Shows a unit to the provider's workers. Returns what it is called there. The unit is `created` until then. Needs {@link withdrawUnit}. */
  publishUnit?(unit: PublishingUnit, call: ProviderCall): Promise<ProviderRef>
  /** Takes down what {@link publishUnit} showed. One that is not there, or was taken down before, is fine. */
  withdrawUnit?(unit: WithdrawingUnit, call: ProviderCall): Promise<void>
}
