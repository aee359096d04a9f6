import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp } from './app.js'
import { deleteDatabase, openDataFolder } from './data-folder.js'
import { openInstance } from './instance.js'
import { createLogin } from './login.js'
import { HELP, parseOptions, type ServerOptions } from './options.js'
import { defaultDataFolder } from './places.js'

const HOST = '127.0.0.1'

const parsed = parseOptions(process.argv.slice(2), defaultDataFolder)
if (parsed.kind === 'help') {
  console.log(HELP)
} else if (parsed.kind === 'wrong') {
  console.error(parsed.message)
  process.exitCode = 2
} else {
  await serve(parsed.options).catch((error: unknown) => {
    console.error(sentenceOf(error, parsed.options))
    process.exit(1)
  })
}

async function serve({ port, data, fresh }: ServerOptions): Promise<void> {
  let answer: RequestListener = (_request, response) => { response.writeHead(503, { 'retry-after': '1' }).end('Starting…') }
  const server = createServer((request, response) => { answer(request, response) })
  // The port first: a second start by mistake must touch no data.
  const origin = await listen(server, port)
  if (fresh) await deleteDatabase(data)
  const folder = await openDataFolder(data)
  const login = createLogin(folder)
  const instance = await openInstance({ origin, folder, login })
  answer = createApp({ ...instance, login })
  endCleanly(server, instance)
  console.log(`
  ${origin}/work     the worker page: do the task (it needs a personal link, which the front page hands out)
  ${origin}/review   the review page: decide on the answers (log in with any name and the password below)
  ${origin}/mephisto/console/   the console: how the run stands, what it costs, who works (the same login)
  ${origin}/         the app's own page: the host keeps its routes; write your name here to begin

  Password for reviewers: ${folder.password}
`)
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, () => { resolve(`http://${HOST}:${String((server.address() as AddressInfo).port)}`) })
  })
}

/** Ctrl-C and SIGTERM: no new requests, close everything, then the process has nothing left to do. */
function endCleanly(server: Server, instance: { close(): Promise<void> }): void {
  let isEnding = false
  const end = () => {
    if (isEnding) process.exit(130)
    isEnding = true
    server.close()
    server.closeAllConnections()
    instance.close().then(() => process.exit(0), (error: unknown) => {
      console.error(error)
      process.exit(1)
    })
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
}

function sentenceOf(error: unknown, { port }: ServerOptions): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const other = port < 65_535 ? port + 1 : 3000
  if (code === 'EADDRINUSE') return `Port ${String(port)} is already in use. Choose another one, such as --port ${String(other)}.`
  if (code === 'EACCES') return `Port ${String(port)} may not be used by this account. Choose another one, such as --port 3000.`
  return error instanceof Error ? error.message : String(error)
}
