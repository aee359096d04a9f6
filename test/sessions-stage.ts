import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { answerNodeRequest } from '../adapters/node-request.js'
import { attachWebSocket, type WebSocketOptions } from '../adapters/ws.js'
import { createMephisto, implement, type BlueprintImplementation, MephistoError, usd, type Mephisto, type MephistoOptions, type TaskRun } from '../sdk/index.js'
import type { EventBus } from '../sdk/ports/event-bus.js'
import type { MephistoDb } from '../sdk/ports/mephisto-db.js'
import type { Telemetry } from '../sdk/ports/telemetry.js'
import { systemRuntime } from '../sdk/ports/system-runtime.js'
import { inhouse } from '../sdk/providers/inhouse.js'
import { simulatedWorker, type SimulatedWorker } from '../sdk/testing/simulated-worker.js'
import type { RawClient } from '../prisma/raw-client.js'
import { startServer } from './app-server.js'
import { OLGA } from './principals.js'
import { recordingLogger } from './recording-logger.js'
import { helping } from './sessions-blueprint.js'
import { openTarget, type Target } from './scenarios/promise-open.js'

/** An instance with remote procedures on a server of its own. */
export interface SessionsStage {
  readonly mephisto: Mephisto
  readonly db: MephistoDb
  readonly server: Server
  readonly origin: string
  /** Calls that `shout` was made for, by their ids, in order. */
  readonly made: readonly string[]
  readonly logged: readonly string[]
  /** Sockets that are open now. */
  openSockets(): number
  /** Connections that are open now, sockets among them. */
  connections(): number
  /** Cuts them all off. */
  cutConnections(): void
  worker(name: string): SimulatedWorker
  launch(units?: number): Promise<TaskRun>
  /** Takes no sockets any more. */
  detach(): void
  close(): Promise<void>
}

/** How a stage is opened. */
export interface StageOptions {
  readonly around?: (client: RawClient) => RawClient
  readonly socket?: WebSocketOptions
  /** What the architect says of sockets. @default nothing */
  readonly sockets?: boolean
  /** Done before `shout` gives its result. */
  readonly onShout?: () => void | Promise<void>
  /** The host's own pages, by their paths. @default none */
  readonly page?: (path: string) => { readonly type: string; readonly text: string }
  readonly bus?: EventBus
  /** How often upkeep is done; null for not at all. @default 200 */
  readonly everyMs?: number | null
  /** Blueprints beside `helping`. */
  readonly blueprints?: readonly BlueprintImplementation[]
  /** Told what is counted. */
  readonly telemetry?: Telemetry
  /** Where files of answers are kept. @default they cannot be taken */
  readonly files?: MephistoOptions['files']
  /** Stands in for the database's clock. */
  readonly now?: () => number
}

/** Opens an instance, and starts it unless it is told not to: what a page calls is made by whoever takes it all the same. */
export async function openSessionsStage(target: Target, { around, socket, sockets, onShout, now, page, bus, blueprints = [], files, telemetry, everyMs = 200 }: StageOptions = {}): Promise<SessionsStage> {
  const made: string[] = []
  const { logger, logged } = recordingLogger()
  const db = await openTarget(target, { ...(around === undefined ? {} : { around }), ...(now === undefined ? {} : { now }) })
  const { server, origin, url, close: closeServer } = await startServer((request, response) => {
    const own = request.url?.startsWith('/mephisto/') === true ? null : page?.(request.url ?? '')
    if (own) response.setHeader('content-type', own.type).end(own.text)
    else answerNodeRequest(mephisto, { request, response, innerUrl: (request.url ?? '').slice('/mephisto'.length), baseUrl: url }).catch(() => { response.destroy() })
  })
  const connections = new Set<Socket>()
  server.on('connection', socket => { connections.add(socket.once('close', () => { connections.delete(socket) })) })
  const mephisto = createMephisto({
    db, ...(bus === undefined ? {} : { bus }), ...(files === undefined ? {} : { files }), ...(telemetry === undefined ? {} : { telemetry: [telemetry] }), providers: [inhouse()], secret: 'a secret for tests that is long enough', runtime: { ...systemRuntime(), logger }, authorize: () => OLGA,
    architect: { specVersion: 1, type: 'test', baseUrl: url, basePath: '/mephisto/', taskUrl: `${origin}/work`, ...(sockets === undefined ? {} : { sockets }) },
    blueprints: [implement(helping, {
      procedures: {
        shout: {
          async run({ text }, { callId, input, worker }) {
            made.push(callId)
            await onShout?.()
            return { text: text.toUpperCase(), topic: input.topic, by: worker.externalId }
          },
        },
        refuse: { run: ({ secret }) => { throw new MephistoError('forbidden', `not for ${secret}`) } },
        crash: { run: () => { throw new Error('a secret of the server') } },
        lie: { run: () => ({ count: 'many' as unknown as number }) },
        nothing: { run: () => undefined },
        perhaps: { run: given => given?.n ?? 5 },
        flood: { run: ({ characters }) => 'a'.repeat(characters) },
        hang: { timeoutMs: 200, run: (_input, { signal }) => new Promise((_, reject) => { signal.addEventListener('abort', () => { logged.push('hang was told'); reject(new Error('told')) }) }) },
      },
    }), ...blueprints],
  })
  let openSockets = 0
  const counted: typeof mephisto.openSocket = given => {
    const opened = mephisto.openSocket(given)
    openSockets += 1
    return { ...opened, closed() {
      openSockets -= 1
      opened.closed()
    } }
  }
  const detach = attachWebSocket(server, { ...mephisto, openSocket: counted }, socket)
  if (everyMs !== null) mephisto.start({ everyMs })
  return {
    mephisto, db, server, origin, made, detach, logged, openSockets: () => openSockets, connections: () => connections.size, cutConnections: () => { for (const one of connections) one.destroy() }, worker: name => simulatedWorker(mephisto, name, 'inhouse'),
    launch: (units = 3) => mephisto.operator.launch(helping, {
      task: 'helping', requester: 'lab', provider: 'inhouse', pay: usd('0.10'), data: Array.from({ length: units }, (_, index) => ({ topic: `topic ${String(index)}` })),
    }),
    async close() {
      await mephisto.close()
      detach()
      await closeServer()
      await db.close()
    },
  }
}
