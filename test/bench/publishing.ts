import { createMephisto, implement } from '../../sdk/index.js'
import type { DbOperations, MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { mock } from '../../sdk/providers/mock.js'
import { simulatedWorker } from '../../sdk/testing/index.js'
import { benchRows, benchTask } from './blueprint.js'
import { createTarget, type Engine } from './engines.js'
import { goal, timing, type Row } from './report.js'

const UNITS = 300
const WARM_UP = 30
const LATENCIES_MS = [0, 20] as const

/** From an answer's reply until the unit that takes its place is launched, by a started instance whose provider takes so long for each call. */
export async function* benchPublishing(engine: Engine): AsyncGenerator<Row> {
  for (const latencyMs of LATENCIES_MS) yield await measure(engine, latencyMs)
}

async function measure(engine: Engine, latencyMs: number): Promise<Row> {
  const target = await createTarget(engine)
  const plain = await target.open()
  let launched = (): void => undefined
  const mephisto = createMephisto({
    db: watching(plain, () => { launched() }), providers: [mock({ latencyMs })], blueprints: [implement(benchTask)], secret: 'a secret for the bench that is long enough', authorize: () => null,
    architect: { specVersion: 1, type: 'bench', baseUrl: 'http://127.0.0.1/', basePath: '/', taskUrl: 'http://127.0.0.1/' },
  })
  const stop = mephisto.start()
  try {
    const run = await mephisto.operator.launch(benchTask, { task: 'bench', requester: 'bench', provider: 'mock', data: benchRows(UNITS + WARM_UP), maxLiveUnits: 1 })
    await mephisto.operator.untilLive(run.id)
    const worker = simulatedWorker(mephisto, 'ann', 'mock')
    const durations: number[] = []
    const started = performance.now()
    for (let index = 0; index < UNITS + WARM_UP - 1; index += 1) {
      const task = await worker.accept(benchTask, run)
      const next = new Promise<void>(resolve => { launched = resolve })
      await task.submit({ label: 'fact' })
      const answered = performance.now()
      await next
      if (index >= WARM_UP) durations.push(performance.now() - answered)
    }
    const { perSecond, p50Ms, p99Ms } = timing(durations, performance.now() - started)
    return { bench: 'answer to next unit', engine, workers: 1, n: UNITS, perSecond, p50Ms, p99Ms, ratioToRaw: null, goalRatio: null, goals: [goal('p50 ms', p50Ms, { atMost: 50 })], note: `provider takes ${String(latencyMs)} ms` }
  } finally {
    await stop()
    await mephisto.close()
    await plain.close()
    await target.drop()
  }
}

/** The database, telling when a transaction has committed that launched a unit which its provider shows. */
function watching(db: MephistoDb, onLaunch: () => void): MephistoDb {
  return {
    ...db,
    async transaction(work, options) {
      let launchings = 0
      const result = await db.transaction((tx: DbOperations) => work({
        ...tx,
        publications: {
          ...tx.publications,
          launch: async unitIds => {
            const launched = await tx.publications.launch(unitIds)
            launchings += launched
            return launched
          },
        },
      }), options)
      if (launchings > 0) onLaunch()
      return result
    },
  }
}
