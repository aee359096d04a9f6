import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { createMephisto, implement, usd } from 'mephisto-sdk'
import { embeddedDb } from 'mephisto-sdk/embedded'
import { fetchArchitect } from 'mephisto-sdk/fetch'
import { inhouse } from 'mephisto-sdk/inhouse'
import { notices } from './notices.js'
import { noticePair } from './task.js'

const TASK = 'plain-notices'
// The build puts this file into `dist`.
const example = join(import.meta.dirname, '..')
const { values: { port = '3000', data = join(example, 'data') } } = parseArgs({ options: { port: { type: 'string' }, data: { type: 'string' } } })
const origin = `http://127.0.0.1:${port}`

mkdirSync(data, { recursive: true })
const db = await embeddedDb({ file: join(data, 'mephisto.db') })
const mephisto = createMephisto({
  db, providers: [inhouse()], blueprints: [implement(noticePair)],
  architect: fetchArchitect({ baseUrl: `${origin}/mephisto/`, taskUrl: '/work' }),
  // Links are made anew at every start; an app of yours keeps its secret.
  secret: randomBytes(32).toString('hex'),
  authorize: () => null,
})
const [open] = await mephisto.operator.runs({ taskName: TASK, statuses: ['running'], limit: 1 })
const run = open ?? await mephisto.operator.launch(noticePair, {
  task: TASK, requester: 'plain-office', provider: 'inhouse', data: notices, unitsPerAssignment: 3, pay: usd('0.10'),
  title: 'Which notice is easier to understand?', description: 'You read two notices that say the same, and choose the one that is easier to understand.',
})
mephisto.start()

const app = new Hono()
const answer = mephisto.architect.answer(mephisto)
app.all('/mephisto/*', context => answer(context.req.raw))
app.get('/', serveStatic({ path: join(example, 'pages/home.html') }))
app.get('/work', serveStatic({ path: join(example, 'pages/work.html') }))
app.get('/assets/*', serveStatic({ root: join(example, 'dist') }))
// An app of yours knows who is logged in.
app.post('/join', async context => {
  const { name } = await context.req.parseBody()
  if (typeof name !== 'string' || !/^\P{C}{1,60}$/u.test(name.trim())) return context.redirect('/', 303)
  return context.redirect((await mephisto.invite({ run: run.id, worker: name.trim() })).url, 303)
})
const server = serve({ fetch: app.fetch, port: Number(port), hostname: '127.0.0.1' })

const place = `--db ${join(data, 'mephisto.db')}`
console.log(`
  ${origin}/   write your name there, and begin

  Review the answers: npx mephisto review ${run.id} ${place}
  Export them: npx mephisto export --run ${run.id} --format csv ${place}`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close()
    void mephisto.close().then(() => db.close())
  })
}
