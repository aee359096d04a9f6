import { openDb, type Engine } from './engines.js'
import { answerMany } from './stage.js'

// A process of its own: answers all units of the newest run.
const [engine, at] = process.argv.slice(2)
const db = await openDb(engine as Engine, at ?? '')
const [run] = await db.runs.list({ limit: 1 })
if (run) await answerMany(db, run.id, run.unitsTotal)
await db.close()
