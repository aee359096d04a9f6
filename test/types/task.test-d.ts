// Types come back from one defineBlueprint wherever work crosses the wire. `npm run types` checks this file: each refused
// line stands beside an accepted one, and an `@ts-expect-error` without an error is an error itself.
import * as z from 'zod'
import { TaskShell, useTask, type LiveAction, type ReceivedPacket, type WorkingTask } from '../../react/index.js'
import { LivePeople, WaitingRoom } from '../../react/live/index.js'
import { defineReview, type ReviewViewProps } from '../../react/review/index.js'
import { htmlBlueprint } from '../../sdk/blueprints/html/index.js'
import { defineBlueprint, type InferArgs, type InferInput, type InferOutput, type InferRawArgs, type InferRawInput, type InferRawOutput } from '../../sdk/blueprints/index.js'
import { createTaskSession, type AnyTaskState, type MephistoClient, type TaskState } from '../../sdk/client/index.js'
import { csvRows, jsonlRows, jsonRows } from '../../sdk/data/index.js'
import { defineRun, implement, usd, type Mephisto } from '../../sdk/index.js'
import type { TestMephisto } from '../../sdk/testing/index.js'

const sentence = defineBlueprint({
  type: 'sentence-kind',
  input: z.object({ text: z.string(), year: z.int().default(2000) }),
  output: z.object({ kind: z.enum(['promise', 'fact']), stars: z.int().default(3), comment: z.string().optional() }),
})
type Sentence = typeof sentence

/** Both directions, so that neither side is `any`. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const isTrue = <T extends true>(..._proof: T[]): void => undefined

isTrue<Same<InferRawInput<Sentence>, { text: string; year?: number | undefined }>>()
isTrue<Same<InferInput<Sentence>, { text: string; year: number }>>()
isTrue<Same<InferRawOutput<Sentence>, { kind: 'promise' | 'fact'; stars?: number | undefined; comment?: string | undefined }>>()
isTrue<Same<InferOutput<Sentence>, { kind: 'promise' | 'fact'; stars: number; comment?: string | undefined }>>()
// @ts-expect-error the answer's kind is one of two
isTrue<Same<InferOutput<Sentence>['kind'], string>>()

const common = { task: 'sentences', requester: 'lab', provider: 'inhouse' } as const

const rating = defineBlueprint({ type: 'rating', input: z.object({ text: z.string(), stars: z.coerce.number(), isNew: z.stringbool() }), output: z.object({}) })
const uncoerced = defineBlueprint({ type: 'uncoerced', input: z.object({ text: z.string(), stars: z.number() }), output: z.object({}) })

/** An HTML task: untyped by its page, typed by the schemas that are given. */
export async function launchingHtml({ operator }: Mephisto): Promise<void> {
  const plain = htmlBlueprint({ type: 'plain', page: '<form>${text}</form>', onboarding: { page: '<form></form>' }, server: { validateOnboarding: answer => answer['word'] === 'yes' } })
  isTrue<Same<InferOutput<typeof plain.blueprint>, Record<string, unknown>>>()
  await operator.launch(plain.blueprint, { ...common, data: [{ text: 'x' }] })
  const typed = htmlBlueprint({
    type: 'typed', page: '<form>${text}<input name=stars type=number></form>', input: z.object({ text: z.string() }), output: z.object({ stars: z.int() }),
    onboarding: { page: '<form><input name=word></form>', output: z.object({ word: z.string() }) },
    server: { validateOnboarding: ({ word }) => word === 'yes', judge: ({ stars }, { input }) => stars > input.text.length },
  })
  isTrue<Same<InferOutput<typeof typed.blueprint>, { stars: number }>>()
  await operator.launch(typed.blueprint, { ...common, data: [{ text: 'x' }], onboarding: { qualification: 'q', input: {} } })
  // @ts-expect-error the row needs a text
  await operator.launch(typed.blueprint, { ...common, data: [{ words: 'x' }] })
}

/** Launching from a file. */
export async function launchingFiles({ operator }: Mephisto, upload: NonNullable<Request['body']>): Promise<void> {
  await operator.launch(rating, { ...common, data: csvRows('ratings.csv') })
  await operator.launch(rating, { ...common, data: csvRows('ratings.csv'), priority: row => row.text.length })
  await operator.launch(uncoerced, { ...common, data: jsonRows('ratings.json', { key: 'rows' }) })
  await operator.launch(uncoerced, { ...common, data: jsonlRows(upload) })
  // @ts-expect-error CSV has no numbers
  await operator.launch(uncoerced, { ...common, data: csvRows('ratings.csv') })
  // @ts-expect-error only JSON has keys
  await operator.launch(rating, { ...common, data: csvRows('ratings.csv', { key: 'rows' }) })
}

const labelling = defineBlueprint({
  type: 'labelling', args: z.object({ labels: z.array(z.string()), size: z.int().default(3) }), input: z.object({ text: z.string() }), output: z.object({ label: z.string() }),
})
type Labelling = typeof labelling
isTrue<Same<InferArgs<Labelling>, { labels: string[]; size: number }>>()
isTrue<Same<InferRawArgs<Labelling>, { labels: string[]; size?: number | undefined }>>()

/** Launching with args. */
export async function launchingWithArgs({ operator }: Mephisto, client: MephistoClient): Promise<void> {
  await operator.launch(labelling, { ...common, args: { labels: ['a'] }, data: [{ text: 'yes' }] })
  await client.launch(labelling, { ...common, args: { labels: ['a'], size: 2 }, data: [{ text: 'yes' }] })
  // @ts-expect-error args that are needed
  await operator.launch(labelling, { ...common, data: [{ text: 'yes' }] })
  // @ts-expect-error labels are texts
  await operator.launch(labelling, { ...common, args: { labels: [1] }, data: [{ text: 'yes' }] })
  // @ts-expect-error labels are texts
  await client.launch(labelling, { ...common, args: { labels: [1] }, data: [{ text: 'yes' }] })
  // @ts-expect-error a blueprint without args
  await operator.launch(sentence, { ...common, args: { labels: ['a'] }, data: [{ text: 'yes' }] })
}

/** What is shared, in each hook. */
export const labellingServer = implement(labelling, {
  sharedState: ({ args }) => ({ known: new Set(args.labels), size: args.size }),
  judge: ({ label }, { args, shared }) => {
    isTrue<Same<typeof shared, { known: Set<string>; size: number }>>()
    isTrue<Same<typeof args, InferArgs<Labelling>>>()
    return shared.known.has(label)
  },
  workerCanDoUnit: (_, { shared }) => shared.size > 1,
  // @ts-expect-error nothing of that name is shared
  onUnitSubmitted: ({ shared }) => { String(shared.unknown) },
  agentState: { derive: ({ answer, args }) => ({ index: args.labels.indexOf(answer.label) }) },
})

/** Launching on the server. */
export async function launching({ operator }: Mephisto): Promise<void> {
  await operator.launch(sentence, { ...common, data: [{ text: 'yes' }, { text: 'with a year', year: 1999 }] })
  // @ts-expect-error a row without its text
  await operator.launch(sentence, { ...common, data: [{ year: 1999 }] })
  // @ts-expect-error a text that is no string
  await operator.launch(sentence, { ...common, data: [{ text: 1 }] })
  // @ts-expect-error a misspelt field
  await operator.launch(sentence, { ...common, data: [{ text: 'yes', yeer: 1999 }] })
  // @ts-expect-error an option that is missing
  await operator.launch(sentence, { task: 'sentences', requester: 'lab', data: [{ text: 'yes' }] })
  // @ts-expect-error pay is an amount with a currency, not a number
  await operator.launch(sentence, { ...common, data: [{ text: 'yes' }], pay: 0.12 })
}

/** Exporting on the server: what is stored, typed. */
export async function exporting(mephisto: Mephisto): Promise<void> {
  for await (const { input, answer } of mephisto.exportRows(sentence, { run: 'r', includeSetAside: true })) {
    isTrue<Same<typeof input, InferInput<Sentence>>>()
    isTrue<Same<typeof answer, InferOutput<Sentence>>>()
    // @ts-expect-error an answer has no label
    String(answer.label)
  }
}

/** Launching and exporting over the wire. */
export async function calling(client: MephistoClient): Promise<void> {
  const options = { ...common, unitsPerAssignment: 3, pay: usd('0.12') }
  await client.launch(sentence, { ...options, data: [{ text: 'yes' }] })
  // @ts-expect-error a misspelt field
  await client.launch(sentence, { ...options, data: [{ txt: 'yes' }] })
  for await (const { input, answer, fence } of client.exportRows(sentence, { run: 'r' })) {
    isTrue<Same<typeof input, InferInput<Sentence>>>()
    isTrue<Same<typeof answer, InferOutput<Sentence>>>()
    isTrue<Same<typeof fence, number>>()
    // @ts-expect-error an answer has no label
    String(answer.label)
    // @ts-expect-error no such kind
    String(answer.kind === 'opinion')
    // @ts-expect-error an input has no title
    String(input.title)
  }
  const { units } = await client.review.queue.query({ run: 'r' })
  for (const unit of units) isTrue<Same<typeof unit.unitId, string>>()
  // @ts-expect-error no such verdict
  await client.review.decide.mutate({ decisionId: 'd', unitIds: ['u'], verdict: 'accept' })
  // @ts-expect-error no such procedure
  await client.review.remove.mutate({ run: 'r' })
}

/** The page. */
export function Page(): null {
  const task = useTask(sentence)
  // @ts-expect-error there is no input before a unit is in hand
  String(task.input)
  if (task.status === 'preview') isTrue<Same<typeof task.sample, InferInput<Sentence> | null>>()
  if (task.status === 'working') working(task)
  const labels = useTask(labelling)
  if (labels.status === 'working') isTrue<Same<typeof labels.run.args, InferArgs<Labelling>>>()
  // @ts-expect-error no such status
  if (task.status === 'finished') return null
  return null
}

function working(task: WorkingTask<Sentence>): void {
  isTrue<Same<typeof task.input, InferInput<Sentence>>>()
  // @ts-expect-error an input has no title
  String(task.input.title)
  task.submit({ kind: 'fact' })
  task.submit({ kind: 'promise', stars: 5, comment: 'c' }, { thenNext: true })
  // @ts-expect-error no such kind
  task.submit({ kind: 'opinion' })
  // @ts-expect-error an answer without its kind
  task.submit({ stars: 5 })
  // @ts-expect-error a field too many
  task.submit({ kind: 'fact', label: 'x' })
  task.setDraft({ comment: 'half' })
  // @ts-expect-error a draft has the answer's fields
  task.setDraft({ coment: 'half' })
}

/** The same without React. */
export function session(): void {
  const { getState } = createTaskSession({ blueprint: sentence, baseUrl: '/mephisto/', entry: null })
  const state = getState()
  if (state.status !== 'working') return
  isTrue<Same<typeof state.input, InferInput<Sentence>>>()
  state.submit({ kind: 'fact' })
  // @ts-expect-error no such kind
  state.submit({ kind: 'opinion' })
}

/** The review view. */
export const reviews = [
  defineReview(sentence, ({ input, answer, unit }) => `${input.text} ${String(input.year)} ${answer.kind} ${unit.worker}`),
  // @ts-expect-error an answer has no label
  defineReview(sentence, ({ answer }) => String(answer.label)),
  // @ts-expect-error an input has no title
  defineReview(sentence, ({ input }) => String(input.title)),
  // @ts-expect-error a component for another task
  defineReview(sentence, ({ answer }: ReviewViewProps<typeof other>) => answer.label),
]

const other = defineBlueprint({ type: 'other', input: z.object({ url: z.string() }), output: z.object({ label: z.string() }) })

/** A simulated worker. */
export async function simulating(mephisto: TestMephisto, run: { readonly id: string }): Promise<void> {
  const work = await mephisto.worker('ann').accept(sentence, run)
  isTrue<Same<typeof work.input, InferInput<Sentence>>>()
  await work.submit({ kind: 'fact' })
  // @ts-expect-error no such kind
  await work.submit({ kind: 'opinion' })
}

const advised = defineBlueprint({
  type: 'advised', input: z.object({ text: z.string() }), output: z.object({ label: z.string() }),
  procedures: { translate: { input: z.object({ to: z.string().default('en') }), output: z.object({ text: z.string(), at: z.coerce.number() }) }, ping: { input: z.null(), output: z.null() } },
})

/** Remote procedures are typed by their schemas on both sides. */
export async function callingTheServer(task: WorkingTask<typeof advised>, plain: WorkingTask<Sentence>): Promise<void> {
  const reply = await task.call('translate', {})
  isTrue<Same<typeof reply, { text: string; at: number }>>()
  await task.call('ping', null)
  for (const call of task.calls) if (call.name === 'translate' && call.status === 'done') isTrue<Same<typeof call.output, { text: string; at: number }>>()
  // @ts-expect-error there is no such procedure
  await task.call('nothing', {})
  // @ts-expect-error the language is a text
  await task.call('translate', { to: 5 })
  // @ts-expect-error this task has none
  await plain.call('translate', {})
  implement(advised, {
    procedures: {
      translate: { run: ({ to }, { input, worker }) => ({ text: `${input.text} ${to.toUpperCase()} ${worker.externalId}`, at: '5' }), timeoutMs: 5_000 },
      ping: { run: () => null },
    },
  })
  // @ts-expect-error it gives no text
  implement(advised, { procedures: { translate: { run: () => ({ at: 1 }) }, ping: { run: () => null } } })
  // @ts-expect-error one is missing
  implement(advised, { procedures: { ping: { run: () => null } } })
}

const haggling = defineBlueprint({
  type: 'haggling', input: z.object({ item: z.string() }), output: z.object({ price: z.number() }),
  live: {
    state: z.object({ price: z.number(), turn: z.int().default(0) }),
    actions: { offer: z.object({ price: z.coerce.number() }), accept: z.null() },
    packets: { said: z.object({ text: z.string(), isLoud: z.boolean().default(false) }), warned: z.object({ leftMs: z.number() }) },
    signals: { typing: z.object({ since: z.coerce.number() }), waved: z.null() },
    names: ['Buyer', 'Seller'],
  },
})
type Haggling = typeof haggling
const quiet = defineBlueprint({ type: 'quiet', input: z.object({}), output: z.object({}), live: { state: z.object({ count: z.int() }), actions: { add: z.object({ by: z.int() }) } } })

/** Live work on the page: what is shared, done and told. */
export async function beingLive(task: WorkingTask<Haggling>, { live: silent }: WorkingTask<typeof quiet>, plain: WorkingTask<Sentence>): Promise<void> {
  const { live } = task
  isTrue<Same<typeof plain.live, null>>()
  // @ts-expect-error nothing is shared before it began
  String(live.state.price)
  // @ts-expect-error there is a reason only when it is over
  String(live.reason)
  if (live.phase === 'live') isTrue<Same<typeof live.state, { price: number; turn: number }>>()
  if (live.phase === 'over') isTrue<Same<typeof live.reason, 'done' | 'partner_left' | 'erased'>>()
  if (live.phase === 'over') isTrue<Same<typeof live.state, { price: number; turn: number } | null>>()
  if (silent.phase === 'live') isTrue<Same<typeof silent.state, { count: number }>>()
  // @ts-expect-error there is no such phase
  if (live.phase === 'finished') return
  isTrue<Same<typeof live.you, (typeof live.people)[number] | null>>()
  await live.act('offer', { price: 5 })
  await live.act('accept', null)
  await silent.act('add', { by: 1 })
  // @ts-expect-error there is no such action
  await live.act('leave', null)
  // @ts-expect-error an offer has a price
  await live.act('offer', { prize: 5 })
  // @ts-expect-error that is the input of another action
  await live.act('accept', { price: 5 })
  // @ts-expect-error nothing is live there
  await plain.live.act('offer', { price: 5 })
  for (const packet of live.packets) {
    if (packet.name === 'said') isTrue<Same<typeof packet.body, { text: string; isLoud: boolean }>>()
    // @ts-expect-error not every packet has a text
    String(packet.body.text)
    // @ts-expect-error there is no such packet
    if (packet.name === 'shouted') return
  }
  isTrue<Same<typeof silent.packets, readonly never[]>>()
  isTrue<Same<typeof silent.signals, readonly never[]>>()
  live.signal('typing', { since: 5 })
  live.signal('waved', null)
  // @ts-expect-error there is no such signal
  live.signal('nodded', null)
  // @ts-expect-error that is the value of another signal
  live.signal('waved', { since: 5 })
  // @ts-expect-error there are no signals
  silent.signal('typing', { since: 5 })
  for (const signal of live.signals) {
    if (signal.name === 'typing') isTrue<Same<typeof signal.value, { since: number }>>()
    isTrue<Same<typeof signal.from, string>>()
    // @ts-expect-error not every signal says since when
    String(signal.value.since)
  }
  for (const action of live.actions) {
    if (action.status === 'refused') isTrue<Same<typeof action.message, string>>()
    // @ts-expect-error only what was refused has a message
    String(action.message)
    if (action.name === 'accept') isTrue<Same<typeof action.input, null>>()
  }
  isTrue<Same<ReceivedPacket<Haggling>['name'], 'said' | 'warned'>>()
  isTrue<Same<LiveAction<Haggling>['name'], 'offer' | 'accept'>>()
}

/** Parts of a page take any task, live or not. */
export const anyParts = (live: TaskState<Haggling>, silent: TaskState<typeof quiet>, plain: TaskState<Sentence>): readonly AnyTaskState[] => [live, silent, plain]
export const liveParts = (task: WorkingTask<Haggling>, plain: WorkingTask<Sentence>) => [WaitingRoom({ task }), LivePeople({ task }), TaskShell({ task, children: null }), TaskShell({ task: plain, children: null })]

/** Live work on the server: handlers typed by the blueprint. */
export const haggler = implement(haggling, {
  sharedState: () => ({ least: 3 }),
  live: {
    begin: ({ input, people, shared }) => ({ state: { price: shared.least }, packets: [{ name: 'said', body: { text: `${input.item} for ${String(people.length)}` } }], timers: { bell: 5_000 } }),
    on: (state, event) => {
      isTrue<Same<typeof state, { price: number; turn: number }>>()
      // @ts-expect-error there is no such action
      if (event.type === 'action' && event.name === 'leave') return undefined
      if (event.type === 'action' && event.name === 'offer') {
        isTrue<Same<typeof event.input, { price: number }>>()
        return { state: { ...state, price: event.input.price, turn: event.person.seat }, packets: [{ name: 'said', body: { text: 'hm', isLoud: true }, to: [0] }], effects: [{ name: 'ask' }] }
      }
      return event.type === 'timer' ? { end: true } : undefined
    },
    view: (state, person) => ({ ...state, turn: person.seat }),
    effects: { ask: { run: (_input, { effectId }) => ({ effectId }) } },
  },
})
export const refusedHandlers = [
  // @ts-expect-error the price is a number
  implement(haggling, { live: { begin: () => ({ state: { price: 'much' } }), on: () => undefined } }),
  // @ts-expect-error it begins with a state
  implement(haggling, { live: { begin: () => ({}), on: () => undefined } }),
  // @ts-expect-error there is no such packet
  implement(haggling, { live: { begin: () => ({ state: { price: 1 } }), on: () => ({ packets: [{ name: 'shouted', body: { text: 'hm' } }] }) } }),
  // @ts-expect-error that is the body of another packet
  implement(haggling, { live: { begin: () => ({ state: { price: 1 } }), on: () => ({ packets: [{ name: 'warned', body: { text: 'hm' } }] }) } }),
  // @ts-expect-error what follows changes the state to one of its type
  implement(haggling, { live: { begin: () => ({ state: { price: 1 } }), on: () => ({ state: { price: 'more' } }) } }),
  // @ts-expect-error nothing tells what happens
  implement(haggling, { live: { begin: () => ({ state: { price: 1 } }) } }),
  // @ts-expect-error the blueprint has nothing live
  implement(sentence, { live: { begin: () => ({ state: {} }), on: () => undefined } }),
]
implement(quiet, { live: { begin: () => ({ state: { count: 0 } }), on: ({ count }, event) => (event.type === 'action' ? { state: { count: count + event.input.by } } : undefined) } })

// A profile is a part of the launch options of its blueprint.
const sentenceRun = { task: 'sentences', requester: 'lab', provider: 'inhouse', data: [{ text: 'a' }] }
defineRun(sentence, () => sentenceRun, { profiles: { pilot: { data: [{ text: 'b', year: 1999 }], budget: usd('1') }, whole: () => ({ order: 'random' }) } })
// @ts-expect-error a row of a profile has a text
defineRun(sentence, () => sentenceRun, { profiles: { pilot: { data: [{ words: 'b' }] } } })
// @ts-expect-error there is no such option
defineRun(sentence, () => sentenceRun, { profiles: { pilot: { budgets: usd('1') } } })
