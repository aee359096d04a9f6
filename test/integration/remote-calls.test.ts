import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { createTaskSession, type TaskSession, type WorkingTask } from '../../sdk/client/index.js'
import type { TaskRun } from '../../sdk/index.js'
import { helping } from '../sessions-blueprint.js'
import { sessionsEachTest } from '../sessions-each-test.js'
import type { SessionsStage } from '../sessions-stage.js'

// The page's side of remote procedures against a real server: over a socket, and without one.

type Session = TaskSession<typeof helping>
const BROWSERS = WebSocket as unknown as typeof globalThis.WebSocket

let stage: SessionsStage
let run: TaskRun
const sessions: Session[] = []
sessionsEachTest(opened => { ({ stage, run } = opened) }, () => { for (const session of sessions.splice(0)) session.stop() })

/** A page of a worker, up to the unit in hand. */
async function open(worker: string, socket: typeof globalThis.WebSocket | null = BROWSERS): Promise<Session> {
  const { credential } = await stage.mephisto.invite({ run: run.id, worker })
  const session = createTaskSession({ blueprint: helping, baseUrl: `${stage.origin}/mephisto/`, entry: { provider: 'inhouse', credential }, WebSocket: socket })
  sessions.push(session)
  session.start()
  await expect.poll(() => session.getState().status).toBe('preview')
  const preview = session.getState()
  if (preview.status === 'preview') preview.accept()
  await expect.poll(() => session.getState().status).toBe('working')
  return session
}

function working(session: Session): WorkingTask<typeof helping> {
  const state = session.getState()
  if (state.status !== 'working') throw new Error(state.status)
  return state
}

describe.each([['over a socket', BROWSERS], ['by asking again and again', null]])('a page %s', (_how, socket) => {
  test('calls the server and is told what came of it', async () => {
    const session = await open('ann', socket)
    const task = working(session)
    expect(await task.call('shout', { text: 'hello' })).toEqual({ text: 'HELLO', topic: task.input.topic, by: 'ann' })
    await expect(task.call('refuse', { secret: 'you' })).rejects.toMatchObject({ code: 'forbidden', message: 'not for you' })
    await expect(task.call('unknown' as 'shout', { text: '' })).rejects.toMatchObject({ code: 'not_found' })
    expect(working(session).calls).toMatchObject([
      { name: 'shout', input: { text: 'hello' }, status: 'done', output: { text: 'HELLO' } }, { name: 'refuse', status: 'failed', message: 'not for you' }, { name: 'unknown', status: 'failed' },
    ])
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => working(session).call('shout', { text: `text ${String(index)}` })))
    expect(answers.map(({ text }) => text)).toEqual(Array.from({ length: 10 }, (_, index) => `TEXT ${String(index)}`))
  })

  test('finds its calls again after a reload, and in another tab as they are made', async () => {
    await working(await open('ann', socket)).call('shout', { text: 'before' })
    const [reloaded, tab] = [await open('ann', socket), await open('ann', socket)]
    for (const session of [reloaded, tab]) await expect.poll(() => working(session).calls).toMatchObject([{ name: 'shout', status: 'done', output: { text: 'BEFORE' } }])
    await working(reloaded).call('shout', { text: 'after' })
    await expect.poll(() => working(tab).calls).toMatchObject([{}, { input: { text: 'after' }, status: 'done', output: { text: 'AFTER' } }])
  })

  test('goes on when the connection is lost again and again: each call is made once and answered once', async () => {
    const session = await open('ann', socket)
    const texts: string[] = []
    for (let round = 0; round < 6; round += 1) {
      const calling = working(session).call('shout', { text: `round ${String(round)}` })
      stage.cutConnections()
      texts.push((await calling).text)
    }
    expect(texts).toEqual(Array.from({ length: 6 }, (_, round) => `ROUND ${String(round)}`))
    expect(stage.made).toHaveLength(6)
    expect(working(session).calls.map(({ status }) => status)).toEqual(texts.map(() => 'done'))
    await expect.poll(() => session.getState().connection).toBe('online')
  })
})

describe('a page with sockets', () => {
  test('asks for nothing over HTTP while it waits', async () => {
    const asked: (string | undefined)[] = []
    stage.server.on('request', ({ url }: { url?: string }) => { asked.push(url) })
    const session = await open('ann')
    await working(session).call('shout', { text: 'a' })
    expect(asked).toContain('/mephisto/trpc/agent.act')
    expect(asked).not.toContain('/mephisto/trpc/agent.read')
  })

  test('goes on without one where the network lets none through', async () => {
    stage.server.removeAllListeners('upgrade')
    stage.server.on('upgrade', (_request, socket) => { socket.destroy() })
    const session = await open('ann')
    expect((await working(session).call('shout', { text: 'a' })).text).toBe('A')
    await expect.poll(() => session.getState().connection).toBe('online')
  })

  test('leaves nothing open when its unit is out of its hands', async () => {
    const session = await open('ann')
    const task = working(session)
    await task.call('shout', { text: 'a' })
    expect(stage.openSockets()).toBe(1)
    task.submit({ essay: 'done' })
    await expect.poll(() => session.getState().status).toBe('submitted')
    await expect.poll(() => stage.openSockets()).toBe(0)
  })
})
