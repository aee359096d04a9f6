import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import { ERASED_TEXT } from '../data-model/erasure.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { addRun, addWorker, AT, NOWHERE, rejects, takeUnit, type DatabaseTest } from './entity-fixture.js'
import { addSessions, newPacket } from './session-fixture.js'

/** Sessions and their packets: numbered without gaps by whoever holds the session, each stored once. */
export function sessionContract(withDb: DatabaseTest): void {
  withDb('makes a session once, and has its holders take turns', async db => {
    const { runId, agentId } = await attempt(db, 'ann')
    const other = await attempt(db, 'ben', runId)
    const ref = { id: agentId, runId }
    assert.deepEqual([...await db.transaction(tx => tx.sessions.hold([ref, ref], AT))], [[agentId, { packetCount: 0, version: 0 }]])
    const add = (sessionId: string, clientId: string): Promise<number> => db.transaction(async tx => {
      const { packetCount } = (await tx.sessions.hold([{ id: sessionId, runId }], AT)).get(sessionId) ?? assert.fail('it is not held')
      await tx.sessions.append([newPacket({ sessionId, runId, clientId, number: packetCount + 1 })])
      return packetCount + 1
    })
    const numbers = await Promise.all(Array.from({ length: 12 }, (_, index) => add(index % 2 === 0 ? agentId : other.agentId, `packet-${String(index)}`)))
    for (const half of [0, 1]) assert.deepEqual(numbers.filter((_, index) => index % 2 === half).sort(), [1, 2, 3, 4, 5, 6])
    assert.deepEqual(await db.sessions.counts([agentId, other.agentId, NOWHERE]), new Map([[agentId, 6], [other.agentId, 6]]))
    assert.deepEqual([await db.sessions.counts([]), await db.transaction(tx => tx.sessions.hold([], AT))], [new Map(), new Map()])
    await rejects(db.transaction(tx => tx.sessions.hold([{ id: v7(), runId: NOWHERE }], AT)), 'not_found')
  })

  withDb('keeps packets as they are, each once under its sender\'s id of it', async db => {
    const { runId, agentId } = await attempt(db, 'ann')
    const ben = await attempt(db, 'ben', runId)
    await addSessions(db, runId, [agentId, ben.agentId])
    const packets = [
      newPacket({ sessionId: agentId, runId, number: 1, body: '{"text":"ü 😀 \\u0000 \' \\" \\\\"}', clientId: 'first-call' }),
      newPacket({ sessionId: agentId, runId, number: 2, kind: 'result', clientId: 'answer-first-call', body: 'null' }),
      newPacket({ sessionId: ben.agentId, runId, number: 1, clientId: 'first-call' }),
    ]
    await db.sessions.append(packets)
    await db.sessions.append([])
    const [call, result, others] = packets
    assert.ok(call && result && others)
    assert.deepEqual(await db.sessions.after(agentId, 0, { limit: 10 }), [call, result])
    assert.deepEqual([await db.sessions.after(agentId, 0, { limit: 1 }), await db.sessions.after(agentId, 1, { limit: 9 }), await db.sessions.after(agentId, 2, { limit: 9 }), await db.sessions.after(NOWHERE, 0, { limit: 9 })], [[call], [result], [], []])
    const wanted = [call, others, { senderId: agentId, clientId: 'none' }, { senderId: NOWHERE, clientId: 'first-call' }]
    assert.deepEqual(new Set((await db.sessions.sent(wanted)).map(({ sessionId, number }) => `${sessionId} ${String(number)}`)), new Set([`${agentId} 1`, `${ben.agentId} 1`]))
    assert.deepEqual(await db.sessions.sent([]), [])
    await rejects(db.sessions.append([newPacket({ sessionId: agentId, runId, number: 3, clientId: 'first-call' })]), 'already_exists')
    await rejects(db.sessions.append([newPacket({ sessionId: agentId, runId, number: 2, clientId: 'another' })]), 'already_exists')
    await rejects(db.sessions.append([newPacket({ sessionId: NOWHERE, runId, number: 1, clientId: 'another' })]), 'not_found')
    assert.equal((await db.sessions.after(agentId, 0, { limit: 10 })).length, 2)
  })

  withDb('knows which attempts are under way', async db => {
    const { runId, lease } = await attempt(db, 'ann')
    const [ben, cy] = [await attempt(db, 'ben', runId), await attempt(db, 'cy', runId)]
    const all = [lease.agentId, ben.agentId, cy.agentId, NOWHERE]
    assert.deepEqual(await db.sessions.underWay(all), new Set(all.slice(0, 3)))
    await db.transaction(async tx => {
      await tx.units.complete([lease], AT)
      await tx.units.release([ben.lease])
      await tx.units.writeAgents({ added: [], changed: [{ id: lease.agentId, status: 'completed', endedAt: AT, eventCount: 1, eventHash: '' }] })
    })
    // Ben's unit is somebody else's, though nothing was said of the attempt yet.
    assert.deepEqual(await db.sessions.underWay(all), new Set([cy.agentId]))
    assert.deepEqual(await db.sessions.underWay([]), new Set())
  })

  withDb('erases what packets say, those of attempts, of a worker or of a run alone', async db => {
    const { runId, agentId, workerId } = await attempt(db, 'ann')
    const ben = await attempt(db, 'ben', runId)
    const elsewhere = await attempt(db, 'cy')
    const sessions = [agentId, ben.agentId, elsewhere.agentId]
    await addSessions(db, runId, [agentId, ben.agentId])
    await addSessions(db, elsewhere.runId, [elsewhere.agentId])
    await db.sessions.append(sessions.flatMap((sessionId, index) => [1, 2].map(number => newPacket({ sessionId, runId: index === 2 ? elsewhere.runId : runId, number, clientId: `packet-${String(number)}` }))))
    const erased = async (): Promise<number[]> => Promise.all(sessions.map(async id => (await db.sessions.after(id, 0, { limit: 9 })).filter(({ body }) => body === ERASED_TEXT).length))
    assert.deepEqual([await db.sessions.erase({ agentIds: [] }), await db.sessions.erase({ agentIds: [agentId] }), await erased()], [0, 2, [2, 0, 0]])
    assert.deepEqual([await db.sessions.erase({ workerId }), await db.sessions.erase({ workerId: ben.workerId }), await erased()], [0, 2, [2, 2, 0]])
    assert.deepEqual([await db.sessions.erase({ runId }), await db.sessions.erase({ runId: elsewhere.runId }), await erased()], [0, 2, [2, 2, 2]])
    assert.deepEqual((await db.sessions.after(agentId, 0, { limit: 9 })).map(({ number, clientId }) => [number, clientId]), [[1, 'packet-1'], [2, 'packet-2']])
  })
}

async function attempt(db: MephistoDb, worker: string, known?: string): Promise<{ runId: string; agentId: string; workerId: string; lease: Awaited<ReturnType<typeof takeUnit>> }> {
  const runId = known ?? (await addRun(db, { name: `run of ${worker}` })).runId
  const workerId = await addWorker(db, worker)
  const lease = await takeUnit(db, runId, workerId)
  return { runId, workerId, agentId: lease.agentId, lease }
}
