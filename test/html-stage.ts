import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express, { type Express } from 'express'
import { expressArchitect } from '../adapters/express.js'
import { embeddedDb } from '../prisma/embedded.js'
import type { AnyBlueprint } from '../sdk/blueprints/blueprint.js'
import type { HtmlBlueprint } from '../sdk/blueprints/html/index.js'
import { diskFiles } from '../sdk/files/index.js'
import { createMephisto, type AnyLaunchOptions, type ExportRow, type Mephisto, type MephistoDb, type TaskRun } from '../sdk/index.js'
import { exportRows } from '../sdk/review/exports/export-rows.js'
import { inhouse } from '../sdk/providers/inhouse.js'

/** A host with HTML blueprints, and no page of its own. */
export interface HtmlHost {
  readonly origin: string
  readonly mephisto: Mephisto
  readonly db: MephistoDb
  readonly app: Express
  /** Launches a run of a blueprint; a cent a unit. */
  launch(task: HtmlBlueprint<AnyBlueprint>, data: readonly object[], options?: Partial<AnyLaunchOptions>): Promise<TaskRun>
  /** The personal link of a worker. */
  link(run: TaskRun, worker: string): Promise<string>
  /** The answers of a run, in the order in which they came, also those that do not count. */
  answers(run: TaskRun): Promise<ExportRow[]>
  close(): Promise<void>
}

let runs = 0

/** Opens a host on a free port. */
export async function htmlHost(blueprints: readonly HtmlBlueprint<AnyBlueprint>[]): Promise<HtmlHost> {
  const folder = mkdtempSync(join(tmpdir(), 'mephisto-html-'))
  const db = await embeddedDb({ file: ':memory:' })
  const app = express()
  const server: Server = app.listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  const architect = expressArchitect({ baseUrl: `${origin}/mephisto/` })
  const mephisto = createMephisto({
    db, architect, providers: [inhouse()], blueprints, secret: 'thirty-two characters of a secret!', files: { store: diskFiles({ folder }), maxBytes: 2_000_000 },
    authorize: () => ({ id: 'rita', name: 'Rita', roles: ['reviewer'] }),
  })
  app.use('/mephisto', architect.middleware(mephisto))
  return {
    origin, mephisto, db, app,
    launch: (task, data, options) => mephisto.operator.launch(task.blueprint, {
      task: `task ${String(runs++)} of ${task.blueprint.type}`, requester: 'lab', provider: 'inhouse', data, pay: { minor: 10, currency: 'USD' }, title: 'About tweets', ...options,
    }),
    link: async (run, worker) => (await mephisto.invite({ run: run.id, worker })).url,
    answers: async run => {
      const rows: ExportRow[] = []
      for await (const row of exportRows(db, run.id, { includeSetAside: true })) rows.push(row)
      return rows.sort((a, b) => (a.submittedAt < b.submittedAt ? -1 : 1))
    },
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
      await mephisto.close()
      await db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
