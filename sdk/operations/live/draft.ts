import type { PacketRow } from '../../ports/session-operations.js'
import type { SharedState } from './shared-state.js'

/** A packet that is to be stored; its number and time come with that. */
export type DraftPacket = Pick<PacketRow, 'kind' | 'name' | 'senderId' | 'clientId' | 'recipientId' | 'body'>

/** Something that is to be done later, written as a call of the outbox. */
export interface DraftCall {
  readonly callKey: string
  readonly topic: string
  readonly body: object
  /** Not before so many ms have passed. */
  readonly afterMs: number
}

/** What becomes of attempts and units with it; the run is held then. */
export interface DraftMoves {
  /** Attempts that wait, and begin now. */
  readonly begin: readonly string[]
  /** Attempts that wait, and are let go: their units are free again. */
  readonly release: readonly string[]
  /** Attempts that have come to a session that is over: their units go with them. */
  readonly dismiss: readonly string[]
  /** Units that nobody has, and nobody is to have any more. */
  readonly withdraw: readonly string[]
  /** Items that are to be done again from the beginning, by whoever comes then. */
  readonly again: readonly string[]
}

/** What is to be written of a session next: made from one version of it, and written if that is still the version. Values: whoever adds to it makes another. */
export interface Draft {
  readonly shared: SharedState
  readonly packets: readonly DraftPacket[]
  readonly calls: readonly DraftCall[]
  readonly moves: DraftMoves
  /** Attempts that must be under way, or what they do does not count. */
  readonly actors: readonly string[]
}

const NO_MOVES: DraftMoves = { begin: [], release: [], dismiss: [], withdraw: [], again: [] }

/** Nothing yet. */
export function draftOf(shared: SharedState): Draft {
  return { shared, packets: [], calls: [], moves: NO_MOVES, actors: [] }
}

/** What is added to a draft. */
export interface Addition extends Partial<Omit<Draft, 'moves'>> {
  readonly moves?: Partial<DraftMoves>
}

/** A draft with more in it. */
export function adding(draft: Draft, { shared = draft.shared, packets = [], calls = [], actors = [], moves = {} }: Addition): Draft {
  return {
    shared, packets: [...draft.packets, ...packets], calls: [...draft.calls, ...calls], actors: [...draft.actors, ...actors],
    moves: {
      begin: [...draft.moves.begin, ...moves.begin ?? []], release: [...draft.moves.release, ...moves.release ?? []],
      dismiss: [...draft.moves.dismiss, ...moves.dismiss ?? []], withdraw: [...draft.moves.withdraw, ...moves.withdraw ?? []], again: [...draft.moves.again, ...moves.again ?? []],
    },
  }
}

/** Whether attempts or units are moved, for which the run is held. */
export function isMoving({ moves }: Draft): boolean {
  return [moves.begin, moves.release, moves.dismiss, moves.withdraw, moves.again].some(ids => ids.length > 0)
}

/** Whether there is nothing to write. */
export function isEmpty(draft: Draft, before: SharedState): boolean {
  return draft.shared === before && draft.packets.length === 0 && draft.calls.length === 0 && !isMoving(draft)
}
