import { createMephisto, implement, usd, type Mephisto } from '../../sdk/index.js'
import { createAnswerTaker } from '../../sdk/operations/answers.js'
import { createHookParts } from '../../sdk/operations/hook-parts.js'
import { createGroupCommit, type GroupCommit } from '../../sdk/operations/group-commit.js'
import { giveBack } from '../../sdk/operations/give-back.js'
import { createExtender } from '../../sdk/operations/leases.js'
import { createRegistry } from '../../sdk/operations/registry.js'
import { holdRuns } from '../../sdk/operations/run-hold.js'
import { createWorkerPool } from '../../sdk/operations/worker-pool.js'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { systemRuntime } from '../../sdk/ports/system-runtime.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { createReviewDesk } from '../../sdk/review/review-desk.js'
import { benchRows, benchTask } from './blueprint.js'

const implementation = implement(benchTask)
const runtime = systemRuntime()
const REVIEWER = { id: 'bench', name: 'Bench', roles: ['operator' as const] }

/** An instance on a database, without a host. */
export function instance(db: MephistoDb): Mephisto {
  return createMephisto({
    db, architect: { specVersion: 1, type: 'bench', baseUrl: 'http://127.0.0.1/', basePath: '/', taskUrl: 'http://127.0.0.1/' },
    providers: [inhouse()], blueprints: [implementation], secret: 'a secret for the bench that is long enough', authorize: () => null,
  })
}

/** Launches a run of so many units; for everybody, or each for whoever is named. */
export async function launch(db: MephistoDb, units: number, assignees?: (row: unknown, index: number) => readonly string[]): Promise<string> {
  const run = await instance(db).operator.launch(benchTask, {
    task: 'bench', requester: 'bench', provider: 'inhouse', data: benchRows(units), pay: usd('0.05'), budget: usd('1000000'), ...(assignees ? { assignees } : {}),
  })
  return run.id
}

/** What workers and reviewers do, straight on the operations. */
export interface Stage {
  worker(name: string): Promise<string>
  claim(runId: string, workerId: string): Promise<{ agentId: string; unitId: string }>
  /** What a page asks before it takes a unit. */
  look(runId: string, workerId: string): Promise<void>
  submit(runId: string, agentId: string): Promise<void>
  approve(...unitIds: readonly string[]): Promise<void>
  /** Rejects a unit and lets its work be done again. */
  redo(runId: string, unitId: string): Promise<void>
  extend(runId: string, agentId: string): Promise<void>
  giveBack(runId: string, agentId: string): Promise<void>
  /** Adds a few rows to a run. */
  topUp(runId: string): Promise<void>
  /** Launches a small run and drains it. Returns it. */
  drainAnother(): Promise<string>
  /** A round of upkeep. */
  sweep(): Promise<void>
}

/** The operations on a database: `shared` transactions as the SDK has them, or one by one. */
export function createStage(db: MephistoDb, isShared: boolean): Stage {
  const group: GroupCommit = isShared ? createGroupCommit({ db, runtime }) : oneByOne(db)
  const blueprints = createRegistry('blueprint', [implementation], item => item.blueprint.type)
  const hookParts = createHookParts({ db, blueprints })
  const pool = createWorkerPool({ db, group, runtime, blueprints, hookParts })
  const takeAnswer = createAnswerTaker({ db, group, runtime, blueprints, hookParts })
  const desk = createReviewDesk(db, runtime)
  const extender = createExtender(group)
  return {
    worker: async name => (await db.workers.ensure({ id: runtime.newId(), provider: 'inhouse', externalId: name, pseudonym: name, at: 0 })).id,
    async claim(runId, workerId) {
      const placement = await pool.place(runId, workerId)
      if (!placement?.unit) throw new Error(`no work: ${String(placement?.refusal)}`)
      return placement.unit
    },
    async look(runId, workerId) {
      await pool.look(runId, workerId)
    },
    async submit(runId, agentId) {
      const reply = await takeAnswer({ runId, agentId, blueprintType: benchTask.type, submissionId: runtime.newId(), answer: { label: 'fact' }, pageBuild: null })
      if (reply.outcome !== 'completed') throw new Error(`an answer was ${reply.outcome}`)
    },
    async approve(...unitIds) {
      const outcomes = await desk.decide(REVIEWER, { decisionId: runtime.newId(), unitIds, verdict: 'approve', note: null })
      if (!outcomes.every(outcome => outcome.decided)) throw new Error('not decided')
    },
    async redo(runId, unitId) {
      await desk.decide(REVIEWER, { decisionId: runtime.newId(), unitIds: [unitId], verdict: 'reject', note: null })
      await instance(db).operator.requeue(runId)
      await desk.decide(REVIEWER, { decisionId: runtime.newId(), unitIds: [unitId], verdict: 'overturn', note: null })
    },
    async extend(runId, agentId) {
      if (!await extender({ runId, agentId })) throw new Error('the lease was lost')
    },
    async giveBack(runId, agentId) {
      if (!await giveBack({ db, runtime }, { runId, agentId, why: null })) throw new Error('it was not theirs any more')
    },
    async topUp(runId) {
      await instance(db).operator.topUp(runId, { topUpId: runtime.newId(), data: benchRows(20) })
    },
    async drainAnother() {
      const run = await launch(db, 20)
      await instance(db).operator.drain(run)
      return run
    },
    async sweep() {
      await instance(db).operator.tick()
    },
  }
}

/** Answers so many units of a run, many workers at a time. */
export async function answerMany(db: MephistoDb, runId: string, units: number): Promise<void> {
  const stage = createStage(db, true)
  let left = units
  await Promise.all(Array.from({ length: 256 }, async (_, index) => {
    const worker = await stage.worker(`one of many ${String(index)}`)
    while (left > 0) {
      left -= 1
      await stage.submit(runId, (await stage.claim(runId, worker)).agentId)
    }
  }))
}

/** Each item in a transaction of its own, at once. */
function oneByOne(db: MephistoDb): GroupCommit {
  return {
    share: work => item => holdRuns({ db, runtime }, [item.runId], async hold => {
      const [outcome] = await work(hold, [item])
      if (!outcome?.ok) throw outcome?.error
      return outcome.value
    }),
  }
}
