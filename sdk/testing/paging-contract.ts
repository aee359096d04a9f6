import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import type { Page } from '../ports/find-query.js'
import type { DbOperations, MephistoDb } from '../ports/mephisto-db.js'
import { addRun, approval, AT, ids, insertRun, made, newAgent, rejects, type DatabaseTest } from './entity-fixture.js'

const ROWS = 1_000
const CURSOR_REFUSAL = 'This page cursor is not one that was handed out; start again without a cursor.'

type AnyRow = Readonly<Record<string, unknown>> & { readonly id: string }

/** A finder whose rows are looked at by property names. */
interface SortedKind {
  readonly kind: string
  readonly sorts: readonly string[]
  find(query: object): Promise<Page<{ readonly id: string }>>
}

/** What all finders have in common: order, pages, cursors, and what they refuse. */
export function pagingContract(withDb: DatabaseTest): void {
  withDb('pages through 1,000 rows of every kind in every order, each row once', async db => {
    await fill(db)
    for (const { kind, sorts, find } of sortedKinds(db)) {
      for (const sort of sorts) {
        const whole = await find({ sort, limit: ROWS })
        assert.equal(whole.rows.length, ROWS, `${kind} by ${sort}`)
        assert.equal(whole.nextCursor, null, `${kind} by ${sort}`)
        assert.equal(new Set(ids(whole)).size, ROWS)
        assertSorted(whole.rows, sort, `${kind} by ${sort}`)
        const pages = await allPages(find, { sort, limit: 300 })
        assert.deepEqual(pages.map(page => page.length), [300, 300, 300, 100])
        assert.deepEqual(pages.flat(), ids(whole), `${kind} by ${sort}`)
        assert.deepEqual((await allPages(find, { sort, direction: 'descending', limit: 400 })).flat(), [...ids(whole)].reverse(), `${kind} by ${sort}, descending`)
      }
    }
  })

  withDb('neither repeats nor loses rows while others are made', async db => {
    for (let number = 0; number < 40; number += 1) await db.projects.create({ ...made(AT + Math.floor(number / 3)), name: `n${String(number % 7)}.${String(number)}` })
    for (const query of [{ sort: 'createdAt' }, { sort: 'name' }, { sort: 'createdAt', direction: 'descending' }, { sort: 'name', direction: 'descending' }] as const) {
      const before = ids(await db.projects.find({ ...query, limit: 1_000 }))
      const seen: string[] = []
      for (let after: string | null | undefined; after !== null;) {
        const page = await db.projects.find({ ...query, limit: 7, ...(after === undefined ? {} : { after }) })
        seen.push(...ids(page))
        after = page.nextCursor
        // Before, at and behind the place where the next page starts.
        for (const at of [AT - 1, AT + 5, AT + 100]) await db.projects.create({ ...made(at), name: `${['a', 'n3', 'z'][seen.length % 3] ?? ''} ${v7()}` })
      }
      assert.equal(new Set(seen).size, seen.length, 'a row came twice')
      const firstSeen = new Set(before)
      assert.deepEqual(seen.filter(id => firstSeen.has(id)), before, 'a row was lost')
    }
  })

  withDb('pages within a filter, and the last page says so', async db => {
    for (let number = 0; number < 6; number += 1) await db.requesters.create({ ...made(), provider: number % 2 === 0 ? 'p' : 'q', name: `r${String(number)}` })
    const filter = { provider: 'p' }
    const first = await db.requesters.find({ filter, limit: 2 })
    assert.ok(first.nextCursor !== null)
    const last = await db.requesters.find({ filter, limit: 2, after: first.nextCursor })
    assert.deepEqual([...first.rows, ...last.rows].map(row => row.name), ['r0', 'r2', 'r4'])
    assert.equal(last.nextCursor, null)
    assert.equal((await db.requesters.find({ filter, limit: 3 })).nextCursor, null)
  })

  withDb('refuses cursors that were not handed out for this order of this kind', async db => {
    for (let number = 0; number < 3; number += 1) {
      await db.projects.create({ ...made(), name: `p${String(number)}` })
      await db.tasks.create({ ...made(), name: `t${String(number)}`, blueprintType: 'b' })
    }
    const { nextCursor: cursor, rows } = await db.projects.find({ limit: 1 })
    assert.ok(cursor !== null)
    const content = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]
    const forged = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')
    const [of, sort, direction, , id] = content
    assert.equal(forged(...content), cursor)
    const broken = [
      '', ' ', 'x', cursor.slice(0, -1), `${cursor}A`, `${cursor}=`, ` ${cursor}`, `${cursor}!`, cursor.toUpperCase(), rows[0]?.id ?? '', 'null', forged(), Buffer.from('{}').toString('base64url'), 'A'.repeat(1e5),
      forged(...content, 1), forged(of, sort, direction, String(AT), id), forged(of, sort, direction, 1.5, id), forged(of, sort, direction, 1e300, id), forged(of, sort, direction, null, id),
      forged(of, sort, direction, AT, null), forged(of, sort, direction, AT, "x' OR 1=1"), forged(of, 'name', direction, AT, id), forged('task', sort, direction, AT, id), forged(of, '__proto__', direction, AT, id),
    ]
    for (const after of broken) assert.equal(await rejects(db.projects.find({ limit: 1, after }), 'invalid_input'), CURSOR_REFUSAL, after)
    for (const after of [7, null, {}, [cursor]]) await rejects(db.projects.find({ after: after as unknown as string }), 'invalid_input')
    await rejects(db.projects.find({ after: cursor, sort: 'name' }), 'invalid_input')
    await rejects(db.projects.find({ after: cursor, direction: 'descending' }), 'invalid_input')
    await rejects(db.tasks.find({ after: cursor }), 'invalid_input')
    // Another place in the same order is no harm: it is a page like any other.
    assert.deepEqual((await db.projects.find({ after: forged(of, sort, direction, AT + 1, id) })).rows, [])
  })

  withDb('refuses limits, sorts, directions and filters that there are not', async db => {
    for (const limit of [0, -1, 1_001, 1.5, NaN, Infinity, '10' as unknown as number]) await rejects(db.projects.find({ limit }), 'invalid_input')
    for (const sort of ['id', 'NAME', 'name; DROP TABLE mephisto_project', '__proto__', 'toString', '', 7]) await rejects(db.projects.find({ sort: sort as 'name' }), 'invalid_input')
    for (const direction of ['DESC', 'asc', '', 7]) await rejects(db.projects.find({ direction: direction as 'ascending' }), 'invalid_input')
    const refused: readonly object[] = [{ status: 'x' }, { nmae: 'x' }, { constructor: 'x' }, { name: null }, { name: ['x'] }, { name: { contains: 'x' } }, { name: 'nul\0' }, { isArchived: 'true' }, { ids: 'x' }, { ids: [1] }, { createdFrom: '1' }, { createdBefore: NaN }]
    for (const filter of refused) await rejects(db.projects.find({ filter }), 'invalid_input')
    assert.match(await rejects(db.projects.find({ filter: { nmae: 'x' } as object }), 'invalid_input'), /"nmae".*name/)
    assert.deepEqual((await db.projects.find({ filter: { name: undefined } as object })).rows, [])
  })
}

/** Numbers rise and equal ones are by id. Texts are in the database's own order, which only pages can show. */
function assertSorted(rows: readonly AnyRow[], sort: string, message: string): void {
  rows.slice(1).forEach((row, index) => {
    const before = rows[index]
    const [a, b] = [before?.[sort], row[sort]]
    if (typeof a === 'number' && typeof b === 'number') assert.ok(a < b || (a === b && (before?.id ?? '') < row.id), message)
  })
}

async function allPages(find: SortedKind['find'], query: object): Promise<(readonly string[])[]> {
  const pages: (readonly string[])[] = []
  for (let after: string | null | undefined; after !== null;) {
    const page: Page<{ readonly id: string }> = await find({ ...query, ...(after === undefined ? {} : { after }) })
    pages.push(ids(page))
    after = page.nextCursor
  }
  return pages
}

function sortedKinds(db: DbOperations): readonly SortedKind[] {
  return [
    { kind: 'projects', sorts: ['createdAt', 'name'], find: db.projects.find },
    { kind: 'tasks', sorts: ['createdAt', 'name'], find: query => db.tasks.find({ ...query, filter: { blueprintType: 'paged' } }) },
    { kind: 'requesters', sorts: ['createdAt', 'name'], find: query => db.requesters.find({ ...query, filter: { provider: 'paged' } }) },
    { kind: 'workers', sorts: ['createdAt', 'externalId'], find: db.workers.find },
    { kind: 'runs', sorts: ['createdAt'], find: query => db.runs.find({ ...query, filter: { blueprintType: 'paged' } }) },
    { kind: 'assignments', sorts: ['createdAt', 'position'], find: db.assignments.find },
    { kind: 'units', sorts: ['createdAt', 'rank'], find: query => db.units.find({ ...query, filter: { unitIndex: 0 } }) },
    { kind: 'agents', sorts: ['acceptedAt'], find: db.agents.find },
    { kind: 'qualifications', sorts: ['createdAt', 'name'], find: db.qualifications.find },
    { kind: 'grants', sorts: ['createdAt', 'updatedAt', 'value'], find: db.grants.find },
    { kind: 'history', sorts: ['createdAt'], find: db.grants.history },
    { kind: 'decisions', sorts: ['createdAt'], find: db.decisions.find },
    { kind: 'audit', sorts: ['at'], find: db.audit.find },
  ]
}

/** A thousand rows of every kind, in an order that is none of their sorts, with many that are equal. */
async function fill(db: MephistoDb): Promise<void> {
  const { runId, taskId, requesterId } = await addRun(db, { assignments: ROWS })
  const numbers = Array.from({ length: ROWS }, (_, index) => (index * 7) % ROWS)
  const at = (number: number) => AT + (number % 50)
  const name = (number: number) => `${['é', 'Z', 'a', '日', '_'][number % 5] ?? ''} ${String(number)}`
  for (let start = 0; start < ROWS; start += 250) {
    await db.transaction(async tx => {
      for (const number of numbers.slice(start, start + 250)) {
        await tx.projects.create({ ...made(at(number)), name: name(number) })
        await tx.tasks.create({ ...made(at(number)), name: name(number), blueprintType: 'paged' })
        await tx.audit.insert({ ...made(at(number)), actorId: 'olga', action: 'a', subject: 's', subjectId: v7(), body: '{}' })
        await tx.requesters.create({ ...made(at(number)), provider: 'paged', name: name(number) })
        await insertRun(tx, { runId: v7(), taskId, requesterId }, { blueprintType: 'paged', at: at(number) })
      }
    })
    await db.transaction(async tx => {
      for (const number of numbers.slice(start, start + 250)) {
        const [worker, qualification] = [made(at(number)), made(at(number))]
        await tx.workers.create({ ...worker, provider: 'p', externalId: name(number), pseudonym: `w-${String(number)}` })
        await tx.qualifications.create({ ...qualification, name: name(number) })
        await tx.grants.grant({ ...made(at(number)), qualificationId: qualification.id, workerId: worker.id, actorId: 'rita', value: number % 9 })
      }
    })
  }
  const workers = (await db.workers.find({ limit: ROWS })).rows
  const units = (await db.units.find({ filter: { unitIndex: 0 }, limit: ROWS })).rows
  const leases = units.map((unit, index) => ({ unitId: unit.id, assignmentId: unit.assignmentId, workerId: workers[index]?.id ?? '', agentId: v7(), rank: unit.rank, fence: 1 }))
  await db.transaction(async tx => {
    await tx.units.writeAgents({ added: leases.map((lease, index) => ({ ...newAgent(runId, lease), acceptedAt: at(index) })), changed: [] })
    await tx.decisions.insert(leases.map((lease, index) => ({ ...approval(runId, lease), createdAt: at(index) })))
  })
}
