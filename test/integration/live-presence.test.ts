import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createTaskSession } from '../../sdk/client/index.js'
import type { TaskRun } from '../../sdk/index.js'
import { liveEachTest, type OpenedLive } from '../live-each-test.js'
import { attemptOf, bodiesOf, leaseOf } from '../live-rows.js'
import { debate } from '../debate.js'
import { followBySocket, tokenOf } from '../live-sockets.js'
import { until, viewOf, type Debater } from '../live-stage.js'

let opened: OpenedLive
const ends: (() => void)[] = []
liveEachTest(given => { opened = given }, { end: () => { for (const end of ends.splice(0)) end() } })

/** Follows as a page does, until the test is over or the returned function is called. */
async function follow(run: TaskRun, name: string): Promise<() => void> {
  const end = await followBySocket(opened.stage, run, name)
  ends.push(end)
  return end
}
const statusOf = async (reader: Debater, { agentId }: Debater) => (await viewOf(reader))?.people.find(person => person.agentId === agentId)?.status

test('whoever reads, by a socket or by asking, is there for as long as they do; whoever does not is dropped out', async () => {
  const run = await opened.stage.debate({ people: 3, live: { absenceMs: 5_000, whenSomebodyLeaves: 'go_on' } })
  const [ann, ben, cem] = [await opened.stage.come('ann', run), await opened.stage.come('ben', run), await opened.stage.come('cem', run)]
  const until5s = await leaseOf(opened.stage, ann)
  await follow(run, 'ann')
  const asks = { isOver: false }
  const asking = (async () => {
    for (let last = 0; !asks.isOver;) last = (await ben.next(last)).at(-1)?.number ?? last
  })()
  await expect.poll(() => attemptOf(opened.stage, cem), { timeout: 20_000 }).toBe('disconnect')
  // Nobody else's lease would have lasted as long.
  await expect.poll(async () => await opened.stage.db.now() > until5s, { timeout: 20_000 }).toBe(true)
  for (const one of [ann, ben]) {
    expect(await attemptOf(opened.stage, one)).toBe('in_task')
    expect(await leaseOf(opened.stage, one)).toBeGreaterThan(until5s)
  }
  asks.isOver = true
  await ann.act('finish', {})
  await asking
  expect(await ann.submit({ convinced: true })).toMatchObject({ outcome: 'completed' })
  expect(await ben.submit({ convinced: true })).toMatchObject({ outcome: 'completed' })
}, 60_000)

test('in the lobby too', async () => {
  const run = await opened.stage.debate({ people: 3, live: { absenceMs: 5_000 } })
  const [ann, ben] = [await opened.stage.come('ann', run), await opened.stage.come('ben', run)]
  await follow(run, 'ann')
  await expect.poll(() => attemptOf(opened.stage, ben), { timeout: 20_000 }).toBe('disconnect')
  await expect.poll(async () => (await viewOf(ann))?.people.map(({ agentId }) => agentId)).toEqual([ann.agentId])
  expect(await attemptOf(opened.stage, ann)).toBe('waiting')
}, 60_000)

test('the others are told when a page is away and when it is here again, not of one that is loaded again', async () => {
  const run = await opened.stage.debate({ people: 3 })
  const [ann, ben, cem] = [await opened.stage.come('ann', run), await opened.stage.come('ben', run), await opened.stage.come('cem', run)]
  await until(ann, ({ phase }) => phase === 'live')
  const [endBen, endCem] = [await follow(run, 'ben'), await follow(run, 'cem')]
  endBen()
  endCem()
  await follow(run, 'ben')
  await expect.poll(() => statusOf(ann, cem), { timeout: 10_000 }).toBe('away')
  expect(await statusOf(ann, ben)).toBe('here')
  await follow(run, 'cem')
  await expect.poll(() => statusOf(ann, cem), { timeout: 10_000 }).toBe('here')
  const told = await bodiesOf(ann, 'state') as { people: { agentId: string; status: string }[] }[]
  expect(told.flatMap(({ people }) => people.filter(({ agentId }) => agentId === ben.agentId).map(({ status }) => status))).not.toContain('away')
  // Being away is no event: nobody has left.
  expect(opened.stage.seen).toEqual([])
})

/** Opens a stream of events as a page does that is gone a moment later: nothing more comes from it, and nobody says so. */
async function vanishAtEvents(run: TaskRun, name: string): Promise<void> {
  const [{ port }, token] = [new URL(opened.stage.origin), await tokenOf(opened.stage, run, name)]
  const line = connect(Number(port), '127.0.0.1')
  ends.push(() => { line.destroy() })
  line.write(`GET /mephisto/trpc/agent.packets?input=%7B%7D HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`)
  await new Promise(resolve => { line.once('data', resolve) })
  line.pause()
}

test('a page on events that is gone without a word is away within ten seconds; one that is there is not', async () => {
  const run = await opened.stage.debate({ people: 3 })
  const [ann, ben, cem] = [await opened.stage.come('ann', run), await opened.stage.come('ben', run), await opened.stage.come('cem', run)]
  await until(ann, ({ phase }) => phase === 'live')
  const { credential } = await opened.stage.mephisto.invite({ run: run.id, worker: 'ben' })
  const page = createTaskSession({ blueprint: debate, baseUrl: `${opened.stage.origin}/mephisto/`, entry: { provider: 'inhouse', credential }, WebSocket: null, events: true })
  const connections = new Set<string>()
  page.subscribe(() => { connections.add(page.getState().connection) })
  page.start()
  ends.push(() => { page.stop() })
  await vanishAtEvents(run, 'cem')
  await expect.poll(() => statusOf(ann, cem), { timeout: 11_500 }).toBe('away')
  await pause(2_000)
  expect(await statusOf(ann, ben)).toBe('here')
  const told = await bodiesOf(ann, 'state') as { people: { agentId: string; status: string }[] }[]
  expect(told.flatMap(({ people }) => people.filter(({ agentId }) => agentId === ben.agentId).map(({ status }) => status))).not.toContain('away')
  expect([...connections]).toEqual(['online'])
}, 60_000)

test('two pages of one worker are one: who closes one of them is there', async () => {
  const run = await opened.stage.debate({ people: 3 })
  const [ann, ben, cem] = [await opened.stage.come('ann', run), await opened.stage.come('ben', run), await opened.stage.come('cem', run)]
  await until(ann, ({ phase }) => phase === 'live')
  const [first, , endCem] = [await follow(run, 'ben'), await follow(run, 'ben'), await follow(run, 'cem')]
  first()
  endCem()
  await expect.poll(() => statusOf(ann, cem), { timeout: 10_000 }).toBe('away')
  expect(await statusOf(ann, ben)).toBe('here')
})

test('an attempt that is over is not there any more, whoever reads with its token', async () => {
  const run = await opened.stage.debate({ live: { whenSomebodyLeaves: 'replace' } })
  const [ann, ben] = [await opened.stage.come('ann', run), await opened.stage.come('ben', run)]
  await until(ann, ({ phase }) => phase === 'live')
  const end = await follow(run, 'ben')
  await ben.giveBack()
  await until(ann, ({ people }) => people[1]?.status === 'left')
  await ben.packets()
  end()
  await ben.packets()
  const cem = await opened.stage.come('cem', run)
  await until(ann, ({ people }) => people[1]?.agentId === cem.agentId)
  expect(await viewOf(ann)).toMatchObject({ people: [{ agentId: ann.agentId }, { agentId: cem.agentId, status: 'here' }] })
})
