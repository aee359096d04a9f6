import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { playKettles } from '../console-stage.js'
import { browserPages, look, PHONE } from './browser-pages.js'
import { consolePages, WIDE } from './console-pages.js'

// The ready-made console in Arabic, from right to left, wide and narrow.

const { open } = browserPages()
const { stage, played: run, come } = consolePages(playKettles, { loginHref: '/login', language: 'ar' })

/** Words in Latin letters that the screen itself says: what people and the host wrote stays as it is. */
async function latinIn(page: Page): Promise<readonly string[]> {
  const said = await page.locator('.mephisto-console-nav, .mephisto-console-parts, .mephisto-console h2, .mephisto-review-facts dt, .mephisto-review-tile, .mephisto-review-filter, .mephisto-review-verdict').allInnerTexts()
  return said.filter(text => /[a-z]{3}/i.test(text.replaceAll(/USD|README/g, '')))
}

const PLACES = [['runs', ''], ['run', 'overview'], ['review', 'answers'], ['workers', 'workers']] as const
const placeOf = (part: string): string => (part === '' ? '' : part === 'overview' ? `runs/${run().id}` : `runs/${run().id}/${part}`)

async function arrive(page: Page, part: string): Promise<void> {
  switch (part) {
    case 'overview': return page.getByText('كل الإجابات، وعددها').waitFor()
    case 'answers': return page.getByRole('article', { name: 'الوحدة قيد المراجعة' }).waitFor()
    case 'workers': return page.getByRole('button', { name: 'الترتيب حسب الإجابات' }).waitFor({ state: 'attached' })
    default: return page.getByRole('link', { name: 'What do people say of kettles?' }).waitFor()
  }
}

test.each(PLACES)('%s goes from right to left, wide and narrow', async (name, part) => {
  for (const [size, page] of [['wide', await open(WIDE)], ['phone', await open(PHONE, 'dark')]] as const) {
    await come(page, 'olga', placeOf(part))
    await arrive(page, part)
    expect(await page.locator('html').evaluate(({ lang, dir }: HTMLHtmlElement) => [lang, dir])).toEqual(['ar', 'rtl'])
    expect(await page.locator('.mephisto-console').evaluate(({ lang, dir }: HTMLElement) => [lang, dir])).toEqual(['ar', 'rtl'])
    expect(await page.title()).toBe('لوحة مفيستو')
    expect(await latinIn(page)).toEqual([])
    await look(page, `console-arabic-${name}-${size}`)
  }
})

test('answers are decided in it, and it says so', async () => {
  const page = await open(WIDE)
  await come(page, 'rita', `runs/${run().id}/answers`)
  await arrive(page, 'answers')
  await page.keyboard.press('a')
  await page.getByRole('status').filter({ hasText: 'قُبلت ويُدفع الأجر' }).waitFor()
  await page.keyboard.press('r')
  await page.getByText('لماذا تُرفض؟').waitFor()
  await look(page, 'console-arabic-reject')
  await page.keyboard.press('Escape')
  await page.keyboard.press('z')
  await page.getByText('أُلغي القرار. عادت الوحدة إلى انتظار المراجعة.').waitFor()
  await page.getByRole('button', { name: 'المفاتيح' }).click()
  await look(page, 'console-arabic-keys')
})

test('says in Arabic that the server is away, and who may not come in', async () => {
  const page = await open(WIDE)
  await page.goto(`${stage().origin}/mephisto/console/`)
  await page.getByRole('heading', { name: 'لم تسجّل الدخول' }).waitFor()
  await come(page, 'vera', `runs/${run().id}`)
  await arrive(page, 'overview')
  stage().isThere = false
  await page.getByText('لا يمكن الوصول إلى الخادم الآن. قد يكون ما تراه قديمًا.').waitFor()
  stage().isThere = true
})
