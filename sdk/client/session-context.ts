import type { AnyBlueprint } from '../blueprints/blueprint.js'
import type { Problem } from '../errors.js'
import type { OnboardingView, PassView, SubmitReply, WorkView } from '../protocol/worker-views.js'
import type { CallRequest } from '../protocol/packet-views.js'
import type { AnswerStore } from './answer-store.js'
import type { PacketLinkOptions } from './packet-link.js'
import type { PageSignals } from './page-signals.js'
import type { SessionClock } from './session-clock.js'
import type { AnyTaskState, FileActions, TaskView, WorkingState } from './task-state.js'
import type { TaskEntry, WorkerApi } from './worker-api.js'
import type { CallWays } from './worker-calls.js'

/**
 * One stretch of a session, such as one unit in hand. Calls and listeners of a scene end with it, so replies that come
 * late find nobody.
 */
export interface Scene {
  readonly signal: AbortSignal
  onEnd(cleanUp: () => void): void
}

/** What survives a failure, and is worth saying then. */
export interface Kept {
  readonly hasDraft?: boolean
  readonly lastReceipt?: SubmitReply | null
}

/** Where the steps of a session lead. Each ends the scene before it. */
export interface SessionSteps {
  preview(): void
  register(scene: Scene, lastReceipt: SubmitReply | null): Promise<void>
  onboarding(onboarding: OnboardingView): void
  work(unit: WorkView, lastReceipt: SubmitReply | null): void
  fail(error: unknown, kept?: Kept): void
}

/** What is in hand. */
export interface CalledFrom {
  readonly unit: WorkView
  readonly lastReceipt: SubmitReply | null
  onChange(): void
  /** Asks the server whether the unit is still this worker's, and leaves it if it is not. */
  askIfOurs(): Promise<void>
}

/** What can be done at a unit beside filling in its form, as it is now: what is left out is nothing. */
export interface RemoteNow extends Partial<Pick<WorkingState<AnyBlueprint>, 'live' | 'calls'>> {
  /** Calls a remote procedure; resolves to what it gives. @default the page knows none */
  make?(request: CallRequest): Promise<unknown>
  /** Why the answer cannot be handed in yet. @default it can */
  readonly tooSoon?: readonly Problem[]
  /** What was asked of the server and it has not acknowledged, in order: it goes ahead of an answer. @default nothing */
  readonly unsent?: () => readonly CallRequest[]
  /** The attempt is over: what was to be asked of the server is not wanted any more. @default nothing */
  readonly discard?: () => void
}

/** What a page can ask of the server at a unit; null until the code for it is there, where nothing can be shown without. */
export type RemoteSide = (context: SessionContext, scene: Scene, from: CalledFrom) => () => RemoteNow | null

/** What files of an attempt are sent with. */
export interface FileParts {
  readonly pass: PassView
  /** What the server takes, as far as it has said. */
  readonly maxFileBytes: number | undefined
  /** Something is on its way: the person is not away. @default nothing */
  onAlive?(): void
}

/** What a page can do with files while something is in hand. */
export type FileSide = (context: SessionContext, scene: Scene, parts: FileParts) => FileActions

/** Sides of a session whose code a page may load late, or leave out. */
export interface SessionSides {
  readonly remote: RemoteSide
  readonly files: FileSide
}

/** What the steps of a session share. */
export interface SessionContext extends SessionSides {
  readonly blueprint: Pick<AnyBlueprint, 'type'> & Partial<AnyBlueprint>
  readonly entry: TaskEntry | null
  readonly pageBuild: string | null
  /** The worker at the page, once the server has said who it is. */
  readonly who: { worker: string }
  readonly clock: SessionClock
  readonly signals: PageSignals
  readonly answers: AnswerStore
  readonly api: WorkerApi
  /** How all that is no connection goes out. */
  readonly ways: CallWays
  /** How packets come to this page. */
  readonly link: Pick<PacketLinkOptions, 'baseUrl' | 'WebSocket' | 'fetch' | 'onTrouble'>
  /** Ends the scene before and begins one. */
  enter(): Scene
  show(view: TaskView<AnyBlueprint>): void
  readonly go: SessionSteps
}

/** The state that is shown, and who wants to know. */
export interface SessionStore {
  getState(): AnyTaskState
  subscribe(listener: () => void): () => void
  show(view: TaskView<AnyBlueprint>): void
  /** Counts calls in trouble; the connection is `retrying` while there are any. */
  countTrouble(isInTrouble: boolean): void
  enter(): Scene
}

/** Holds the state of a session; it starts out loading. */
export function sessionStore(): SessionStore {
  const listeners = new Set<() => void>()
  let troubles = 0
  let state: AnyTaskState = { status: 'loading', isSending: false, connection: 'online' }
  let endScene = () => { /* no scene yet */ }

  function show(view: TaskView<AnyBlueprint>): void {
    state = { ...view, connection: troubles > 0 ? 'retrying' : 'online' }
    for (const listener of [...listeners]) listener()
  }

  return {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
    show,
    countTrouble(isInTrouble) {
      troubles += isInTrouble ? 1 : -1
      const connection = troubles > 0 ? 'retrying' : 'online'
      if (connection !== state.connection) show(state)
    },
    enter() {
      endScene()
      const controller = new AbortController()
      const cleanUps: (() => void)[] = []
      endScene = () => {
        controller.abort()
        for (const cleanUp of cleanUps.splice(0)) cleanUp()
      }
      return { signal: controller.signal, onEnd: cleanUp => { cleanUps.push(cleanUp) } }
    },
  }
}
