import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import express from 'express'
import { createMephisto, usd } from 'mephisto-sdk'
import { csvRows } from 'mephisto-sdk/data'
import { embeddedDb } from 'mephisto-sdk/embedded'
import { expressArchitect } from 'mephisto-sdk/express'
import { inhouse } from 'mephisto-sdk/inhouse'
import { defaultDataFolder, rowsFile } from './places.js'
import { customerReview } from './task.js'

const TASK = 'customer-reviews'
const { values: { port = '3000', data = defaultDataFolder } } = parseArgs({ options: { port: { type: 'string' }, data: { type: 'string' } } })

const app = express()
const server = createServer(app).listen(Number(port), '127.0.0.1')
await new Promise((resolve, reject) => { server.once('listening', resolve).once('error', reject) })
const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`

mkdirSync(data, { recursive: true })
const db = await embeddedDb({ file: join(data, 'mephisto.db') })
const mephisto = createMephisto({
  db, providers: [inhouse()], blueprints: [customerReview],
  architect: expressArchitect({ baseUrl: `${origin}/mephisto/` }),
  // Links are made anew at every start; an app of yours keeps its secret.
  secret: randomBytes(32).toString('hex'),
  authorize: () => null,
})
app.use('/mephisto', mephisto.architect.middleware(mephisto))

const [open] = await mephisto.operator.runs({ taskName: TASK, statuses: ['running'], limit: 1 })
const run = open ?? await mephisto.operator.launch(customerReview.blueprint, {
  task: TASK, requester: 'shop', provider: 'inhouse', data: csvRows(rowsFile), unitsPerAssignment: 2, pay: usd('0.10'),
  title: 'What is this review about?', description: 'Read what a customer wrote. Say how it is meant, what it is about, and how many stars it would be.',
  onboarding: { qualification: 'reads-reviews', input: {} },
})
mephisto.start()
for (const worker of ['ann', 'ben']) console.log(`  ${worker}: ${(await mephisto.invite({ run: run.id, worker })).url}\n`)
console.log(`  The answers: npx mephisto export --db ${join(data, 'mephisto.db')} --run ${run.id} --format csv`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close()
    server.closeAllConnections()
    void mephisto.close().then(() => db.close()).then(() => process.exit(0))
  })
}
