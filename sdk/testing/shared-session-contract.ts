import assert from 'node:assert/strict'
import { ERASED_TEXT } from '../data-model/erasure.js'
import type { AgentStatus } from '../data-model/lifecycle.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { PacketRow, SessionState } from '../ports/session-operations.js'
import type { NewLease, Seat } from '../ports/unit-operations.js'
import { addRun, addWorker, AT, made, NOWHERE, takeUnit, type DatabaseTest } from './entity-fixture.js'
import { addSessions, newPacket } from './session-fixture.js'

/** Items that several people work at together, and the sessions that these share. */
export function sharedSessionContract(withDb: DatabaseTest): void {
  withDb('tells who has which place at an item, and where an attempt is', async db => {
    const { runId, ann, ben, itemId } = await pair(db)
    const seat = ({ unitId, agentId: id, workerId }: NewLease, unitIndex: number, status: AgentStatus = 'in_task'): Seat => ({ unitId, unitIndex, status: 'assigned', agent: { id, workerId, status } })
    assert.deepEqual(await db.units.seats(itemId), [seat(ann, 0), seat(ben, 1)])
    await end(db, ann, 'partner_disconnect')
    assert.deepEqual(await db.units.seats(itemId), [{ unitId: ann.unitId, unitIndex: 0, status: 'launched', agent: null }, seat(ben, 1)])
    const cy = await takeUnit(db, runId, await addWorker(db, 'cy'))
    assert.equal(cy.unitId, ann.unitId)
    await db.units.writeAgents({ added: [], changed: [{ id: ben.agentId, status: 'waiting', endedAt: null, eventCount: 0, eventHash: '' }] })
    assert.deepEqual(await db.units.seats(itemId), [seat(cy, 0), seat(ben, 1, 'waiting')])
    const all = [ann, ben, cy]
    const unit = ({ unitId: id, fence }: NewLease) => ({ id, assignmentId: itemId, kind: 'standard', fence })
    assert.deepEqual([ann.fence, cy.fence], [1, 2])
    assert.deepEqual(await db.units.placesOfAgents([...all.map(({ agentId }) => agentId), NOWHERE]), new Map(all.map(lease => [lease.agentId, { runId, unit: unit(lease) }])))
    assert.deepEqual(await Promise.all(all.map(async ({ agentId }) => (await db.agents.get(agentId))?.status)), ['partner_disconnect', 'waiting', 'in_task'])
    assert.deepEqual(await db.units.placesOfAgents([]), new Map())
    // What is over says who had it.
    await db.transaction(tx => tx.units.expireOpen(runId, 9))
    assert.deepEqual((await db.units.seats(itemId)).map(({ status, agent }) => [status, agent?.id]), [['expired', cy.agentId], ['expired', ben.agentId]])
  })

  withDb('leaves an item open to whoever lost their partner at it, and not to whoever gave it back', async db => {
    const { runId, ann, ben, itemId } = await pair(db)
    await end(db, ann, 'partner_disconnect')
    await end(db, ben, 'returned')
    assert.deepEqual(await db.units.seen([ann, ben].map(({ workerId }) => ({ workerId, assignmentId: itemId }))), new Set([`${ben.workerId}/${itemId}`]))
    assert.equal((await db.units.tried([{ workerId: ann.workerId, assignmentId: itemId }])).size, 1)
    assert.equal((await db.units.firstUnseen(runId, ann.workerId, -1))?.assignmentId, itemId)
    assert.equal(await db.units.firstUnseen(runId, ben.workerId, -1), null)
  })

  withDb('keeps what the people of sessions share, and counts its changes', async db => {
    const { runId, ann, itemId } = await pair(db)
    const both = [itemId, ann.agentId]
    await addSessions(db, runId, both)
    const untouched = both.map((id): [string, SessionState] => [id, { id, version: 0, state: null }])
    assert.deepEqual(await db.sessions.states([...both, NOWHERE]), new Map(untouched))
    const state = { id: itemId, version: 3, state: '{"board":"ü 😀 \\u0000 \' \\" \\\\"}' }
    await db.sessions.writeStates([state])
    assert.deepEqual(await db.sessions.states(both), new Map([[itemId, state], ...untouched.slice(1)]))
    const held = await db.transaction(async tx => {
      const found = await tx.sessions.hold(both.map(id => ({ id, runId })), AT)
      await tx.sessions.append([newPacket({ sessionId: itemId, runId, number: 1, clientId: 'first' })])
      await tx.sessions.writeStates([{ ...state, version: 4, state: null }, { id: ann.agentId, version: 1, state: '[]' }, { id: NOWHERE, version: 1, state: '[]' }])
      return found
    })
    assert.deepEqual(held, new Map([[itemId, { packetCount: 0, version: 3 }], [ann.agentId, { packetCount: 0, version: 0 }]]))
    assert.deepEqual(await db.sessions.states(both), new Map([[itemId, { id: itemId, version: 4, state: null }], [ann.agentId, { id: ann.agentId, version: 1, state: '[]' }]]))
    assert.deepEqual(await db.sessions.counts(both), new Map([[itemId, 1], [ann.agentId, 0]]))
    await db.sessions.writeStates([])
    assert.deepEqual(await db.sessions.states([]), new Map())
  })

  withDb('takes turns at a state that many change', async db => {
    const { runId, itemId } = await pair(db)
    await Promise.all(Array.from({ length: 10 }, () => db.transaction(async tx => {
      const { version } = (await tx.sessions.hold([{ id: itemId, runId }], AT)).get(itemId) ?? assert.fail('it is not held')
      const before = (await tx.sessions.states([itemId])).get(itemId)?.state ?? ''
      await tx.sessions.writeStates([{ id: itemId, version: version + 1, state: `${before}x` }])
    })))
    assert.deepEqual((await db.sessions.states([itemId])).get(itemId), { id: itemId, version: 10, state: 'x'.repeat(10) })
  })

  withDb('reads what is for one agent to that agent alone', async db => {
    const { runId, ann, ben, itemId } = await pair(db)
    await addSessions(db, runId, [itemId])
    const say = (number: number, recipientId: string | null): PacketRow => newPacket({ sessionId: itemId, runId, number, clientId: `packet-${String(number)}`, kind: 'message', name: '', recipientId })
    const packets = [say(1, null), say(2, ann.agentId), say(3, ben.agentId), say(4, null), { ...say(5, ben.agentId), senderId: ann.agentId, kind: 'action' as const, name: 'whisper' }]
    await db.sessions.append(packets)
    const numbers = async (...asked: Parameters<MephistoDb['sessions']['after']>): Promise<readonly number[]> => (await db.sessions.after(...asked)).map(({ number }) => number)
    assert.deepEqual(await db.sessions.after(itemId, 0, { limit: 9 }), packets)
    assert.deepEqual([await numbers(itemId, 0, { limit: 9, readerId: ann.agentId }), await numbers(itemId, 0, { limit: 9, readerId: ben.agentId }), await numbers(itemId, 0, { limit: 9, readerId: NOWHERE })], [[1, 2, 4], [1, 3, 4, 5], [1, 4]])
    assert.deepEqual([await numbers(itemId, 1, { limit: 2, readerId: ann.agentId }), await numbers(itemId, 2, { limit: 2, readerId: ben.agentId }), await numbers(itemId, 4, { limit: 9, readerId: ann.agentId })], [[2, 4], [3, 4], []])
    assert.deepEqual(await db.sessions.sent([{ senderId: ann.agentId, clientId: 'packet-5' }]), packets.slice(4))
  })

  withDb('erases with the packets of one person all of the sessions that they shared, and no others', async db => {
    const { runId, ann, ben, itemId } = await pair(db, 2)
    const [cy, dia] = [await takeUnit(db, runId, await addWorker(db, 'cy')), await takeUnit(db, runId, await addWorker(db, 'dia'))]
    assert.notEqual(cy.assignmentId, itemId)
    assert.equal(dia.assignmentId, cy.assignmentId)
    const sessions = [itemId, cy.assignmentId, ann.agentId, ben.agentId, cy.agentId]
    const senders = new Map([[itemId, [ann.agentId, ben.agentId]], [cy.assignmentId, [cy.agentId, dia.agentId]]])
    await addSessions(db, runId, sessions)
    await db.sessions.append(sessions.flatMap(sessionId => [sessionId, ...senders.get(sessionId) ?? []].map((senderId, index) => newPacket({ sessionId, runId, senderId, kind: 'message', number: index + 1, clientId: `of-${sessionId}`, recipientId: senderId }))))
    // Who came when all had been said has nothing to be erased there.
    const early = await addWorker(db, 'early')
    await db.units.writeAgents({ added: [{ id: made().id, runId, workerId: early, unitId: ann.unitId, assignmentId: itemId, fence: 9, status: 'partner_disconnect', endedAt: null, eventCount: 0, eventHash: '', acceptedAt: AT + 1_000 }], changed: [] })
    await db.sessions.writeStates([itemId, cy.assignmentId].map(id => ({ id, version: 7, state: '{}' })))
    const erased = async (): Promise<readonly number[]> => Promise.all(sessions.map(async id => (await db.sessions.after(id, 0, { limit: 9 })).filter(({ body }) => body === ERASED_TEXT).length))
    const states = async (): Promise<unknown> => [...(await db.sessions.states(sessions)).values()].filter(({ version }) => version > 0).map(({ id, version, state }) => [id === itemId, version, state]).sort()
    assert.deepEqual([await db.sessions.erase({ agentIds: [NOWHERE] }), await db.sessions.erase({ workerId: early }), await erased()], [0, 0, [0, 0, 0, 0, 0]])
    assert.deepEqual([await db.sessions.erase({ agentIds: [ann.agentId] }), await erased()], [4, [3, 0, 1, 0, 0]])
    // A version of its own: whoever made a change of the one before must not write it.
    assert.deepEqual(await states(), [[false, 7, '{}'], [true, 8, ERASED_TEXT]])
    // Ben's own is all that is left of Ben's.
    assert.deepEqual([await db.sessions.erase({ workerId: ben.workerId }), await erased()], [1, [3, 0, 1, 1, 0]])
    // Dia has none but the shared one.
    assert.deepEqual([await db.sessions.erase({ workerId: dia.workerId }), await erased(), await states()], [3, [3, 3, 1, 1, 0], [[false, 8, ERASED_TEXT], [true, 8, ERASED_TEXT]]])
    assert.deepEqual([await db.sessions.erase({ runId }), await erased(), (await db.sessions.states([cy.agentId])).get(cy.agentId)], [1, [3, 3, 1, 1, 1], { id: cy.agentId, version: 0, state: null }])
    assert.deepEqual([await db.sessions.erase({ runId }), (await db.sessions.counts([itemId])).get(itemId)], [0, 3])
  })
}

/** Two people at the two places of a run's first item. */
async function pair(db: MephistoDb, assignments = 1): Promise<{ runId: string; itemId: string; ann: NewLease; ben: NewLease }> {
  const { runId } = await addRun(db, { assignments })
  const ann = await takeUnit(db, runId, await addWorker(db, 'ann'))
  const ben = await takeUnit(db, runId, await addWorker(db, 'ben'))
  assert.equal(ann.assignmentId, ben.assignmentId)
  return { runId, itemId: ann.assignmentId, ann, ben }
}

/** Ends an attempt whose place becomes free. */
async function end(db: MephistoDb, lease: NewLease, status: AgentStatus): Promise<void> {
  await db.transaction(async tx => {
    assert.equal((await tx.units.release([lease])).length, 1)
    await tx.units.writeAgents({ added: [], changed: [{ id: lease.agentId, status, endedAt: AT, eventCount: 0, eventHash: '' }] })
  })
}
