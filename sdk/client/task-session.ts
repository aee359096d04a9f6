import type { AnyBlueprint } from '../blueprints/blueprint.js'
import { answerStore } from './answer-store.js'
import { openOnboarding } from './onboarding.js'
import { openPreview, register, showFailure } from './opening.js'
import { browserSignals, type PageSignals } from './page-signals.js'
import { safeStorage, type SessionStorageLike } from './safe-storage.js'
import { monotonicClock, type SessionClock } from './session-clock.js'
import { sessionStore, type Scene, type SessionContext, type SessionSides } from './session-context.js'
import { resumeSubmissions } from './submission.js'
import type { TaskState } from './task-state.js'
import { workerApi, type TaskEntry } from './worker-api.js'
import { workerCalls } from './worker-calls.js'
import { openWork } from './working.js'

/** What a task session needs to know. */
export interface TaskSessionOptions<B extends AnyBlueprint> {
  /** Which task, with the schemas that check answers before they are sent; its `type` alone leaves that to the server, and knows no procedures. */
  readonly blueprint: B | Pick<B, 'type'>
  /** Where Mephisto is mounted, such as `/mephisto/`. */
  readonly baseUrl: string
  /** Who is at the page; null shows that a personal link is missing. */
  readonly entry: TaskEntry | null
  /** Names the version of the page in every answer. @default none */
  readonly pageBuild?: string
  /** Where drafts and answers on their way are kept; calls on their way are in IndexedDB. @default the device's localStorage, or memory where it is unavailable */
  readonly storage?: SessionStorageLike
  /** Files go by XMLHttpRequest where there is one, because it alone says how far they are. @default the global fetch */
  readonly fetch?: typeof fetch
  /** What packets come over first, unless the host takes no sockets; null for none. @default the browser's, where there is one */
  readonly WebSocket?: typeof WebSocket | null
  /** Whether packets come as server-sent events where no socket opens; they are asked for again and again where neither does. @default true */
  readonly events?: boolean
  /** @default the page's monotonic clock */
  readonly clock?: SessionClock
  /** @default those of the browser page */
  readonly signals?: PageSignals
}

/** The worker's side of a task, without a framework: a state to show, and actions on it. */
export interface TaskSession<B extends AnyBlueprint> {
  /** The state; the same object until it changes. */
  getState(): TaskState<B>
  /** Calls `listener` after every change; returns what ends that. */
  subscribe(listener: () => void): () => void
  /** Begins, or begins again: first delivers an answer that was on its way, then asks the server what the work is. */
  start(): void
  /** Ends calls, timers and listeners. What was typed is stored; `start` goes on from there. */
  stop(): void
}

/** See `createTaskSession`. `sides` are there at once, are loaded late, or leave their code out of the page. */
export function openTaskSession<B extends AnyBlueprint>(options: TaskSessionOptions<B>, sides: SessionSides): TaskSession<B> {
  const { blueprint, baseUrl, entry, clock = monotonicClock, signals = browserSignals() } = options
  const store = sessionStore()
  const storage = safeStorage(options.storage)
  const answers = answerStore(storage, `${baseUrl}:${blueprint.type}`)
  const base = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`
  const ways = { baseUrl: base, clock, fetch: options.fetch ?? ((input, init) => fetch(input, init)) }
  const api = workerApi(workerCalls(ways), { clock, onWake: signals.onWake, onTrouble: store.countTrouble })
  let stopAsking = () => { /* not started */ }

  const context: SessionContext = {
    ...sides, blueprint, entry, clock, signals, answers, api, ways,
    pageBuild: options.pageBuild ?? null,
    who: { worker: '' },
    link: {
      baseUrl: base, onTrouble: store.countTrouble,
      WebSocket: options.WebSocket === undefined ? globalThis.WebSocket : options.WebSocket ?? undefined,
      fetch: options.events === false ? undefined : ways.fetch,
    },
    enter: store.enter,
    show: store.show,
    go: {
      preview: () => void openPreview(context, null),
      register: (scene, lastReceipt) => register(context, scene, lastReceipt),
      onboarding: onboarding => { openOnboarding(context, onboarding) },
      work: (unit, lastReceipt) => { openWork(context, unit, lastReceipt) },
      fail: (error, kept) => { showFailure(context, error, kept) },
    },
  }

  async function begin(scene: Scene): Promise<void> {
    const arrived = await resumeSubmissions(context, scene)
    if (!scene.signal.aborted) await openPreview(context, arrived)
  }

  return {
    // The one place where types come back: all that has an input or an answer in it went through this blueprint.
    getState: () => store.getState() as TaskState<B>,
    subscribe: store.subscribe,
    start() {
      const scene = store.enter()
      stopAsking()
      stopAsking = signals.askBeforeClosing(() => !storage.isDurable())
      store.show({ status: 'loading', isSending: false })
      void begin(scene)
    },
    stop() {
      store.enter()
      stopAsking()
    },
  }
}
