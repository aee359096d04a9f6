import * as z from 'zod'
import { defineBlueprint } from '../blueprints/blueprint.js'
import { implement } from '../blueprints/implement.js'

/** Live work for trying things out: each of the people sends one number and is told it, and when all have it is over. */
export const mockLiveBlueprint = defineBlueprint({
  type: 'mock-live',
  input: z.object({ number: z.int() }),
  output: z.object({ number: z.int() }),
  live: {
    /** Who has sent, by their places. */
    state: z.object({ sent: z.array(z.int()) }),
    actions: { send: z.object({ number: z.int() }) },
    packets: { echo: z.object({ seat: z.int(), number: z.int() }) },
  },
})

/** {@link mockLiveBlueprint} as an instance runs it. */
export const mockLiveTask = implement(mockLiveBlueprint, {
  live: {
    begin: () => ({ state: { sent: [] } }),
    on(state, event, { people }) {
      if (event.type !== 'action') return undefined
      const { person: { seat }, input: { number } } = event
      const sent = [...new Set([...state.sent, seat])]
      return { state: { sent }, packets: [{ name: 'echo', body: { seat, number }, to: [seat] }], end: people.every(one => one.status === 'left' || sent.includes(one.seat)) }
    },
  },
})
