import type { Seat } from '../../ports/unit-operations.js'
import { afterwards } from './afterwards.js'
import { atWork, lost } from './at-work.js'
import { adding, type Draft } from './draft.js'
import type { Drafting } from './functions.js'
import { inLobby } from './lobby.js'
import { ERASED } from './shared-state.js'

// What the units of an item say about who is there, and what follows from it. Asked for by whoever moves a unit; asked for twice it
// finds nothing new.

/** Brings a draft up to what the units of its item say. */
export async function looked(drafting: Drafting, draft: Draft, seats: readonly Seat[]): Promise<Draft> {
  switch (draft.shared.phase) {
    case 'lobby': return inLobby(drafting, draft, seats)
    case 'live': return atWork(drafting, draft, seats)
    // Where it was erased nobody has been told.
    case 'over': return afterwards(drafting, draft.shared === ERASED ? adding(draft, { shared: { ...ERASED } }) : draft, seats)
  }
}

/** Nobody took the place of somebody who left in time. */
export async function seatIsEmpty(drafting: Drafting, draft: Draft, { seats, empty }: { readonly seats: readonly Seat[]; readonly empty: number }): Promise<Draft> {
  const after = await looked(drafting, draft, seats)
  const isMissing = after.shared.phase === 'live' && after.shared.people.some(({ seat, status }) => seat === empty && status === 'left')
  return isMissing ? lost(drafting, after, seats) : after
}
