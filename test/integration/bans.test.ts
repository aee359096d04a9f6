import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { implement, type BlockRequest } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { OLGA, RITA, VERA } from '../principals.js'
import { expectSound } from '../run-checks.js'
import { sentiment, sentimentActs, sentimentRun } from '../sentiment.js'

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(async () => {
  await expectSound(mephisto)
  await mephisto.close()
})

const { launch, accept, progress, work } = sentimentActs(() => mephisto)
const people = () => mephisto.caller(RITA).people
const ANN = { provider: 'inhouse', externalId: 'ann' }
const id = (): string => crypto.randomUUID()
const block = (change: Partial<BlockRequest> = {}) => people().block({ requestId: id(), people: [ANN], scope: 'everywhere', reason: 'writes nonsense', ...change })
const lift = (blocks: readonly { readonly id: string }[], change: object = {}) => people().lift({ requestId: id(), blockIds: blocks.map(one => one.id), undo: true, ...change })
const decide = (verdict: 'approve' | 'soft_reject' | 'reject' | 'overturn', ...unitIds: string[]) => mephisto.caller(RITA).review.decide({ decisionId: id(), unitIds, verdict })
const statuses = async (run: TaskRun) => (await progress(run)).units
const gone = { created: 0, launched: 0, assigned: 0, completed: 0, accepted: 0, soft_rejected: 0, rejected: 0, expired: 0 }

/** Of Ann's work in a run of six items: one accepted, one waiting, one soft-rejected and one under way; Ben has one under way. */
async function annWorks() {
  const run = await launch({}, 6)
  const accepted = await work('ann', run)
  const undecided = await work('ann', run)
  const paid = await work('ann', run)
  await decide('approve', accepted)
  await decide('soft_reject', paid)
  const ann = await accept('ann', run)
  const ben = await accept('ben', run)
  return { run, accepted, undecided, ann, ben }
}

describe('a block', () => {
  test('re-opens nothing unless it is asked to; what is on its way is taken', async () => {
    const { run, ann } = await annWorks()
    const before = await statuses(run)
    expect((await block()).reopened).toEqual([])
    expect(await statuses(run)).toEqual(before)
    expect(await ann.submit({ label: 'positive' })).toMatchObject({ outcome: 'completed' })
  })

  test('takes back what is under way, and nothing else; an answer to it is set aside', async () => {
    const { run, ann } = await annWorks()
    expect((await block({ reopen: 'under_way' })).reopened).toEqual([{ run: run.id, takenBack: 1, decided: 0, added: 0, kept: 0, why: null }])
    expect(await statuses(run)).toEqual({ ...gone, launched: 2, assigned: 1, completed: 1, accepted: 1, soft_rejected: 1 })
    expect(await ann.submit({ label: 'positive' })).toMatchObject({ outcome: 'set_aside' })
    expect((await accept('cem', run)).input).toEqual(ann.input)
  })

  test('gives answers that wait for review to others, paid or not', async () => {
    const [{ run }, other] = [await annWorks(), await launch({ task: 'others' }, 1)]
    await work('ann', other)
    const { reopened } = await block({ reopen: 'undecided', verdict: 'reject' })
    expect(reopened).toEqual([
      { run: run.id, takenBack: 1, decided: 1, added: 1, kept: 0, why: null }, { run: other.id, takenBack: 0, decided: 1, added: 1, kept: 0, why: null },
    ])
    expect(await progress(run)).toMatchObject({ run: { reservedMinor: 10, owedMinor: 20 }, units: { launched: 3, assigned: 1, accepted: 1, soft_rejected: 1, rejected: 1 } })
    // It was completed: it goes on.
    expect((await progress(other)).run).toMatchObject({ status: 'running', unitsOpen: 1, owedMinor: 0 })
    await work('ben', other)
    expect((await progress(other)).run.status).toBe('completed')
  })

  test('gives accepted answers to others too, where that is asked for; their pay stays theirs or not', async () => {
    const { run, accepted } = await annWorks()
    const [{ reopened }, paid] = [await block({ reopen: 'accepted', verdict: 'soft_reject' }), await progress(run)]
    expect(reopened).toEqual([{ run: run.id, takenBack: 1, decided: 2, added: 2, kept: 0, why: null }])
    expect(paid).toMatchObject({ run: { reservedMinor: 10, owedMinor: 30 }, units: { launched: 4, assigned: 1, soft_rejected: 3 } })
    expect(await mephisto.db.decisions.find({ filter: { unitId: accepted } })).toMatchObject({ rows: [
      { verdict: 'approve' }, { verdict: 'undo', previous: 'accepted', note: 'writes nonsense', actorId: 'rita' }, { verdict: 'soft_reject', previous: 'completed', note: 'writes nonsense', actorName: 'Rita' },
    ] })
    const unpaid = await launch({ task: 'unpaid' }, 1)
    const unit = await work('ben', unpaid)
    await decide('approve', unit)
    await block({ people: [{ unitId: unit }], reopen: 'accepted', verdict: 'reject' })
    expect((await progress(unpaid)).run).toMatchObject({ reservedMinor: 0, owedMinor: 0, unitsOpen: 1 })
  })

  test('re-opens work where it reaches, and nowhere else', async () => {
    const runs = [await launch({ task: 'one', project: 'first' }, 1), await launch({ task: 'two', project: 'first' }, 1), await launch({ task: 'two' }, 1), await launch({ task: 'three' }, 1)] as const
    for (const run of runs) await work('ann', run)
    const reopened = async (change: Partial<BlockRequest>) => (await block({ reopen: 'undecided', verdict: 'reject', ...change })).reopened.map(({ run }) => runs.findIndex(({ id: one }) => one === run))
    expect(await reopened({ scope: 'run', scopeId: runs[2].id })).toEqual([2])
    expect(await reopened({ scope: 'task', scopeId: 'two' })).toEqual([1])
    expect(await reopened({ scope: 'project', scopeId: 'first' })).toEqual([0])
    expect(await reopened({})).toEqual([3])
    expect(await reopened({})).toEqual([])
  })

  test('leaves answers where others cannot be added, and says why', async () => {
    const run = await launch({}, 3)
    await work('ann', run)
    const ann = await accept('ann', run)
    await accept('ben', run)
    await mephisto.operator.drain(run.id)
    const { reopened } = await block({ reopen: 'undecided', verdict: 'reject' })
    expect(reopened).toMatchObject([{ takenBack: 1, decided: 0, added: 0, kept: 1, why: expect.stringContaining('draining') as string }])
    expect(await statuses(run)).toMatchObject({ completed: 1, assigned: 1, expired: 1 })
    expect(await ann.submit({ label: 'positive' })).toMatchObject({ outcome: 'set_aside' })
  })

  test('leaves answers to known items, which are about their worker alone', async () => {
    const run = await mephisto.operator.launch(sentiment, { ...sentimentRun(2), screening: { passed: 'good', failed: 'bad', items: [{ input: { text: 'screen' }, expected: { label: 'positive' } }] } })
    await work('ann', run)
    expect((await block({ reopen: 'accepted', verdict: 'reject' })).reopened).toEqual([])
    expect(await statuses(run)).toMatchObject({ accepted: 1, rejected: 0 })
  })

  test('does more than one portion of a run', { timeout: 60_000 }, async () => {
    const run = await launch({}, 210)
    for (let count = 0; count < 210; count += 1) await work('ann', run)
    const request = { requestId: id(), reopen: 'undecided', verdict: 'reject' } as const
    const first = await block(request)
    expect(first.reopened).toEqual([{ run: run.id, takenBack: 0, decided: 210, added: 210, kept: 0, why: null }])
    expect(await block(request)).toEqual(first)
    expect((await lift(first.blocks)).restored).toEqual([{ run: run.id, restored: 210, kept: 0, why: null }])
    expect((await progress(run)).run).toMatchObject({ status: 'completed', unitsOpen: 0, reservedMinor: 2_100 })
  })

  test('sent again changes nothing more, also after others have decided, worked and launched', async () => {
    const { run, undecided } = await annWorks()
    const request = { requestId: id(), reopen: 'undecided', verdict: 'reject' } as const
    const reply = await block(request)
    await decide('overturn', undecided)
    await lift(reply.blocks, { undo: false })
    const later = await launch({ task: 'later' }, 1)
    await work('ann', later)
    const before = [await statuses(run), await statuses(later)]
    expect(await block(request)).toEqual(reply)
    // Nor when an operator has the call made again.
    const calls = (await mephisto.outbox.calls({ topic: 'block.reopen' })).calls
    expect(calls).toMatchObject([{ status: 'done' }])
    expect(await mephisto.outbox.replay(OLGA, { requestId: id(), callIds: calls.map(call => call.id) })).toEqual({ replayed: 1 })
    expect((await mephisto.operator.tick()).calls).toEqual({ done: 1, retried: 0, failed: 0 })
    expect([await statuses(run), await statuses(later)]).toEqual(before)
    await expect(block({ ...request, verdict: 'soft_reject' })).rejects.toMatchObject({ cause: { code: 'conflict' } })
  })

  test.each([
    [{ reopen: 'undecided' }, 'verdict'], [{ reopen: 'accepted', verdict: null }, 'verdict'], [{ reopen: 'under_way', verdict: 'reject' }, 'verdict'], [{ verdict: 'reject' }, 'verdict'],
    [{ reopen: 'everything' }, 'reopen'], [{ reopen: 'undecided', verdict: 'approve' }, 'verdict'],
  ])('is refused with %o, and nothing is changed', async (change, field) => {
    const { run } = await annWorks()
    const before = await statuses(run)
    await expect(block(change as Partial<BlockRequest>)).rejects.toMatchObject({ message: expect.stringContaining(field) as string })
    expect([await statuses(run), (await mephisto.db.blocks.find()).rows]).toEqual([before, []])
  })

  test('is for reviewers, and looking first for viewers', async () => {
    await annWorks()
    const look = mephisto.caller(VERA).people
    await expect(look.block({ requestId: id(), people: [ANN], scope: 'everywhere', reason: 'no', reopen: 'under_way' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const cents = (minor: number) => [{ minor, currency: 'USD' }]
    const reopenable = await look.reopenable({ people: [ANN, ANN], scope: 'everywhere' })
    expect(reopenable).toEqual({ runs: 1, underWay: { units: 1, pay: cents(10) }, undecided: { units: 1, pay: cents(10) }, accepted: { units: 1, pay: cents(10) } })
    await expect(look.reopenable({ people: [{ ...ANN, externalId: 'nobody' }], scope: 'everywhere' })).rejects.toMatchObject({ cause: { code: 'not_found' } })
    await expect(look.reopenable({ people: [ANN], scope: 'task' })).rejects.toMatchObject({ message: expect.stringContaining('scopeId') as string })
  })
})

describe('lifting a block', () => {
  test('leaves what it re-opened as it is, unless that is to be undone', async () => {
    const { run } = await annWorks()
    const { blocks } = await block({ reopen: 'undecided', verdict: 'reject' })
    const before = await statuses(run)
    expect((await lift(blocks, { undo: false })).restored).toEqual([])
    expect(await statuses(run)).toEqual(before)
    // And can be undone later.
    expect((await lift(blocks)).restored).toEqual([{ run: run.id, restored: 1, kept: 0, why: null }])
  })

  test('brings answers back as they were, takes the free units out, and lets the worker have again what they were at', async () => {
    const { run, undecided, accepted, ann } = await annWorks()
    const { blocks } = await block({ reopen: 'accepted', verdict: 'reject' })
    expect((await progress(run)).run).toMatchObject({ reservedMinor: 10, owedMinor: 10 })
    const request = { requestId: id() }
    const reply = await lift(blocks, request)
    expect(reply).toMatchObject({ blocks: [{ isStanding: false }], restored: [{ run: run.id, restored: 2, kept: 0, why: null }] })
    expect(await lift(blocks, request)).toEqual(reply)
    expect((await progress(run))).toMatchObject({ run: { reservedMinor: 20, owedMinor: 20 }, units: { launched: 2, assigned: 1, completed: 1, accepted: 1, soft_rejected: 1, expired: 2 } })
    expect((await mephisto.db.units.find({ filter: { ids: [undecided, accepted] } })).rows.map(({ status }) => status).sort()).toEqual(['accepted', 'completed'])
    // After what is ahead of it.
    await work('ann', run)
    expect((await accept('ann', run)).input).toEqual(ann.input)
  })

  test('leaves what somebody is at by now, has answered, or has decided otherwise, and says so', async () => {
    const run = await launch({}, 4)
    const units = [await work('ann', run), await work('ann', run), await work('ann', run), await work('ann', run)]
    const { blocks } = await block({ reopen: 'undecided', verdict: 'reject' })
    const ben = await accept('ben', run)
    await accept('cem', run)
    await ben.submit({ label: 'negative' })
    await decide('overturn', units[3] ?? '')
    const { restored } = await lift(blocks)
    expect(restored).toEqual([{ run: run.id, restored: 1, kept: 3, why: expect.stringContaining('given to somebody else') as string }])
    expect(await statuses(run)).toMatchObject({ completed: 2, assigned: 1, accepted: 1, rejected: 2 })
  })

  test('leaves answers for which there is no money any more', async () => {
    const run = await launch({ budget: { minor: 20, currency: 'USD' } }, 3)
    await work('ann', run)
    await work('ann', run)
    const { blocks } = await block({ reopen: 'undecided', verdict: 'reject' })
    const { worker } = await people().worker({ person: ANN })
    await mephisto.operator.compensate(run.id, { compensationId: id(), worker: worker.id, amount: { minor: 10, currency: 'USD' }, reason: 'the page broke' })
    expect((await lift(blocks)).restored).toEqual([{ run: run.id, restored: 1, kept: 1, why: expect.stringContaining('money') as string }])
  })

  test('ends a block that was still re-opening work: what it has not reached stays', async () => {
    const run = await launch({}, 1)
    await work('ann', run)
    const other = await mephisto.another()
    const [made] = await Promise.all([block({ reopen: 'undecided', verdict: 'reject' }), (async () => {
      for (;;) {
        const { rows } = await other.db.blocks.find()
        if (rows.length > 0) return other.people.lift(OLGA, { requestId: id(), blockIds: rows.map(row => row.id), undo: true })
      }
    })()])
    // Whichever came first, the answer waits for review again, or still.
    expect(made.blocks).toHaveLength(1)
    expect(await statuses(run)).toMatchObject({ completed: 1, rejected: 0, launched: 0 })
    await other.close()
  })
})
