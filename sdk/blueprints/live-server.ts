import type * as z from 'zod'
import type { AnyBlueprint, InferInput } from './blueprint.js'
import type { ActionName, InferLive, InferLiveState, InferRawLiveState, InferRawPacket, PacketName } from './live.js'
import type { RunParts } from './offered-unit.js'

/** Somebody at an item. */
export interface LivePerson {
  /** Their place, from 0: the index of their unit. Whoever takes it over when they have left has it too. */
  readonly seat: number
  /** What the others call them. */
  readonly name: string
  readonly agentId: string
  readonly workerId: string
  /** `away`: their page is not connected at this moment. `bot`: nobody is there, and the blueprint's functions play the place; its ids are empty. */
  readonly status: 'here' | 'away' | 'left' | 'bot'
}

/** The session in which something happens. */
export interface LiveSession<B extends AnyBlueprint, S = unknown> extends RunParts<B, S> {
  readonly runId: string
  /** The task's name. */
  readonly task: string
  readonly assignmentId: string
  readonly input: InferInput<B>
  /** Everybody, by their places, those who left among them until somebody takes their place. */
  readonly people: readonly LivePerson[]
}

/** Something that happened. */
export type LiveEvent<B extends AnyBlueprint> =
  | { [N in ActionName<B>]: { readonly type: 'action'; readonly name: N; readonly input: z.output<InferLive<B>['actions'][N]>; readonly person: LivePerson } }[ActionName<B>]
  /** Somebody took the place of one who had left. */
  | { readonly type: 'join'; readonly person: LivePerson }
  /** Somebody is gone for good; a bot has the place where the run is launched so. */
  | { readonly type: 'leave'; readonly person: LivePerson }
  /** A timer ran out. */
  | { readonly type: 'timer'; readonly name: string }
  /** An effect was done; `output` is what its function gave, as JSON. */
  | { readonly type: 'result'; readonly name: string; readonly input: unknown; readonly output: unknown }
  /** An effect failed for good. */
  | { readonly type: 'failure'; readonly name: string; readonly input: unknown; readonly message: string }

/** What the people are told. */
export type LivePacket<B extends AnyBlueprint> = {
  [N in PacketName<B>]: {
    readonly name: N
    readonly body: InferRawPacket<B, N>
    /** Who alone is told, by their places. @default everybody */
    readonly to?: readonly number[]
  }
}[PacketName<B>]

/** What follows from something that happened. */
export interface LiveChange<B extends AnyBlueprint> {
  /** What is shared from now on. @default as it was */
  readonly state?: InferRawLiveState<B>
  readonly packets?: readonly LivePacket<B>[]
  /** Effects to be done, by their names, each with JSON that its function gets. */
  readonly effects?: readonly { readonly name: string; readonly input?: unknown }[]
  /** Timers by their names: in so many ms each runs out, in place of one of that name; null takes it back. */
  readonly timers?: Readonly<Record<string, number | null>>
  /** The work together is over: everybody can hand their answer in. @default false */
  readonly end?: boolean
}

/** What everybody in a session was told. */
export interface ToldPacket {
  readonly name: string
  readonly body: unknown
  /** Epoch ms. */
  readonly at: number
}

/** What an effect is done for. */
export interface LiveEffectCall {
  readonly runId: string
  readonly assignmentId: string
  /** What the item is about. */
  readonly input: unknown
  /** What everybody was told so far, in order. */
  packets(): Promise<readonly ToldPacket[]>
  /** The same when it is done again. */
  readonly effectId: string
  /** Ends with the time limit. */
  readonly signal: AbortSignal
}

/** Something that is done outside of the session, such as asking a model. */
export interface LiveEffect {
  /** Does it. Once, and again when the process was killed meanwhile or what it gave could not be stored: tell repeats by `effectId`. What it throws is tried again, 5 times in some minutes. */
  run(input: unknown, call: LiveEffectCall): unknown
  /** How long it may take, ms. @default 60000 */
  readonly timeoutMs?: number
}

/**
 * What happens when people work together: functions of what they share. They are called outside of any transaction, perhaps more than once for
 * the same event, and what they give is written only if nothing else has happened meanwhile: they change nothing themselves, and leave the
 * world to effects. At most 5 s each.
 */
export interface LiveFunctions<B extends AnyBlueprint, S = unknown> {
  /** How it begins, when everybody is there. */
  begin(session: LiveSession<B, S>): (LiveChange<B> & { readonly state: InferRawLiveState<B> }) | Promise<LiveChange<B> & { readonly state: InferRawLiveState<B> }>
  /**
   * What follows from an event; nothing for undefined. A MephistoError that it throws on an action refuses it: nothing is stored, and whoever did it reads its
   * message. What else it throws on an event is logged, and waits in `mephisto.outbox` to be tried again; the others go on.
   */
  on(state: InferLiveState<B>, event: LiveEvent<B>, session: LiveSession<B, S>): LiveChange<B> | undefined | Promise<LiveChange<B> | undefined>
  /**
   * What one of the people sees of what is shared, such as their own cards alone. @default everything
   */
  view?(state: InferLiveState<B>, person: LivePerson): InferRawLiveState<B>
  /** What effects do, each by its name. @default none */
  readonly effects?: Readonly<Record<string, LiveEffect>>
}

/** The live functions of any blueprint, as the SDK calls them. */
export interface AnyLiveFunctions {
  begin(session: LiveSession<AnyBlueprint>): unknown
  on(state: unknown, event: AnyLiveEvent, session: LiveSession<AnyBlueprint>): unknown
  view?(state: unknown, person: LivePerson): unknown
  readonly effects?: Readonly<Record<string, LiveEffect>>
}

/** Any event, as the SDK tells it. */
export type AnyLiveEvent =
  | { readonly type: 'action'; readonly name: string; readonly input: unknown; readonly person: LivePerson }
  | Exclude<LiveEvent<AnyBlueprint>, { readonly type: 'action' }>
