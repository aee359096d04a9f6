import { expect, test } from 'vitest'
import * as z from 'zod'
import { implementChat } from '../../sdk/blueprints/chat/index.js'
import { defineChat } from '../../sdk/blueprints/index.js'
import { openPageSocket } from '../live-sockets.js'
import { allPackets, openLiveStage, until, viewOf, type LiveStage } from '../live-stage.js'
import { stageEachTest } from '../stage-each-test.js'

// What the original's tests of live and cooperative work show, by their numbers in section 11 of the reference.

const talk = defineChat({ type: 'talk', input: z.object({}), output: z.object({}), onboarding: { input: z.object({}), output: z.object({ word: z.string() }) } })

let stage: LiveStage
stageEachTest(async target => ({ stage: await openLiveStage(target, { blueprints: [implementChat(talk, {}, { validateOnboarding: ({ word }) => word === 'right' })] }) }), opened => { ({ stage } = opened) })

test('[70] [71] a connection is alive as soon as it is open, says so, and is reported closed after it was closed', async () => {
  const run = await stage.debate({})
  const ann = await stage.come('ann', run)
  const { socket, said } = await openPageSocket(stage, run, 'ann')
  await expect.poll(() => said.some(text => text.includes('"started"'))).toBe(true)
  socket.send('PING')
  await expect.poll(() => said).toContain('PONG')
  expect(stage.openSockets()).toBe(1)
  await until(ann, ({ people }) => people[0]?.status === 'here')
  socket.close()
  await expect.poll(() => stage.openSockets()).toBe(0)
  // Reading is being there too: how it stands is asked of the database.
  await expect.poll(async () => (await stage.db.sessions.states([(await seats()).assignmentId])).values().next().value?.state, { timeout: 10_000 }).toContain('"away"')
  async function seats(): Promise<{ assignmentId: string }> {
    const place = (await stage.db.units.placesOfAgents([ann.agentId])).get(ann.agentId)?.unit
    if (!place) throw new Error('there is no such attempt')
    return place
  }
})

test('[75] one worker does not start what two do together; the second does', async () => {
  const run = await stage.debate({})
  const ann = await stage.come('ann', run)
  await until(ann, ({ people }) => people.length === 1)
  expect(await viewOf(ann)).toMatchObject({ phase: 'lobby' })
  expect(await statuses()).toEqual(['waiting'])
  await stage.come('ben', run)
  await until(ann, ({ phase }) => phase === 'live')
  expect(await statuses()).toEqual(['in_task', 'in_task'])
  async function statuses(): Promise<readonly string[]> {
    return (await stage.db.agents.find({ filter: { runId: run.id }, limit: 10 })).rows.map(({ status }) => status)
  }
})

test('[76] [88] what somebody does comes back to them, and when both have handed in all was delivered and nothing is under way', async () => {
  const run = await stage.debate({})
  expect(run).toMatchObject({ status: 'running', taskName: 'debates', blueprintType: 'debate', provider: 'inhouse', unitsTotal: 2 })
  const [ann, ben] = [await stage.come('ann', run), await stage.come('ben', run)]
  await until(ann, ({ phase }) => phase === 'live')
  await ann.act('say', { text: 'one' }, 'act-of-ann-1')
  await ben.act('say', { text: 'two' }, 'act-of-ben-1')
  for (const [who, id] of [[ann, 'act-of-ann-1'], [ben, 'act-of-ben-1']] as const) expect((await allPackets(who)).filter(({ kind }) => kind === 'action').map(({ callId }) => callId)).toEqual([id])
  await ann.act('finish', {})
  await ann.submit({ convinced: true })
  expect((await stage.mephisto.operator.progress(run.id)).run.status).toBe('running')
  await ben.submit({ convinced: true })
  const { run: ended, units } = await stage.mephisto.operator.progress(run.id)
  expect({ status: ended.status, completed: units.completed, assigned: units.assigned }).toEqual({ status: 'completed', completed: 2, assigned: 0 })
  // Each was told all that was said.
  const heard = async (who: typeof ann): Promise<readonly unknown[]> => (await allPackets(who)).filter(({ kind }) => kind === 'message').map(({ body }) => body)
  expect(await heard(ann)).toEqual(await heard(ben))
  expect(await heard(ann)).toHaveLength(3)
})

test('[82] the rules of onboarding hold where people work together', async () => {
  const run = await stage.mephisto.operator.launch(talk, { task: 'talks', requester: 'lab', provider: 'inhouse', unitsPerAssignment: 2, data: [{}], onboarding: { qualification: 'q', input: {} } })
  const accept = (name: string) => stage.worker(name).accept(talk, run)
  await expect(accept('ann')).rejects.toMatchObject({ message: 'ann has to do the onboarding first' })
  await stage.worker('ann').onboard(talk, run, { word: 'right' })
  const ann = await accept('ann')
  await until(ann, ({ people }) => people.length === 1)
  // Whoever fails takes nobody's place.
  await expect(accept('ben')).rejects.toMatchObject({ code: 'conflict' })
  await stage.worker('ben').onboard(talk, run, { word: 'wrong' })
  expect(await stage.worker('ben').refusal(run)).toBe('onboarding_failed')
  expect(await viewOf(ann)).toMatchObject({ phase: 'lobby' })
  await expect(accept('cem')).rejects.toMatchObject({ code: 'conflict' })
  await stage.worker('cem').onboard(talk, run, { word: 'right' })
  await accept('cem')
  await until(ann, ({ phase }) => phase === 'live')
})
