import 'fake-indexeddb/auto'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { createTaskSession, type TaskSession, type TaskState } from '../../sdk/client/index.js'
import { verifyRun } from '../../sdk/index.js'
import { seededRandom } from '../../sdk/testing/index.js'
import { badNetwork } from '../bad-network.js'
import { liveServers, type LiveServer, type LiveServers } from '../live-servers.js'
import { storedTallies, wrongIn, type StoredTally } from '../tally-checks.js'
import { launchTallies, openTallyStage } from '../tally-stage.js'
import { tally } from '../tally.js'
import { check, makeTarget, targetKinds } from './promise-target.js'

// Real pages over a network that loses, delays, doubles and cuts, before servers that are killed and started again: what people do is
// stored once and in their order, and everybody is told all of it, the same, in one order.

const [GROUPS, SEATS, ACTIONS] = [2, 3, 40]
/** How often a server is killed, and a page loaded again, ms. */
const [KILLED_MS, LOADED_MS] = [1_200, 1_500]
const SEED = Number(process.env['MEPHISTO_TEST_SEED'] ?? Math.floor(Math.random() * 1e9))

type Working = Extract<TaskState<typeof tally>, { status: 'working' }>

interface Person {
  readonly name: string
  /** The page as it is loaded now. */
  page: TaskSession<typeof tally>
}

let programs: LiveServers
beforeAll(async () => { programs = await liveServers() })
afterAll(() => programs.close())

/** What packets come over: each person has another way. */
const WAYS = [
  { WebSocket: WebSocket as unknown as typeof globalThis.WebSocket }, { WebSocket: null, events: true }, { WebSocket: null, events: false },
] as const

/** The device of a person, which stays when the page is loaded again. */
function device(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'> {
  const kept = new Map<string, string>()
  return { getItem: key => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value), removeItem: key => void kept.delete(key), key: index => [...kept.keys()][index] ?? null, get length() { return kept.size } }
}

/** How the page stands when it is as it is wanted; it accepts what it is offered. */
async function reached<S extends TaskState<typeof tally>>(person: Person, isWanted: (state: TaskState<typeof tally>) => state is S): Promise<S> {
  for (const until = performance.now() + 60_000; performance.now() < until; await pause(10)) {
    const state = person.page.getState()
    if (isWanted(state)) return state
    if (state.status === 'preview' && !state.isBusy) state.accept()
  }
  throw new Error(`${person.name} is ${JSON.stringify(person.page.getState()).slice(0, 400)}`)
}
const isLive = (state: TaskState<typeof tally>): state is Working => state.status === 'working' && state.live.phase === 'live'

describe.each(await targetKinds())('on %s', kind => {
  test('what pages did is stored once and in order, and everybody was told the same', async () => {
    const random = seededRandom(SEED)
    const target = await makeTarget(kind)
    const desk = await openTallyStage(target, { everyMs: null })
    const run = await launchTallies(desk, { items: GROUPS, people: SEATS })
    const start = (): Promise<LiveServer> => programs.start({ target: { kind, at: target.at }, ...(kind === 'postgresql' ? { bus: target.at } : {}) })
    const servers = await Promise.all([start(), start()])
    const network = await badNetwork({ random, origins: () => servers.filter(one => one.isAlive()).map(({ origin }) => origin) })
    let [isStormy, killed, loaded] = [true, 0, 0]

    const people = await Promise.all(Array.from({ length: GROUPS * SEATS }, async (_, index) => {
      const name = `person ${String(index)}`
      const { credential } = await desk.mephisto.invite({ run: run.id, worker: name })
      const storage = device()
      const load = (): TaskSession<typeof tally> => {
        const page = createTaskSession({ blueprint: tally, baseUrl: `${network.url}mephisto/`, entry: { provider: 'inhouse', credential }, storage, ...WAYS[index % WAYS.length] })
        page.start()
        return page
      }
      return { name, page: load(), load }
    }))
    const loading = people.map(async person => {
      while (isStormy) {
        await pause(LOADED_MS * (0.5 + random()))
        person.page.stop()
        person.page = person.load()
        loaded += 1
      }
    })
    const killing = (async () => {
      while (isStormy) {
        await pause(KILLED_MS)
        const index = Math.floor(random() * servers.length)
        killed += 1
        await servers[index]?.kill()
        servers[index] = await start()
      }
    })()

    await Promise.all(people.map(async person => {
      for (let index = 0; index < ACTIONS; index += 1) {
        const { live } = await reached(person, isLive)
        // A page that is loaded again goes on with what this one has not sent.
        live.act('say', { text: `${person.name}: ${String(index)}` }).catch(() => undefined)
        await pause(random() * 120)
      }
    }))
    isStormy = false
    await Promise.all([...loading, killing])
    network.calm()

    const heard = await Promise.all(people.map(person => reached(person, (state): state is Working => isLive(state) && state.live.packets.length === SEATS * ACTIONS && state.live.actions.length === ACTIONS && state.live.actions.every(({ status }) => status === 'done'))))
    const sessions = await storedTallies(target, run)
    for (const session of sessions) {
      expect(wrongIn(session)).toEqual([])
      for (const said of saidIn(session)) expect(said).toEqual(Array.from({ length: ACTIONS }, (_, index) => index))
      const told = heard.filter(({ agentId }) => session.people.some(person => person.agentId === agentId)).map(({ live }) => live.packets.map(({ number, body }) => ({ number, body })))
      const stored = session.packets.filter(packet => packet.kind === 'message').map(({ number, body }) => ({ number, body }))
      expect(told).toEqual(Array.from({ length: SEATS }, () => stored))
    }
    expect(sessions).toHaveLength(GROUPS)

    for (const { live } of heard) if (live.you?.seat === 0) await live.act('finish', {})
    for (const person of people) (await reached(person, (state): state is Working => state.status === 'working' && state.live.phase === 'over')).submit({ total: ACTIONS })
    for (const person of people) await reached(person, (state): state is Extract<TaskState<typeof tally>, { status: 'submitted' }> => state.status === 'submitted')
    for (const { page } of people) page.stop()
    await programs.kill()
    expect(await check(target)).toEqual([])
    expect(await verifyRun(desk.db, run.id)).toMatchObject({ difference: null })
    console.log(`${kind}, seed ${String(SEED)}: ${String(people.length * ACTIONS)} actions; servers killed ${String(killed)} times, pages loaded again ${String(loaded)} times, ${JSON.stringify(network.counts)}`)
    await network.close()
    await desk.close()
    await target.drop()
  })
})

/** Which of their actions the people of a session did, in the order in which they are stored. */
function saidIn({ people, packets }: StoredTally): number[][] {
  return people.map(({ agentId }) => packets.filter(({ kind, senderId }) => kind === 'action' && senderId === agentId)
    .map(({ body }) => Number(/: (\d+)$/.exec((body as { text?: string }).text ?? '')?.[1])))
}
