import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { browserPages, look } from './browser-pages.js'
import { consolePages, WIDE } from './console-pages.js'
import { arrive, playScreens, SCREEN_NAMES } from './console-screens.js'

// Every screen of the console for everybody: wide, as a tablet has it, narrow, in the light, in the dark, enlarged.

const { open } = browserPages()
const { played: play, come } = consolePages(playScreens)

const SIZES = { wide: WIDE, tablet: { width: 768, height: 1024 }, phone: { width: 360, height: 740 } } as const

/** What is cut off: texts that are larger than what is around them, where nobody can scroll to the rest. */
function cutOff(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => [...document.querySelectorAll<HTMLElement>('.mephisto-console *')].filter(element => {
    const { overflowX, overflowY, clipPath, webkitLineClamp } = getComputedStyle(element)
    if (element.clientWidth === 0 || clipPath !== 'none' || webkitLineClamp !== 'none') return false
    return (overflowX === 'hidden' && element.scrollWidth > element.clientWidth + 1) || (overflowY === 'hidden' && element.scrollHeight > element.clientHeight + 1)
  }).map(element => `${element.className}: ${element.innerText.slice(0, 60)}`))
}

test.each(SCREEN_NAMES)('%s can be used by everybody at three widths, light and dark, and enlarged', { timeout: 90_000 }, async name => {
  const page = await open(WIDE)
  await arrive(page, come, { name, play: play() })
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport)
      await look(page, `screen-${name}-${size}-${colorScheme}`)
      expect(await cutOff(page), `${name}, ${size}`).toEqual([])
    }
  }
  // Twice as large on a desk: half as wide. Then the letters alone.
  await page.setViewportSize({ width: WIDE.width / 2, height: WIDE.height / 2 })
  await look(page, `screen-${name}-zoomed`)
  expect(await cutOff(page), `${name}, zoomed`).toEqual([])
  await page.setViewportSize(WIDE)
  await page.evaluate(() => { document.documentElement.style.fontSize = '200%' })
  await look(page, `screen-${name}-large-letters`)
  expect(await cutOff(page), `${name}, large letters`).toEqual([])
})

/** What moves, or would once something changes. */
function moving(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => [...document.querySelectorAll('*')].filter(element => {
    const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(element)
    return animationName !== 'none' || transitionDuration.split(', ').some(duration => duration !== '0s') || scrollBehavior === 'smooth'
  }).map(element => element.outerHTML.slice(0, 80)))
}

test('nothing moves for people who want it so, also when something happens', async () => {
  const page = await open(WIDE)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  for (const name of SCREEN_NAMES.filter(one => one !== 'run-answers')) {
    await arrive(page, come, { name, play: play() })
    expect(await moving(page), name).toEqual([])
  }
  await arrive(page, come, { name: 'run-answers', play: play() })
  await page.keyboard.press('a')
  await page.getByText(/^Approved, paid/).waitFor()
  expect(await moving(page)).toEqual([])
  await page.emulateMedia({ reducedMotion: 'no-preference' })
  // What was done appears for everybody else.
  expect(await moving(page)).toHaveLength(1)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.keyboard.press('?')
  await page.getByRole('dialog').waitFor()
  expect(await moving(page)).toEqual([])
})
