import { describe, expect, test } from 'vitest'
import { localCalls } from '../scenarios/promise-calls.js'
import { openTarget } from '../scenarios/promise-open.js'
import { check, makeTarget, targetKinds } from '../scenarios/promise-target.js'
import { sentimentRun } from '../sentiment.js'

const ROUNDS = 25

describe.each(await targetKinds())('launches of new names at the same time on %s', kind => {
  test('one that fails takes no name away from one that does not, and leaves none', async () => {
    const target = await makeTarget(kind)
    const [db, other] = [await openTarget(target), await openTarget(target)]
    const [a, b] = [localCalls(db), localCalls(other)]
    const launch = (calls: typeof a, name: string, data: readonly unknown[]): Promise<unknown> =>
      calls.desk('operator', 'runs.launch', { blueprint: 'sentiment', ...sentimentRun(0), data, task: `task ${name}`, requester: `lab ${name}`, project: `project ${name}` })
    const wrong = [{ text: 'fine' }, { text: 7 }]
    for (let round = 0; round < ROUNDS; round += 1) {
      const name = String(round)
      const outcomes = await Promise.allSettled([launch(a, name, wrong), launch(b, name, [{ text: 'fine' }]), launch(a, `${name} bad`, wrong)])
      for (const [index, outcome] of outcomes.entries()) expect(outcome).toMatchObject(index === 1 ? { status: 'fulfilled' } : { status: 'rejected', reason: { code: 'invalid_input' } })
    }
    for (const table of [db.tasks, db.requesters, db.projects]) expect((await table.find()).rows.map(({ name }) => name.replace(/^\w+ /, '')).sort()).toEqual(Array.from({ length: ROUNDS }, (_, round) => String(round)).sort())
    expect(await check(target)).toEqual([])
    await Promise.all([db.close(), other.close()])
    await target.drop()
  })
})
