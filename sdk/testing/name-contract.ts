import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import { systemRuntime } from '../ports/system-runtime.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { addRun, AT, ids, insertRun, made, names, NOWHERE, rejects, type DatabaseTest } from './entity-fixture.js'

/** One kind of entity that people name: how to make one, and the names of all. */
interface NamedKind {
  readonly kind: string
  create(name: string, id?: string): Promise<void>
  /** The names of those that are found, in the order they were made. */
  find(name?: string): Promise<readonly string[]>
}

/** What is made, named and renamed: projects, tasks, requesters, workers, qualifications. */
export function nameContract(withDb: DatabaseTest): void {
  withDb('[2] gives back what was made, by id, by name and among all', async db => {
    const [project, task, requester, worker, qualification] = [made(), made(), made(), made(), made()]
    await db.projects.create({ ...project, name: 'project' })
    await db.tasks.create({ ...task, name: 'task', blueprintType: 'b', projectId: project.id })
    await db.requesters.create({ ...requester, provider: 'p', name: 'lab' })
    await db.workers.create({ ...worker, provider: 'p', externalId: 'ann', pseudonym: 'w-1' })
    await db.qualifications.create({ ...qualification, name: 'good', description: 'does good work' })
    assert.deepEqual(await db.projects.get(project.id), { id: project.id, name: 'project', archivedAt: null, createdAt: AT, budget: null })
    assert.deepEqual(await db.tasks.get(task.id), { id: task.id, projectId: project.id, name: 'task', blueprintType: 'b', retentionDays: null, archivedAt: null, createdAt: AT })
    assert.deepEqual(await db.requesters.get(requester.id), { id: requester.id, provider: 'p', name: 'lab', createdAt: AT })
    assert.deepEqual(await db.workers.get(worker.id), { id: worker.id, provider: 'p', externalId: 'ann', pseudonym: 'w-1', createdAt: AT })
    assert.deepEqual(await db.qualifications.get(qualification.id), { id: qualification.id, name: 'good', description: 'does good work', createdAt: AT })
    assert.deepEqual(await db.qualifications.byName('good'), await db.qualifications.get(qualification.id))
    for (const { kind, find } of namedKinds(db)) {
      const [name] = await find()
      assert.deepEqual(await find(name), [name], kind)
      assert.deepEqual(await find('wrong'), [], kind)
    }
    assert.equal((await db.tasks.find({ filter: { projectId: project.id, blueprintType: 'b' } })).rows.length, 1)
    assert.equal((await db.tasks.find({ filter: { projectId: NOWHERE } })).rows.length, 0)
    assert.equal((await db.requesters.find({ filter: { provider: 'q' } })).rows.length, 0)
    assert.equal((await db.workers.find({ filter: { provider: 'p', pseudonym: 'w-1' } })).rows.length, 1)
  })

  withDb('[3] answers null for unknown ids, and changes nothing under them', async db => {
    for (const id of [NOWHERE, '', "' OR ''='", '%', 'x'.repeat(500)]) {
      for (const { get } of [db.projects, db.tasks, db.requesters, db.workers, db.runs, db.assignments, db.units, db.agents, db.qualifications]) assert.equal(await get(id), null)
      assert.equal(await db.grants.get(id, id), null)
      await Promise.all([
        db.projects.rename(id, 'x'), db.projects.archive(id, AT), db.tasks.update(id, { name: 'x' }), db.tasks.archive(id, null), db.tasks.retain(id, 9), db.qualifications.update(id, {}), db.qualifications.update(id, { name: 'x' }),
      ].map(change => rejects(change, 'not_found')))
      assert.equal(await db.qualifications.delete(id), false)
    }
  })

  withDb('[4] makes each name once, also when many make it at the same time', async db => {
    for (const { kind, create, find } of namedKinds(db)) {
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => create('same')))
      assert.equal(outcomes.filter(outcome => outcome.status === 'fulfilled').length, 1, kind)
      for (const outcome of outcomes) if (outcome.status === 'rejected') await rejects(Promise.reject(outcome.reason as Error), 'already_exists')
      await rejects(create('same'), 'already_exists')
      const id = v7()
      await create('another', id)
      await rejects(create('third', id), 'already_exists')
      await rejects(db.transaction(tx => namedKinds({ ...db, ...tx }).find(same => same.kind === kind)?.create('same') ?? Promise.resolve()), 'already_exists')
      assert.deepEqual(await find(), ['same', 'another'], kind)
    }
  })

  withDb('[5] refuses names that are empty, too long or more than one line, and stores nothing', async db => {
    for (const { kind, create, find } of namedKinds(db)) {
      for (const name of ['', '   ', '\t\n', 'x'.repeat(201), '😀'.repeat(201), 'two\nlines', 'nul\0', 'half \ud83d']) await rejects(create(name), 'invalid_input')
      await rejects(create(7 as unknown as string), 'invalid_input')
      assert.deepEqual(await find(), [], kind)
      await create('😀'.repeat(200))
      assert.deepEqual(await find('😀'.repeat(200)), ['😀'.repeat(200)], kind)
      await rejects(create('x', 'no-uuid'), 'invalid_input')
    }
    await rejects(db.tasks.create({ ...made(), name: 'x', blueprintType: 'b'.repeat(65) }), 'invalid_input')
    await rejects(db.requesters.create({ ...made(), name: 'x', provider: '' }), 'invalid_input')
    await rejects(db.qualifications.create({ ...made(), name: 'x', description: 'd'.repeat(2_001) }), 'invalid_input')
    await rejects(db.projects.create({ ...made(1.5), name: 'x' }), 'invalid_input')
  })

  withDb('[6] refuses the reserved name of a project', async db => {
    await rejects(db.projects.create({ ...made(), name: ' NO_PROJECT ' }), 'invalid_input')
    assert.deepEqual(names(await db.projects.find()), [])
  })

  withDb('[7] makes no task of an unknown project', async db => {
    assert.match(await rejects(db.tasks.create({ ...made(), name: 'task', blueprintType: 'b', projectId: NOWHERE }), 'not_found'), new RegExp(NOWHERE))
    assert.deepEqual(names(await db.tasks.find()), [])
  })

  withDb('[8] [9] changes a task before it has a run, and to nothing that is taken, empty or unknown', async db => {
    const [project, task, other] = [made(), made(), made()]
    await db.projects.create({ ...project, name: 'project' })
    await db.tasks.create({ ...task, name: 'old', blueprintType: 'b' })
    await db.tasks.create({ ...other, name: 'taken', blueprintType: 'b' })
    await db.tasks.update(task.id, { name: 'new', projectId: project.id })
    assert.deepEqual(ids(await db.tasks.find({ filter: { name: 'new', projectId: project.id } })), [task.id])
    assert.deepEqual(ids(await db.tasks.find({ filter: { name: 'old' } })), [])
    await rejects(db.tasks.update(task.id, { name: 'taken' }), 'already_exists')
    await rejects(db.tasks.update(task.id, { name: ' ' }), 'invalid_input')
    await rejects(db.tasks.update(task.id, { name: 'newer', projectId: NOWHERE }), 'not_found')
    assert.deepEqual(await db.tasks.get(task.id), { id: task.id, projectId: project.id, name: 'new', blueprintType: 'b', retentionDays: null, archivedAt: null, createdAt: AT })
    await db.tasks.update(task.id, {})
    await db.tasks.update(task.id, { name: 'new' })
    await db.tasks.update(task.id, { projectId: null })
    await db.tasks.retain(task.id, 9)
    assert.equal((await db.tasks.get(task.id))?.retentionDays, 9)
    await db.tasks.retain(task.id, null)
    assert.equal((await db.tasks.get(task.id))?.retentionDays, null)
    assert.equal((await db.tasks.get(task.id))?.projectId, null)
  })

  withDb('[10] leaves a task with a run as it is, also when the run comes at the same time', async db => {
    const { taskId, requesterId } = await addRun(db, { name: 'task' })
    await rejects(db.tasks.update(taskId, { name: 'new' }), 'conflict')
    await rejects(db.tasks.update(taskId, { projectId: null }), 'conflict')
    for (let round = 0; round < 10; round += 1) {
      const task = made()
      await db.tasks.create({ ...task, name: `task ${String(round)}`, blueprintType: 'b' })
      const adding = db.transaction(async tx => {
        await insertRun(tx, { runId: v7(), taskId: task.id, requesterId })
        return (await tx.tasks.get(task.id))?.name
      })
      const [seen] = await Promise.all([adding, db.tasks.update(task.id, { name: `new ${String(round)}` }).catch(async (error: unknown) => rejects(Promise.reject(error as Error), 'conflict'))])
      assert.equal((await db.tasks.get(task.id))?.name, seen, 'the name changed after the run was there')
    }
  })

  withDb('renames and archives projects, and finds them by either', async db => {
    const [one, two] = [made(), made()]
    await db.projects.create({ ...one, name: 'one' })
    await db.projects.create({ ...two, name: 'two' })
    await rejects(db.projects.rename(one.id, 'two'), 'already_exists')
    await rejects(db.projects.rename(one.id, ''), 'invalid_input')
    await db.projects.rename(one.id, ' uno ')
    await db.projects.rename(one.id, 'uno')
    await db.projects.archive(one.id, AT + 5)
    assert.deepEqual(await db.projects.get(one.id), { id: one.id, name: 'uno', archivedAt: AT + 5, createdAt: AT, budget: null })
    assert.deepEqual(names(await db.projects.find({ filter: { isArchived: true } })), ['uno'])
    assert.deepEqual(names(await db.projects.find({ filter: { isArchived: false } })), ['two'])
    await db.projects.archive(one.id, null)
    assert.equal((await db.projects.find({ filter: { isArchived: false } })).rows.length, 2)
  })

  withDb('compares names exactly: by case, by characters, without blanks around them', async db => {
    const kept = ['Alpha', 'alpha', 'ALPHA', 'álpha', 'a\u0301lpha', 'alpha beta', 'alpha  beta', 'ß', 'ss', 'ẞ', '日本語', 'نص', '👩‍👩‍👧', "'; DROP TABLE x; --", '100%', '100_', '1000', '\\', '"', '`', '$1', '?', '{"a":1}']
    for (const { kind, create, find } of namedKinds(db)) {
      for (const name of kept) await create(name)
      for (const name of ['alpha ', ' alpha', '\u00a0alpha\t', "'; DROP TABLE x; -- "]) await rejects(create(name), 'already_exists')
      assert.deepEqual(await find(), kept, kind)
      for (const name of kept) assert.deepEqual(await find(` ${name} `), [name], `${kind}: ${name}`)
      for (const name of ['%', '_', 'alph_', 'alpha%', "' OR '1'='1", '']) assert.deepEqual(await find(name), [], `${kind}: ${name}`)
    }
    const qualification = made()
    await db.qualifications.create({ ...qualification, name: 'x', description: ' zwei\nZeilen 😀 ' })
    assert.equal((await db.qualifications.get(qualification.id))?.description, 'zwei\nZeilen 😀')
  })

  withDb('[25] takes ids that are unique and rise, and refuses one that is there', async db => {
    const { newId } = systemRuntime()
    const given = Array.from({ length: 10_000 }, newId)
    assert.equal(new Set(given).size, given.length)
    assert.deepEqual(given, [...given].sort())
    for (const [index, id] of given.slice(0, 20).entries()) await db.projects.create({ id, name: `p${String(index)}`, at: AT })
    assert.deepEqual(ids(await db.projects.find()), given.slice(0, 20))
    await rejects(db.projects.create({ id: given[3] ?? '', name: 'fresh', at: AT }), 'already_exists')
  })
}

function namedKinds(db: MephistoDb): readonly NamedKind[] {
  return [
    { kind: 'project', create: (name, id = v7()) => db.projects.create({ id, name, at: AT }), find: async name => names(await db.projects.find(byName(name))) },
    { kind: 'task', create: (name, id = v7()) => db.tasks.create({ id, name, blueprintType: 'b', at: AT }), find: async name => names(await db.tasks.find(byName(name))) },
    { kind: 'requester', create: (name, id = v7()) => db.requesters.create({ id, provider: 'p', name, at: AT }), find: async name => names(await db.requesters.find(byName(name))) },
    { kind: 'qualification', create: (name, id = v7()) => db.qualifications.create({ id, name, at: AT }), find: async name => names(await db.qualifications.find(byName(name))) },
    {
      kind: 'worker', create: (name, id = v7()) => db.workers.create({ id, provider: 'p', externalId: name, pseudonym: v7(), at: AT }),
      find: async name => (await db.workers.find(name === undefined ? {} : { filter: { externalId: name } })).rows.map(row => row.externalId),
    },
  ]
}

function byName(name: string | undefined): { filter?: { name: string } } {
  return name === undefined ? {} : { filter: { name } }
}
