import type { AnyBlueprint } from '../blueprints/blueprint.js'
import type { ActionName, InferActionInput, InferLive, InferLiveState, InferPacket, InferRawSignal, InferSignal, PacketName, SignalName } from '../blueprints/live.js'
import type { LivePersonView, OverReason } from '../protocol/live-views.js'

/** Something that this page did: what it sent, and whether it was taken. */
export type LiveAction<B extends AnyBlueprint> = {
  [N in ActionName<B>]: { readonly id: string; readonly name: N; readonly input: InferActionInput<B, N> } & (
    | { readonly status: 'sending' | 'done' }
    /** In words for the worker. */
    | { readonly status: 'refused'; readonly message: string }
  )
}[ActionName<B>]

/** Something that this page was told. */
export type ReceivedPacket<B extends AnyBlueprint> = {
  [N in PacketName<B>]: {
    /** Ascends, not always by one: what others are told is numbered too. */
    readonly number: number
    readonly name: N
    readonly body: InferPacket<B, N>
    /** When it was stored, ISO 8601. */
    readonly at: string
  }
}[PacketName<B>]

/** Something that another person at the item lets this page know for the moment. */
export type ReceivedSignal<B extends AnyBlueprint> = {
  [N in SignalName<B>]: {
    /** The `agentId` of the person. */
    readonly from: string
    readonly name: N
    readonly value: InferSignal<B, N>
  }
}[SignalName<B>]

/** What is there in each phase of live work. */
interface LiveParts<B extends AnyBlueprint> {
  /** By their places, those who left among them until somebody takes their place; nobody until the server has said who is there. */
  readonly people: readonly LivePersonView[]
  /** The worker at this page, as the others see them. */
  readonly you: LivePersonView | null
  /** How many people the work is for. */
  readonly seats: number
  /** All that this page was told, in order, before a reload too. */
  readonly packets: readonly ReceivedPacket<B>[]
  /** All that this page did, before a reload too. */
  readonly actions: readonly LiveAction<B>[]
  /** What the others who are there have said for the moment, each for 5 s after it was last said; nothing while packets are only asked for. */
  readonly signals: readonly ReceivedSignal<B>[]
  /**
   * Lets the others know something for the moment, such as that one writes. Called as often as one likes: one of a name is sent in 100 ms, with the last value. It is not
   * repeated, not stored, and may be lost.
   */
  signal<N extends SignalName<B>>(name: N, value: InferRawSignal<B, N>): void
  /**
   * Does something: it is sent after what was done before until the server has it, by a page that is loaded again too, and happens once. Resolves when it is stored; rejects with an error whose
   * message is for the worker when it is refused; stays pending when the item is gone.
   */
  act<N extends ActionName<B>>(name: N, input: InferActionInput<B, N>): Promise<void>
}

/** Work that happens while people are there: they wait for each other (`lobby`), are at it (`live`), or through with it, and can hand in (`over`). */
export type LivePage<B extends AnyBlueprint> = LiveParts<B> & (
  | { readonly phase: 'lobby'; readonly state: null }
  | { readonly phase: 'live'; readonly state: InferLiveState<B> }
  /** Why it is over. There is no state when it never began, or was erased. */
  | { readonly phase: 'over'; readonly reason: OverReason; readonly state: InferLiveState<B> | null }
)

/** What is live at a unit: null for a blueprint in which nothing is. */
export type LiveOf<B extends AnyBlueprint> = [InferLive<B>] extends [never] ? null : LivePage<B> | (string extends ActionName<B> ? null : never)
