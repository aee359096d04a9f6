import { expect, test } from 'vitest'
import * as z from 'zod'
import { implementChat, type ChatTurn } from '../../sdk/blueprints/chat/index.js'
import { defineChat } from '../../sdk/blueprints/index.js'
import type { LiveSettings, TaskRun } from '../../sdk/index.js'
import type { SimulatedTask } from '../../sdk/testing/index.js'
import { allPackets, until } from '../live-stage.js'
import { openSessionsStage, type SessionsStage } from '../sessions-stage.js'
import { stageEachTest } from '../stage-each-test.js'

const parts = { input: z.object({ topic: z.string() }), output: z.object({ liked: z.boolean() }) }
const free = defineChat({ ...parts, type: 'chat-free', names: ['Buyer', 'Seller'] })
const inTurn = defineChat({ ...parts, type: 'chat-in-turn' })
const withHost = defineChat({ ...parts, type: 'chat-with-host' })
const asked: ChatTurn<typeof inTurn>[] = []

let stage: SessionsStage
let isBotBroken = false
/** What the host of `withHost` waits for before it answers, and how often it has begun to think. */
let thinking: Promise<unknown> = Promise.resolve()
let thoughts = 0
const blueprints = [
  implementChat(free, { opening: ({ input }) => `Talk about ${input.topic}.`, leastMessages: 1, mostMessages: 4 }),
  implementChat(inTurn, {
    turns: 'in_turn',
    bot: {
      name: 'Model',
      reply(turn) {
        if (isBotBroken) throw new Error('the model is away')
        asked.push(turn)
        return `${turn.name} heard ${turn.messages.at(-1)?.text ?? 'nothing'} about ${turn.input.topic}`
      },
    },
  }),
  implementChat(withHost, {
    opening: () => 'Welcome.',
    bot: {
      name: 'Host',
      async reply({ messages }) {
        const people = messages.filter(({ name }) => name !== 'Host')
        thoughts += 1
        await thinking
        return people.at(-1)?.text === 'hush' ? '' : `${String(people.length)} read`
      },
    },
  }),
]
stageEachTest(async target => ({ stage: await openSessionsStage(target, { blueprints }) }), opened => {
  ({ stage } = opened)
  asked.length = 0
  thinking = Promise.resolve()
  thoughts = 0
  isBotBroken = false
})

const launch = (blueprint: typeof free, people: number, live: LiveSettings = {}): Promise<TaskRun> => stage.mephisto.operator.launch(blueprint, {
  task: blueprint.type, requester: 'lab', provider: 'inhouse', unitsPerAssignment: people, data: [{ topic: 'tea' }], live,
})
const come = (name: string, run: TaskRun): Promise<SimulatedTask<typeof free>> => stage.worker(name).accept(free, run)

async function messages(task: SimulatedTask<typeof free>): Promise<readonly string[]> {
  return (await allPackets(task)).filter(({ kind }) => kind === 'message').map(({ body }) => { const { name, text } = body as { name: string; text: string }; return `${name}: ${text}` })
}
async function saying(task: SimulatedTask<typeof free>, count: number): Promise<readonly string[]> {
  for (const end = performance.now() + 20_000; performance.now() < end;) {
    const said = await messages(task)
    if (said.length >= count) return said
    await new Promise(resolve => { setTimeout(resolve, 20) })
  }
  throw new Error(`there were never ${String(count)} messages: ${(await messages(task)).join(' | ')}`)
}

test('everybody writes when they like, until all are through; what was written is kept (row 63)', async () => {
  const run = await launch(free, 2)
  const [ann, ben] = [await come('ann', run), await come('ben', run)]
  await until(ann, ({ phase }) => phase === 'live')
  await expect(ann.act('done', {})).rejects.toMatchObject({ code: 'conflict', message: 'Please write at least 1 more message before you finish.' })
  await expect(ann.act('say', { text: '   ' })).rejects.toMatchObject({ code: 'invalid_input' })
  await expect(ann.act('say', { text: 'x'.repeat(5_001) })).rejects.toMatchObject({ code: 'invalid_input' })
  await ann.act('say', { text: 'hello' })
  await ann.act('say', { text: 'are you there?' })
  await ann.act('done', {})
  await ben.act('say', { text: ' yes ' })
  expect(await messages(ben)).toEqual(['Chair: Talk about tea.', 'Buyer: hello', 'Buyer: are you there?', 'Seller: yes'])
  await ben.act('done', {})
  await until(ann, ({ phase, reason }) => phase === 'over' && reason === 'done')
  expect(await ann.submit({ liked: true })).toMatchObject({ outcome: 'completed' })
  expect(await ben.submit({ liked: false })).toMatchObject({ outcome: 'completed' })
})

test('is over after so many messages', async () => {
  const run = await launch(free, 2)
  const [ann, ben] = [await come('ann', run), await come('ben', run)]
  await until(ann, ({ phase }) => phase === 'live')
  for (const text of ['1', '2', '3']) await ann.act('say', { text })
  await ben.act('say', { text: '4' })
  await until(ben, ({ phase }) => phase === 'over')
  await expect(ben.act('say', { text: '5' })).rejects.toMatchObject({ code: 'conflict' })
})

test('people and a bot write in turn, and the bot knows what was written (row 65)', async () => {
  const run = await launch(inTurn, 2)
  const [ann, ben] = [await come('ann', run), await come('ben', run)]
  await until(ann, ({ phase, state }) => phase === 'live' && (state as { turn: number }).turn === 0)
  await expect(ben.act('say', { text: 'me first' })).rejects.toMatchObject({ message: 'It is not your turn; Person 1 writes next.' })
  await ann.act('say', { text: 'one' })
  await ben.act('say', { text: 'two' })
  expect(await saying(ann, 3)).toEqual(['Person 1: one', 'Person 2: two', 'Model: Model heard two about tea'])
  expect(asked[0]?.messages.map(({ text }) => text)).toEqual(['one', 'two'])
  // Whoever is through is passed over.
  await ann.act('done', {})
  await ben.act('say', { text: 'three' })
  expect(await saying(ben, 5)).toContain('Model: Model heard three about tea')
  await ben.act('done', {})
  await until(ben, ({ phase }) => phase === 'over')
})

test('one person chats with a bot', async () => {
  const run = await launch(inTurn, 1)
  const ann = await come('ann', run)
  await until(ann, ({ phase }) => phase === 'live')
  await ann.act('say', { text: 'hi' })
  expect(await saying(ann, 2)).toEqual(['Person 1: hi', 'Model: Model heard hi about tea'])
  // Pages know it by name, though it is in no place.
  await until(ann, ({ state, people }) => people.length === 1 && JSON.stringify((state as { bot?: unknown }).bot) === '{"seat":1,"name":"Model"}')
})

test('a bot is asked again about what was written while it thought, and may say nothing', async () => {
  const run = await launch(withHost, 2)
  const [ann, ben] = [await come('ann', run), await come('ben', run)]
  await until(ann, ({ phase }) => phase === 'live')
  let answer = (): void => undefined
  thinking = new Promise<void>(resolve => { answer = resolve })
  await ann.act('say', { text: 'one' })
  await expect.poll(() => thoughts).toBe(1)
  for (const text of ['two', 'three']) await ben.act('say', { text })
  answer()
  expect(await saying(ann, 6)).toEqual(['Host: Welcome.', 'Person 1: one', 'Person 2: two', 'Person 2: three', 'Host: 1 read', 'Host: 3 read'])
  for (const text of ['hush', 'four']) await ann.act('say', { text })
  expect((await saying(ben, 9)).slice(6)).toEqual(['Person 1: hush', 'Person 1: four', 'Host: 5 read'])
  for (const task of [ann, ben]) await task.act('done', {})
  await until(ben, ({ phase }) => phase === 'over')
})

test('a bot has the place of somebody who left, and of one who never came', async () => {
  const run = await launch(inTurn, 3, { whenSomebodyLeaves: 'bot', whenTooFew: 'bots', lobbyMs: 1_000 })
  const [ann, ben] = [await come('ann', run), await come('ben', run)]
  await until(ann, ({ phase, people }) => phase === 'live' && people.some(({ seat, status }) => seat === 2 && status === 'bot'))
  await ann.act('say', { text: 'one' })
  await ben.giveBack()
  // The turn was Ben's; it goes on with the bot in the third place, and the one that always is.
  expect(await saying(ann, 3)).toEqual(['Person 1: one', 'Person 3: Person 3 heard one about tea', 'Model: Model heard Person 3 heard one about tea about tea'])
  await until(ann, ({ state, people }) => (state as { turn: number }).turn === 0 && people.every(({ seat, status }) => seat === 0 || status === 'bot'))
  await ann.act('say', { text: 'two' })
  expect((await saying(ann, 5))[4]).toBe('Person 2: Person 2 heard two about tea')
  await ann.act('done', {})
  await until(ann, ({ phase }) => phase === 'over')
  expect(await ann.submit({ liked: true })).toMatchObject({ outcome: 'completed' })
})
