import { prerender } from 'react-dom/static'
import { expect, it } from 'vitest'
import { TaskGate, useTask } from '../../react/index.js'
import { sharedSession } from '../../react/shared-session.js'
import { kind, server, until } from './task-session-stage.js'

const entry = { provider: 'inhouse', credential: 'link' }
const options = () => ({ blueprint: kind, baseUrl: server.url, entry: { ...entry } })
const asked = () => server.calls('preview').length
const moment = () => new Promise(resolve => { setTimeout(resolve, 5) })

it('is one for all who hold it, and asks once', async () => {
  const [one, other] = [sharedSession(options()), sharedSession(options())]
  const releases = [one.hold(), other.hold()]
  await until(() => { expect(one.getState().status).toBe('preview') })
  expect(other.getState()).toBe(one.getState())
  expect(asked()).toBe(1)
  // Twice by the same counts once.
  releases[0]?.()
  releases[0]?.()
  await moment()
  expect(other.getState().status).toBe('preview')
  releases[1]?.()
})

it('goes on when it is let go and held again in the same moment, and begins anew later', async () => {
  const shared = sharedSession(options())
  const release = shared.hold()
  await until(() => { expect(shared.getState().status).toBe('preview') })
  release()
  const again = sharedSession(options()).hold()
  await moment()
  expect([shared.getState().status, asked()]).toEqual(['preview', 1])
  again()
  await moment()
  expect(shared.getState().status).toBe('loading')
  const later = shared.hold()
  await until(() => { expect(shared.getState().status).toBe('preview') })
  expect(asked()).toBe(2)
  later()
})

it('tells all who listen, and nobody who does not any more', async () => {
  const [one, other] = [sharedSession(options()), sharedSession(options())]
  const told: string[] = []
  one.subscribe(() => { told.push('one') })
  const stop = other.subscribe(() => { told.push('other') })
  const release = one.hold()
  await until(() => { expect(one.getState().status).toBe('preview') })
  expect(told).toEqual(expect.arrayContaining(['one', 'other']))
  stop()
  told.length = 0
  const state = one.getState()
  if (state.status === 'preview') state.accept()
  await until(() => { expect(one.getState().status).toBe('working') })
  expect(told).not.toContain('other')
  release()
})

it.each([
  ['another person', { entry: { ...entry, credential: 'another' } }],
  ['nobody', { entry: null }],
  ['another version of the page', { pageBuild: '2' }],
  ['another task', { blueprint: { ...kind } }],
])('is another for %s', async (_what, other) => {
  const sessions = [sharedSession(options()), sharedSession({ ...options(), ...other })]
  const releases = sessions.map(session => session.hold())
  await until(() => { for (const session of sessions) expect(session.getState().status).not.toBe('loading') })
  expect(sessions[0]?.getState()).not.toBe(sessions[1]?.getState())
  for (const release of releases) release()
})

it('is none on a server: what is shown there is that it is being looked up, and nobody is asked', async () => {
  const Page = () => {
    const task = useTask(kind, { baseUrl: server.url, entry })
    return task.status === 'working' ? null : <TaskGate task={task} />
  }
  const { prelude } = await prerender(<Page />)
  expect(await new Response(prelude).text()).toContain('Your work is being looked up.')
  expect(asked()).toBe(0)
})
