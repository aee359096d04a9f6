import { afterEach, beforeEach, expect, test } from 'vitest'
import { implement, type Principal, type TaskRun } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { OLGA, RAVI, RITA, ROSA } from '../principals.js'
import { answeredRun, sentiment } from '../sentiment.js'

// What reviewers did, and how far they agree.

let mephisto: TestMephisto
let run: TaskRun
let ids: string[]
beforeEach(async () => {
  mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] })
  ;({ run, unitIds: ids } = await answeredRun(mephisto, ['ann', 'ben', 'cem', 'dee', 'eva'], { project: 'study', secondOpinions: 1 }))
})
afterEach(() => mephisto.close())

const as = (principal: Principal) => mephisto.caller(principal).review
async function judge(who: Principal, which: readonly number[], verdict: 'approve' | 'reject'): Promise<void> {
  for (const index of which) {
    mephisto.runtime.advance(10_000)
    await as(who).decide({ decisionId: crypto.randomUUID(), unitIds: [ids[index] ?? ''], verdict })
  }
}
const statistics = (scope: 'run' | 'task' | 'project', place: string, more: { from?: string } = {}) => as(OLGA).reviewers({ scope, place, ...more })

test('says of each what they decided, how fast, who was overruled, and how far two agree', async () => {
  await judge(RITA, [0, 1, 2, 3], 'approve')
  await judge(RAVI, [0, 1, 2], 'approve')
  await judge(RAVI, [3], 'reject')
  await judge(ROSA, [3], 'reject')
  await as(OLGA).decide({ decisionId: crypto.randomUUID(), unitIds: [ids[3] ?? ''], verdict: 'overturn' })
  const found = await statistics('run', run.id)
  const none = { approve: 0, soft_reject: 0, reject: 0, overturn: 0 }
  expect(found.reviewers).toEqual([
    { id: 'ravi', name: 'Ravi', verdicts: { ...none, approve: 3 }, opinions: 1, takenBack: 0, overruled: 0, msPerAct: 10_000, agreed: { pairs: 4, same: 3 } },
    { id: 'rita', name: 'Rita', verdicts: none, opinions: 4, takenBack: 0, overruled: 0, msPerAct: 10_000, agreed: { pairs: 4, same: 3 } },
    { id: 'olga', name: 'Olga', verdicts: { ...none, overturn: 1 }, opinions: 0, takenBack: 0, overruled: 0, msPerAct: null, agreed: { pairs: 0, same: 0 } },
    { id: 'rosa', name: 'Rosa', verdicts: { ...none, reject: 1 }, opinions: 0, takenBack: 0, overruled: 1, msPerAct: null, agreed: { pairs: 0, same: 0 } },
  ])
  // Seven times "approve" and once "reject" in four pairs: Do = 2/8, De = 14/56.
  expect(found.agreed).toEqual({ pairs: 4, same: 3, alpha: 0 })
  expect([await statistics('task', run.taskId), await statistics('project', 'study')]).toEqual([found, found])
})

test('is empty where nothing was decided, or not at that time', async () => {
  const nothing = { reviewers: [], agreed: { pairs: 0, same: 0, alpha: null } }
  expect(await statistics('run', run.id)).toEqual(nothing)
  await judge(RITA, [0], 'approve')
  expect(await statistics('run', run.id, { from: new Date(mephisto.runtime.now() + 1_000).toISOString() })).toEqual(nothing)
  await expect(statistics('project', 'nowhere')).rejects.toThrow('There is no project "nowhere" to look at the reviewers of')
})

test('is for operators', async () => {
  await expect(as(RITA).reviewers({ scope: 'run', place: run.id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
})
