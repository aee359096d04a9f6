import { rmSync } from 'node:fs'
import { embeddedDb } from '../../prisma/embedded.js'
import { prismaDb } from '../../prisma/index.js'
import { createMephisto, implement, usd } from '../../sdk/index.js'
import { createAnswerTaker } from '../../sdk/operations/answers.js'
import { createGroupCommit } from '../../sdk/operations/group-commit.js'
import { createRegistry } from '../../sdk/operations/registry.js'
import { createWorkerPool } from '../../sdk/operations/worker-pool.js'
import { systemRuntime } from '../../sdk/ports/system-runtime.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { benchRows, benchTask } from './blueprint.js'
import { rawSqliteClient } from './raw-client.js'

/** Life cycles a second of the raw driver: the same statements, one life cycle at a time, no HTTP, no Prisma. */
export async function rawLifecycles(file: string, units: number, cycles: number): Promise<number> {
  const implementation = implement(benchTask)
  const setUp = await embeddedDb({ file })
  const { operator } = createMephisto({
    db: setUp, architect: { specVersion: 1, type: 'bench', baseUrl: 'http://127.0.0.1/', basePath: '/', taskUrl: 'http://127.0.0.1/' },
    providers: [inhouse()], blueprints: [implementation], secret: 'a secret for the bench that is long enough', authorize: () => null,
  })
  const run = await operator.launch(benchTask, { task: 'bench', requester: 'bench', provider: 'inhouse', data: benchRows(units), pay: usd('0.05'), budget: usd('100000') })
  await setUp.close()
  const client = rawSqliteClient(file)
  const db = prismaDb(client)
  const runtime = systemRuntime()
  const worker = await db.workers.ensure({ id: runtime.newId(), provider: 'inhouse', externalId: 'raw', pseudonym: 'raw', at: runtime.now() })
  const group = createGroupCommit(db)
  const pool = createWorkerPool(db, group, runtime)
  const takeAnswer = createAnswerTaker({ db, group }, runtime, createRegistry('blueprint', [implementation], item => item.blueprint.type))
  const started = performance.now()
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    const placement = await pool.place(run.id, worker.id)
    if (!placement.unit) throw new Error(`no work: ${placement.refusal}`)
    await takeAnswer({ agentId: placement.unit.agentId, blueprintType: benchTask.type, submissionId: runtime.newId(), answer: { label: 'fact' }, pageBuild: null })
  }
  const perSecond = cycles / ((performance.now() - started) / 1000)
  client.close()
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true })
  return perSecond
}
