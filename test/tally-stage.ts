import { usd, type LiveSettings, type TaskRun } from '../sdk/index.js'
import type { FaultStep, SimulatedTask } from '../sdk/testing/index.js'
import { openSessionsStage, type SessionsStage, type StageOptions } from './sessions-stage.js'
import { tally, tallyServer, type OnAsked } from './tally.js'
import type { Target } from './scenarios/promise-open.js'

/** Somebody at a tally. */
export type Teller = SimulatedTask<typeof tally>

/** Opens an instance with tallies. */
export function openTallyStage(target: Target, { onAsked, ...options }: Omit<StageOptions, 'blueprints'> & { readonly onAsked?: OnAsked } = {}): Promise<SessionsStage> {
  return openSessionsStage(target, { ...options, blueprints: [tallyServer(onAsked)] })
}

/** How long people may be away, and wait for each other, unless it is said otherwise: longer than any test goes on, ms. */
const HOUR_MS = 3_600_000

/** Launches tallies. */
export function launchTallies({ mephisto }: Pick<SessionsStage, 'mephisto'>, { items = 1, people = 2, live = {} }: { readonly items?: number; readonly people?: number; readonly live?: LiveSettings }): Promise<TaskRun> {
  return mephisto.operator.launch(tally, {
    task: 'tallies', requester: 'lab', provider: 'inhouse', pay: usd('1.00'), unitsPerAssignment: people, live: { absenceMs: HOUR_MS, lobbyMs: HOUR_MS, ...live },
    data: Array.from({ length: items }, (_, index) => ({ name: `tally ${String(index)}` })),
  })
}

/** What is written: a transaction, or a statement of its own. What only reads leaves nothing that was not there before. */
export function isWriting({ isInTransaction, sql }: FaultStep): boolean {
  return isInTransaction || !/^\s*SELECT/.test(sql)
}
