import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import type { NewClaim } from '../ports/claim-operations.js'
import { addRun, AT, NOWHERE, rejects, type DatabaseTest } from './entity-fixture.js'

const RITA = { actorId: 'rita', actorName: 'Rita' }
const RAVI = { actorId: 'ravi', actorName: 'Ravi 😀' }

/** Who reviews what: one reviewer a unit, until an instant. */
export function claimContract(withDb: DatabaseTest): void {
  withDb('leaves a unit to who reviews it until their time is over, or somebody takes it over', async db => {
    const { runId } = await addRun(db)
    const [unitId, other] = [v7(), v7()]
    const claim = (who: typeof RITA, at: number, more: Partial<NewClaim> = {}): Promise<boolean> => db.claims.claim({ unitId, runId, ...who, until: at + 100, at, takesOver: false, ...more })
    assert.deepEqual([await claim(RITA, AT), await claim(RAVI, AT + 99), await claim(RITA, AT + 50), await claim(RAVI, AT + 149)], [true, false, true, false])
    assert.deepEqual(await db.claims.of([unitId, other, NOWHERE], AT + 149), [{ unitId, ...RITA, until: AT + 150 }])
    assert.deepEqual([await db.claims.of([unitId], AT + 150), await db.claims.of([], AT)], [[], []])
    assert.equal(await claim(RAVI, AT + 150), true)
    assert.deepEqual(await db.claims.of([unitId], AT + 151), [{ unitId, ...RAVI, until: AT + 250 }])
    assert.equal(await claim(RITA, AT + 151, { takesOver: true }), true)
    assert.deepEqual(await db.claims.of([unitId], AT + 151), [{ unitId, ...RITA, until: AT + 251 }])
    await rejects(claim(RITA, AT, { unitId: other, runId: NOWHERE }), 'not_found')
  })

  withDb('gives back what somebody has themselves, and removes what is over', async db => {
    const [one, two] = [await addRun(db), await addRun(db, { name: 'two' })]
    const [first, second, third] = [v7(), v7(), v7()]
    const claim = (unitId: string, who: typeof RITA, { runId }: { readonly runId: string }, until: number): Promise<boolean> => db.claims.claim({ unitId, runId, ...who, until, at: AT, takesOver: false })
    for (const [unitId, who, run, until] of [[first, RITA, one, AT + 10], [second, RAVI, one, AT + 20], [third, RITA, two, AT + 10]] as const) await claim(unitId, who, run, until)
    const held = async (): Promise<readonly string[]> => (await db.claims.of([first, second, third], AT)).map(({ unitId }) => unitId).sort()
    await db.claims.release([first, second], 'ravi')
    await db.claims.release([], 'rita')
    assert.deepEqual(await held(), [first, third].sort())
    await db.claims.remove({ runId: one.runId, at: AT + 10 })
    assert.deepEqual(await held(), [third])
    await db.claims.remove({ actorId: 'rita' })
    assert.deepEqual(await held(), [])
  })

  withDb('gives a unit to one of many who claim it at the same moment', async db => {
    const { runId } = await addRun(db)
    const unitId = v7()
    const won = await Promise.all(Array.from({ length: 12 }, (_, index) => db.claims.claim({ unitId, runId, actorId: `reviewer-${String(index)}`, actorName: 'R', until: AT + 100, at: AT, takesOver: false })))
    assert.equal(won.filter(Boolean).length, 1)
    assert.deepEqual((await db.claims.of([unitId], AT)).map(({ actorId }) => actorId), [`reviewer-${String(won.indexOf(true))}`])
  })
}
