import { afterEach, beforeEach, expect } from 'vitest'
import type { TaskRun } from '../sdk/index.js'
import { check, makeTarget, type OwnTarget } from './scenarios/promise-target.js'
import { openSessionsStage, type SessionsStage } from './sessions-stage.js'

/** What each test has: a stage on a database of its own, and a run. */
export interface OpenedSessions {
  readonly target: OwnTarget
  readonly stage: SessionsStage
  readonly run: TaskRun
}

/** Opens them before each test of a file; after it `end` is done, all is closed, and what is left is looked through for broken promises. @default end nothing */
export function sessionsEachTest(take: (opened: OpenedSessions) => void, end: () => unknown = () => undefined): void {
  let opened: OpenedSessions | null = null
  beforeEach(async () => {
    const target = await makeTarget('sqlite')
    const stage = await openSessionsStage(target)
    opened = { target, stage, run: await stage.launch() }
    take(opened)
  })
  afterEach(async () => {
    await end()
    if (opened === null) return
    const { stage, target } = opened
    await stage.close()
    expect(await check(target)).toEqual([])
    await target.drop()
  })
}
