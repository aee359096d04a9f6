import * as z from 'zod'
import { expect, vi } from 'vitest'
import { createTaskSession, type TaskSession, type TaskState } from '../sdk/client/index.js'
import { defineBlueprint } from '../sdk/blueprints/blueprint.js'
import { implement, usd, type TaskRun } from '../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../sdk/testing/index.js'
import { deviceStorage, handClock, handSignals } from './unit/task-session-server.js'

/** A task whose page asks the server for something. */
export const noting = defineBlueprint({
  type: 'noting', input: z.object({ topic: z.string() }), output: z.object({ note: z.string() }),
  procedures: { shout: { input: z.object({ text: z.string() }), output: z.object({ text: z.string() }) } },
})
type State = TaskState<typeof noting>
type StateOf<S extends State['status']> = Extract<State, { status: S }>

/** What a page asked of the server, and what it was told. */
export interface Asked {
  readonly path: string
  readonly token: string | null
  readonly headers: Headers
  readonly status: number
}

/** A page of `ann` over the real handler, with both clocks and the network in the test's hand. */
export interface HandledPage {
  readonly mephisto: TestMephisto
  readonly run: TaskRun
  readonly storage: ReturnType<typeof deviceStorage>
  readonly clock: ReturnType<typeof handClock>
  readonly signals: ReturnType<typeof handSignals>
  /** All that was asked, in order of the answers. */
  readonly asked: readonly Asked[]
  /** What stands between page and server from now on. @default nothing */
  through(network: (request: Request, pass: (request: Request) => Promise<Response>) => Promise<Response>): void
  open(options?: { readonly events?: boolean }): TaskSession<typeof noting>
  reach<S extends State['status']>(session: TaskSession<typeof noting>, status: S): Promise<StateOf<S>>
  /** Opens a page and takes a unit. */
  work(options?: { readonly events?: boolean }): Promise<{ readonly session: TaskSession<typeof noting>; readonly working: StateOf<'working'> }>
  close(): Promise<void>
}

/** Opens a {@link HandledPage} at a run of its own. */
export async function handledPage(): Promise<HandledPage> {
  const mephisto = await createTestMephisto({ blueprints: [implement(noting, { procedures: { shout: { run: ({ text }) => ({ text: text.toUpperCase() }) } } })] })
  const run = await mephisto.operator.launch(noting, { task: 'noting', requester: 'lab', provider: 'inhouse', pay: usd('0.10'), leaseMs: 4 * 86_400_000, data: Array.from({ length: 5 }, () => ({ topic: 'tea' })) })
  const { credential } = await mephisto.invite({ run: run.id, worker: 'ann' })
  const [clock, signals, storage] = [handClock(), handSignals(), deviceStorage()]
  const asked: Asked[] = []
  const sessions: TaskSession<typeof noting>[] = []
  let network: Parameters<HandledPage['through']>[0] = (request, pass) => pass(request)

  const send: typeof fetch = async (input, init) => {
    const response = await network(new Request(input, init), request => mephisto.handler(request))
    const { pathname } = new URL(input as string)
    const headers = new Headers(init?.headers)
    asked.push({ path: pathname.replace(/^\/mephisto\/(?:trpc\/agent\.)?/, '').replace(/^files\/.*/, 'files'), token: headers.get('authorization')?.slice('Bearer '.length) ?? null, headers, status: response.status })
    return response
  }

  function open({ events = false }: { readonly events?: boolean } = {}): TaskSession<typeof noting> {
    const session = createTaskSession({ blueprint: noting, baseUrl: mephisto.architect.baseUrl, entry: { provider: 'inhouse', credential }, fetch: send, WebSocket: null, events, clock, signals, storage })
    sessions.push(session)
    session.start()
    return session
  }
  const reach = <S extends State['status']>(session: TaskSession<typeof noting>, status: S) => vi.waitFor(() => {
    const state = session.getState()
    expect(state.status).toBe(status)
    return state as StateOf<S>
  }, { interval: 5, timeout: 5_000 })

  return {
    mephisto, run, storage, clock, signals, asked, open, reach,
    through: changed => { network = changed },
    async work(options) {
      const session = open(options)
      ;(await reach(session, 'preview')).accept()
      return { session, working: await reach(session, 'working') }
    },
    async close() {
      for (const session of sessions) session.stop()
      await mephisto.close()
    },
  }
}
