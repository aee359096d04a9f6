import { exportRows, exportText } from '../../sdk/review/export.js'
import { openDb, type Engine } from './engines.js'
import { answerMany, launch } from './stage.js'
import type { BulkResult } from './bulk.js'

// A process of its own: launches a run and answers all of it, or exports it. Tells its parent how long it took.
const [engine, at, what, count] = process.argv.slice(2)
const units = Number(count)
const db = await openDb(engine as Engine, at ?? '')
await db.runs.list({ limit: 1 })
const memory = (): number => Math.round(process.memoryUsage.rss() / 1e6)
const baseMb = memory()
let peakMb = baseMb
const watch = setInterval(() => { peakMb = Math.max(peakMb, memory()) }, 50)

async function exportAll(): Promise<number> {
  const [run] = await db.runs.list({ limit: 1 })
  let rows = 0
  for await (const text of exportText(db, exportRows(db, run?.id ?? ''), { runId: run?.id ?? '', format: 'jsonl' })) rows += text.length > 0 ? 1 : 0
  return rows
}

const started = performance.now()
const runId = what === 'launch' ? await launch(db, units) : ''
const rows = what === 'launch' ? units : await exportAll()
const ms = performance.now() - started
clearInterval(watch)
// Not measured.
if (what === 'launch') await answerMany(db, runId, units)
await db.close()
process.send?.({ ms, rows, peakMb: Math.max(peakMb, memory()), baseMb } satisfies BulkResult, () => process.exit(0))
