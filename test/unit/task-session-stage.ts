import { afterEach, beforeEach, expect, vi } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/blueprint.js'
import { createTaskSession } from '../../sdk/client/create-task-session.js'
import { type TaskSession } from '../../sdk/client/task-session.js'
import type { TaskState } from '../../sdk/client/task-state.js'
import { deviceStorage, handClock, handSignals, scriptedServer, type Call } from './task-session-server.js'

export const kind = defineBlueprint({
  type: 'sentence-kind',
  input: z.object({ sentence: z.string() }),
  output: z.object({ kind: z.enum(['promise', 'fact']), comment: z.string().max(10).optional() }),
})
export type Kind = typeof kind
export type Status = TaskState<Kind>['status']

export const run = {
  id: 'run', title: 'Sentences', description: '', blueprintType: 'sentence-kind', schemaHash: 'cafe',
  pay: { minor: 10, currency: 'USD' }, leaseMs: 60_000,
}
export const progress = { completedByYou: 1, unitsTotal: 9, unitsAnswered: 4 }
export const preview = { run, worker: 'ann', sample: { sentence: 'Once.' }, progress, refusal: null, hasUnitUnderWay: false }
export const unit = (unitId: string) => ({
  status: 'working', agentToken: `token-${unitId}`, agentId: `agent-${unitId}`, unitId, input: { sentence: `About ${unitId}` },
  lease: { remainingMs: 60_000, lengthMs: 60_000 }, resumed: false, run, progress,
})
export const receiptFor = (call: Call) => ({
  outcome: 'completed', reason: null, message: 'Thank you.', submissionId: call.input.submissionId,
  receivedAt: '2026-01-01T00:00:00.000Z', pay: null,
})
export const refusal = { status: 'refused', reason: 'all_taken', message: 'All are taken.', retryAfterMs: 5_000, progress }

export let server: Awaited<ReturnType<typeof scriptedServer>>
export let clock: ReturnType<typeof handClock>
export let signals: ReturnType<typeof handSignals>
export let storage: ReturnType<typeof deviceStorage>
export let open: TaskSession<Kind>[]

beforeEach(async () => {
  server = await scriptedServer()
  server.always('preview', () => ({ data: preview }))
  server.always('register', () => ({ data: unit('one') }))
  server.always('submit', call => ({ data: receiptFor(call) }))
  server.always('extend', () => ({ data: { lease: { remainingMs: 60_000, lengthMs: 60_000 }, message: '' } }))
  server.always('return', () => ({ data: { returned: true } }))
  clock = handClock()
  signals = handSignals()
  storage = deviceStorage()
  open = []
})

afterEach(async () => {
  for (const session of open) session.stop()
  await server.close()
})

export function start(options: { storage?: ReturnType<typeof deviceStorage> } = {}): TaskSession<Kind> {
  const session = createTaskSession({
    blueprint: kind, baseUrl: server.url, entry: { provider: 'inhouse', credential: 'link' }, pageBuild: 'b1',
    clock, signals, storage: options.storage ?? storage,
  })
  open.push(session)
  session.start()
  return session
}

export async function reach<S extends Status>(session: TaskSession<Kind>, status: S): Promise<Extract<TaskState<Kind>, { status: S }>> {
  return await vi.waitFor(() => {
    const state = session.getState()
    expect(state.status).toBe(status)
    return state as Extract<TaskState<Kind>, { status: S }>
  }, { interval: 5 })
}

export async function startWorking(options: { storage?: ReturnType<typeof deviceStorage> } = {}) {
  const session = start(options)
  const first = await reach(session, 'preview')
  first.accept()
  return { session, working: await reach(session, 'working') }
}

export const until = (check: () => void) => vi.waitFor(check, { interval: 5 })
export const retrying = (session: TaskSession<Kind>) => until(() => { expect(session.getState().connection).toBe('retrying') })
export const submissionIds = () => new Set(server.calls('submit').map(call => call.input.submissionId))
export const kept = (part: string) => [...storage.entries.keys()].filter(key => key.includes(part))
