import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** Where the focus came to. */
interface Stop {
  readonly name: string
  readonly isVisible: boolean
  readonly hasMark: boolean
  readonly box: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }
}

/** More stops than any screen has. */
const MOST_STOPS = 400

/** Where the focus is now; null where it is on nothing. */
function stopNow(page: Page): Promise<Stop | null> {
  return page.evaluate(() => {
    const at = document.activeElement
    if (!(at instanceof HTMLElement) || at === document.body) return null
    const { left, right, top, bottom } = at.getBoundingClientRect()
    const { outlineStyle, outlineWidth } = getComputedStyle(at)
    // Where it stands, however far what is around it was scrolled meanwhile.
    let [alongX, alongY] = [scrollX, scrollY]
    for (let around = at.parentElement; around && around !== document.documentElement; around = around.parentElement) {
      alongX += around.scrollLeft
      alongY += around.scrollTop
    }
    return {
      name: `${at.tagName.toLowerCase()} ${(at.getAttribute('aria-label') ?? at.innerText).slice(0, 40)}`,
      isVisible: at.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && bottom > 0 && top < innerHeight && right > 0 && left < innerWidth,
      // In a field for a time the browser marks the part that has the focus.
      hasMark: (at instanceof HTMLInputElement && at.type === 'datetime-local') || (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2),
      box: { left: left + alongX, right: right + alongX, top: top + alongY, bottom: bottom + alongY },
    }
  })
}

/** Goes back against the way of reading: up without going into a column beside, or back within a line. */
function isBackwards({ box: from }: Stop, { box: to }: Stop): boolean {
  const isBeside = to.left >= from.right - 1
  const isSameLine = to.top < from.bottom - 4 && to.bottom > from.top + 4
  const holds = to.left >= from.left - 1 && to.right <= from.right + 1 && to.top >= from.top - 1
  if (holds) return false
  return isSameLine ? to.left < from.left - 1 : to.bottom <= from.top + 4 && !isBeside
}

/** Walks through a page by Tab from its beginning to its end; every stop is in sight and marked, and they follow each other as one reads. */
export async function expectFocusWalk(page: Page, name: string): Promise<void> {
  await page.evaluate(() => { scrollTo(0, 0) })
  const problems: string[] = []
  let before: Stop | null = null
  for (let count = 0; ; count += 1) {
    await page.keyboard.press('Tab')
    const stop = await stopNow(page)
    if (stop === null) break
    if (count === MOST_STOPS) {
      problems.push(`the focus does not come out again; it is at ${stop.name}`)
      break
    }
    if (!stop.isVisible) problems.push(`${stop.name} is out of sight`)
    if (!stop.hasMark) problems.push(`${stop.name} is not marked`)
    if (before && isBackwards(before, stop)) problems.push(`from ${before.name} back to ${stop.name}`)
    before = stop
  }
  expect(before, `${name} has something to come to`).not.toBeNull()
  expect(problems, `the focus on ${name}`).toEqual([])
}
