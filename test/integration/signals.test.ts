import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/index.js'
import type { EventStream } from '../../sdk/ports/event-stream.js'
import { pageCalls } from '../../sdk/testing/index.js'
import { liveEachTest } from '../live-each-test.js'
import { liveServers, type LiveServers } from '../live-servers.js'
import { openPageSocket, openSocket, tokenOf } from '../live-sockets.js'
import { allPackets, until, type Debater, type LiveStage } from '../live-stage.js'
import { peopleAt } from '../people-at.js'
import { makeTarget, targetKinds } from '../scenarios/promise-target.js'
import { launchTallies, openTallyStage } from '../tally-stage.js'
import { tally } from '../tally.js'

// What people let each other know for the moment: it reaches who reads, is stored nowhere, and what cannot be is said in words.

let stage: LiveStage
const ends: (() => unknown)[] = []
liveEachTest(opened => { ({ stage } = opened) }, { end: async () => { for (const end of ends.splice(0)) await end() } })

/** People at one debate. */
async function together(...names: string[]): Promise<{ readonly run: TaskRun; readonly people: readonly Debater[] }> {
  const run = await stage.debate({ people: names.length })
  const people: Debater[] = []
  for (const name of names) people.push(await stage.come(name, run))
  if (people[0]) await until(people[0], ({ phase }) => phase === 'live')
  return { run, people }
}

async function send(run: TaskRun, who: string, name: string, value: unknown): Promise<unknown> {
  return pageCalls(stage.mephisto)('signal', { name, value }, await tokenOf(stage, run, who))
}

/** What somebody's page is told over events; `waiting` says how much waits for it. */
async function eventsOf(run: TaskRun, who: string, { signals = true, waiting = (): number => 0 } = {}): Promise<readonly string[]> {
  const said: string[] = []
  const reply = await stage.mephisto.answerHotCall({
    method: 'GET', path: 'trpc/agent.packets', query: `input=${encodeURIComponent(JSON.stringify({ signals }))}`, contentType: undefined, origin: undefined, authorization: `Bearer ${await tokenOf(stage, run, who)}`, readBody: () => Promise.resolve(''),
  })
  const { closed } = (reply?.body as EventStream).open({ send: text => { said.push(text) }, waiting, end: () => undefined })
  ends.push(closed)
  await expect.poll(() => said.length).toBeGreaterThan(2)
  return said
}

async function socketOf(run: TaskRun, who: string, signals = true): Promise<readonly string[]> {
  const { socket, said } = await openPageSocket(stage, run, who, { signals })
  ends.push(() => { socket.terminate() })
  await expect.poll(() => said.length).toBeGreaterThan(2)
  return said
}

const signalsIn = (said: readonly string[]): string[] => said.filter(text => text.includes('"value"'))

describe('a signal', () => {
  test('reaches the pages of the others over sockets and events, and is stored nowhere', async () => {
    const { run, people } = await together('ann', 'ben', 'cleo')
    const [ann, ben, cleo] = [await socketOf(run, 'ann'), await socketOf(run, 'ben'), await eventsOf(run, 'cleo')]
    const before = await allPackets(people[0] as Debater)
    const from = people[0]?.agentId
    expect(await send(run, 'ann', 'pointer', { x: '1', y: 2, more: 3 })).toEqual({})
    await expect.poll(() => signalsIn(ben)).toEqual([JSON.stringify({ id: 1, result: { type: 'data', data: { signal: { from, name: 'pointer', value: { x: 1, y: 2 } } } } })])
    await expect.poll(() => signalsIn(cleo)).toEqual([`event: signal\ndata: ${JSON.stringify({ from, name: 'pointer', value: { x: 1, y: 2 } })}\n\n`])
    await send(run, 'cleo', 'mood', 'calm')
    await expect.poll(() => [signalsIn(ann).length, signalsIn(ben).length]).toEqual([1, 2])
    expect(signalsIn(cleo)).toHaveLength(1)
    const after = await allPackets(people[0] as Debater)
    expect(after.filter(({ kind }) => kind !== 'state')).toEqual(before.filter(({ kind }) => kind !== 'state'))
  })

  test('is kept from pages that did not ask, from other items, and from who reads slowly', async () => {
    const { run } = await together('ann', 'ben')
    const other = await together('dan', 'eve')
    const old = [await socketOf(run, 'ben', false), await eventsOf(run, 'ben', { signals: false }), await socketOf(other.run, 'dan')]
    let waiting = 0
    const [ben, slow] = [await socketOf(run, 'ben'), await eventsOf(run, 'ben', { waiting: () => waiting })]
    waiting = 20_000
    await send(run, 'ann', 'mood', 'calm')
    await expect.poll(() => signalsIn(ben)).toHaveLength(1)
    waiting = 0
    await send(run, 'ann', 'mood', 'merry')
    await expect.poll(() => signalsIn(slow)).toHaveLength(1)
    expect(signalsIn(slow)[0]).toContain('merry')
    expect(old.flatMap(signalsIn)).toEqual([])
  })

  test('is refused in words where it cannot be', async () => {
    const alone = await stage.debate({ people: 2 })
    await stage.come('zoe', alone)
    await expect(send(alone, 'zoe', 'mood', 'calm')).rejects.toMatchObject({ code: 'conflict' })
    const { run, people } = await together('ann', 'ben')
    await expect(send(run, 'ann', 'toString', 1)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('there are: pointer, mood') as string })
    await expect(send(run, 'ann', 'pointer', { x: 1 })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('The signal "pointer" does not fit') as string })
    await expect(send(run, 'ann', 'mood', 'x'.repeat(1_999))).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('2000 characters') as string })
    await expect(pageCalls(stage.mephisto)('signal', { name: 'mood', value: 'calm' }, 'forged')).rejects.toMatchObject({ code: 'unauthenticated' })
    const helping = await stage.launch()
    await expect(send(helping, 'ann', 'mood', 'calm')).rejects.toMatchObject({ code: 'conflict' })
    const many = await Promise.allSettled(Array.from({ length: 60 }, () => send(run, 'ben', 'mood', 'x'.repeat(1_998))))
    const refused = many.filter(one => one.status === 'rejected')
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.length).toBeLessThanOrEqual(20)
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'too_many_requests', message: expect.stringContaining('20 signals a second') as string })
    // What is refused for being too often is of signals alone.
    await people[1]?.act('note', { text: 'still here' })
    await people[0]?.giveBack()
    await until(people[1] as Debater, ({ people: all }) => all.some(({ status }) => status === 'left'))
    await expect(send(run, 'ben', 'mood', 'calm')).rejects.toMatchObject({ code: expect.stringMatching(/conflict|too_many_requests/) as string })
  })
})

describe.runIf((await targetKinds()).includes('postgresql'))('processes on PostgreSQL', () => {
  let programs: LiveServers
  beforeAll(async () => { programs = await liveServers() })
  afterAll(() => programs.close())

  test('hand signals on to each other, once', async () => {
    const target = await makeTarget('postgresql')
    const desk = await openTallyStage(target, { everyMs: null })
    const [here, there] = await Promise.all([0, 1].map(() => programs.start({ target: { kind: 'postgresql', at: target.at }, bus: target.at })))
    const run = await launchTallies(desk, {})
    const [ann, ben] = await Promise.all(['ann', 'ben'].map(async name => {
      const task = await peopleAt(desk.mephisto, { origins: () => [here?.origin ?? ''] })(name).accept(tally, run)
      return { task, token: await tokenOf(desk, run, name) }
    }))
    const follow = async (origin: string, token: string): Promise<readonly string[]> => {
      const { socket, said } = await openSocket(origin, token, { signals: true })
      ends.push(() => { socket.terminate() })
      return said
    }
    const [near, far, own] = [await follow(here?.origin ?? '', ben?.token ?? ''), await follow(there?.origin ?? '', ben?.token ?? ''), await follow(there?.origin ?? '', ann?.token ?? '')]
    await expect.poll(() => [near, far, own].every(said => said.some(text => text.includes('"phase":"live"'))), { timeout: 10_000 }).toBe(true)
    const nod = async (text: string): Promise<void> => {
      const reply = await fetch(`${here?.origin ?? ''}/mephisto/trpc/agent.signal`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${ann?.token ?? ''}` }, body: JSON.stringify({ name: 'nod', value: { text } }) })
      expect(await reply.json()).toEqual({ result: { data: {} } })
    }
    const heard = (said: readonly string[], isFirst: boolean): string[] => signalsIn(said).filter(text => text.includes('anybody there?') === isFirst)
    // A signal is stored nowhere: one that comes before the other process listens is lost.
    await expect.poll(async () => {
      await nod('anybody there?')
      return heard(far, true).length
    }, { interval: 200 }).toBeGreaterThan(0)
    for (const text of ['"猫"'.repeat(300), 'second']) await nod(text)
    await expect.poll(() => [heard(near, false).length, heard(far, false).length]).toEqual([2, 2])
    expect(heard(far, false)).toEqual(heard(near, false))
    expect(signalsIn(own)).toEqual([])
    await programs.kill()
    await desk.close()
    await target.drop()
  }, 60_000)
})
