import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'

const CHROMIUM = process.env['MEPHISTO_CHROMIUM'] ?? '/usr/bin/chromium'
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** Where screenshots go. */
export const OUTPUT = fileURLToPath(new URL('../../test-output/', import.meta.url))
export const DESKTOP = { width: 1280, height: 800 }
export const PHONE = { width: 360, height: 740 }

/** Pages in Chromium for the tests of a file. Those of a test are closed after it, and it fails for what they complained of. */
export function browserPages() {
  let browser: Browser
  const contexts: BrowserContext[] = []
  const complaints: string[] = []
  beforeAll(async () => {
    if (!existsSync(CHROMIUM)) throw new Error(`There is no Chromium at ${CHROMIUM}; install Debian's chromium or set MEPHISTO_CHROMIUM.`)
    mkdirSync(OUTPUT, { recursive: true })
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'] })
  })
  afterEach(async () => {
    for (const context of contexts.splice(0)) await closedSoon(context)
    expect(complaints.splice(0)).toEqual([])
  })
  afterAll(() => closedSoon(browser))
  return {
    /** What pages complained of so far; a test that expects it takes it out. */
    complaints,
    async open(viewport = DESKTOP, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
      const context = await browser.newContext({ viewport, colorScheme, locale: 'en-US' })
      contexts.push(context)
      const page = await context.newPage()
      page.on('pageerror', error => complaints.push(error.message))
      page.on('console', message => { if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) complaints.push(message.text()) })
      return page
    },
  }
}

/**
 * Closes it, and goes on after a while when Chromium does not: now and then it does not end for minutes, with nothing to do, after a
 * request that it had cut off. It is killed with the process of the tests.
 */
async function closedSoon(one: { close(): Promise<void> }): Promise<void> {
  await Promise.race([one.close(), setTimeout(10_000, undefined, { ref: false })])
}

/** Takes a screenshot under this name, and has a page that fits its window and that everybody can use. */
export async function look(page: Page, name: string): Promise<void> {
  // Half faded in, a text has less contrast than it will have.
  await page.evaluate(async () => { await Promise.allSettled(document.getAnimations().map(({ finished }) => finished)) })
  await page.screenshot({ path: join(OUTPUT, `${name}.png`), fullPage: true })
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), `${name} scrolls sideways`).toBeLessThanOrEqual(0)
  await page.evaluate(AXE)
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe?: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }
    return axe ? (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`) : ['axe did not load']
  })
  expect(violations, `${name} for people who use assistive technology`).toEqual([])
}
