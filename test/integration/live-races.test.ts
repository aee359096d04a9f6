import { expect, test } from 'vitest'
import { verifyRun, type LiveSettings, type TaskRun } from '../../sdk/index.js'
import type { RawClient } from '../../prisma/raw-client.js'
import { allPackets, viewOf } from '../live-stage.js'
import type { SessionsStage } from '../sessions-stage.js'
import type { OwnTarget } from '../scenarios/promise-target.js'
import { stageEachTest } from '../stage-each-test.js'
import { storedTallies, wrongIn } from '../tally-checks.js'
import { launchTallies, openTallyStage, type Teller } from '../tally-stage.js'
import { tally } from '../tally.js'

// Two instances at one session, each thing done by one of them on purpose. Neither keeps anything up by itself: what is due is done when a
// test says where.

let target: OwnTarget
let one: SessionsStage
let other: SessionsStage
/** Done once, before `one` begins its next transaction after it has looked who is there. */
let whenLooked: (() => Promise<unknown>) | null = null

stageEachTest(async own => {
  target = own
  whenLooked = null
  one = await openTallyStage(target, { everyMs: null, around: interrupted })
  other = await openTallyStage(target, { everyMs: null })
  return { stage: { close: async () => { for (const stage of [one, other]) await stage.close() } } }
}, () => undefined, async () => {
  for (const run of await one.db.runs.list({ limit: 1 })) {
    for (const session of await storedTallies(target, run)) expect(wrongIn(session)).toEqual([])
    expect(await verifyRun(one.db, run.id)).toMatchObject({ difference: null })
  }
})

function interrupted(client: RawClient): RawClient {
  let isLooked = false
  return {
    $executeRawUnsafe: (sql, ...values) => client.$executeRawUnsafe(sql, ...values),
    $queryRawUnsafe: <Rows>(sql: string, ...values: unknown[]) => {
      isLooked ||= sql.includes('agent_status') && whenLooked !== null
      return client.$queryRawUnsafe<Rows>(sql, ...values)
    },
    async $transaction(work, options) {
      const interrupt = isLooked ? whenLooked : null
      if (interrupt) {
        whenLooked = null
        isLooked = false
        await interrupt()
      }
      return client.$transaction(work, options)
    },
  }
}

const pause = (ms: number): Promise<void> => new Promise(resolve => { setTimeout(resolve, ms) })
const come = (stage: SessionsStage, name: string, run: TaskRun): Promise<Teller> => stage.worker(name).accept(tally, run)
const due = ({ mephisto }: SessionsStage): Promise<unknown> => mephisto.operator.tick()
/** Two who have begun at `one`. */
async function pair(live: LiveSettings = {}): Promise<{ run: TaskRun; ann: Teller; ben: Teller }> {
  const run = await launchTallies(one, { live })
  const [ann, ben] = [await come(one, 'ann', run), await come(one, 'ben', run)]
  await due(one)
  return { run, ann, ben }
}
/** Two of whom one has left, whose place another may take. */
async function left(): Promise<{ run: TaskRun; ann: Teller }> {
  const { run, ann, ben } = await pair({ whenSomebodyLeaves: 'replace' })
  await ben.giveBack()
  await due(one)
  return { run, ann }
}

test('what is due is not taken for done by a process that has not seen what came before it', async () => {
  const run = await launchTallies(one, { live: { whenSomebodyLeaves: 'replace' } })
  const ann = await come(one, 'ann', run)
  await due(one)
  const ben = await come(other, 'ben', run)
  await due(other)
  // By now `one` knows of a lobby with one person alone.
  await ben.act('ask', { question: 'why' })
  await ben.act('wait', { name: 'pause', ms: 0 })
  await due(one)
  expect((await storedTallies(target, run))[0]?.counts).toEqual({ ask: 1, wait: 1, result: 1, timer: 1 })
  await ann.act('finish', {})
})

test('what can be done by now is not refused by a process that has not seen it begin', async () => {
  const run = await launchTallies(one, {})
  const ann = await come(one, 'ann', run)
  await due(one)
  await come(other, 'ben', run)
  await due(other)
  expect(await ann.act('say', { text: 'at last' })).toBeGreaterThan(0)
})

test('that somebody left is seen by a process that has not seen them come', async () => {
  const run = await launchTallies(one, { live: { whenSomebodyLeaves: 'replace' } })
  const ann = await come(one, 'ann', run)
  await due(one)
  const ben = await come(other, 'ben', run)
  await due(other)
  await ben.giveBack()
  await due(one)
  expect((await viewOf(ann))?.people.map(({ status }) => status)).toEqual(['here', 'left'])
})

test('who comes while the others begin without them is one of them', async () => {
  const run = await launchTallies(one, { live: { minPeople: 1, lobbyMs: 1_000 } })
  const ann = await come(one, 'ann', run)
  await due(one)
  await pause(1_050)
  let ben: Teller | undefined
  whenLooked = async () => { ben = await come(other, 'ben', run) }
  await due(one)
  await due(other)
  expect((await viewOf(ann))?.people.map(({ agentId }) => agentId)).toEqual([ann.agentId, ben?.agentId])
  await ben?.act('say', { text: 'here I am' })
})

test('places that are held back by the limit of live units go too when the others begin without them', async () => {
  const run = await one.mephisto.operator.launch(tally, {
    task: 'tallies', requester: 'lab', provider: 'inhouse', unitsPerAssignment: 2, maxLiveUnits: 2, data: [{ name: 'first' }, { name: 'second' }], live: { minPeople: 1, lobbyMs: 1_000 },
  })
  const [ann, ben] = [await come(one, 'ann', run), await come(one, 'ben', run)]
  await due(one)
  await ann.act('finish', {})
  await ann.submit({ total: 0 })
  const cid = await come(one, 'cid', run)
  await due(one)
  await pause(1_050)
  await due(one)
  expect(await viewOf(cid)).toMatchObject({ phase: 'live', people: [{ agentId: cid.agentId }] })
  await ben.submit({ total: 0 })
  await due(one)
  expect(await one.worker('dan').refusal(run)).toBe('all_taken')
  await cid.act('finish', {})
  await cid.submit({ total: 0 })
  expect((await one.mephisto.operator.progress(run.id)).run.status).toBe('completed')
})

test('a place that nobody has taken again goes when the others are through', async () => {
  const { run, ann } = await left()
  await ann.act('finish', {})
  await ann.submit({ total: 0 })
  await due(one)
  expect((await one.mephisto.operator.progress(run.id)).run.status).toBe('completed')
})

test('who comes when it is over, and is not told so yet, has nothing to hand in', async () => {
  const { run, ann } = await left()
  await ann.act('finish', {})
  const cid = await come(other, 'cid', run)
  await expect(cid.submit({ total: 0 })).rejects.toMatchObject({ code: 'conflict' })
  await due(other)
  expect(await cid.submit({ total: 0 })).toMatchObject({ outcome: 'set_aside' })
  await ann.submit({ total: 0 })
  expect((await one.mephisto.operator.progress(run.id)).run.status).toBe('completed')
})

/** How the others see somebody. */
const statusOf = async (run: TaskRun, { agentId }: Teller): Promise<string | undefined> => (await storedTallies(target, run))[0]?.people.find(person => person.agentId === agentId)?.status

/** A page that is connected until it is closed, which takes until something is said. */
function pageOf(teller: Teller): { readonly closed: Promise<void>; close(): void } {
  let isOpen = true
  const read = async (): Promise<void> => {
    for (let after = (await allPackets(teller)).at(-1)?.number ?? 0; isOpen;) after = (await teller.next(after)).at(-1)?.number ?? after
  }
  return { closed: read(), close: () => { isOpen = false } }
}

test('whose page goes on at another process is not away; whose page goes is', async () => {
  const { run, ann, ben } = await pair()
  const here = pageOf(ann)
  await pause(100)
  here.close()
  await ben.act('say', { text: 'to the first page' })
  await here.closed
  const there = pageOf(await come(other, 'ann', run))
  await pause(2_500)
  expect(await statusOf(run, ann)).toBe('here')
  there.close()
  await ben.act('say', { text: 'to the second page' })
  await there.closed
  await expect.poll(() => statusOf(run, ann)).toBe('away')
})

test('who has pages at two processes, and closes one, is not away for long', async () => {
  const { run, ann, ben } = await pair({ absenceMs: 5_000 })
  const there = pageOf(await come(other, 'ann', run))
  await pause(100)
  // This page is closed at once.
  await allPackets(ann)
  await pause(2_000)
  await expect.poll(() => statusOf(run, ann)).toBe('here')
  await pause(2_000)
  expect(await statusOf(run, ann)).toBe('here')
  there.close()
  await ben.act('say', { text: 'goodbye' })
  await there.closed
})
