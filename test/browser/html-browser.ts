import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import type { AnyBlueprint } from '../../sdk/blueprints/blueprint.js'
import type { HtmlBlueprint } from '../../sdk/blueprints/html/index.js'
import type { TaskRun } from '../../sdk/index.js'
import { htmlHost, type HtmlHost } from '../html-stage.js'
import { browserPages } from './browser-pages.js'

/** Opens Chromium and a host with HTML tasks before the tests of this file, and closes them after. */
export function htmlBrowser(blueprints: readonly HtmlBlueprint<AnyBlueprint>[]) {
  const { open, complaints } = browserPages()
  let host: HtmlHost | null = null
  const opened = (): HtmlHost => {
    if (host === null) throw new Error('only inside of a test')
    return host
  }
  beforeAll(async () => { host = await htmlHost(blueprints) })
  afterAll(() => host?.close())
  const answersOf = async (run: TaskRun): Promise<unknown[]> => (await opened().answers(run)).map(({ answer }) => answer)
  return {
    get host() { return opened() },
    open, complaints, answersOf,
    /** Opens the personal link of a worker, and takes the work. */
    async accept(page: Page, run: TaskRun, worker: string): Promise<void> {
      await page.goto(await opened().link(run, worker))
      await page.getByRole('button', { name: /^Accept/ }).click()
      await page.getByRole('timer').waitFor()
    },
    /** Waits for so many answers. */
    answered: async (run: TaskRun, count: number): Promise<void> => { await expect.poll(() => answersOf(run)).toHaveLength(count) },
  }
}
