import type { Page } from 'playwright-core'
import type { RunProgress, TaskRun } from '../../sdk/index.js'
import { playKettles, type ConsoleStage } from '../console-stage.js'
import { consolePages, type ConsolePages } from './console-pages.js'

/** A run in the middle of its way, and the console in which it is reviewed, for all tests of a file. */
export interface ReviewPages extends Pick<ConsolePages<TaskRun>, 'come'> {
  readonly stage: () => ConsoleStage
  readonly run: () => TaskRun
  /** Opens the review of the run. @default as Rita */
  review(page: Page, who?: string): Promise<void>
  /** How many units of the run are in which state. */
  units(): Promise<RunProgress['units']>
}

/** Sets {@link ReviewPages} up. */
export function reviewPages(): ReviewPages {
  const { stage, played: run, come } = consolePages(playKettles, {})
  return {
    stage, run, come,
    async review(page, who = 'rita') {
      await come(page, who, `runs/${run().id}/answers`)
      await page.getByRole('article', { name: 'Unit under review' }).waitFor()
    },
    units: async () => (await stage().mephisto.operator.progress(run().id)).units,
  }
}
