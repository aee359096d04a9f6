import type { Runtime } from '../../ports/runtime.js'
import type { JsonPayload } from '../../protocol/worker-views.js'
import { adding, type Draft, type DraftPacket } from './draft.js'
import { checkedState, type Drafting } from './functions.js'
import { ERASED, liveViewOf, named, type Person, type SharedState } from './shared-state.js'

/** Adds what pages are told of how things stand, where it is something else than before. */
export async function told({ place, version }: Drafting, draft: Draft, { before, runtime }: { readonly before: SharedState; readonly runtime: Pick<Runtime, 'logger'> }): Promise<Draft> {
  const { view } = place.functions
  const textFor = (shared: SharedState, state: JsonPayload): string => JSON.stringify(liveViewOf(shared, { seats: place.seats, nameOf: place.nameOf, state }))
  const { shared } = draft
  if (before !== ERASED && textFor(before, before.state) === textFor(shared, shared.state)) return draft
  const about = { kind: 'state' as const, name: '', senderId: place.sessionId }
  if (!view || shared.state === null) {
    return adding(draft, { packets: [{ ...about, clientId: `s${String(version)}`, recipientId: null, body: textFor(shared, shared.state) }] })
  }
  // Whoever has left just now hears of it.
  const isToBeTold = ({ agentId, status }: Person): boolean => status === 'here' || status === 'away' || (status === 'left' && before.people.some(one => one.agentId === agentId && one.status !== 'left'))
  const seen = async (person: Person): Promise<DraftPacket[]> => {
    try {
      const state = await checkedState(place, view(structuredClone(shared.state), named(person, place.nameOf)))
      return [{ ...about, clientId: `s${String(version)}.${String(person.seat)}`, recipientId: person.agentId, body: textFor(shared, state) }]
    } catch (error) {
      runtime.logger.error({ err: error, sessionId: place.sessionId, seat: person.seat }, 'the function view of a live blueprint failed; this person is not told how things stand')
      return []
    }
  }
  return adding(draft, { packets: (await Promise.all(shared.people.filter(isToBeTold).map(seen))).flat() })
}
