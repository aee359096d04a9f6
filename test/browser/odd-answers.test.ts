import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { textOfPlace, type ConsolePlace } from '../../react/console/console-place.js'
import { implement } from '../../sdk/index.js'
import { playOdd, type OddPlay } from '../odd-answers-stage.js'
import { odd } from '../odd-blueprint.js'
import { browserPages, look, PHONE } from './browser-pages.js'
import { consolePages, WIDE, type ConsolePages } from './console-pages.js'

// What people write that is no plain sentence: markup and script, words without end, and letters from right to left, wherever it is shown.

const { open } = browserPages()
const blueprints = [implement(odd)]

/** Every place where some of it stands. */
function placesOf({ run: { id: run }, task, project, worker, qualification }: OddPlay): readonly ConsolePlace[] {
  return [
    ...(['overview', 'answers', 'workers', 'reviewers', 'remarks'] as const).map(part => ({ page: 'run' as const, run, part })),
    ...(['runs', 'remarks', 'workers', 'qualifications', 'projects', 'audit'] as const).map(page => ({ page })),
    { page: 'worker', worker }, { page: 'qualification', qualification }, { page: 'project', project }, { page: 'task', task }, { page: 'spending', of: { kind: 'run', id: run } }, { page: 'exports', of: { kind: 'run', id: run } },
  ]
}

/** Comes to each place, opens all that is folded there, and of the answers what happened. */
async function visit(page: Page, { played, come }: ConsolePages<OddPlay>, see: (name: string) => Promise<void>): Promise<void> {
  for (const place of placesOf(played())) {
    const name = textOfPlace(place).replaceAll(/[0-9a-f-]{36}|[^a-z/]/g, '').replaceAll('/', '-')
    await come(page, 'olga', textOfPlace(place))
    if (place.page === 'run' && place.part === 'answers') {
      await page.getByRole('article').waitFor()
      await page.locator('.mephisto-review-same-item').waitFor()
      await page.locator('.mephisto-review-filter').nth(4).click()
      await page.locator('.mephisto-review-decision').waitFor()
    }
    await page.locator('h1').waitFor()
    await page.waitForLoadState('networkidle')
    await page.evaluate(() => { for (const folded of document.querySelectorAll('details')) folded.open = true })
    await page.waitForLoadState('networkidle')
    await see(name)
  }
}

describe('markup and script', () => {
  const MARKUP = '<script>window.stolen = 1</script><img src=x onerror="window.stolen = 1"><b>bold</b> {{7*7}} ${7*7} javascript:alert(1)'
  const pages = consolePages(stage => playOdd(stage, MARKUP), { loginHref: '/login' }, { blueprints })

  test('stand as text in every place, and nothing of them runs', { timeout: 120_000 }, async () => {
    const page = await open(WIDE)
    await visit(page, pages, async name => {
      expect(await page.locator('.mephisto-console').locator('script, img, b').count(), name).toBe(0)
      expect(await page.evaluate(() => 'stolen' in window), name).toBe(false)
      if (name.includes('answers')) {
        for (const where of ['.mephisto-review-row-item', '.mephisto-review-text', '.mephisto-review-same-item td', '.mephisto-review-events', '.mephisto-review-decision', '.mephisto-review-said']) {
          expect(await page.locator(where).filter({ hasText: '<script>window.stolen = 1</script>' }).count(), where).toBeGreaterThan(0)
        }
      }
    })
  })
})

describe('words without end', () => {
  const pages = consolePages(stage => playOdd(stage, 'w'.repeat(900), 'v'.repeat(110)), { loginHref: '/login' }, { blueprints })

  test('make no page wider than a phone', { timeout: 180_000 }, async () => {
    const page = await open(PHONE, 'dark')
    await visit(page, pages, name => look(page, `endless-${name}`))
  })
})
