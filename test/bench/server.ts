import express from 'express'
import { expressArchitect } from '../../adapters/express.js'
import { embeddedDb } from '../../prisma/embedded.js'
import { createMephisto, implement, usd } from '../../sdk/index.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { benchRows, benchTask } from './blueprint.js'

// The server process of the life cycle bench: launches a run, lets workers in, answers until its parent goes away.
const [file = ':memory:', units = '1000', workers = '1'] = process.argv.slice(2)
const WARM_UP_UNITS = 1500
const db = await embeddedDb({ file })
const mephisto = createMephisto({
  db, architect: expressArchitect({ baseUrl: 'http://127.0.0.1/mephisto/', taskUrl: '/work' }), providers: [inhouse()], blueprints: [implement(benchTask)],
  secret: 'a secret for the bench that is long enough', authorize: () => null,
})

/** A run of so many units, and a credential for each worker. */
async function prepare(count: number): Promise<string[]> {
  const run = await mephisto.operator.launch(benchTask, {
    task: 'bench', requester: 'bench', provider: 'inhouse', data: benchRows(count), pay: usd('0.05'), budget: usd('100000'),
  })
  return Promise.all(Array.from({ length: Number(workers) }, async (_, index) => (await mephisto.invite({ run: run.id, worker: `worker ${String(index)}` })).credential))
}

// One run to warm up on, so that the measured one begins with compiled code.
const warmUp = await prepare(WARM_UP_UNITS)
const credentials = await prepare(Number(units))
const app = express()
app.use('/mephisto', mephisto.architect.middleware(mephisto))
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' && address ? address.port : 0, warmUp, credentials })
})
process.on('disconnect', () => process.exit(0))
