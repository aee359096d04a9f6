import type { PacketView } from '../sdk/protocol/packet-views.js'
import type { LiveView } from '../sdk/protocol/live-views.js'
import { usd, type LaunchSettings, type TaskRun } from '../sdk/index.js'
import type { SimulatedTask } from '../sdk/testing/index.js'
import { debate, debateServer, type DebateOptions } from './debate.js'
import type { Target } from './scenarios/promise-open.js'
import { openSessionsStage, type SessionsStage, type StageOptions } from './sessions-stage.js'

/** Somebody at a debate. */
export type Debater = SimulatedTask<typeof debate>

/** Whoever can read what they were told. */
type Reading = Pick<Debater, 'packets'>

/** An instance with debates. */
export interface LiveStage extends SessionsStage {
  /** What the functions of the debate were told. */
  readonly seen: readonly string[]
  debate(run: { readonly items?: number; readonly people?: number } & Partial<LaunchSettings>): Promise<TaskRun>
  come(name: string, run: TaskRun): Promise<Debater>
}

/** Opens an instance with debates. */
export async function openLiveStage(target: Target, { options, ...stageOptions }: StageOptions & { readonly options?: DebateOptions } = {}): Promise<LiveStage> {
  const seen: string[] = []
  const stage = await openSessionsStage(target, { ...stageOptions, blueprints: [debateServer(seen, options), ...stageOptions.blueprints ?? []] })
  return {
    ...stage, seen,
    debate: ({ items = 1, people = 2, ...rest }) => stage.mephisto.operator.launch(debate, {
      task: 'debates', requester: 'lab', provider: 'inhouse', pay: usd('1.00'), unitsPerAssignment: people, data: Array.from({ length: items }, (_, index) => ({ topic: `topic ${String(index)}` })), ...rest,
    }),
    come: (name, run) => stage.worker(name).accept(debate, run),
  }
}

/** All that somebody has been told so far. */
export async function allPackets(debater: Reading): Promise<readonly PacketView[]> {
  const all: PacketView[] = []
  for (let isMore = true; isMore;) {
    const packets = await debater.packets(all.at(-1)?.number ?? 0)
    all.push(...packets)
    isMore = packets.length > 0
  }
  return all
}

/** How things stood last, as somebody was told; null before the first word. */
export async function viewOf(debater: Reading): Promise<LiveView | null> {
  return ((await allPackets(debater)).findLast(({ kind }) => kind === 'state')?.body ?? null) as LiveView | null
}

/** Waits until things stand as they are wanted, at most 20 s. */
export async function until(debater: Reading, isWanted: (view: LiveView) => boolean): Promise<LiveView> {
  for (const end = performance.now() + 20_000; performance.now() < end;) {
    const view = await viewOf(debater)
    if (view && isWanted(view)) return view
    await new Promise(resolve => { setTimeout(resolve, 20) })
  }
  throw new Error(`it never stood as it was wanted; last: ${JSON.stringify(await viewOf(debater))}`)
}

/** What was said that somebody could hear. */
export async function heardBy(debater: Reading): Promise<readonly string[]> {
  return (await allPackets(debater)).filter(({ kind }) => kind === 'message').map(({ body }) => { const { by, text } = body as { by: string; text: string }; return `${by}: ${text}` })
}

/** Waits until somebody has heard this, at most 20 s. */
export async function hears(debater: Reading, text: string): Promise<void> {
  for (const end = performance.now() + 20_000; performance.now() < end;) {
    if ((await heardBy(debater)).includes(text)) return
    await new Promise(resolve => { setTimeout(resolve, 20) })
  }
  throw new Error(`"${text}" was never heard; there was: ${(await heardBy(debater)).join(' | ')}`)
}

/** What is read when nothing more comes: whoever does not read any more is away a moment later, and that is said too. */
export async function settled<T>(read: () => Promise<readonly T[]>): Promise<readonly T[]> {
  for (let tries = 0; tries < 8; tries += 1) {
    const before = await read()
    await new Promise(resolve => { setTimeout(resolve, 2_500) })
    const now = await read()
    if (now.length === before.length) return now
  }
  throw new Error('it never came to rest')
}
