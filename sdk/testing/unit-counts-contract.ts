import assert from 'node:assert/strict'
import { v7 } from 'uuid'
import { SPECIAL_RANK } from '../data-model/features.js'
import type { UnitStatus } from '../data-model/lifecycle.js'
import type { UnitKind } from '../data-model/unit-kind.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { addRun, AT, made, NOWHERE, type DatabaseTest, type RunFixture } from './entity-fixture.js'

/** So many units of a status, some of them gold. */
type Stock = Partial<Record<UnitStatus, readonly [units: number, gold: number]>>

/** More of a status than are counted before what the run keeps is looked at. */
const MANY = 700

/** Counting units by status with the help of what runs count as they change. */
export function unitCountsContract(withDb: DatabaseTest): void {
  const few: Stock = { created: [1, 0], launched: [5, 1], assigned: [2, 1], completed: [4, 1], accepted: [3, 2], soft_rejected: [2, 0], rejected: [1, 1], expired: [2, 1] }
  const kinds: readonly (readonly [string, Stock, UnitKind[]])[] = [
    ['few', few, ['gold']], ['one of each', { launched: [MANY, 0], accepted: [MANY, 2], expired: [MANY, 0] }, ['gold']], ['much that waits', { ...few, completed: [MANY + 9, 3], accepted: [MANY, 2] }, ['training']],
    ['much that is accepted', { ...few, completed: [MANY, 0], accepted: [MANY + 9, 1], created: [MANY, 0], launched: [MANY, 0] }, ['screening']], ['gold alone', { accepted: [MANY, MANY] }, ['gold']],
  ]

  for (const blueprintType of ['b', 'original']) {
    withDb(`counts units by status and ordinary ones among them, whatever most of them are: of blueprint ${blueprintType}`, async db => {
      const project = made()
      await db.projects.create({ ...project, name: 'all' })
      const total = new Map<UnitStatus, readonly [number, number]>()
      const taskIds: string[] = []
      for (const [name, stock, [kind = 'gold']] of kinds) {
        const { runId, taskId } = await runOf(db, { name, blueprintType, projectId: project.id }, { stock, kind })
        taskIds.push(taskId)
        for (const [status, [units, special]] of Object.entries(stock) as [UnitStatus, readonly [number, number]][]) {
          const [before, specialBefore] = total.get(status) ?? [0, 0]
          total.set(status, [before + units, specialBefore + special])
        }
        const sums = (await db.rollUps.ofTasks([taskId])).get(taskId)
        assert.deepEqual([sorted(sums?.units), sorted(sums?.standardUnits)], shown(Object.entries(stock) as [UnitStatus, readonly [number, number]][]), name)
        assert.deepEqual(sorted(await db.rollUps.unitsOfRun(runId)), shown(Object.entries(stock) as [UnitStatus, readonly [number, number]][])[0], name)
      }
      const all = (await db.rollUps.ofProjects([project.id])).get(project.id)
      assert.deepEqual([sorted(all?.units), sorted(all?.standardUnits)], shown([...total]))
      const each = await db.rollUps.ofTasks(taskIds)
      assert.deepEqual(taskIds.map(id => each.get(id)?.units.get('rejected') ?? 0), [1, 0, 1, 1, 0])
      assert.deepEqual(sorted(await db.rollUps.unitsOfRun(NOWHERE)), [])
    })
  }
}

/** A run with these units and with what a run counts of them. */
async function runOf(db: MephistoDb, named: { readonly name: string; readonly blueprintType: string; readonly projectId: string }, { stock, kind }: { readonly stock: Stock; readonly kind: UnitKind }): Promise<RunFixture> {
  const run = await addRun(db, { ...named, assignments: 0 })
  const { runId } = run
  const isOriginal = named.blueprintType === 'original'
  const units = (Object.entries(stock) as [UnitStatus, readonly [number, number]][]).flatMap(([status, [count, special]]) => Array.from({ length: count }, (_, index) => ({ status, isSpecial: index < special })))
  const rows = units.map(({ status, isSpecial }, index) => {
    const [id, assignmentId] = [v7(), v7()]
    return {
      item: { id: assignmentId, run_id: runId, position: index, input: '{}', expected: null, created_at: AT },
      unit: {
        id, run_id: runId, assignment_id: assignmentId, unit_index: 0, kind: isSpecial ? kind : 'standard', status, rank: isSpecial && !isOriginal ? SPECIAL_RANK : index, pay_minor: 5, holder: id, worker_id: null, agent_id: null, fence: 0,
        lease_until: null, replaces_unit_id: null, completed_at: AT, decided_at: null, created_at: AT,
      },
    }
  })
  await db.transfer.add('assignment', rows.map(({ item }) => item))
  await db.transfer.add('unit', rows.map(({ unit }) => unit))
  const sum = (...statuses: readonly UnitStatus[]): number => statuses.reduce((all, status) => all + (stock[status]?.[0] ?? 0), 0)
  await db.transaction(async tx => {
    const [held] = await tx.runs.lock([runId])
    assert.ok(held)
    const unitsAnswered = sum('completed', 'accepted', 'soft_rejected', 'rejected')
    assert.ok(await tx.runs.write({
      id: runId, fromFeed: held.feed, feed: held.feed, head: held.head, reservedMinor: 5 * sum('assigned', 'completed'), owedMinor: 5 * sum('accepted', 'soft_rejected'), paidMinor: 0, unitsTotal: units.length, unitsOpen: sum('created', 'launched', 'assigned'), unitsAnswered,
    }, AT))
  })
  return run
}

/** What is counted in all, and of ordinary work. */
function shown(stock: readonly (readonly [UnitStatus, readonly [number, number]])[]): readonly (readonly (readonly [UnitStatus, number])[])[] {
  return [stock.map(([status, [units]]) => [status, units] as const), stock.map(([status, [units, special]]) => [status, units - special] as const)].map(counts => sorted(new Map(counts)))
}

function sorted(counts: ReadonlyMap<UnitStatus, number> | undefined): readonly (readonly [UnitStatus, number])[] {
  return [...counts ?? []].filter(([, units]) => units > 0).sort(([a], [b]) => a.localeCompare(b))
}
