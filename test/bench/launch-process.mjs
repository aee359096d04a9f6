// A process of its own: launches a run with the built package, as a host's script would.
import { createMephisto, implement, usd } from 'mephisto-sdk'
import { defineBlueprint } from 'mephisto-sdk/blueprint'
import { inhouse } from 'mephisto-sdk/inhouse'
import * as z from 'zod'

const [engine, at, count] = process.argv.slice(2)
const open = {
  sqlite: async () => (await import('mephisto-sdk/embedded')).embeddedDb({ file: at }),
  postgresql: async () => (await import('mephisto-sdk/postgres')).postgresDb({ url: at }),
  mariadb: async () => (await import('mephisto-sdk/mysql')).mysqlDb({ url: at }),
}[engine]
// The same as ./blueprint.ts, so that another process can answer.
const task = defineBlueprint({
  type: 'bench',
  input: z.object({ text: z.string() }),
  output: z.object({ label: z.enum(['promise', 'fact', 'opinion']), comment: z.string().max(200).optional() }),
})
const db = await open()
const mephisto = createMephisto({
  db, architect: { specVersion: 1, type: 'bench', baseUrl: 'http://127.0.0.1/', basePath: '/', taskUrl: 'http://127.0.0.1/' },
  providers: [inhouse()], blueprints: [implement(task)], secret: 'a secret for the bench that is long enough', authorize: () => null,
})
async function* rows() {
  for (let index = 0; index < Number(count); index += 1) yield { text: `Sentence ${String(index)}: the government will build what was promised to the people.` }
}
/** Resident memory, MB, when so much of the data was written. */
const memory = { tenth: 0, whole: 0 }
const started = performance.now()
await mephisto.operator.launch(task, {
  task: 'bench', requester: 'bench', provider: 'inhouse', data: rows(), pay: usd('0.05'), budget: usd('1000000'),
  onProgress: progress => {
    memory[progress.rows <= Number(count) / 10 ? 'tenth' : 'whole'] = Math.round(process.memoryUsage.rss() / 1e6)
  },
})
const ms = performance.now() - started
await db.close()
process.send({ ms, ...memory })
