import { WebSocket } from 'ws'
import type { Mephisto, TaskRun } from '../sdk/index.js'
import type { RegisterReply } from '../sdk/protocol/worker-views.js'
import { pageCalls } from '../sdk/testing/index.js'
import type { LiveStage } from './live-stage.js'

/** The token of somebody's attempt; whoever has none yet takes a unit. */
export async function tokenOf({ mephisto }: { readonly mephisto: Mephisto }, run: TaskRun, name: string): Promise<string> {
  const { credential } = await mephisto.invite({ run: run.id, worker: name })
  const reply = await pageCalls(mephisto)<RegisterReply>('register', { provider: 'inhouse', credential })
  if (reply.status !== 'working') throw new Error(`${name} has no unit: ${reply.status}`)
  return reply.agentToken
}

/** A socket of somebody's page. */
export interface PageSocket {
  readonly socket: WebSocket
  /** What the server has sent over it so far. */
  readonly said: readonly string[]
}

/** Opens a socket over which an attempt is told what its page is told; `input` is what it asks for. */
export async function openSocket(origin: string, token: string, input: object = {}): Promise<PageSocket> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/mephisto/trpc?connectionParams=1`)
  const said: string[] = []
  socket.on('message', (data: Buffer) => said.push(data.toString('utf8')))
  await new Promise((resolve, reject) => { socket.once('open', resolve).once('error', reject) })
  socket.send(JSON.stringify({ method: 'connectionParams', data: { authorization: `Bearer ${token}` } }))
  socket.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'agent.packets', input } }))
  return { socket, said }
}

/** The same for somebody at a run. */
export async function openPageSocket(stage: LiveStage, run: TaskRun, name: string, input: object = {}): Promise<PageSocket> {
  return openSocket(stage.origin, await tokenOf(stage, run, name), input)
}

/** Follows what somebody is told over a socket, as their page does. Resolves, when it has begun, to what ends it. */
export async function followBySocket(stage: LiveStage, run: TaskRun, name: string): Promise<() => void> {
  const { socket } = await openPageSocket(stage, run, name)
  await new Promise(resolve => { socket.once('message', resolve) })
  return () => { socket.terminate() }
}
