import type { Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import type { RunProgress, TaskRun } from '../../sdk/index.js'
import { openConsoleStage, playKettles, type ConsoleStage } from '../console-stage.js'
import { makeTarget, type OwnTarget } from '../scenarios/promise-target.js'

/** A run in the middle of its way, and the console in which it is reviewed, for all tests of a file. */
export interface ReviewPages {
  readonly stage: () => ConsoleStage
  readonly run: () => TaskRun
  /** Opens the review of the run, as Rita. */
  review(page: Page): Promise<void>
  /** How many units of the run are in which state. */
  units(): Promise<RunProgress['units']>
}

/** Sets {@link ReviewPages} up. */
export function reviewPages(): ReviewPages {
  let target: OwnTarget
  let stage: ConsoleStage
  let run: TaskRun
  beforeAll(async () => {
    target = await makeTarget('sqlite')
    stage = await openConsoleStage(target)
    run = await playKettles(stage)
  })
  afterAll(async () => {
    await stage.close()
    await target.drop()
  })
  return {
    stage: () => stage,
    run: () => run,
    async review(page) {
      await page.context().addCookies([{ name: 'who', value: 'rita', url: stage.origin }])
      await page.goto(`${stage.origin}/mephisto/console/#/runs/${run.id}/answers`)
      await page.getByRole('article', { name: 'Unit under review' }).waitFor()
    },
    units: async () => (await stage.mephisto.operator.progress(run.id)).units,
  }
}
