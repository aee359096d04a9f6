import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyRun } from '../../sdk/index.js'
import type { LiveView } from '../../sdk/protocol/live-views.js'
import type { PacketView } from '../../sdk/protocol/packet-views.js'
import { allPackets, until } from '../live-stage.js'
import { liveServers, type LiveServer, type LiveServers } from '../live-servers.js'
import { peopleAt } from '../people-at.js'
import type { SessionsStage } from '../sessions-stage.js'
import { check, makeTarget, targetKinds, type OwnTarget } from '../scenarios/promise-target.js'
import { storedTallies, wrongIn, type ToldAction } from '../tally-checks.js'
import { launchTallies, openTallyStage, type Teller } from '../tally-stage.js'
import { tally } from '../tally.js'

// Several processes serve the same people at once, as behind a load balancer that sends each request anywhere. Those on PostgreSQL wake
// each other; the others look by themselves.

let programs: LiveServers
beforeAll(async () => { programs = await liveServers() })
afterAll(() => programs.close())

/** Reads on until things stand as they are wanted, and tells how they stand then. */
async function readUntil(teller: Teller, isWanted: (view: LiveView) => boolean): Promise<LiveView> {
  for (let after = 0, end = performance.now() + 60_000; performance.now() < end;) {
    const packets = await teller.next(after)
    after = packets.at(-1)?.number ?? after
    const view = packets.filter(({ kind }) => kind === 'state').map(({ body }) => body as LiveView).find(isWanted)
    if (view) return view
  }
  throw new Error('it never stood as it was wanted')
}

/** What somebody was told, in order, but for how things stand: that changes as pages come and go. */
const toldTo = async (teller: Teller): Promise<readonly PacketView[]> => (await allPackets(teller)).filter(({ kind }) => kind === 'message')

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)

describe.each(await targetKinds())('processes on %s', kind => {
  let target: OwnTarget
  /** Launches and makes links alone. */
  let desk: SessionsStage
  let servers: readonly LiveServer[]
  const origins = (): string[] => servers.map(({ origin }) => origin)

  beforeAll(async () => {
    target = await makeTarget(kind)
    desk = await openTallyStage(target, { everyMs: null })
    servers = await Promise.all(Array.from({ length: kind === 'sqlite' ? 2 : 4 }, () => programs.start({ target: { kind, at: target.at }, ...(kind === 'postgresql' ? { bus: target.at } : {}) })))
  })
  afterAll(async () => {
    await programs.kill()
    for (const { id } of await desk.db.runs.list({ limit: 10 })) expect(await verifyRun(desk.db, id)).toMatchObject({ difference: null })
    expect(await check(target)).toEqual([])
    await desk.close()
    await target.drop()
  })

  test('a hundred people who arrive at once are ten groups of ten, and all of them begin', async () => {
    const run = await launchTallies(desk, { items: 10, people: 10 })
    const comer = peopleAt(desk.mephisto, { origins })
    const begun = performance.now()
    const people = await Promise.all(Array.from({ length: 100 }, async (_, index) => {
      const teller: Teller = await comer(`worker ${String(index)}`).accept(tally, run)
      return { teller, view: await readUntil(teller, ({ phase }) => phase === 'live') }
    }))
    const tookMs = performance.now() - begun
    const stored = await storedTallies(target, run)
    expect(stored.map(session => [session.phase, new Set(session.people.map(({ workerId }) => workerId)).size])).toEqual(Array.from({ length: 10 }, () => ['live', 10]))
    expect(new Set(stored.flatMap(session => session.people.map(({ agentId }) => agentId)))).toEqual(new Set(people.map(({ teller }) => teller.agentId)))
    for (const { teller, view } of people) expect(view.people.map(({ agentId }) => agentId)).toContain(teller.agentId)
    const saying = performance.now()
    await Promise.all(people.map(({ teller }, index) => teller.act('say', { text: String(index) })))
    console.log(`${kind}: 100 people began within ${String(Math.round(tookMs))} ms, and each said something within ${String(Math.round(performance.now() - saying))} ms`)
    // Somebody may be told to be away between the two things that are read.
    await expect.poll(async () => (await storedTallies(target, run)).map(session => [session.counts['say'], wrongIn(session)])).toEqual(Array.from({ length: 10 }, () => [10, []]))
  })

  test('what two people do at several processes, each thing sent twice, counts once, and both are told the same', async () => {
    const run = await launchTallies(desk, {})
    const comer = peopleAt(desk.mephisto, { origins, doubled: 500 })
    const people: readonly Teller[] = await Promise.all(['ann', 'ben'].map(name => comer(name).accept(tally, run)))
    for (const teller of people) await readUntil(teller, ({ phase }) => phase === 'live')
    const told: ToldAction[] = []
    const begun = performance.now()
    // Four pages of each, so that much is under way at the same time.
    await Promise.all(people.flatMap(teller => Array.from({ length: 4 }, async (_, page) => {
      for (let index = 0; index < 25; index += 1) {
        const callId = `action-${String(page)}-${String(index)}`
        const send = (): Promise<number> => teller.act('say', { text: callId }, callId)
        const numbers = index % 2 === 0 ? [await send(), await send()] : await Promise.all([send(), send()])
        told.push(...numbers.map(number => ({ agentId: teller.agentId, callId, number })))
      }
    })))
    console.log(`${kind}: 200 actions of two people, each sent two times or more, in ${String(Math.round(performance.now() - begun))} ms`)
    const [session] = await storedTallies(target, run)
    expect(session?.counts).toEqual({ say: 200 })
    expect(session && wrongIn(session, told)).toEqual([])
    const heard = await Promise.all(people.map(toldTo))
    expect(heard[0]).toEqual(heard[1])
    expect(heard[0]).toHaveLength(200)
    await people[0]?.act('finish', {})
    for (const teller of people) expect(await teller.submit({ total: 200 })).toMatchObject({ outcome: 'completed' })
  })

  test('whoever reads at one of them is told what was done at another', async () => {
    const run = await launchTallies(desk, {})
    const [here, there] = servers.map(({ origin }) => peopleAt(desk.mephisto, { origins: () => [origin] }))
    if (!here || !there) throw new Error('there are two servers')
    const [ann, ben]: readonly [Teller, Teller] = [await here('ann').accept(tally, run), await there('ben').accept(tally, run)]
    await until(ben, ({ phase }) => phase === 'live')
    const waits: number[] = []
    for (let round = 0; round < 6; round += 1) {
      let toldAt = Infinity
      const waiting = ben.next((await allPackets(ben)).at(-1)?.number ?? 0).then(packets => {
        toldAt = performance.now()
        return packets
      })
      await new Promise(resolve => { setTimeout(resolve, 50) })
      await ann.act('say', { text: String(round) })
      const doneAt = performance.now()
      expect((await waiting).filter(({ kind: what }) => what === 'message').map(({ body }) => body)).toEqual([{ what: 'say', nth: round + 1, text: String(round) }])
      waits.push(Math.max(0, toldAt - doneAt))
    }
    const meanMs = sum(waits) / waits.length
    expect(meanMs).toBeLessThan(kind === 'postgresql' ? 500 : 3_000)
    console.log(`${kind}: who reads elsewhere is told ${String(Math.round(meanMs))} ms after it was done`)
  })
})
