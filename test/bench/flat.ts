import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { createTarget, type Engine } from './engines.js'
import { round, timing, type Row, type Timing } from './report.js'
import { answerMany, createStage, launch } from './stage.js'

const CLAIMS = 200
const WARM_UP = 50

/** The time of a claim on a large database over that on a small one: many units, most done, one worker who did many, many runs, most units done. */
export async function* benchFlat(engine: Engine, large: number): AsyncGenerator<Row> {
  const target = await createTarget(engine)
  try {
    const db = await target.open()
    const small = await launch(db, 1_000)
    const before = await claimTime(db, small, { name: 'small' })
    const compare = async (note: string, n: number, runId: string, worker?: string): Promise<Row> => {
      const now = await claimTime(db, runId, { name: note, ...(worker === undefined ? {} : { worker }) })
      return { bench: 'flat', engine, workers: 1, n, ...now, ratioToRaw: round(now.p50Ms / before.p50Ms), goalRatio: 1.2, note: `${note}; p50 at 1,000 units ${String(before.p50Ms)} ms` }
    }
    const many = await launch(db, large)
    yield await compare('a run of many units', large, many)
    const diligent = await workThrough(db, many, Math.min(10_000, large / 2))
    yield await compare('by a worker who has done 10,000', large, many, diligent)
    for (let runs = 0; runs < 1_000; runs += 1) await launch(db, 1)
    yield await compare('among 1,000 open runs', large, many)
    await answerMany(db, many, Math.floor(0.9 * large) - 10_000)
    yield await compare('when most units are done', large, many)
    await db.close()
  } finally {
    await target.drop()
  }
}

/** How long a claim takes, alone: of new workers, or of this one, who answers between. */
async function claimTime(db: MephistoDb, runId: string, { name, worker }: { name: string; worker?: string }): Promise<Timing> {
  const stage = createStage(db, true)
  const durations: number[] = []
  for (let index = 0; index < CLAIMS + WARM_UP; index += 1) {
    const claimant = worker ?? await stage.worker(`${name} ${String(index)}`)
    const before = performance.now()
    const { agentId } = await stage.claim(runId, claimant)
    if (index >= WARM_UP) durations.push(performance.now() - before)
    if (worker !== undefined) await stage.submit(runId, agentId)
  }
  return timing(durations, durations.reduce((sum, ms) => sum + ms, 0))
}

/** One worker answers so many units. */
async function workThrough(db: MephistoDb, runId: string, count: number): Promise<string> {
  const stage = createStage(db, true)
  const diligent = await stage.worker('diligent')
  for (let done = 0; done < count; done += 1) await stage.submit(runId, (await stage.claim(runId, diligent)).agentId)
  return diligent
}
