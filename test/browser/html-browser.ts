import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { AnyBlueprint } from '../../sdk/blueprints/blueprint.js'
import type { HtmlBlueprint } from '../../sdk/blueprints/html/index.js'
import type { TaskRun } from '../../sdk/index.js'
import { htmlHost, type HtmlHost } from '../html-stage.js'

// Chromium before a host with HTML tasks.
const CHROMIUM = process.env['MEPHISTO_CHROMIUM'] ?? '/usr/bin/chromium'
const DESKTOP = { width: 1280, height: 800 }
export const PHONE = { width: 360, height: 740 }

/** A browser and a host for the tests of a file. */
export interface HtmlBrowser {
  readonly host: HtmlHost
  open(viewport?: { width: number; height: number }, colorScheme?: 'light' | 'dark'): Promise<Page>
  /** Opens the personal link of a worker, and takes the work. */
  accept(page: Page, run: TaskRun, worker: string): Promise<void>
  answersOf(run: TaskRun): Promise<unknown[]>
  /** Waits for so many answers. */
  answered(run: TaskRun, count: number): Promise<void>
  /** What the page's console has complained of; the test must take what it expects. */
  readonly complaints: string[]
}

/** Opens both before the tests of this file, and closes them after. */
export function htmlBrowser(blueprints: readonly HtmlBlueprint<AnyBlueprint>[]): HtmlBrowser {
  let [browser, host]: [Browser | null, HtmlHost | null] = [null, null]
  const contexts: BrowserContext[] = []
  const complaints: string[] = []
  const opened = <T>(one: T | null): T => {
    if (one === null) throw new Error('only inside of a test')
    return one
  }
  beforeAll(async () => {
    if (!existsSync(CHROMIUM)) throw new Error(`There is no Chromium at ${CHROMIUM}; install Debian's chromium or set MEPHISTO_CHROMIUM.`)
    host = await htmlHost(blueprints)
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'] })
  })
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close()
    expect(complaints.splice(0)).toEqual([])
  })
  afterAll(async () => {
    await browser?.close()
    await host?.close()
  })
  const answersOf = async (run: TaskRun): Promise<unknown[]> => (await opened(host).answers(run)).map(({ answer }) => answer)
  return {
    get host() { return opened(host) },
    complaints, answersOf,
    async open(viewport = DESKTOP, colorScheme = 'light') {
      const context = await opened(browser).newContext({ viewport, colorScheme, locale: 'en-US' })
      contexts.push(context)
      const page = await context.newPage()
      page.on('pageerror', error => complaints.push(error.message))
      page.on('console', message => { if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) complaints.push(message.text()) })
      return page
    },
    async accept(page, run, worker) {
      await page.goto(await opened(host).link(run, worker))
      await page.getByRole('button', { name: /^Accept/ }).click()
      await page.getByRole('timer').waitFor()
    },
    answered: async (run, count) => { await expect.poll(() => answersOf(run)).toHaveLength(count) },
  }
}
