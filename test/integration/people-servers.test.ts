import { describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../prisma/open-database.js'
import { isMephistoError, type PeopleDesk, type Principal } from '../../sdk/index.js'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { systemRuntime } from '../../sdk/ports/system-runtime.js'
import { createPeopleDesk } from '../../sdk/review/people/create-people-desk.js'
import { createDatabase, isServing } from '../databases.js'

// On SQLite only one transaction writes at a time; on servers acts about the same people really meet.

const OLGA: Principal = { id: 'olga', name: 'Olga', roles: ['operator'] }
const named = (...names: string[]) => names.map(externalId => ({ provider: 'inhouse', externalId }))

/** Two desks on one database, each with connections of its own; null where the server is not there. */
async function twoDesks(kind: 'postgresql' | 'mysql'): Promise<{ db: MephistoDb; desks: readonly PeopleDesk[] } | null> {
  if (!await isServing(kind)) return null
  const database = await createDatabase(kind)
  const first = await openDatabase({ at: database.url }, { migrate: true })
  const second = await openDatabase({ at: database.url }, { migrate: false })
  onTestFinished(async () => {
    await first.close()
    await second.close()
    await database.drop()
  })
  return { db: first, desks: [first, second].map(db => createPeopleDesk({ db, runtime: systemRuntime() })) }
}

describe.each(['postgresql', 'mysql'] as const)('two instances on %s', kind => {
  test('do a request that comes in several times at once, once, with one reply', async () => {
    const stage = await twoDesks(kind)
    if (!stage) return
    const { db, desks } = stage
    const together = <T>(call: (desk: PeopleDesk) => Promise<T>): Promise<T[]> => Promise.all([...desks, ...desks, ...desks].map(call))
    const id = (): string => crypto.randomUUID()
    for (let round = 0; round < 5; round += 1) {
      const qualification = `english ${String(round)}`
      const people = named('ann', `new ${String(round)}`)
      const [make, grant, block, revoke, gone] = [
        { requestId: id(), name: qualification }, { requestId: id(), qualification, people }, { requestId: id(), people, scope: 'everywhere' as const, reason: 'spam' },
        { requestId: id(), qualification, people }, { requestId: id(), qualification },
      ]
      for (const replies of [
        await together(desk => desk.makeQualification(OLGA, make)), await together(desk => desk.grant(OLGA, grant)), await together(desk => desk.block(OLGA, block)),
        await together(desk => desk.revoke(OLGA, revoke)), await together(desk => desk.deleteQualification(OLGA, gone)),
      ]) for (const reply of replies) expect(reply).toEqual(replies[0])
    }
    expect((await db.qualifications.find()).rows).toEqual([])
    expect((await db.grants.history({ limit: 100 })).rows).toHaveLength(20)
    expect((await db.blocks.find()).rows).toHaveLength(10)
    expect((await db.workers.find()).rows).toHaveLength(6)
  })

  test('grant, block and revoke the same people at once, in any order, each whole', async () => {
    const stage = await twoDesks(kind)
    if (!stage) return
    const { db, desks } = stage
    await desks[0]?.makeQualification(OLGA, { requestId: crypto.randomUUID(), name: 'english' })
    const names = Array.from({ length: 20 }, (_, index) => `worker ${String(index)}`)
    await Promise.all(Array.from({ length: 8 }, async (_, value) => {
      const people = named(...(value % 2 === 0 ? names : [...names].reverse()))
      await desks[value % 2]?.grant(OLGA, { requestId: crypto.randomUUID(), qualification: 'english', people, value })
      await desks[value % 2]?.block(OLGA, { requestId: crypto.randomUUID(), people, scope: 'everywhere', reason: 'spam' })
    }))
    const { rows } = await db.grants.find({ limit: 100 })
    expect(rows).toHaveLength(20)
    expect(new Set(rows.map(row => row.value)).size).toBe(1)
    expect((await db.workers.find({ limit: 100 })).rows).toHaveLength(20)
    const history = (await db.grants.history({ limit: 1_000 })).rows
    expect(history).toHaveLength(160)
    expect((await db.blocks.find({ limit: 1_000 })).rows).toHaveLength(160)
    // Whoever was later says so: the history of each person ends with the value that stands.
    for (const { workerId, value } of rows) {
      const latest = Math.max(...history.filter(event => event.workerId === workerId).map(event => event.createdAt))
      expect(history.filter(event => event.workerId === workerId && event.createdAt === latest).map(event => event.value)).toContain(value)
    }
  })

  test('never leave a grant of a qualification that is deleted meanwhile', async () => {
    const stage = await twoDesks(kind)
    if (!stage) return
    const { db, desks } = stage
    for (let round = 0; round < 5; round += 1) {
      const qualification = `q ${String(round)}`
      await desks[0]?.makeQualification(OLGA, { requestId: crypto.randomUUID(), name: qualification })
      const [granted] = await Promise.allSettled([
        desks[0]?.grant(OLGA, { requestId: crypto.randomUUID(), qualification, people: named(`a ${String(round)}`, `b ${String(round)}`) }),
        desks[1]?.deleteQualification(OLGA, { requestId: crypto.randomUUID(), qualification }),
      ])
      if (granted.status === 'rejected') expect(isMephistoError(granted.reason) && granted.reason.code).toBe('not_found')
      expect((await db.grants.find()).rows).toEqual([])
    }
  })
})
