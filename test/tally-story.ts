import { expect } from 'vitest'
import type { TaskRun } from '../sdk/index.js'
import type { LiveView } from '../sdk/protocol/live-views.js'
import type { SimulatedWorker } from '../sdk/testing/index.js'
import { viewOf } from './live-stage.js'
import type { ToldAction } from './tally-checks.js'
import type { Teller } from './tally-stage.js'
import { tally } from './tally.js'

/** Where a story is told. */
export interface Telling {
  readonly run: TaskRun
  readonly comer: (name: string) => SimulatedWorker
  /** Has what is due done, where nobody does it by themselves; waits a moment otherwise. */
  due(): Promise<void>
  /** Moves the clock ahead. */
  advance?(ms: number): void
}

/** What came of a story: what pages were told is stored, and what must have been counted. */
export interface Told {
  readonly actions: readonly ToldAction[]
  readonly counts: Readonly<Record<string, number>>
}

/** How long people wait in the lobby of {@link theLobby}, ms. */
export const LOBBY_MS = 30_000
const PATIENCE_MS = 60_000

/** Something is done until it is as it must be. */
async function eventually({ due }: Telling, what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end;) {
    await due()
    if (await isSo()) return
  }
  throw new Error(`it never came to this: ${what}`)
}

const stands = (telling: Telling, teller: Teller, what: string, isWanted: (view: LiveView) => boolean): Promise<void> => eventually(telling, what, async () => {
  const view = await viewOf(teller)
  return view !== null && isWanted(view)
})

const counted = (view: LiveView, what: string): number => (view as unknown as { readonly state: { readonly counts?: Readonly<Record<string, number>> } | null }).state?.counts?.[what] ?? 0

/** Acts that are told, each under an id of its own. */
function acting(): { readonly actions: ToldAction[]; act: (teller: Teller, ...[name, input]: Parameters<Teller['act']>) => Promise<void> } {
  const actions: ToldAction[] = []
  return {
    actions,
    async act(teller, ...[name, input]) {
      const callId = `action-${String(actions.length)}-${name}`
      actions.push({ agentId: teller.agentId, callId, number: await teller.act(name, input, callId) })
    },
  }
}

async function come(telling: Telling, names: readonly string[]): Promise<Teller[]> {
  const tellers: Teller[] = []
  for (const name of names) tellers.push(await telling.comer(name).accept(tally, telling.run))
  for (const teller of tellers) await stands(telling, teller, 'it has begun', ({ phase }) => phase === 'live')
  return tellers
}

async function submit(teller: Teller): Promise<void> {
  expect(await teller.submit({ total: 0 }, `answer-of-${teller.agentId}`)).toMatchObject({ outcome: 'completed' })
}

/** Two people with an effect and a timer; one leaves, another comes, and it is brought to its end. */
export async function theReplaced(telling: Telling): Promise<Told> {
  const { actions, act } = acting()
  const [ann, ben] = await come(telling, ['ann', 'ben'])
  if (!ann || !ben) throw new Error('two came')
  await act(ann, 'say', { text: 'first' })
  await act(ben, 'say', { text: 'second' })
  await act(ann, 'ask', { question: 'why' })
  await stands(telling, ben, 'the effect was done', view => counted(view, 'result') === 1)
  await act(ben, 'wait', { name: 'pause', ms: 0 })
  await stands(telling, ann, 'the timer ran out', view => counted(view, 'timer') === 1)
  await ben.giveBack()
  await stands(telling, ann, 'one has left', view => counted(view, 'leave') === 1)
  const [cid] = await come(telling, ['cid'])
  await stands(telling, ann, 'one is new', ({ people }) => people.every(({ status }) => status !== 'left'))
  if (cid) await act(cid, 'say', { text: 'third' })
  await act(ann, 'finish', {})
  await submit(ann)
  if (cid) await submit(cid)
  return { actions, counts: { say: 3, ask: 1, result: 1, wait: 1, timer: 1, leave: 1, join: 1, finish: 1 } }
}

/** One of two leaves, and it ends. */
export async function theDeserted(telling: Telling): Promise<Told> {
  const { actions, act } = acting()
  const [ann, ben] = await come(telling, ['ann', 'ben'])
  if (!ann || !ben) throw new Error('two came')
  await act(ben, 'say', { text: 'first' })
  await ben.giveBack()
  await stands(telling, ann, 'it is over', ({ phase, reason }) => phase === 'over' && reason === 'partner_left')
  await submit(ann)
  return { actions, counts: { say: 1, leave: 1 } }
}

/** One waits in vain and is let go; later two come. */
export async function theLobby(telling: Telling): Promise<Told> {
  const { actions, act } = acting()
  const early = await telling.comer('ann').accept(tally, telling.run)
  await stands(telling, early, 'one waits', ({ people }) => people.length === 1)
  telling.advance?.(LOBBY_MS + 1)
  await stands(telling, early, 'they were let go', ({ phase, people }) => phase === 'lobby' && people.length === 0)
  const [ann, ben] = await come(telling, ['ann', 'ben'])
  if (!ann || !ben) throw new Error('two came')
  expect(ann.agentId).not.toBe(early.agentId)
  await act(ann, 'finish', {})
  await submit(ann)
  await submit(ben)
  return { actions, counts: { finish: 1 } }
}
