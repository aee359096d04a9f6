import type { PacketKind } from '../data-model/packet.js'

/** A session: what is said while an attempt is under way. It has the attempt's id. */
export interface SessionRef {
  readonly id: string
  readonly runId: string
}

/** A packet as it is stored. */
export interface PacketRow {
  readonly sessionId: string
  /** From 1, without gaps, in its session. */
  readonly number: number
  readonly runId: string
  readonly kind: PacketKind
  /** The procedure that it is about. */
  readonly name: string
  /** The agent who sent it; the session's own id for what the server says. */
  readonly senderId: string
  /** The sender's own id of it. */
  readonly clientId: string
  /** JSON text. */
  readonly body: string
  /** The database's clock, epoch ms. */
  readonly at: number
}

/** Whose packets are erased. */
export type PacketsOf = { readonly agentIds: readonly string[] } | { readonly workerId: string } | { readonly runId: string }

/** Numbered packets of sessions. */
export interface SessionOperations {
  /** Holds these sessions until the transaction ends, and makes those that are new. Returns how many packets each has, by its id. */
  hold(sessions: readonly SessionRef[], at: number): Promise<ReadonlyMap<string, number>>
  /** Those of these attempts that are under way: their unit is still theirs, or they are onboarding. */
  underWay(agentIds: readonly string[]): Promise<ReadonlySet<string>>
  /** Those of these packets that are there already. */
  sent(packets: readonly Pick<PacketRow, 'senderId' | 'clientId'>[]): Promise<readonly PacketRow[]>
  /** Adds packets to sessions that the transaction holds; the numbers are the caller's. */
  append(packets: readonly PacketRow[]): Promise<void>
  /** Packets of a session after a number, in order. */
  after(sessionId: string, number: number, limit: number): Promise<readonly PacketRow[]>
  /** How many packets these sessions have, by their ids; those that do not exist are left out. */
  counts(ids: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** Puts a mark in the place of what these packets say. Returns how many there were. */
  erase(whose: PacketsOf): Promise<number>
}
