import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import { ERASED_TEXT } from '../data-model/erasure.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { NewRemark } from '../ports/remark-operations.js'
import { addRun, addWorker, AT, ids, NOWHERE, rejects, takeUnit, type DatabaseTest } from './entity-fixture.js'

/** What workers say about their work: kept once, found by what it is about, decided about, shown and erased. */
export function remarkContract(withDb: DatabaseTest): void {
  withDb('keeps a remark as it is, once under the page\'s id of it', async db => {
    const { runId, taskId, agentId, workerId, unitId } = await attempt(db, 'ann')
    const remark = said({ runId, taskId, agentId, workerId, body: '{"text":"ü 😀 \\u0000 \' \\" \\\\"}' })
    await db.remarks.add(remark)
    const { at, ...kept } = remark
    const whole = { ...kept, unitId, status: 'new', shown: null, createdAt: at, decidedAt: null }
    assert.deepEqual([await db.remarks.byClientId(agentId, remark.clientId), await db.remarks.get(remark.id), await db.remarks.byClientId(agentId, 'other'), await db.remarks.get(NOWHERE)], [whole, whole, null, null])
    await rejects(db.remarks.add({ ...remark, id: v7() }), 'already_exists')
    await rejects(db.remarks.add(said({ runId: NOWHERE, taskId, agentId, workerId })), 'not_found')
    assert.deepEqual([await db.remarks.count(agentId, 'feedback'), await db.remarks.count(agentId, 'tip'), await db.remarks.count(NOWHERE, 'feedback')], [1, 0, 0])
  })

  withDb('finds remarks by all that they are about', async db => {
    const [ann, ben] = [await attempt(db, 'ann'), await attempt(db, 'ben')]
    const [first, second, third] = [said({ ...ann, at: AT + 1 }), said({ ...ann, kind: 'tip', at: AT + 2 }), said({ ...ben, kind: 'error', at: AT + 3 })]
    for (const one of [first, second, third]) await db.remarks.add(one)
    const found = async (filter: Parameters<MephistoDb['remarks']['find']>[0]): Promise<readonly string[]> => ids(await db.remarks.find(filter))
    const latest = { sort: 'createdAt', direction: 'descending' } as const
    assert.deepEqual(await found(latest), [third.id, second.id, first.id])
    const page = await db.remarks.find({ ...latest, limit: 2 })
    assert.deepEqual([ids(page), await found({ ...latest, limit: 2, after: page.nextCursor ?? '' })], [[third.id, second.id], [first.id]])
    for (const filter of [{ runId: ann.runId }, { taskId: ann.taskId }, { unitId: ann.unitId }, { agentId: ann.agentId }, { workerId: ann.workerId }, { createdBefore: AT + 3 }]) {
      assert.deepEqual(await found({ filter }), [first.id, second.id], JSON.stringify(filter))
    }
    assert.deepEqual([await found({ filter: { kinds: ['tip', 'error'] } }), await found({ filter: { kinds: ['tip'], runId: ben.runId } }), await found({ filter: { statuses: ['reviewed'] } }), await found({ filter: { provider: 'p' } })], [[second.id, third.id], [], [], [first.id, second.id, third.id]])
    await rejects(db.remarks.find({ filter: { kinds: ['praise' as 'tip'] } }), 'invalid_input')
  })

  withDb('shows tips of a task that were approved, the latest first', async db => {
    const [ann, ben] = [await attempt(db, 'ann'), await attempt(db, 'ben')]
    const tips = [1, 2, 3].map(number => said({ ...ann, kind: 'tip', at: AT + number }))
    const elsewhere = said({ ...ben, kind: 'tip' })
    for (const one of [...tips, elsewhere]) await db.remarks.add(one)
    const decide = (id: string, status: 'approved' | 'declined', shown: string | null) => db.remarks.decide({ id, status, shown, at: AT + 9 })
    const [first, second, third] = tips
    assert.ok(first && second && third)
    assert.deepEqual([await decide(first.id, 'approved', '{"text":"one"}'), await decide(second.id, 'declined', null), await decide(third.id, 'approved', '{"text":"ü 😀"}'), await decide(NOWHERE, 'approved', '{}')], [true, true, true, false])
    await decide(elsewhere.id, 'approved', '{"text":"there"}')
    const shown = async (limit = 9): Promise<readonly (string | null)[]> => (await db.remarks.tips(ann.taskId, limit)).map(tip => tip.shown)
    assert.deepEqual([await shown(), await shown(1), await db.remarks.tips(NOWHERE, 9)], [['{"text":"ü 😀"}', '{"text":"one"}'], ['{"text":"ü 😀"}'], []])
    const decided = await db.remarks.get(first.id)
    assert.deepEqual([decided?.status, decided?.decidedAt], ['approved', AT + 9])
    await decide(third.id, 'declined', null)
    assert.deepEqual(await shown(), ['{"text":"one"}'])
  })

  withDb('erases what was said, of attempts, of a worker or of a run, and what others were shown of it', async db => {
    const [ann, ben] = [await attempt(db, 'ann'), await attempt(db, 'ben')]
    const remarks = [said({ ...ann, kind: 'tip' }), said(ann), said(ben)]
    for (const one of remarks) await db.remarks.add(one)
    await db.remarks.decide({ id: remarks[0]?.id ?? '', status: 'approved', shown: '{"text":"one"}', at: AT })
    assert.deepEqual([await db.remarks.erase({ agentIds: [] }), await db.remarks.erase({ runId: NOWHERE })], [0, 0])
    assert.deepEqual([await db.remarks.erase({ agentIds: [ann.agentId] }), await db.remarks.erase({ workerId: ann.workerId }), await db.remarks.erase({ runId: ann.runId })], [2, 0, 0])
    assert.deepEqual(await db.remarks.tips(ann.taskId, 9), [])
    const { rows } = await db.remarks.find({ filter: { runId: ann.runId } })
    assert.deepEqual(rows.map(({ body, shown }) => [body, shown]), [[ERASED_TEXT, null], [ERASED_TEXT, null]])
    assert.equal(await db.remarks.decide({ id: remarks[0]?.id ?? '', status: 'approved', shown: '{"text":"again"}', at: AT }), false)
    assert.deepEqual([await db.remarks.erase({ workerId: ben.workerId }), await db.remarks.erase({ runId: ben.runId })], [1, 0])
  })
}

interface Attempt {
  readonly runId: string
  readonly taskId: string
  readonly agentId: string
  readonly workerId: string
  readonly unitId: string
}

async function attempt(db: MephistoDb, worker: string): Promise<Attempt> {
  const { runId, taskId } = await addRun(db, { name: `run of ${worker}` })
  const workerId = await addWorker(db, worker)
  const { agentId, unitId } = await takeUnit(db, runId, workerId)
  return { runId, taskId, agentId, workerId, unitId }
}

function said({ runId, taskId, agentId, workerId, kind = 'feedback', body = '{"kind":"feedback","text":"broken"}', at = AT }: Omit<Attempt, 'unitId'> & Partial<Pick<NewRemark, 'kind' | 'body' | 'at'>>): NewRemark {
  return { id: v7(), clientId: v7(), runId, taskId, agentId, workerId, kind, body, at }
}
