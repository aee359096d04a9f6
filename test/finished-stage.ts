import * as z from 'zod'
import { defineBlueprint } from '../sdk/blueprints/index.js'
import { implement, usd, type Principal, type TaskRun } from '../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../sdk/testing/index.js'

/** A task whose answers have a field of every kind. */
export const rating = defineBlueprint({
  type: 'rating',
  input: z.object({ text: z.string(), meta: z.object({ source: z.string() }).optional() }),
  output: z.object({
    label: z.enum(['good', 'bad', 'unsure']), isClear: z.boolean(), stars: z.int().min(1).max(5).nullable(), weight: z.number().optional(), tags: z.array(z.string()), comment: z.string().optional(),
  }),
})

/** An answer. */
export const answer = (label: 'good' | 'bad' | 'unsure' = 'good', more: object = {}) => ({ label, isClear: label !== 'unsure', stars: 3, tags: ['a'], ...more })

export const RITA: Principal = { id: 'rita', name: 'Rita Reviewer', roles: ['operator'] }

/** Work of three people in two tasks of one project: a run of four items in each, one more run without answers. */
export interface FinishedStage {
  readonly mephisto: TestMephisto
  readonly mail: TaskRun
  readonly chat: TaskRun
  readonly empty: TaskRun
  /** Gives a verdict on units. */
  decide(unitIds: readonly string[], verdict: 'approve' | 'soft_reject' | 'reject'): Promise<void>
}

/** Sets {@link FinishedStage} up: ann needs 1 s, 2 s, 3 s for the mails, ben 10 s for one, cleo answers one chat in 4 s. */
export async function finishedStage(file?: string): Promise<FinishedStage> {
  const mephisto = await createTestMephisto({ blueprints: [implement(rating)], ...(file === undefined ? {} : { file }) })
  const { db, runtime } = mephisto
  const project = { id: runtime.newId(), name: 'letters', at: runtime.now() }
  await db.projects.create(project)
  for (const name of ['mail', 'chat']) await db.tasks.create({ id: runtime.newId(), name, blueprintType: 'rating', projectId: project.id, at: runtime.now() })
  const launch = async (task: string, items: number) => {
    runtime.advance(1_000)
    return mephisto.operator.launch(rating, {
      task, requester: 'lab', provider: 'inhouse', pay: usd('0.10'), title: `${task} texts`, description: 'Rate texts', data: Array.from({ length: items }, (_, index) => ({ text: `${task} ${String(index)}`, meta: { source: '=x' } })),
    })
  }
  const [mail, empty, chat] = [await launch('mail', 4), await launch('mail', 1), await launch('chat', 1)]
  const work = async (name: string, run: TaskRun, seconds: number, given = answer()) => {
    const task = await mephisto.worker(name).accept(rating, run)
    runtime.advance(seconds * 1_000)
    await task.submit(given)
  }
  await work('ann', mail, 1)
  await work('ben', mail, 10, answer('bad', { stars: 1, weight: 0.5, comment: '=SUM(A1)' }))
  await work('ann', mail, 2, answer('unsure', { stars: null }))
  await work('ann', mail, 3)
  await work('cleo', chat, 4, answer('bad'))
  return {
    mephisto, mail, chat, empty,
    async decide(unitIds, verdict) {
      await mephisto.caller(RITA).review.decide({ decisionId: crypto.randomUUID(), unitIds: [...unitIds], verdict })
    },
  }
}
