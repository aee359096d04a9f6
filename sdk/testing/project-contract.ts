import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import type { RollUp } from '../ports/roll-up-operations.js'
import { addRun, addWorker, AT, ids, made, NOWHERE, rejects, takeUnit, type DatabaseTest } from './entity-fixture.js'

/** Tasks in projects, and what they come to. */
export function projectContract(withDb: DatabaseTest): void {
  withDb('finds or makes a project by its name, once, also when many want it at the same time', async db => {
    const found = await Promise.all(Array.from({ length: 8 }, () => db.projects.ensure({ ...made(), name: ' same ' })))
    assert.equal(new Set(found).size, 1)
    assert.equal((await db.projects.get(found[0] ?? ''))?.name, 'same')
    for (const name of ['', 'NO_PROJECT', 'x'.repeat(201)]) await rejects(db.projects.ensure({ ...made(), name }), 'invalid_input')
    assert.equal((await db.projects.find()).rows.length, 1)
  })

  withDb('moves a task between projects and out of them, also one with runs, and says where it was', async db => {
    const [one, two] = [made(), made()]
    await db.projects.create({ ...one, name: 'one' })
    await db.projects.create({ ...two, name: 'two' })
    const { taskId, runId } = await addRun(db, { name: 'task' })
    assert.equal(await db.tasks.move(taskId, one.id), null)
    assert.equal(await db.tasks.move(taskId, two.id), one.id)
    assert.equal(await db.tasks.move(taskId, two.id), two.id)
    assert.deepEqual(ids(await db.runs.find({ filter: { projectId: two.id } })), [runId])
    assert.deepEqual(ids(await db.tasks.find({ filter: { isInProject: true } })), [taskId])
    await rejects(db.tasks.move(taskId, NOWHERE), 'not_found')
    await rejects(db.tasks.move(NOWHERE, one.id), 'not_found')
    assert.equal((await db.tasks.get(taskId))?.projectId, two.id)
    assert.equal(await db.tasks.move(taskId, null), two.id)
    assert.deepEqual(ids(await db.tasks.find({ filter: { isInProject: false } })), [taskId])
  })

  withDb('puts only a task without a project into one, whoever comes first', async db => {
    const [one, two] = [made(), made()]
    await db.projects.create({ ...one, name: 'one' })
    await db.projects.create({ ...two, name: 'two' })
    const { taskId } = await addRun(db, { name: 'task' })
    const outcomes = await Promise.all([one, two, one, two].map(({ id }) => db.tasks.attach(taskId, id)))
    assert.equal(new Set(outcomes).size, 1)
    assert.equal((await db.tasks.get(taskId))?.projectId, outcomes[0])
    await rejects(db.tasks.attach(NOWHERE, one.id), 'not_found')
    const free = made()
    await db.tasks.create({ ...free, name: 'free', blueprintType: 'b' })
    await rejects(db.tasks.attach(free.id, NOWHERE), 'not_found')
    assert.equal((await db.tasks.get(free.id))?.projectId, null)
  })

  withDb('caps what the runs of a project spend: what they have is added up, and held still', async db => {
    const [study, free] = [made(), made()]
    await db.projects.create({ ...study, name: 'study' })
    await db.projects.create({ ...free, name: 'free' })
    const [{ taskId, runId }, other] = [await addRun(db, { name: 'one', projectId: study.id }), await addRun(db, { name: 'two', projectId: study.id })]
    assert.equal((await db.runs.get(runId))?.cappedBy, null)
    assert.equal(await db.budgets.of(study.id), null)
    await db.projects.setBudget(study.id, { minor: 20, currency: 'USD' })
    await rejects(db.projects.setBudget(NOWHERE, null), 'not_found')
    assert.deepEqual((await db.projects.get(study.id))?.budget, { minor: 20, currency: 'USD' })
    assert.equal((await db.runs.get(runId))?.cappedBy, study.id)
    const book = async (id: string, change: { readonly reservedMinor: number; readonly cappedBy?: string | null }): Promise<boolean> => db.transaction(async tx => {
      const [held] = await tx.runs.lock([id])
      assert.ok(held)
      return tx.runs.write({ id, fromFeed: held.feed, feed: held.feed, head: held.head, owedMinor: 0, paidMinor: 0, unitsTotal: 0, unitsOpen: 0, unitsAnswered: 0, ...change }, AT)
    })
    assert.ok(await book(runId, { reservedMinor: 5, cappedBy: study.id }))
    assert.ok(await book(other.runId, { reservedMinor: 7, cappedBy: study.id }))
    // Whoever did not know of the budget is sent back; giving money back is never wrong.
    await rejects(book(runId, { reservedMinor: 5 }), 'database_locked')
    await rejects(book(runId, { reservedMinor: 5, cappedBy: free.id }), 'database_locked')
    assert.ok(await book(other.runId, { reservedMinor: -1 }))
    const budget = { projectId: study.id, name: 'study', currency: 'USD', budgetMinor: 20, usedMinor: 11, otherCurrencies: [] }
    assert.deepEqual(await db.budgets.of(study.id), budget)
    await db.transaction(async tx => {
      await tx.budgets.lockTask(taskId)
      await tx.budgets.lockProject(study.id)
      assert.deepEqual(await tx.budgets.lock([free.id, study.id, NOWHERE]), [budget])
      assert.deepEqual(await tx.budgets.lock([]), [])
    })
    await rejects(db.budgets.lockTask(NOWHERE), 'not_found')
    await db.projects.setBudget(study.id, { minor: 20, currency: 'EUR' })
    assert.deepEqual(await db.budgets.of(study.id), { ...budget, currency: 'EUR', usedMinor: 0, otherCurrencies: ['USD'] })
    await db.projects.setBudget(study.id, null)
    assert.ok(await book(runId, { reservedMinor: 90 }))
  })

  withDb('adds up what projects and tasks come to: each worker once, each unit once', async db => {
    const [busy, idle] = [made(), made()]
    await db.projects.create({ ...busy, name: 'busy' })
    await db.projects.create({ ...idle, name: 'idle' })
    const [first, second] = [await addRun(db, { name: 'first', projectId: busy.id }), await addRun(db, { name: 'second', projectId: busy.id })]
    await addRun(db, { name: 'elsewhere' })
    const [ann, ben] = [await addWorker(db, 'ann'), await addWorker(db, 'ben')]
    for (const { runId } of [first, second]) for (const worker of [ann, ben]) await takeUnit(db, runId, worker)
    const sums = await db.rollUps.ofProjects([busy.id, idle.id, NOWHERE])
    assert.deepEqual([...sums.keys()], [busy.id])
    assert.deepEqual(plain(sums.get(busy.id)), {
      tasks: 2, workers: 2, runs: { running: 2 }, units: { assigned: 4, launched: 4 }, standardUnits: { assigned: 4, launched: 4 }, money: [{ currency: 'USD', spentMinor: 0, owedMinor: 0, reservedMinor: 0 }], fileBytes: 0,
    })
    const ofTasks = await db.rollUps.ofTasks([first.taskId, second.taskId])
    assert.deepEqual(plain(ofTasks.get(first.taskId)), { ...plain(sums.get(busy.id)), tasks: 1, runs: { running: 1 }, units: { assigned: 2, launched: 2 }, standardUnits: { assigned: 2, launched: 2 } })
    assert.equal(ofTasks.size, 2)
    assert.equal((await db.rollUps.ofTasks([])).size, 0)
    const bare = { id: v7(), at: AT }
    await db.tasks.create({ ...bare, name: 'bare', blueprintType: 'b', projectId: idle.id })
    assert.deepEqual(plain((await db.rollUps.ofProjects([idle.id])).get(idle.id)), { tasks: 1, workers: 0, runs: {}, units: {}, standardUnits: {}, money: [], fileBytes: 0 })
  })
}

function plain(sums: RollUp | undefined): object {
  assert.ok(sums)
  const { runs, units, standardUnits, ...rest } = sums
  return { ...rest, runs: Object.fromEntries(runs), units: Object.fromEntries(units), standardUnits: Object.fromEntries(standardUnits) }
}
