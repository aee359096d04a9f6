import type { TaskRun } from '../sdk/index.js'
import type { OwnTarget } from './scenarios/promise-target.js'
import { openSessionsStage, type SessionsStage } from './sessions-stage.js'
import { stageEachTest } from './stage-each-test.js'

/** What each test has: a stage on a database of its own, and a run. */
export interface OpenedSessions {
  readonly target: OwnTarget
  readonly stage: SessionsStage
  readonly run: TaskRun
}

/** Opens them before each test of a file. See {@link stageEachTest}. */
export function sessionsEachTest(take: (opened: OpenedSessions) => void, end?: () => unknown): void {
  stageEachTest(async target => {
    const stage = await openSessionsStage(target)
    return { target, stage, run: await stage.launch() }
  }, take, end)
}
