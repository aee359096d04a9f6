import express from 'express'
import { expressArchitect } from '../../adapters/express.js'
import { createMephisto, implement } from '../../sdk/index.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { benchTask } from './blueprint.js'
import { openDb, type Engine } from './engines.js'

// A server process of the life cycle bench: lets workers in on demand, answers until its parent goes away.
const [engine, at] = process.argv.slice(2)
const mephisto = createMephisto({
  db: await openDb(engine as Engine, at ?? ''), architect: expressArchitect({ baseUrl: 'http://127.0.0.1/mephisto/', taskUrl: '/work' }), providers: [inhouse()],
  blueprints: [implement(benchTask)], secret: 'a secret for the bench that is long enough', authorize: () => null,
})
process.on('message', (message: { runId: string; first: number; count: number }) => {
  const names = Array.from({ length: message.count }, (_, index) => `worker ${String(message.first + index)}`)
  void Promise.all(names.map(async worker => (await mephisto.invite({ run: message.runId, worker })).credential)).then(credentials => process.send?.(credentials))
})
const app = express()
app.use('/mephisto', mephisto.architect.middleware(mephisto))
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' && address ? address.port : 0 })
})
process.on('disconnect', () => process.exit(0))
