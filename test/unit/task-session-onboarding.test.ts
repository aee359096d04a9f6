import { expect, test } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/blueprint.js'
import { createTaskSession } from '../../sdk/client/create-task-session.js'
import type { TaskState } from '../../sdk/client/task-state.js'
import { clock, open, preview, progress, refusal, run, server, signals, storage, unit, until } from './task-session-stage.js'

const quiz = defineBlueprint({
  type: 'sentence-kind', input: z.object({ sentence: z.string() }), output: z.object({ kind: z.string() }),
  onboarding: { input: z.object({ question: z.string() }), output: z.object({ reply: z.string().min(2) }) },
})
const onboarding = { status: 'onboarding', agentToken: 'token-onboarding', agentId: 'agent-onboarding', input: { question: 'Why?' }, resumed: false, run, progress }

function begin() {
  const session = createTaskSession({ blueprint: quiz, baseUrl: server.url, entry: { provider: 'inhouse', credential: 'link' }, clock, signals, storage })
  open.push(session as unknown as (typeof open)[number])
  session.start()
  const reach = async <S extends TaskState<typeof quiz>['status']>(status: S) => {
    await until(() => { expect(session.getState().status).toBe(status) })
    return session.getState() as Extract<TaskState<typeof quiz>, { status: S }>
  }
  return { session, reach }
}

test('an onboarding comes first, is checked on the page, handed in, and leads to work', async () => {
  server.always('preview', () => ({ data: preview }))
  server.always('register', () => ({ data: server.calls('submit').length > 0 ? unit('one') : onboarding }))
  const { reach } = begin()
  ;(await reach('preview')).accept()
  const first = await reach('onboarding')
  expect(first).toMatchObject({ input: { question: 'Why?' }, resumed: false, problems: [], draft: {} })
  first.setDraft({ reply: 'a' })
  ;(await reach('onboarding')).submitDraft()
  await until(() => undefined)
  await expect.poll(async () => (await reach('onboarding')).problems).toMatchObject([{ path: 'answer.reply' }])
  expect(server.calls('submit')).toHaveLength(0)
  ;(await reach('onboarding')).submit({ reply: 'because' })
  expect(await reach('working')).toMatchObject({ unitId: 'one' })
  expect(server.calls('submit')).toMatchObject([{ input: { answer: { reply: 'because' } } }])
  expect([...storage.entries.keys()].filter(key => key.includes('onboarding'))).toEqual([])
})

test('what was typed is there again after a reload', async () => {
  server.always('register', () => ({ data: onboarding }))
  const { session, reach } = begin()
  ;(await reach('preview')).accept()
  ;(await reach('onboarding')).setDraft({ reply: 'bec' })
  session.stop()
  session.start()
  ;(await reach('preview')).accept()
  expect((await reach('onboarding')).draft).toEqual({ reply: 'bec' })
})

test('while it is being checked the page looks again by itself', async () => {
  server.always('register', () => ({ data: server.calls('register').length > 2 ? unit('one') : server.calls('submit').length > 0 ? { ...refusal, reason: 'being_checked', retryAfterMs: 2_000 } : onboarding }))
  const { reach } = begin()
  ;(await reach('preview')).accept()
  ;(await reach('onboarding')).submit({ reply: 'because' })
  expect(await reach('refused')).toMatchObject({ reason: 'being_checked' })
  clock.advance(2_500)
  await reach('working')
})
