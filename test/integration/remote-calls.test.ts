import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { createTaskSession, type TaskSession, type TaskSessionOptions, type WorkingTask } from '../../sdk/client/index.js'
import type { TaskRun } from '../../sdk/index.js'
import { helping } from '../sessions-blueprint.js'
import { sessionsEachTest } from '../sessions-each-test.js'
import type { SessionsStage } from '../sessions-stage.js'

// The page's side of remote procedures against a real server: over a socket, over events, and by asking.

type Session = TaskSession<typeof helping>
type Ways = Pick<TaskSessionOptions<typeof helping>, 'WebSocket' | 'events'>
const OVER_SOCKETS: Ways = { WebSocket: WebSocket as unknown as typeof globalThis.WebSocket, events: false }

let stage: SessionsStage
let run: TaskRun
const sessions: Session[] = []
sessionsEachTest(opened => { ({ stage, run } = opened) }, () => { for (const session of sessions.splice(0)) session.stop() })

/** A page of a worker, up to the unit in hand. */
async function open(worker: string, ways: Ways = OVER_SOCKETS): Promise<Session> {
  const { credential } = await stage.mephisto.invite({ run: run.id, worker })
  const session = createTaskSession({ blueprint: helping, baseUrl: `${stage.origin}/mephisto/`, entry: { provider: 'inhouse', credential }, ...ways })
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

/** Procedures that are asked for over HTTP from now on. */
function requests(): ReadonlySet<string> {
  const asked = new Set<string>()
  stage.server.on('request', ({ url = '' }: { url?: string }) => { asked.add(url.split('?', 1)[0]?.split('/').at(-1) ?? '') })
  return asked
}

describe.each([
  ['over a socket', OVER_SOCKETS, []], ['over events', { WebSocket: null }, ['agent.packets']], ['by asking again and again', { WebSocket: null, events: false }, ['agent.read']],
] as const)('a page %s', (_how, ways, expected) => {
  test('calls the server and is told what came of it', async () => {
    const asked = requests()
    const session = await open('ann', ways)
    const task = working(session)
    expect(await task.call('shout', { text: 'hello' })).toEqual({ text: 'HELLO', topic: task.input.topic, by: 'ann' })
    await expect(task.call('refuse', { secret: 'you' })).rejects.toMatchObject({ code: 'forbidden', message: 'not for you' })
    await expect(task.call('unknown' as 'shout', { text: '' })).rejects.toMatchObject({ code: 'not_found' })
    expect(working(session).calls).toMatchObject([
      { name: 'shout', input: { text: 'hello' }, status: 'done', output: { text: 'HELLO' } }, { name: 'refuse', status: 'failed', message: 'not for you' }, { name: 'unknown', status: 'failed' },
    ])
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => working(session).call('shout', { text: `text ${String(index)}` })))
    expect(answers.map(({ text }) => text)).toEqual(Array.from({ length: 10 }, (_, index) => `TEXT ${String(index)}`))
    expect([...asked].filter(name => name === 'agent.packets' || name === 'agent.read')).toEqual(expected)
  })

  test('finds its calls again after a reload, and in another tab as they are made', async () => {
    await working(await open('ann', ways)).call('shout', { text: 'before' })
    const [reloaded, tab] = [await open('ann', ways), await open('ann', ways)]
    for (const session of [reloaded, tab]) await expect.poll(() => working(session).calls).toMatchObject([{ name: 'shout', status: 'done', output: { text: 'BEFORE' } }])
    await working(reloaded).call('shout', { text: 'after' })
    await expect.poll(() => working(tab).calls).toMatchObject([{}, { input: { text: 'after' }, status: 'done', output: { text: 'AFTER' } }])
  })

  test('goes on when the connection is lost again and again: each call is made once and answered once', async () => {
    const session = await open('ann', ways)
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
    const asked = requests()
    const session = await open('ann')
    await working(session).call('shout', { text: 'a' })
    expect([...asked]).toEqual(expect.arrayContaining(['agent.act']))
    expect([...asked]).not.toEqual(expect.arrayContaining(['agent.read']))
  })

  test('goes on without one where the network lets none through', async () => {
    stage.server.removeAllListeners('upgrade')
    stage.server.on('upgrade', (_request, socket) => { socket.destroy() })
    const session = await open('ann')
    expect((await working(session).call('shout', { text: 'a' })).text).toBe('A')
    await expect.poll(() => session.getState().connection).toBe('online')
  })

  test('tries none where the host takes none', async () => {
    stage.detach()
    let upgrades = 0
    stage.server.on('upgrade', (_request, socket) => {
      upgrades += 1
      socket.destroy()
    })
    const asked = requests()
    const session = await open('ann', { ...OVER_SOCKETS, events: true })
    expect((await working(session).call('shout', { text: 'a' })).text).toBe('A')
    expect([upgrades, asked.has('agent.packets'), asked.has('agent.read'), session.getState().connection]).toEqual([0, true, false, 'online'])
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
