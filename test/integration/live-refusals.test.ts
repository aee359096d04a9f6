import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import { implement, usd, type BlueprintServer, type LaunchSettings, type LiveSettings } from '../../sdk/index.js'
import { debate } from '../debate.js'
import { liveEachTest, type OpenedLive } from '../live-each-test.js'
import { unitsOf } from '../live-rows.js'
import { until } from '../live-stage.js'

// What of live work is refused before anybody comes.

const shapes = { input: z.object({}), output: z.object({}) }
const state = z.object({ count: z.int() })
const counting = defineBlueprint({ type: 'counting', ...shapes, live: { state, actions: { add: z.object({ by: z.int() }) } } })
const functions = { begin: () => ({ state: { count: 0 } }), on: () => undefined }

describe('what implement refuses is a blueprint', () => {
  const refusal = (message: string) => ({ code: 'invalid_options', message: expect.stringContaining(message) as string })
  const implemented = (blueprint: object, server: object) => () => implement(blueprint as typeof counting, server as BlueprintServer<typeof counting>)

  test.each([
    ['without what happens', {}, 'the blueprint is live; give what happens in live: { begin, on }.'],
    ['without a beginning', { live: { on: functions.on } }, 'live.begin must be a function.'],
    ['without what follows', { live: { begin: functions.begin, on: 'nothing' } }, 'live.on must be a function.'],
    ['with a view that is none', { live: { ...functions, view: 7 } }, 'live.view must be a function.'],
    ['with an effect of a name that cannot be', { live: { ...functions, effects: { 'Ask model': { run: () => 1 } } } }, 'the name "Ask model" of an effect must be 1 to 64 letters and digits, and start with a small letter.'],
    ['with an effect that does nothing', { live: { ...functions, effects: { model: {} } } }, 'the effect "model" has no function run.'],
    ['with an effect that is nothing', { live: { ...functions, effects: { model: null } } }, 'the effect "model" has no function run.'],
    ['with an effect that may take no time', { live: { ...functions, effects: { model: { run: () => 1, timeoutMs: 0 } } } }, 'timeoutMs of the effect "model" must be a whole number of ms from 1 to 3600000, not 0.'],
    ['with an effect that may take for ever', { live: { ...functions, effects: { model: { run: () => 1, timeoutMs: Infinity } } } }, 'timeoutMs of the effect "model" must be a whole number of ms from 1 to 3600000, not Infinity.'],
  ])('%s', (_, server, message) => {
    expect(implemented(counting, server)).toThrow(expect.objectContaining(refusal(`implement("counting"): ${message}`)) as Error)
  })

  test.each([
    ['with what is live where nothing is', { type: 'still', ...shapes }, 'implement("still"): the blueprint has nothing live; define it there with its schemas.'],
    ['with procedures too', { ...counting, procedures: { hint: { input: z.object({}), output: z.string() } } }, 'a blueprint has procedures or live work, not both; let an action have an effect.'],
    ['with a type too long for its calls', { ...counting, type: 'c'.repeat(58) }, 'a blueprint with live work has a type of at most 57 characters; shorten it.'],
    ['with an action of a name that cannot be', { ...counting, live: { ...counting.live, actions: { 'add one': z.object({}) } } }, 'the name "add one" of a live action must be 1 to 64 letters and digits, and start with a small letter.'],
    ['with a packet of a name that cannot be', { ...counting, live: { ...counting.live, packets: { Added: z.object({}) } } }, 'the name "Added" of a live packet must be 1 to 64 letters and digits, and start with a small letter.'],
    ['with a state that JSON cannot keep', { ...counting, live: { ...counting.live, state: z.object({ at: z.date() }) } }, 'The state schema of blueprint "counting" does not work: JSON cannot keep a date.'],
    ['with an action that JSON cannot keep', { ...counting, live: { ...counting.live, actions: { add: z.map(z.string(), z.int()) } } }, 'The action add schema of blueprint "counting" does not work: JSON cannot keep a map.'],
    ['with a packet that JSON cannot keep', { ...counting, live: { ...counting.live, packets: { added: z.bigint() } } }, 'The packet added schema of blueprint "counting" does not work: JSON cannot keep a bigint.'],
  ])('%s', (_, blueprint, message) => {
    const server = 'procedures' in blueprint ? { live: functions, procedures: { hint: { run: () => 'no' } } } : { live: functions }
    expect(implemented(blueprint, server)).toThrow(expect.objectContaining(refusal(message)) as Error)
  })

  test('none that has all that it needs, be there an empty list of procedures or none', () => {
    expect(implement(counting, { live: functions }).blueprint).toBe(counting)
    expect(implemented({ ...counting, procedures: {} }, { live: functions, procedures: {} })).not.toThrow()
    expect(implemented({ ...counting, type: 'c'.repeat(57) }, { live: functions })).not.toThrow()
  })
})

describe('a run', () => {
  let opened: OpenedLive
  liveEachTest(given => { opened = given })

  const refused = async (options: Partial<LaunchSettings> & { readonly people?: number }, message: string): Promise<void> => {
    await expect(opened.stage.debate(options)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining(message) as string })
  }

  test.each<[string, LiveSettings, string]>([
    ['more people than there are', { minPeople: 3 }, 'live.minPeople: is more than the 2 who work at an item together (unitsPerAssignment)'],
    ['pay for waiting in another currency', { lobbyPay: { minor: 1, currency: 'EUR' } }, 'live.lobbyPay: must be in the currency of pay'],
    ['more for waiting than for the work', { lobbyPay: usd('1.01') }, 'live.lobbyPay: must not be more than pay, which is all that is held for somebody who waits'],
  ])('is not launched with %s', async (_, live, message) => {
    await refused({ live }, message)
    await expect(opened.stage.mephisto.operator.plan(debate, { task: 'debates', requester: 'lab', provider: 'inhouse', pay: usd('1.00'), unitsPerAssignment: 2, data: [{ topic: 'a' }], live }))
      .rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining(message) as string })
    expect(await opened.stage.mephisto.operator.runs()).toEqual([])
  })

  test('is not launched in an order, or so few at a time, that no group would be whole', async () => {
    await refused({ order: 'breadth_first' }, 'order: must be fifo or random where people work together: one group after the other is filled')
    await refused({ people: 3, maxLiveUnits: 2 }, 'maxLiveUnits: must let whole groups in: a multiple of 3')
    // One alone is whole in any order.
    expect(await opened.stage.debate({ people: 1, order: 'breadth_first', maxLiveUnits: 1 })).toMatchObject({ status: 'running' })
  })

  test.each(['training', 'screening', 'gold'])('is not launched with %s', async name => {
    const items = [{ input: { topic: 'known' }, expected: { convinced: true } }]
    const feature = name === 'screening' ? { passed: 'p', failed: 'f', items } : { qualification: 'q', items }
    await refused({ [name]: feature }, `${name}: is about items that one person answers alone, and this work is live; launch a run of another blueprint for it`)
  })

  test('is not launched with items for particular people', async () => {
    await expect(opened.stage.mephisto.operator.launch(debate, { task: 'debates', requester: 'lab', provider: 'inhouse', pay: usd('1.00'), unitsPerAssignment: 2, data: [{ topic: 'a' }], assignees: () => ['ann', 'ben'] }))
      .rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('assignees: cannot be given where people work together at an item') as string })
    expect(await opened.stage.mephisto.operator.runs()).toEqual([])
  })

  test('has no units done again, nor more for each item; it can have more data', async () => {
    const run = await opened.stage.debate({})
    const { operator } = opened.stage.mephisto
    const [ann, ben] = [await opened.stage.come('ann', run), await opened.stage.come('ben', run)]
    await until(ann, ({ phase }) => phase === 'live')
    await ann.giveBack()
    await until(ben, ({ phase }) => phase === 'over')
    await ben.submit({ convinced: true })
    await expect(operator.requeue(run.id)).rejects.toMatchObject({ code: 'illegal_move', message: `In task run ${run.id} people work together, and nobody can do one person's part again; add the item's row once more with topUp.` })
    await expect(operator.requeue(run.id, { units: [ann.unitId] })).rejects.toMatchObject({ code: 'illegal_move' })
    await expect(operator.topUp(run.id, { topUpId: 'more-people', unitsPerAssignment: 3 })).rejects.toMatchObject({
      code: 'invalid_input', message: expect.stringContaining('unitsPerAssignment: cannot be changed where people work together at an item; add data, or launch another run') as string,
    })
    expect(await unitsOf(opened.stage, run)).toEqual(['expired', 'completed'])
    await operator.topUp(run.id, { topUpId: 'the-same', unitsPerAssignment: 2, data: [{ topic: 'topic 0' }] })
    expect(await unitsOf(opened.stage, run)).toEqual(['expired', 'completed', 'launched', 'launched'])
    const [cem, dia] = [await opened.stage.come('cem', run), await opened.stage.come('dia', run)]
    await until(cem, ({ phase }) => phase === 'live')
    await dia.act('finish', {})
    for (const one of [cem, dia]) expect(await one.submit({ convinced: true })).toMatchObject({ outcome: 'completed' })
    expect((await operator.progress(run.id)).run).toMatchObject({ status: 'completed' })
  })
})
