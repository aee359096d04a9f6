import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { browserPages, look, PHONE } from './browser-pages.js'
import { consolePages, WIDE } from './console-pages.js'
import { arrive, playScreens, SCREEN_NAMES } from './console-screens.js'
import { expectFocusWalk } from './focus-walk.js'

// The keyboard on every screen of the console: where the focus goes, that one sees it, and what opens over a page.

const { open } = browserPages()
const { played: play, come } = consolePages(playScreens)

test.each(SCREEN_NAMES)('%s is gone through by Tab, wide and narrow', { timeout: 90_000 }, async name => {
  for (const [size, viewport] of [['wide', WIDE], ['phone', PHONE]] as const) {
    const page = await open(viewport)
    await arrive(page, come, { name, play: play() })
    await expectFocusWalk(page, `${name} (${size})`)
  }
})

/** Buttons that may open something over the page: not those that choose what is listed, nor those that decide about an answer or a remark. */
const OPENERS = '.mephisto-console .mephisto-button:is(button):visible:not(:disabled, [aria-pressed], .mephisto-review-desk *, .mephisto-review-remark *)'

/** What the buttons of a page are called, each once. */
async function openersOf(page: Page): Promise<readonly string[]> {
  return [...new Set((await page.locator(OPENERS).allInnerTexts()).map(text => text.replaceAll(/\s+/g, ' ').trim()))]
}

test.each(SCREEN_NAMES)('what opens over %s has the focus, fits, and gives the focus back', { timeout: 120_000 }, async name => {
  const page = await open(WIDE)
  await arrive(page, come, { name, play: play() })
  const dialog = page.getByRole('dialog')
  for (const opener of await openersOf(page)) {
    const button = page.locator(OPENERS).filter({ hasText: new RegExp(`^\\s*${opener.replaceAll(/[^\w]+/g, '\\W+')}\\s*$`) }).first()
    await page.setViewportSize(WIDE)
    await button.focus()
    await page.keyboard.press('Enter')
    if (await dialog.count() === 0) continue
    const hasFocus = () => page.evaluate(() => document.querySelector('dialog')?.contains(document.activeElement) ?? false)
    expect(await hasFocus(), `${opener} on ${name}`).toBe(true)
    await look(page, `sheet-${name}-${opener.toLowerCase().replaceAll(/\W+/g, '-')}`)
    await page.setViewportSize(PHONE)
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await dialog.evaluate(element => element.scrollWidth - element.clientWidth), `${opener} scrolls sideways`).toBeLessThanOrEqual(0)
    await look(page, `sheet-${name}-${opener.toLowerCase().replaceAll(/\W+/g, '-')}-phone`)
    await page.emulateMedia({ colorScheme: 'light' })
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(await button.evaluate(element => element === document.activeElement), `${opener} on ${name} has the focus again`).toBe(true)
  }
})
