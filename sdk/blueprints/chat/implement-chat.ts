import { MephistoError } from '../../errors.js'
import type { InferInput } from '../blueprint.js'
import { implement, type BlueprintImplementation } from '../implement.js'
import type { InferLiveState } from '../live.js'
import type { LiveChange, LiveEffectCall, LivePerson, LiveSession } from '../live-server.js'
import type { BlueprintServer } from '../server.js'
import type { ChatBlueprint } from './define-chat.js'

/** Something that was written in a chat. */
export interface ChatMessage {
  /** The place of whoever wrote it; null for the chair. */
  readonly seat: number | null
  readonly name: string
  readonly text: string
}

/** What a bot answers to. */
export interface ChatTurn<B extends ChatBlueprint> {
  readonly input: InferInput<B>
  /** What was written so far, in order. */
  readonly messages: readonly ChatMessage[]
  /** Who the bot is. */
  readonly seat: number
  readonly name: string
}

/** How a chat goes. */
export interface ChatRules<B extends ChatBlueprint> {
  /** Everybody writes when they like (`free`), or one after the other (`in_turn`). @default 'free' */
  readonly turns?: 'free' | 'in_turn'
  /** What is said when it begins, by the bot that takes part under a name, else by a chair. @default nothing */
  opening?(session: LiveSession<B>): string
  /** Each writes at least so many messages before they can be through. @default 0 */
  readonly leastMessages?: number
  /** After so many messages in all it is over. @default no limit */
  readonly mostMessages?: number
  /**
   * What a bot writes, an empty text for nothing: the one with the `name` that takes part in every chat, if there is one, and those that have the place of somebody who left or
   * never came, where the run is launched so (`whenTooFew: 'bots'`, `whenSomebodyLeaves: 'bot'`). Tried 5 times; then the chat goes on without it.
   * @default no bots
   */
  readonly bot?: { readonly name?: string; reply(turn: ChatTurn<B>, call: LiveEffectCall): string | Promise<string> }
}

type ChatState = InferLiveState<ChatBlueprint>

/** Somebody who takes part: a person or a bot. */
type Speaker = Pick<LivePerson, 'seat' | 'name'> & { readonly isBot: boolean }

/** What a bot has written, and how many messages of each it had read, by their places. */
interface BotReply {
  readonly text: string
  readonly heard: Readonly<Record<string, number>>
}

function countBySeat(messages: readonly ChatMessage[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { seat } of messages) if (seat !== null) counts[seat] = (counts[seat] ?? 0) + 1
  return counts
}

/**
 * Attaches the server half to a chat, with what else the server knows of its task kind.
 * @throws MephistoError `invalid_options` as `implement` does
 */
export function implementChat<B extends ChatBlueprint, S = undefined>(chat: B, rules: ChatRules<B> = {}, server: Omit<BlueprintServer<B, S>, 'live' | 'procedures'> = {}): BlueprintImplementation {
  const { turns = 'free', leastMessages = 0, mostMessages = null, bot } = rules
  // Who is there by now; the bot that always is has the place behind all others.
  const speakers = (people: readonly LivePerson[]): Speaker[] => [
    ...people.filter(({ status }) => status !== 'left').map(({ seat, name, status }) => ({ seat, name, isBot: status === 'bot' })),
    ...(bot?.name === undefined ? [] : [{ seat: people.length, name: bot.name, isBot: true }]),
  ]
  /** Whoever is through is passed over. */
  function next(state: ChatState, all: readonly Speaker[]): ChatState {
    if (turns === 'free') return state
    const writing = all.filter(({ seat, isBot }) => isBot || !state.done.includes(seat))
    return { ...state, turn: (writing.find(({ seat }) => seat > (state.turn ?? -1)) ?? writing[0])?.seat ?? null }
  }

  /** Has bots write. */
  function ask(state: ChatState, bots: readonly Speaker[]) {
    return { state: { ...state, typing: [...state.typing, ...bots.map(({ seat }) => seat)] }, effects: bots.map(({ seat, name }) => ({ name: 'reply', input: { seat, name } })) }
  }

  /** Bots that are to write now. */
  function calling(state: ChatState, all: readonly Speaker[], wrote: number | null) {
    const due = bot ? all.filter(({ seat, isBot }) => isBot && !state.typing.includes(seat) && (turns === 'in_turn' ? seat === state.turn : wrote !== null && seat !== wrote && !all.some(one => one.seat === wrote && one.isBot))) : []
    return ask(state, due)
  }

  function wrote(before: ChatState, speaker: Speaker, { text, all }: { readonly text: string; readonly all: readonly Speaker[] }): LiveChange<ChatBlueprint> {
    const written = { ...before.written, [String(speaker.seat)]: (before.written[String(speaker.seat)] ?? 0) + 1 }
    const packets = [{ name: 'message' as const, body: { seat: speaker.seat, name: speaker.name, text } }]
    const state = { ...before, written, typing: before.typing.filter(seat => seat !== speaker.seat) }
    const isFull = mostMessages !== null && Object.values(written).reduce((sum, count) => sum + count, 0) >= mostMessages
    if (isFull) return { state: { ...state, turn: null, typing: [] }, packets, end: true }
    return { ...calling(next(state, all), all, speaker.seat), packets }
  }

  /** Whether it is the turn of a place at which nobody is any more. */
  const isNobodysTurn = ({ turn }: ChatState, all: readonly Speaker[]): boolean => turn !== null && !all.some(({ seat }) => seat === turn)
  /** Whether all people who are there are through. */
  const isOver = (state: ChatState, all: readonly Speaker[]): boolean => all.every(({ seat, isBot }) => isBot || state.done.includes(seat))

  function through(state: ChatState, seat: number, all: readonly Speaker[]): LiveChange<ChatBlueprint> {
    const least = state.leastMessages - (state.written[String(seat)] ?? 0)
    if (least > 0) throw new MephistoError('conflict', `Please write at least ${String(least)} more ${least === 1 ? 'message' : 'messages'} before you finish.`)
    const after = { ...state, done: [...new Set([...state.done, seat])] }
    if (isOver(after, all)) return { state: { ...after, turn: null, typing: [] }, end: true }
    return state.turn === seat ? calling(next(after, all), all, null) : { state: after }
  }

  const live: BlueprintServer<ChatBlueprint>['live'] = {
    begin(session) {
      const all = speakers(session.people)
      const opening = (rules.opening as ((session: LiveSession<ChatBlueprint>) => string) | undefined)?.(session)
      const state: ChatState = { turn: turns === 'in_turn' ? all[0]?.seat ?? null : null, written: {}, done: [], typing: [], leastMessages, mostMessages, ...(bot?.name === undefined ? {} : { bot: { seat: session.people.length, name: bot.name } }) }
      return { ...calling(state, all, null), packets: opening === undefined ? [] : [{ name: 'message', body: { seat: null, name: bot?.name ?? 'Chair', text: opening } }] }
    },
    on(state, event, { people }) {
      const all = speakers(people)
      switch (event.type) {
        case 'action': {
          const { person: { seat, name } } = event
          if (event.name === 'done') return through(state, seat, all)
          if (state.turn !== null && state.turn !== seat) throw new MephistoError('conflict', `It is not your turn; ${all.find(one => one.seat === state.turn)?.name ?? 'somebody else'} writes next.`)
          return wrote(state, { seat, name, isBot: false }, { text: event.input.text, all })
        }
        case 'result': case 'failure': {
          const { seat, name } = event.input as Pick<Speaker, 'seat' | 'name'>
          const speaker = all.find(one => one.seat === seat && one.isBot)
          const idle = { ...state, typing: state.typing.filter(one => one !== seat) }
          const { text = '', heard = state.written } = event.type === 'result' ? event.output as Partial<BotReply> : {}
          const change: LiveChange<ChatBlueprint> = speaker && text !== '' ? wrote(idle, { seat, name, isBot: true }, { text, all }) : state.turn === seat ? calling(next(idle, all), all, null) : { state: idle }
          // People go on writing while a bot thinks; it is asked again about what it has not heard.
          const isBehind = turns === 'free' && all.some(one => !one.isBot && (state.written[String(one.seat)] ?? 0) > (heard[String(one.seat)] ?? 0))
          return speaker && isBehind && change.end !== true ? { ...change, ...ask(change.state ?? idle, [speaker]) } : change
        }
        case 'leave': {
          if (isOver(state, all)) return { end: true }
          return isNobodysTurn(state, all) ? calling(next(state, all), all, null) : undefined
        }
        case 'join': return isNobodysTurn(state, all) ? calling(next(state, all), all, null) : undefined
        case 'timer': return undefined
      }
    },
    ...(bot ? {
      effects: {
        reply: {
          async run(input, call) {
            const { seat, name } = input as Pick<Speaker, 'seat' | 'name'>
            const messages = (await call.packets()).map(({ body }) => body as ChatMessage)
            const reply = await bot.reply({ input: call.input as InferInput<B>, messages, seat, name }, call)
            return { text: reply.trim(), heard: countBySeat(messages) } satisfies BotReply
          },
        },
      },
    } : {}),
  }

  // The functions know the chat's own contract alone; whatever its input and answer are goes through them as it is.
  return implement(chat, { ...server, live } as unknown as BlueprintServer<B, S>)
}
