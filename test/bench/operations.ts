import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { createTarget, type Engine } from './engines.js'
import { closedCalls, goal, round, timing, type Row, type Timing } from './report.js'
import { createStage, launch, type Stage } from './stage.js'

const WORKERS = 100
const UNITS = 10_000

/** Claims, then answers, of 100 people who wait: through shared transactions, beside the raw driver one by one. */
export async function* benchWaiting(engine: Engine): AsyncGenerator<Row> {
  const target = await createTarget(engine)
  try {
    const db = await target.open()
    const runId = await launch(db, UNITS)
    const shared = createStage(db, true)
    await claimsAndAnswers(shared, runId, { name: 'warm', total: 500 })
    const ours = await claimsAndAnswers(shared, runId, { name: 'ours', total: 3_000 })
    await db.close()
    const rawDb = await target.openRaw()
    const raw = createStage(rawDb, false)
    await claimsAndAnswers(raw, runId, { name: 'warm raw', total: 100 })
    const theirs = await claimsAndAnswers(raw, runId, { name: 'raw', total: 500 })
    await rawDb.close()
    const row = (bench: string, mine: Timing, other: Timing, goalRatio: number): Row =>
      ({ bench, engine, workers: WORKERS, n: UNITS, ...mine, ratioToRaw: round(mine.perSecond / other.perSecond), goalRatio, goals: [goal('p99 ms, one by one', mine.p99Ms, { atMost: other.p99Ms })], note: `raw ${String(other.perSecond)}/s` })
    yield* [row('claims waiting', ours.claims, theirs.claims, engine === 'postgresql' ? 4 : 3), row('answers waiting', ours.answers, theirs.answers, 3)]
  } finally {
    await target.drop()
  }
}

async function claimsAndAnswers(stage: Stage, runId: string, { name, total }: { name: string; total: number }): Promise<{ claims: Timing; answers: Timing }> {
  const workers = await Promise.all(Array.from({ length: total }, (_, index) => stage.worker(`${name} ${String(index)}`)))
  const agents: string[] = []
  const claims = await closedCalls(WORKERS, total, async index => { agents.push((await stage.claim(runId, workers[index] ?? '')).agentId) })
  const answers = await closedCalls(WORKERS, total, async index => stage.submit(runId, agents[index] ?? ''))
  return { claims, answers }
}

/** One person alone: claim, answer, and its approval, beside the raw driver in the same rounds. */
export async function benchAlone(engine: Engine): Promise<Row> {
  const target = await createTarget(engine)
  try {
    const db = await target.open()
    const runId = await launch(db, 2_000)
    const rawDb = await target.openRaw()
    const sides = await Promise.all([db, rawDb].map(async (side: MephistoDb, index) => {
      const stage = createStage(side, index === 0)
      return { stage, worker: await stage.worker(`alone ${String(index)}`), durations: [] as number[] }
    }))
    for (let round = 0; round < 340; round += 1) {
      for (const { stage, worker, durations } of sides) {
        const before = performance.now()
        const { agentId, unitId } = await stage.claim(runId, worker)
        await stage.submit(runId, agentId)
        await stage.approve(unitId)
        if (round >= 40) durations.push(performance.now() - before)
      }
    }
    await db.close()
    await rawDb.close()
    const [ours, raw] = sides.map(({ durations }) => timing(durations, durations.reduce((sum, ms) => sum + ms, 0))) as [Timing, Timing]
    return {
      bench: 'alone', engine, workers: 1, n: 300, ...ours, ratioToRaw: round(ours.perSecond / raw.perSecond), goalRatio: engine === 'sqlite' ? 0.2 : 0.5,
      note: `claim + answer + approval; raw ${String(raw.perSecond)}/s, p50 ${String(raw.p50Ms)} ms`,
    }
  } finally {
    await target.drop()
  }
}
