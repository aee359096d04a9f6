import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerNodeRequest } from '../../adapters/node-request.js'
import { attachWebSocket } from '../../adapters/ws.js'
import type { BlueprintImplementation } from '../../sdk/blueprints/implement.js'
import { createMephisto, type Mephisto, type TaskRun } from '../../sdk/index.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import type { RegisterReply } from '../../sdk/protocol/worker-views.js'
import { pageCalls } from '../../sdk/testing/index.js'
import { openDb, type Engine } from './engines.js'

/** A server of a bench, in a process of its own. */
export interface BenchServer {
  readonly server: Server
  readonly mephisto: Mephisto
  /** Has so many workers take a unit each, and tells the bench their tokens, and where the server is. Then the process lives until the bench ends. */
  giveOut(run: TaskRun, count: number): Promise<void>
}

/** Serves an instance with a blueprint over a database that is there. */
export async function startBenchServer(database: { readonly engine: string | undefined; readonly at: string | undefined }, implementation: BlueprintImplementation): Promise<BenchServer> {
  const server = createServer((request, response) => {
    void answerNodeRequest(mephisto, { request, response, innerUrl: (request.url ?? '').slice('/mephisto'.length), baseUrl })
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${String(port)}`
  const baseUrl = `${origin}/mephisto/`
  const mephisto = createMephisto({
    db: await openDb(database.engine as Engine, database.at ?? ''), architect: { specVersion: 1, type: 'bench', baseUrl, basePath: '/mephisto/', taskUrl: `${origin}/work` }, providers: [inhouse()],
    blueprints: [implementation], secret: 'a secret for the bench that is long enough', authorize: () => null,
  })
  mephisto.start()
  attachWebSocket(server, mephisto)
  const call = pageCalls(mephisto)
  return {
    server, mephisto,
    async giveOut(run, count) {
      const tokens = await Promise.all(Array.from({ length: count }, async (_, index) => {
        const { credential } = await mephisto.invite({ run: run.id, worker: `worker ${String(index)}` })
        const reply = await call<RegisterReply>('register', { provider: 'inhouse', credential })
        return reply.status === 'working' ? reply.agentToken : ''
      }))
      process.send?.({ port, tokens })
      process.on('disconnect', () => process.exit(0))
    },
  }
}
