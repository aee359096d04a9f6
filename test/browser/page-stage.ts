import type { Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import type { TaskRun } from '../../sdk/index.js'
import { makeTarget, type OwnTarget } from '../scenarios/promise-target.js'
import { openSessionsStage, type SessionsStage, type StageOptions } from '../sessions-stage.js'

/** An instance with one run and its page, for all tests of a file. */
export interface PageStage {
  readonly stage: SessionsStage
  readonly run: TaskRun
  /** Has a worker come to the page and accept, and waits until what has this label is there. */
  work(page: Page, worker: string, label: string | RegExp): Promise<void>
}

/** Opens a stage with this page before the tests of a file, and closes it after them; `give` is called when it is there. */
export function pageStageForAllTests(page: () => NonNullable<StageOptions['page']>, give: (opened: PageStage) => void): void {
  let target: OwnTarget
  let stage: SessionsStage
  beforeAll(async () => {
    target = await makeTarget('sqlite')
    stage = await openSessionsStage(target, { page: page() })
    const run = await stage.launch(9)
    give({
      stage, run,
      async work(at, worker, label) {
        await at.goto((await stage.mephisto.invite({ run: run.id, worker })).url)
        await at.getByRole('button', { name: /^(Accept|Continue)/ }).click()
        await at.getByLabel(label).waitFor()
      },
    })
  })
  afterAll(async () => {
    await stage.close()
    await target.drop()
  })
}
