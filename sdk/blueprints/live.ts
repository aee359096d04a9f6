import type * as z from 'zod'

/** Work that happens while people are there: several at one item, or one with the server. What they share, what each can do, and what they are told. */
export interface LiveContract<TState extends z.ZodType = z.ZodType, TActions extends Schemas = Schemas, TPackets extends Schemas = Schemas, TSignals extends Schemas = Schemas> {
  /** What everybody at the item shares, and sees: small, such as whose turn it is. At most 100,000 characters as JSON. */
  readonly state: TState
  /** What a page can do, each by its name, with what it sends. */
  readonly actions: TActions
  /** What pages are told besides, each by its name: what is said, rather than how things stand. @default nothing */
  readonly packets?: TPackets
  /**
   * What pages let each other know for the moment, each by its name: that somebody writes, where their pointer is. Not stored, and may be lost. At most 2,000
   * characters as JSON each. @default nothing
   */
  readonly signals?: TSignals
  /** What people are called, by their place: `['Buyer', 'Seller']`. @default 'Person 1', 'Person 2', … */
  readonly names?: readonly string[]
}

/** Schemas by name. */
export type Schemas = Readonly<Record<string, z.ZodType>>

interface WithLive<L> { readonly live?: L }

/** What is live in a blueprint; never for one in which nothing is. */
export type InferLive<B> = B extends WithLive<infer L> ? Extract<L, LiveContract> : never
/** The shared state of a blueprint, after its schema ran. */
export type InferLiveState<B> = z.output<InferLive<B>['state']>
/** The shared state of a blueprint, before its schema ran. */
export type InferRawLiveState<B> = z.input<InferLive<B>['state']>

/** Names of a blueprint's actions. */
export type ActionName<B> = keyof InferLive<B>['actions'] & string
/** What a page sends with an action: before its schema ran. */
export type InferActionInput<B, N extends ActionName<B>> = z.input<InferLive<B>['actions'][N]>

type PacketSchemas<B> = NonNullable<InferLive<B>['packets']>
/** Names of what pages are told. */
export type PacketName<B> = keyof PacketSchemas<B> & string
/** What a packet says, after its schema ran. */
export type InferPacket<B, N extends PacketName<B>> = z.output<PacketSchemas<B>[N]>
/** What a packet says, before its schema ran. */
export type InferRawPacket<B, N extends PacketName<B>> = z.input<PacketSchemas<B>[N]>

type SignalSchemas<B> = NonNullable<InferLive<B>['signals']>
/** Names of what pages let each other know for the moment. */
export type SignalName<B> = keyof SignalSchemas<B> & string
/** What a signal says, after its schema ran. */
export type InferSignal<B, N extends SignalName<B>> = z.output<SignalSchemas<B>[N]>
/** What a signal says, before its schema ran. */
export type InferRawSignal<B, N extends SignalName<B>> = z.input<SignalSchemas<B>[N]>
