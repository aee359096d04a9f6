import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import fastify from 'fastify'
import { createMephisto, usd } from 'mephisto-sdk'
import { embeddedDb } from 'mephisto-sdk/embedded'
import { fastifyArchitect } from 'mephisto-sdk/fastify'
import { inhouse } from 'mephisto-sdk/inhouse'
import { attachWebSocket } from 'mephisto-sdk/ws'
import { moderatedTalk } from './moderator.js'
import { streetTalk } from './task.js'

const TASK = 'street-talks'
// The build puts this file into `dist`.
const example = join(import.meta.dirname, '..')
const { values: { port = '3000', data = join(example, 'data') } } = parseArgs({ options: { port: { type: 'string' }, data: { type: 'string' } } })
const origin = `http://127.0.0.1:${port}`

mkdirSync(data, { recursive: true })
const db = await embeddedDb({ file: join(data, 'mephisto.db') })
const mephisto = createMephisto({
  db, providers: [inhouse()], blueprints: [moderatedTalk],
  architect: fastifyArchitect({ baseUrl: `${origin}/mephisto/`, taskUrl: '/talk' }),
  // Links are made anew at every start; an app of yours keeps its secret.
  secret: randomBytes(32).toString('hex'),
  authorize: () => null,
})

const app = fastify()
for (const [path, type, file] of [['/talk', 'text/html', 'pages/talk.html'], ['/talk.js', 'text/javascript', 'dist/talk.js'], ['/talk.css', 'text/css', 'dist/talk.css']] as const) {
  const content = readFileSync(join(example, file))
  app.get(path, (_request, reply) => reply.type(`${type}; charset=utf-8`).send(content))
}
app.register(mephisto.architect.plugin(mephisto))
attachWebSocket(app.server, mephisto)
await app.listen({ port: Number(port), host: '127.0.0.1' })
mephisto.start()

const [open] = await mephisto.operator.runs({ taskName: TASK, statuses: ['running'], limit: 1 })
const run = open ?? await mephisto.operator.launch(streetTalk, {
  task: TASK, requester: 'town', provider: 'inhouse', unitsPerAssignment: 2, pay: usd('1.50'),
  data: [
    { question: 'Should our street be closed to cars on Sundays?' },
    { question: 'Should the car park behind the library become a garden?' },
    { question: 'Should street lamps be switched off after midnight?' },
  ],
  title: 'Talk about a change in your street', description: 'You talk with one other person for a few minutes. A program moderates.',
  live: { lobbyMs: 600_000, lobbyPay: usd('0.20'), absenceMs: 60_000 },
})
console.log('  Open each link in a window of its own; the talk begins when both are there.\n')
for (const worker of ['ann', 'ben']) console.log(`  ${worker}: ${(await mephisto.invite({ run: run.id, worker })).url}\n`)
const place = `--db ${join(data, 'mephisto.db')}`
console.log(`  Review the answers: npx mephisto review ${run.id} ${place}\n  Export them: npx mephisto export --run ${run.id} --format csv ${place}`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => { void mephisto.close().then(() => app.close()).then(() => db.close()) })
}
