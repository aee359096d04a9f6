import { afterAll, beforeAll, expect, test } from 'vitest'
import { localArchitect, type LocalArchitect } from '../../adapters/local.js'
import { embeddedDb } from '../../prisma/embedded.js'
import { createMephisto, type Mephisto } from '../../sdk/index.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { mockBlueprint, mockData, mockTask } from '../../sdk/testing/index.js'
import { startServer } from '../app-server.js'
import { RITA } from '../principals.js'
import { browserPages } from './browser-pages.js'

// Pages of other origins in a browser, which alone knows what it lets them read.
const { open, complaints } = browserPages()
const ends: (() => unknown)[] = []
afterAll(async () => { for (const end of ends.reverse()) await end() })

/** An origin with an empty page. */
async function origin(): Promise<string> {
  const server = await startServer((_request, response) => { response.setHeader('content-type', 'text/html').end('<link rel="icon" href="data:,"><title>Elsewhere</title>') })
  ends.push(server.close)
  return server.origin
}

let [task, friend, stranger] = ['', '', '']
let architect: LocalArchitect
let mephisto: Mephisto
beforeAll(async () => {
  [task, friend, stranger] = [await origin(), await origin(), await origin()]
  architect = await localArchitect({ port: 0, taskUrl: `${task}/work` })
  const db = await embeddedDb({ file: ':memory:' })
  mephisto = createMephisto({
    db, architect, providers: [inhouse()], blueprints: [mockTask], secret: 'a secret of thirty-two characters', origins: [friend],
    authorize: request => (request.headers.get('authorization') === 'Bearer a script' || request.headers.has('cookie') ? RITA : null),
  })
  architect.serve(mephisto)
  ends.push(() => db.close(), () => architect.close(), () => mephisto.close())
})

test('the task page and pages that are named may call and open sockets, with tokens alone; others may not', async () => {
  const run = await mephisto.operator.launch(mockBlueprint, { task: 'origins', requester: 'lab', provider: 'inhouse', data: mockData(3) })
  const { credential } = await mephisto.invite({ run: run.id, worker: 'ann' })
  const tried: Record<string, unknown> = {}
  for (const [name, from] of Object.entries({ task, friend, stranger })) {
    const page = await open()
    await page.context().addCookies([{ name: 'login', value: 'rita', url: architect.origin }])
    await page.goto(from)
    tried[name] = await page.evaluate(async ({ mount, entry }) => {
      const status = (path: string, init: RequestInit): Promise<number | string> => fetch(`${mount}${path}`, init).then(reply => reply.status, () => 'refused')
      const socket = new WebSocket(`${mount.replace('http', 'ws')}trpc?connectionParams=1`)
      const isOpen = await new Promise<boolean>(resolve => { socket.onopen = () => { resolve(true) }; socket.onerror = () => { resolve(false) } })
      return [
        await status('trpc/agent.register', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(entry) }),
        await status('trpc/runs.list?input={}', { headers: { authorization: 'Bearer a script' } }),
        await status('trpc/runs.list?input={}', {}),
        // What the browser knows of who is logged in to the host is not for them.
        await status('trpc/runs.list?input={}', { credentials: 'include' }),
        isOpen,
      ]
    }, { mount: `${architect.origin}/mephisto/`, entry: { provider: 'inhouse', credential } })
  }
  const mayCall = [200, 200, 401, 'refused', true]
  expect(tried).toEqual({ task: mayCall, friend: mayCall, stranger: ['refused', 'refused', 'refused', 'refused', false] })
  expect(complaints.splice(0).every(text => /CORS|WebSocket/.test(text))).toBe(true)
})
