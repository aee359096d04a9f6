import { beforeEach, expect, vi } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/blueprint.js'
import { createTaskSession } from '../../sdk/client/create-task-session.js'
import type { TaskSession } from '../../sdk/client/task-session.js'
import type { TaskState } from '../../sdk/client/task-state.js'
import type { LivePersonView, LiveView } from '../../sdk/protocol/live-views.js'
import type { PacketView } from '../../sdk/protocol/packet-views.js'
import { clock, open, preview, run, server, signals, storage, unit } from './task-session-stage.js'
import type { Call, Script } from './task-session-server.js'

export const haggling = defineBlueprint({
  type: 'sentence-kind', input: z.object({ sentence: z.string() }), output: z.object({ price: z.number() }),
  live: {
    state: z.object({ price: z.number(), turn: z.int() }),
    actions: { offer: z.object({ price: z.number() }), say: z.object({ text: z.string() }) },
    packets: { said: z.object({ text: z.string() }), warned: z.object({ leftMs: z.number() }) },
    signals: { typing: z.object({ isTyping: z.boolean() }), looks: z.object({ at: z.number() }) },
    names: ['Buyer', 'Seller'],
  },
})
export type Haggling = typeof haggling
export type HagglingState<S extends TaskState<Haggling>['status']> = Extract<TaskState<Haggling>, { status: S }>

export const liveRun = { ...run, leaseMs: 30_000, live: { seats: 2 } }
export const buyer: LivePersonView = { seat: 0, name: 'Buyer', agentId: 'agent-one', status: 'here' }
export const seller: LivePersonView = { seat: 1, name: 'Seller', agentId: 'agent-two', status: 'here' }
export const lobby: LiveView = { phase: 'lobby', reason: null, seats: 2, people: [buyer], state: null }
export const begun: LiveView = { ...lobby, phase: 'live', people: [buyer, seller], state: { price: 10, turn: 0 } }
export const over: LiveView = { ...begun, phase: 'over', reason: 'done', state: { price: 8, turn: 1 } }

/** The packets of the attempt, as the server keeps them for it. */
export let packets: PacketView[]
let readers: (() => void)[]

beforeEach(() => {
  packets = []
  readers = []
  server.always('preview', () => ({ data: { ...preview, run: liveRun } }))
  server.always('register', () => ({ data: { ...unit('one'), run: liveRun, lease: { remainingMs: 30_000, lengthMs: 30_000 } } }))
  server.always('extend', () => ({ data: { lease: { remainingMs: 30_000, lengthMs: 30_000 }, message: '' } }))
  server.always('act', acted)
  server.always('read', read)
})

/** Stores packets and tells whoever waits for them. */
export function tell(...told: (Pick<PacketView, 'kind' | 'body'> & Partial<PacketView>)[]): void {
  for (const packet of told) packets.push({ number: (packets.at(-1)?.number ?? 0) + 1, name: '', callId: '', at: '2026-01-01T00:00:00.000Z', ...packet })
  for (const again of readers.splice(0)) again()
}
/** How things stand from now on. */
export const stands = (view: LiveView) => { tell({ kind: 'state', body: view }) }

/** What a page does is stored, and comes back as a packet. */
export function acted({ input: { callId, name, input } }: Call): Script {
  tell({ kind: 'action', callId: callId as string, name: name as string, body: input as object })
  return { data: { number: packets.at(-1)?.number } }
}

async function read({ input: { after } }: Call): Promise<Script> {
  const next = () => packets.filter(({ number }) => number > (after as number))
  while (next().length === 0) await new Promise<void>(resolve => { readers.push(resolve) })
  return { data: { packets: next() } }
}

export function startLive(options: { WebSocket?: typeof WebSocket } = {}): TaskSession<Haggling> {
  const session = createTaskSession({ blueprint: haggling, baseUrl: server.url, entry: { provider: 'inhouse', credential: 'link' }, clock, signals, storage, WebSocket: options.WebSocket ?? null, events: false })
  open.push(session as unknown as (typeof open)[number])
  session.start()
  return session
}

export async function reachLive<S extends TaskState<Haggling>['status']>(session: TaskSession<Haggling>, status: S): Promise<HagglingState<S>> {
  return await vi.waitFor(() => {
    const state = session.getState()
    expect(state.status).toBe(status)
    return state as HagglingState<S>
  }, { interval: 5 })
}

export async function acceptLive(options: { WebSocket?: typeof WebSocket } = {}) {
  const session = startLive(options)
  ;(await reachLive(session, 'preview')).accept()
  return { session, working: await reachLive(session, 'working') }
}

/** The unit in hand when it is as the check wants it. What comes together is shown a moment later, so the clock is turned meanwhile. */
export async function shown(session: TaskSession<Haggling>, check: (working: HagglingState<'working'>) => void): Promise<HagglingState<'working'>> {
  return await vi.waitFor(() => {
    clock.advance(30)
    const state = session.getState()
    if (state.status !== 'working') throw new Error(`it is ${state.status}`)
    check(state)
    return state
  }, { interval: 5 })
}

export const inPhase = (session: TaskSession<Haggling>, phase: LiveView['phase']) => shown(session, ({ live }) => { expect(live.phase).toBe(phase) })
