import { expect, test } from 'vitest'
import { browserPages, DESKTOP, look, PHONE } from './browser-pages.js'
import { reviewPages } from './review-pages.js'

// A random sample is checked until it shows what was asked.

const { open } = browserPages()
const { review, units } = reviewPages()

test('a sample is checked by the keyboard, says how many more, and is another view of the same queue', async () => {
  const page = await open(DESKTOP)
  await review(page)
  await page.getByRole('button', { name: 'Check a random sample' }).click()
  const panel = page.getByRole('region', { name: 'Random sample' })
  await panel.getByText(/\d+ checked, \d+ of them not used\./).waitFor()
  const before = await units()
  await page.getByRole('article', { name: 'Unit under review' }).waitFor()
  for (let count = 1; count <= 2; count += 1) {
    await page.keyboard.press('a')
    await expect.poll(async () => (await units()).accepted).toBe(before.accepted + count)
  }
  await expect.poll(async () => Number(/^(\d+) checked/.exec(await panel.getByRole('status').textContent() ?? '')?.[1])).toBeGreaterThanOrEqual(2)
  await panel.getByText(/more, if all of them are right\.$|Too many were wrong|are wrong\.|check all of them\.$/).waitFor()
  await look(page, 'review-sampling')
  await panel.getByLabel('Check until fewer are wrong than').selectOption('20%')
  await panel.getByRole('status').getByText(/more, if all of them are right|check all of them|Done: fewer than 20% are wrong|More than 20% are wrong/).waitFor()
  await page.getByRole('button', { name: /^Accepted/ }).click()
  await expect.poll(() => panel.count()).toBe(0)
})

test('on a phone in the dark', async () => {
  const page = await open(PHONE, 'dark')
  await review(page)
  await page.getByRole('button', { name: 'Check a random sample' }).click()
  await page.getByRole('region', { name: 'Random sample' }).getByText(/checked/).waitFor()
  await look(page, 'review-sampling-phone')
})
