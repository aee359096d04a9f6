import { expect, test } from 'vitest'
import { browserPages, DESKTOP, look } from './browser-pages.js'
import { reviewPages } from './review-pages.js'

// A login that ends, or a server that goes away, in the middle of a decision: nothing is lost, and nothing is done twice.

const { open } = browserPages()
const { review, units, stage } = reviewPages()

test('a session that ends in the middle of a decision is said so; after a login it goes on, and what was written is still there', async () => {
  const page = await open(DESKTOP)
  await review(page)
  const before = await units()
  await page.keyboard.press('n')
  await page.keyboard.type('Copied from the item')
  await page.keyboard.press('Escape')
  await page.context().clearCookies()
  await page.keyboard.press('a')
  await page.getByRole('heading', { name: 'You are not logged in' }).waitFor()
  await look(page, 'review-session-ended')
  expect(await units()).toEqual(before)
  // In another tab.
  await page.context().addCookies([{ name: 'who', value: 'rita', url: stage().origin }])
  await page.getByRole('article', { name: 'Unit under review' }).waitFor()
  await expect.poll(() => page.getByLabel('Note').inputValue()).toBe('Copied from the item')
  await page.keyboard.press('a')
  await expect.poll(units).toMatchObject({ completed: before.completed - 1, accepted: before.accepted + 1 })
})

test('a decision while the server is away is told, kept, and made once when it is back', async () => {
  const page = await open(DESKTOP)
  await review(page)
  const before = await units()
  await page.keyboard.press('n')
  await page.keyboard.type('Seen while away')
  await page.keyboard.press('Escape')
  stage().isThere = false
  await page.keyboard.press('a')
  await page.getByText(/The server cannot be reached right now/).first().waitFor()
  await page.locator('.mephisto-review-news-waiting').waitFor()
  await look(page, 'review-away')
  expect(await units()).toEqual(before)
  stage().isThere = true
  await expect.poll(units, { timeout: 20_000 }).toMatchObject({ completed: before.completed - 1, accepted: before.accepted + 1 })
  await page.getByText(/The server cannot be reached right now/).first().waitFor({ state: 'detached' })
  expect(await units()).toMatchObject({ completed: before.completed - 1, accepted: before.accepted + 1 })
})
