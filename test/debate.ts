import * as z from 'zod'
import { defineBlueprint } from '../sdk/blueprints/index.js'
import { implement, MephistoError, type BlueprintImplementation } from '../sdk/index.js'

/** What the functions of a debate can do wrong. */
export const FAULTS = ['throw', 'hang', 'garbage', 'state', 'json', 'large', 'no packet', 'packet', 'no effect', 'effect', 'timer'] as const

/** People who take turns in saying something, until one of them ends it. */
export const debate = defineBlueprint({
  type: 'debate', input: z.object({ topic: z.string() }), output: z.object({ convinced: z.boolean() }),
  onboarding: { input: z.object({ rules: z.string() }), output: z.object({ agreed: z.boolean() }) },
  live: {
    state: z.object({ turn: z.int(), said: z.int(), notes: z.array(z.string()).default([]) }),
    actions: {
      say: z.object({ text: z.string().max(500) }),
      /** Whoever's turn it is not can whisper to one. */
      whisper: z.object({ to: z.int(), text: z.string() }),
      ask: z.object({ question: z.string() }),
      wait: z.object({ ms: z.int().nullable() }),
      finish: z.object({}),
      note: z.object({ text: z.string() }),
      /** Nothing need be sent. */
      bow: z.object({ depth: z.int().default(1) }).optional(),
      break: z.object({ how: z.enum(FAULTS) }),
    },
    packets: { said: z.object({ by: z.string(), text: z.string() }) },
    signals: { pointer: z.object({ x: z.coerce.number(), y: z.number() }), mood: z.string() },
    names: ['Pro', 'Contra'],
  },
})

/** What a debate was told to do wrong, so that tests can mend it. */
export interface DebateOptions {
  /** Whether `break` does what it is asked for. @default true */
  isBroken?: boolean
  /** The action, or another kind of event, on which it fails. @default none but `break` */
  failsOn?: string
  /** How it begins. @default as it should */
  begin?: 'throw' | 'garbage' | 'no state' | 'end'
  /** What each sees of the notes: their own, by their place, or nothing at all, since the function fails. @default all, without a function for it */
  view?: 'own' | 'fail'
  /** What the model answers. @default the question in capitals */
  answer?: (question: string, effectId: string) => unknown
}

/** Goes wrong in some way. */
function fault(how: (typeof FAULTS)[number], state: object): Promise<never> | undefined {
  switch (how) {
    case 'throw': throw new Error('a bug in the host\'s code')
    case 'hang': return new Promise(() => undefined)
    case 'garbage': return { packets: 'none' } as unknown as undefined
    case 'state': return { state: { turn: 'x' } } as unknown as undefined
    case 'json': return { effects: [{ name: 'model', input: { when: new Date() } }] } as unknown as undefined
    case 'large': return { state: { ...state, notes: ['a'.repeat(100_001)] } } as unknown as undefined
    case 'no packet': return { packets: [{ name: 'sung', body: {} }] } as unknown as undefined
    case 'packet': return { packets: [{ name: 'said', body: { by: 1 } }] } as unknown as undefined
    case 'no effect': return { effects: [{ name: 'toString' }] } as unknown as undefined
    case 'effect': return { effects: 'model' } as unknown as undefined
    case 'timer': return { timers: { _lobby: 1 } } as unknown as undefined
  }
}

/** The debate on the server; `seen` gets what its functions are told, in order. */
export function debateServer(seen: string[], options: DebateOptions = {}): BlueprintImplementation {
  return implement(debate, {
    live: {
      begin: ({ people, input }) => {
        if (options.begin === 'throw') throw new Error('it cannot begin')
        if (options.begin === 'garbage' || options.begin === 'no state') return (options.begin === 'garbage' ? { state: { turn: 'first' } } : {}) as unknown as { state: { turn: number; said: number } }
        return { ...(options.begin === 'end' ? { end: true } : {}), state: { turn: 0, said: 0 }, packets: [{ name: 'said', body: { by: 'Chair', text: `${input.topic}: ${people.map(({ name }) => name).join(' and ')}` } }] }
      },
      on(state, event, { people }) {
        const says = (by: string, text: string, to?: readonly number[]) => ({ name: 'said' as const, body: { by, text }, ...(to === undefined ? {} : { to }) })
        seen.push(event.type === 'action' ? `${event.person.name} ${event.name}` : event.type === 'join' || event.type === 'leave' ? `${event.type} ${event.person.name}` : `${event.type} ${event.name}`)
        if ((event.type === 'action' ? event.name : event.type) === options.failsOn) throw new Error(`a bug in what follows from ${options.failsOn}`)
        switch (event.type) {
          case 'join': return { packets: [says('Chair', `${event.person.name} is new.`)] }
          case 'leave': return { packets: [says('Chair', `${event.person.name} has left.`)] }
          case 'timer': return { packets: [says('Chair', `${event.name} is over.`)] }
          case 'result': return { packets: [says('Model', String(event.output))] }
          case 'failure': return { packets: [says('Chair', `The model said nothing: ${event.message}`)] }
          case 'action': break
        }
        switch (event.name) {
          case 'say': {
            if (event.person.seat !== state.turn) throw new MephistoError('conflict', 'It is not your turn.')
            return { state: { ...state, turn: (state.turn + 1) % people.length, said: state.said + 1 }, packets: [says(event.person.name, event.input.text)] }
          }
          case 'whisper': return { packets: [says(event.person.name, event.input.text, [event.input.to])] }
          case 'ask': return { effects: [{ name: 'model', input: event.input.question }] }
          case 'wait': return { timers: { pause: event.input.ms } }
          case 'finish': return { end: true }
          case 'note': return { state: { ...state, notes: [...state.notes, `${String(event.person.seat)}: ${event.input.text}`] } }
          case 'bow': return { packets: [says(event.person.name, `bows ${String(event.input?.depth ?? 0)}`)] }
          case 'break': {
            if (options.isBroken === false) return { packets: [says('Chair', `${event.input.how} is mended`)] }
            return fault(event.input.how, state)
          }
        }
      },
      ...(options.view === undefined ? {} : {
        view(state, { seat }) {
          if (options.view === 'fail' && seat === 1) throw new Error('nothing to see')
          // Without what the schema gives by itself, where there is nothing.
          const notes = state.notes.filter(note => note.startsWith(`${String(seat)}: `))
          return notes.length === 0 ? { turn: state.turn, said: state.said } : { ...state, notes }
        },
      }),
      effects: { model: { timeoutMs: 2_000, run: (question, { effectId }) => (options.answer ?? (text => text.toUpperCase()))(String(question), effectId) } },
    },
  })
}
