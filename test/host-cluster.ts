// Express in four processes, each with an instance of its own over the same database. Usage: host-cluster <folder of the stage>
import cluster from 'node:cluster'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { expressArchitect } from '../adapters/express.js'
import { attachWebSocket } from '../adapters/ws.js'
import { openHostMephisto } from '../sdk/testing/index.js'

const PROCESSES = 4

/** Starts the processes; tells the origin when all serve. */
function runPrimary(): void {
  let serving = 0
  for (let index = 0; index < PROCESSES; index++) cluster.fork()
  cluster.on('message', (_worker, origin: string) => { if (++serving === PROCESSES) process.send?.(origin) })
  process.once('SIGTERM', () => { for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM') })
  cluster.on('exit', () => { if (Object.keys(cluster.workers ?? {}).length === 0) process.exit(0) })
}

async function runWorker(folder: string): Promise<void> {
  const app = express()
  const server = createServer(app as RequestListener)
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  const mephisto = await openHostMephisto(folder, expressArchitect({ baseUrl: `${origin}/mephisto/`, taskUrl: '/work' }))
  app.use('/mephisto', mephisto.architect.middleware(mephisto))
  app.get('/own', (_request, response) => { response.cookie('own', '1').send('the host itself') })
  app.post('/own', express.json(), (request, response) => { response.json(request.body) })
  attachWebSocket(server, mephisto)
  process.once('SIGTERM', () => {
    void mephisto.close().then(() => {
      server.close(() => { process.exit(0) })
      setInterval(() => { server.closeIdleConnections() }, 20)
    })
  })
  process.send?.(origin)
}

if (cluster.isPrimary) runPrimary()
else await runWorker(process.argv[2] ?? '')
