import type { PacketKind } from '../data-model/packet.js'

/** A session: what is said while work is under way. It has the id of its attempt, or of the item that several people work at together. */
export interface SessionRef {
  readonly id: string
  readonly runId: string
}

/** A session that a transaction holds. */
export interface HeldSession {
  readonly packetCount: number
  /** How often its state was changed. */
  readonly version: number
}

/** What the people of a session share. */
export interface SessionState {
  readonly id: string
  readonly version: number
  /** JSON text; null before anything happened, and for the session of an attempt. */
  readonly state: string | null
}

/** A packet as it is stored. */
export interface PacketRow {
  readonly sessionId: string
  /** From 1, without gaps, in its session. */
  readonly number: number
  readonly runId: string
  readonly kind: PacketKind
  /** The procedure, action or packet that it is about. */
  readonly name: string
  /** The agent who sent it; the session's own id for what the server says. */
  readonly senderId: string
  /** The sender's own id of it. */
  readonly clientId: string
  /** The agent who alone may read it; null for everybody in the session. */
  readonly recipientId: string | null
  /** JSON text. */
  readonly body: string
  /** The database's clock, epoch ms. */
  readonly at: number
}

/** Whose packets are erased: with those of one person go all of the sessions that they were in. */
export type PacketsOf = { readonly agentIds: readonly string[] } | { readonly workerId: string } | { readonly runId: string }

/** Numbered packets of sessions. */
export interface SessionOperations {
  /** Holds these sessions until the transaction ends, and makes those that are new. By its id. */
  hold(sessions: readonly SessionRef[], at: number): Promise<ReadonlyMap<string, HeldSession>>
  /** Those of these attempts that are under way: their unit is still theirs, or they are onboarding. */
  underWay(agentIds: readonly string[]): Promise<ReadonlySet<string>>
  /** Those of these packets that are there already. */
  sent(packets: readonly Pick<PacketRow, 'senderId' | 'clientId'>[]): Promise<readonly PacketRow[]>
  /** Adds packets to sessions that the transaction holds, and writes states of such in the same statement; the numbers are the caller's. @default states none */
  append(packets: readonly PacketRow[], states?: readonly (SessionState & { readonly state: string })[]): Promise<void>
  /** The next packets of a session after a number, in order; those that `readerId` may read, where one is named. */
  after(sessionId: string, number: number, portion: { readonly limit: number; readonly readerId?: string }): Promise<readonly PacketRow[]>
  /** The number of the first packet from an instant on, epoch ms, that says how things stand; null for none. */
  firstState(sessionId: string, from: number): Promise<number | null>
  /** How many packets these sessions have, by their ids; those that do not exist are left out. */
  counts(ids: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** The states of these sessions, by their ids; those that do not exist are left out. */
  states(ids: readonly string[]): Promise<ReadonlyMap<string, SessionState>>
  /** Writes the states of sessions that the transaction holds. */
  writeStates(states: readonly SessionState[]): Promise<void>
  /** Puts a mark in the place of what these packets say, and of what their sessions share. Returns how many packets there were. */
  erase(whose: PacketsOf): Promise<number>
}
