import * as z from 'zod'
import { defineBlueprint } from '../sdk/blueprints/index.js'
import { implement, MephistoError, type BlueprintImplementation } from '../sdk/index.js'

/** People who count together: what is shared says how often each thing has happened, so that nothing can be lost, or count twice, unseen. */
export const tally = defineBlueprint({
  type: 'tally', input: z.object({ name: z.string() }), output: z.object({ total: z.int() }),
  live: {
    /** How often each action was done, and each other event was told, by their names. */
    state: z.object({ counts: z.record(z.string(), z.int()) }),
    actions: {
      say: z.object({ text: z.string() }),
      /** Refused while an odd number of things was said. */
      even: z.object({}),
      ask: z.object({ question: z.string() }),
      wait: z.object({ name: z.string(), ms: z.int() }),
      finish: z.object({}),
    },
    /** Told for each thing that happens: the how manieth of its kind it is. */
    packets: { counted: z.object({ what: z.string(), nth: z.int(), text: z.string() }) },
    signals: { nod: z.object({ text: z.string() }) },
  },
})

/** What is done each time that the effect of an `ask` is. */
export type OnAsked = (effectId: string) => void

/** The tally on the server. */
export function tallyServer(onAsked: OnAsked = () => undefined): BlueprintImplementation {
  return implement(tally, {
    live: {
      begin: () => ({ state: { counts: {} } }),
      on({ counts }, event) {
        const what = event.type === 'action' ? event.name : event.type
        if (what === 'even' && (counts['say'] ?? 0) % 2 === 1) throw new MephistoError('conflict', 'An odd number of things was said.')
        const nth = (counts[what] ?? 0) + 1
        const text = event.type === 'action' && event.name === 'say' ? event.input.text : ''
        const counted = { state: { counts: { ...counts, [what]: nth } }, packets: [{ name: 'counted' as const, body: { what, nth, text } }] }
        if (event.type !== 'action') return counted
        switch (event.name) {
          case 'say': case 'even': return counted
          case 'ask': return { ...counted, effects: [{ name: 'answer', input: event.input.question }] }
          case 'wait': return { ...counted, timers: { [event.input.name]: event.input.ms } }
          case 'finish': return { ...counted, end: true }
        }
      },
      effects: {
        answer: {
          timeoutMs: 5_000,
          run(question, { effectId }) {
            onAsked(effectId)
            return question
          },
        },
      },
    },
  })
}
