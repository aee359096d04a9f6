import * as z from 'zod'
import type { AnyLiveEvent, LivePerson } from '../../blueprints/live-server.js'
import { describeProblems, problemsOf } from '../../errors.js'
import type { JsonPayload } from '../../protocol/worker-views.js'
import { jsonText } from '../json-text.js'
import { withinMs } from '../time-limit.js'
import { adding, type Draft, type DraftCall, type DraftPacket } from './draft.js'
import type { LivePlace } from './live-place.js'
import { lookKeyOf, type AskedEffect, type AskedLook } from './live-topics.js'
import { named, type SharedState } from './shared-state.js'
import { timerCall } from './timers.js'

// Calls the functions of a blueprint whose work is live, and checks what they give: they are code of the host.

/** How long one of them may take, ms. */
const LONGEST_MS = 5_000
/** Characters of what is shared, as JSON. */
const MOST_CHARACTERS = 100_000
/** What one event may lead to. */
const [MOST_PACKETS, MOST_EFFECTS, MOST_TIMERS] = [1_000, 100, 100]
const LONGEST_TIMER_MS = 30 * 86_400_000

const changeSchema = z.strictObject({
  state: z.unknown().optional(),
  packets: z.array(z.strictObject({ name: z.string(), body: z.unknown(), to: z.array(z.int().min(0)).readonly().optional() })).max(MOST_PACKETS).readonly().default([]),
  effects: z.array(z.strictObject({ name: z.string(), input: z.unknown().optional() })).max(MOST_EFFECTS).readonly().default([]),
  timers: z.record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/), z.int().min(0).max(LONGEST_TIMER_MS).nullable()).refine(timers => Object.keys(timers).length <= MOST_TIMERS).default({}),
  end: z.boolean().default(false),
})

/** Where a draft is, and which version of the session it is to be. */
export interface Drafting {
  readonly place: LivePlace
  readonly version: number
  /** Told what the blueprint's functions throw on an event that is kept all the same. */
  onFault(error: unknown, event: AnyLiveEvent): void
}

/** Begins the work of those who are there. Rejects with what the function throws, or when what it gives does not fit. */
export async function begun(drafting: Drafting, draft: Draft): Promise<Draft> {
  const { place } = drafting
  const session = { ...await place.parts(), people: peopleOf(place, draft.shared) }
  const given: unknown = await withinMs(LONGEST_MS, () => place.functions.begin(session))
  const after = await changed(drafting, draft, given)
  if (after.shared.state === null) throw new TypeError('begin gave no state')
  return after.shared.phase === 'over' ? after : adding(after, { shared: { ...after.shared, phase: 'live' } })
}

/** What follows from an event. Rejects with what the function throws, or when what it gives does not fit. */
export async function followed(drafting: Drafting, draft: Draft, event: AnyLiveEvent): Promise<Draft> {
  const { place } = drafting
  const session = { ...await place.parts(), people: peopleOf(place, draft.shared) }
  const given: unknown = await withinMs(LONGEST_MS, () => place.functions.on(structuredClone(draft.shared.state), event, session))
  return given === undefined || given === null ? draft : changed(drafting, draft, given)
}

/** Everybody with their names. */
export function peopleOf({ nameOf }: LivePlace, { people }: SharedState): LivePerson[] {
  return people.map(person => named(person, nameOf))
}

async function changed({ place, version }: Drafting, draft: Draft, given: unknown): Promise<Draft> {
  const parsed = changeSchema.safeParse(given)
  if (!parsed.success) throw new TypeError(`what it gave is no change: ${describeProblems(problemsOf(parsed.error.issues, ''))}`)
  const { state, packets, effects, timers, end } = parsed.data
  const id = (index: number): string => `${String(version)}.${String(draft.packets.length + draft.calls.length + index)}`
  const told = (await Promise.all(packets.map(packet => packetsFor(place, draft.shared, packet)))).flat().map((packet, index): DraftPacket => ({ ...packet, senderId: place.sessionId, clientId: `v${id(index)}` }))
  // What an effect is given may be what people wrote: it is kept where that is, and erased with it.
  const asked = effects.map(({ name, input = null }, index): DraftPacket => {
    if (!Object.hasOwn(place.functions.effects ?? {}, name)) throw new TypeError(`there is no effect "${name}"`)
    return { kind: 'event', name: 'effect', senderId: place.sessionId, clientId: `e${id(index)}`, recipientId: place.sessionId, body: textOf({ name, input }, 'effect') }
  })
  const calls = asked.map(({ clientId }): DraftCall => ({ callKey: `live/${place.sessionId}/effect/${clientId}`, topic: place.effectTopic, body: { effect: clientId } satisfies AskedEffect, afterMs: 0 }))
  const set = Object.entries(timers).flatMap(([name, afterMs]) => (afterMs === null ? [] : [timerCall(place, { name, key: `${name}/${id(0)}`, afterMs })]))
  const running = Object.fromEntries([...Object.entries(draft.shared.timers).filter(([name]) => !Object.hasOwn(timers, name)), ...set.map(({ body: { timer, key } }) => [timer, key])]) as SharedState['timers']
  const shared = { ...draft.shared, timers: running, ...(state === undefined ? {} : { state: await checkedState(place, state) }) }
  // Nobody is to come any more to a place that somebody left.
  const looks = end && shared.people.some(({ status }) => status === 'left') ? [lookAfterwards(place)] : []
  return adding(draft, { shared: end ? ended(shared, 'done') : shared, packets: [...told, ...asked], calls: [...calls, ...set, ...looks] })
}

function lookAfterwards({ sessionId, topic }: LivePlace): DraftCall {
  return { callKey: lookKeyOf(`${sessionId}/over`), topic, body: { look: true } satisfies AskedLook, afterMs: 0 }
}

/** A session that is over: nothing is waited for any more. */
export function ended(shared: SharedState, reason: NonNullable<SharedState['reason']>): SharedState {
  return { ...shared, phase: 'over', reason, timers: {} }
}

/** What is shared, as JSON keeps it. Rejects with TypeError or RangeError for what does not fit. */
export async function checkedState({ contract }: Pick<LivePlace, 'contract'>, state: unknown): Promise<JsonPayload> {
  const parsed = await contract.state.safeParseAsync(state)
  if (!parsed.success) throw new TypeError(`the state does not fit its schema: ${describeProblems(problemsOf(parsed.error.issues, 'state'))}`)
  const text = textOf(parsed.data ?? null, 'state')
  if (text.length > MOST_CHARACTERS) throw new RangeError(`the state is longer than ${String(MOST_CHARACTERS)} characters; keep what is said in packets`)
  return JSON.parse(text) as JsonPayload
}

/** As JSON. What JSON cannot keep is a fault of the function that gave it, and refuses nothing. */
function textOf(value: unknown, root: string): string {
  try {
    return jsonText(value, root)
  } catch (error) {
    throw new TypeError((error as Error).message, { cause: error })
  }
}

/** A packet for everybody, or one for each of those whom it is for. */
async function packetsFor({ contract }: LivePlace, { people }: SharedState, { name, body, to }: { readonly name: string; readonly body?: unknown; readonly to?: readonly number[] | undefined }): Promise<Omit<DraftPacket, 'senderId' | 'clientId'>[]> {
  const schemas = contract.packets ?? {}
  const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined
  if (!schema) throw new TypeError(`the blueprint has no packet "${name}"`)
  const parsed = await schema.safeParseAsync(body)
  if (!parsed.success) throw new TypeError(`the packet "${name}" does not fit its schema: ${describeProblems(problemsOf(parsed.error.issues, 'body'))}`)
  const said = { kind: 'message' as const, name, body: textOf(parsed.data ?? null, 'body') }
  if (said.body.length > MOST_CHARACTERS) throw new RangeError(`the packet "${name}" is longer than ${String(MOST_CHARACTERS)} characters`)
  if (to === undefined) return [{ ...said, recipientId: null }]
  return people.filter(({ seat, status }) => to.includes(seat) && (status === 'here' || status === 'away')).map(({ agentId }) => ({ ...said, recipientId: agentId }))
}
