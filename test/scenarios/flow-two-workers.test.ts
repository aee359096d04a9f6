import { expect, test } from 'vitest'
import { createMephistoClient } from '../../sdk/client/index.js'
import { usd, verifyRun, type LiveSettings, type TaskRun } from '../../sdk/index.js'
import { debate } from '../debate.js'
import { liveEachTest, type OpenedLive } from '../live-each-test.js'
import { attemptOf, unitsOf } from '../live-rows.js'
import { heardBy, hears, until } from '../live-stage.js'

// Flow 2 of the original: two workers at one item, of whom one must be introduced first, and one is gone in the middle of it.

let opened: OpenedLive
liveEachTest(given => { opened = given })

test('two workers, one of whom must onboard first, work together until one of them disconnects', async () => {
  const { stage } = opened
  const { operator } = stage.mephisto
  const olga = createMephistoClient({ url: `${stage.origin}/mephisto/` })
  const launch = (live: LiveSettings = {}): Promise<TaskRun> => operator.launch(debate, {
    task: 'debates', requester: 'lab', provider: 'inhouse', pay: usd('1.00'), unitsPerAssignment: 2, data: [{ topic: 'pets' }], live, onboarding: { qualification: 'debater', input: { rules: 'be kind' } },
  })

  // Ann has debated before: the team knows that she has read the rules.
  const before = await launch()
  await stage.worker('ann').onboard(debate, before, { agreed: true })
  await operator.expire(before.id)

  // Today's run has one item, for two people. Ann is let in at once, and waits.
  const run = await launch({ whenSomebodyLeaves: 'end' })
  const ann = await stage.come('ann', run)
  expect(await until(ann, ({ phase }) => phase === 'lobby')).toMatchObject({ seats: 2, people: [{ agentId: ann.agentId, status: 'here' }] })
  expect(await attemptOf(stage, ann)).toBe('waiting')

  // Ben is new. He has to read the rules first; nothing is kept for him meanwhile, and Ann goes on waiting.
  await expect(stage.come('ben', run)).rejects.toThrow('onboarding')
  expect(await unitsOf(stage, run)).toEqual(['assigned', 'launched'])
  expect(await stage.worker('ben').onboard(debate, run, { agreed: true })).toMatchObject({ outcome: 'completed' })

  // Now he is let in. They are two, so it begins for both.
  const ben = await stage.come('ben', run)
  for (const one of [ann, ben]) await until(one, ({ phase }) => phase === 'live')
  expect([await attemptOf(stage, ann), await attemptOf(stage, ben)]).toEqual(['in_task', 'in_task'])

  // They talk, in turn; each hears the other.
  await ann.act('say', { text: 'Cats are better.' })
  await ben.act('say', { text: 'Dogs are.' })
  await hears(ann, 'Contra: Dogs are.')
  await hears(ben, 'Pro: Cats are better.')

  // Ann closes her laptop. She is away for too long, and so she has left; Ben is told why, and is no worse off for it.
  await opened.dropAllBut(ben)
  expect(await until(ben, ({ phase }) => phase === 'over')).toMatchObject({ reason: 'partner_left', people: [{ status: 'left' }, { status: 'here' }], state: { said: 2 } })
  expect(await heardBy(ben)).toContain('Chair: Pro has left.')
  expect([await attemptOf(stage, ann), await attemptOf(stage, ben)]).toEqual(['disconnect', 'in_task'])

  // What Ann sends later is kept, and does not count. Ben hands in; it counts, and the run is complete: nothing waits for Ann.
  expect(await ann.submit({ convinced: true })).toMatchObject({ outcome: 'set_aside', reason: 'lease_expired' })
  expect(await ben.submit({ convinced: false })).toMatchObject({ outcome: 'completed', pay: { minor: 100, currency: 'USD' } })
  expect(await unitsOf(stage, run)).toEqual(['expired', 'completed'])
  expect((await operator.progress(run.id)).run).toMatchObject({ status: 'completed', unitsAnswered: 1, reservedMinor: 100 })

  // A reviewer approves it, having read what was said, and the money is owed: to Ben alone.
  const { units: [unit] } = await olga.review.queue.query({ run: run.id, statuses: ['completed'] })
  const said: unknown[] = []
  for await (const { kind, body } of stage.mephisto.data.session(unit?.unitId ?? '')) if (kind === 'action') said.push(body)
  expect(said).toEqual([{ text: 'Cats are better.' }, { text: 'Dogs are.' }])
  await olga.review.decide.mutate({ decisionId: 'decision-of-olga', unitIds: [unit?.unitId ?? ''], verdict: 'approve' })
  expect((await operator.progress(run.id)).run).toMatchObject({ reservedMinor: 0, owedMinor: 100 })
  expect((await verifyRun(stage.db, run.id)).difference).toBeNull()
})
