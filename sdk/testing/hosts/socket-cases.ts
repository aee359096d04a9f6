import assert from 'node:assert/strict'
import type { WebSocket } from 'ws'
import { mockData } from '../mock-blueprint.js'
import { mockLiveBlueprint } from '../mock-live.js'
import { named, registered, soon } from './host-calls.js'
import { FRIEND, STRANGER, type Stage } from './host-stage.js'

interface Opened {
  readonly socket: WebSocket
  /** Texts that came. */
  readonly texts: string[]
  readonly closed: Promise<void>
}

/** Opens a socket; null for one that is refused. */
async function opened(address: string, headers: Record<string, string> = {}): Promise<Opened | null> {
  const { WebSocket: Socket } = await import('ws')
  const socket = new Socket(address.replace('http', 'ws'), { headers })
  const texts: string[] = []
  socket.on('message', (data: Buffer) => { texts.push(data.toString('utf8')) })
  const closed = new Promise<void>(resolve => { socket.once('close', () => { resolve() }) })
  const isOpen = await new Promise<boolean>(resolve => { socket.once('open', () => { resolve(true) }).once('error', () => { resolve(false) }) })
  return isOpen ? { socket, texts, closed } : null
}

async function requireOpen(address: string, headers?: Record<string, string>): Promise<Opened> {
  const open = await opened(address, headers)
  assert.ok(open, `no socket at ${address}`)
  return open
}

const heard = (what: string, { texts }: Opened, part: string): Promise<void> => soon(`${what} has not come: ${texts.join(' ')}`, async () => {
  while (!texts.some(text => text.includes(part))) await new Promise(resolve => { setTimeout(resolve, 20) })
})

/** What a host with sockets does with those of the mount, and with its own. */
export function socketCases(served: (name: string, body: (stage: Stage) => Promise<void>) => void): void {
  served('sockets are taken at the mount, from pages that may call, beside those of the host', async ({ origin, mephisto, stop }) => {
    const run = await mephisto.operator.launch(mockLiveBlueprint, { ...named, data: mockData(1) })
    const token = await registered({ origin, mephisto }, run.id)
    const [path, page] = [`${origin}/mephisto/trpc?connectionParams=1`, { origin }]
    const [ours, own] = [await requireOpen(path, page), await requireOpen(`${origin}/own-socket`, page)]
    ours.socket.send(JSON.stringify({ method: 'connectionParams', data: { authorization: `Bearer ${token}` } }))
    ours.socket.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'agent.packets', input: { after: 0 } } }))
    await heard('the beginning of the packets', ours, '"started"')
    own.socket.send('hello')
    await heard('the text', own, 'hello')
    assert.equal(await opened(path, { origin: STRANGER }), null)
    for (const address of [`${origin}/mephisto/other`, `${origin}/mephisto`]) assert.equal(await opened(address, page), null, address)
    const friend = await requireOpen(path, { origin: FRIEND })
    assert.equal((await fetch(`${origin}/mephisto/health`)).status, 200)
    own.socket.terminate()
    const stopped = stop()
    await soon('the sockets of the mount were not closed', async () => { await Promise.all([ours.closed, friend.closed]) })
    await soon('it did not end', () => stopped)
  })
}
