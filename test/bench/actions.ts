import { createPacketLog, type SentPacket } from '../../sdk/operations/sessions/packet-log.js'
import { systemRuntime } from '../../sdk/ports/system-runtime.js'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { createTarget, type Engine } from './engines.js'
import { closedCalls, goal, round, type Row, type Timing } from './report.js'
import { createStage, launch } from './stage.js'

const PAGES = 100
const runtime = systemRuntime()

/** Actions of 100 pages that wait for theirs, each a packet of the log and a call of the outbox: through shared transactions, beside the raw driver one by one. */
export async function benchActions(engine: Engine): Promise<Row> {
  const target = await createTarget(engine)
  try {
    const db = await target.open()
    const runId = await launch(db, PAGES)
    const stage = createStage(db, true)
    const agents = await Promise.all(Array.from({ length: PAGES }, async (_, index) => (await stage.claim(runId, await stage.worker(`page ${String(index)}`))).agentId))
    await actions(db, { runId, agents, total: 500, isShared: true })
    const ours = await actions(db, { runId, agents, total: 3_000, isShared: true })
    await db.close()
    const rawDb = await target.openRaw()
    await actions(rawDb, { runId, agents, total: 100, isShared: false })
    const raw = await actions(rawDb, { runId, agents, total: 500, isShared: false })
    await rawDb.close()
    return {
      bench: 'actions waiting', engine, workers: PAGES, n: 3_000, ...ours, ratioToRaw: round(ours.perSecond / raw.perSecond), goalRatio: 3,
      goals: [goal('p99 ms, one by one', ours.p99Ms, { atMost: raw.p99Ms })], note: `raw ${String(raw.perSecond)}/s`,
    }
  } finally {
    await target.drop()
  }
}

async function actions(db: MephistoDb, { runId, agents, total, isShared }: { readonly runId: string; readonly agents: readonly string[]; readonly total: number; readonly isShared: boolean }): Promise<Timing> {
  const shared = createPacketLog({ db, runtime })
  return closedCalls(PAGES, total, async index => {
    const clientId = runtime.newId()
    const packet: SentPacket = {
      sessionId: agents[index % agents.length] ?? '', runId, kind: 'call', name: 'echo', clientId, body: '{"text":"something that was said"}',
      call: { topic: 'bench', callKey: `bench/${clientId}`, leaseMs: null },
    }
    // A log of its own shares with nobody.
    await (isShared ? shared : createPacketLog({ db, runtime }))(packet)
  })
}
