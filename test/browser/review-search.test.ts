import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { browserPages, DESKTOP, look, PHONE } from './browser-pages.js'
import { reviewPages } from './review-pages.js'

// Looking for answers in the review queue.

const { open } = browserPages()
const { review } = reviewPages()

// Of a long list, only rows in and near sight are in the page.
const listed = async (page: Page) => Number(await page.getByRole('navigation', { name: 'Units' }).getByRole('listitem').first().getAttribute('aria-setsize'))

test('answers are found by what they say, kept as a view, and gone through with the same keys', async () => {
  const page = await open(DESKTOP)
  await review(page)
  const all = await listed(page)
  await page.getByRole('button', { name: 'Filter' }).click()
  const form = page.getByRole('form', { name: 'Which answers to show' })
  await form.getByLabel('Answered', { exact: true }).selectOption('annoyed')
  await form.getByLabel('Order').selectOption('Newest first')
  await form.getByLabel('Took at least, seconds').fill('x')
  await form.getByText('Write a whole number of seconds.').waitFor()
  expect(await form.getByRole('button', { name: 'Show' }).isDisabled()).toBe(true)
  await form.getByLabel('Took at least, seconds').fill('')
  await form.getByLabel('Took at most, seconds').fill('500')
  await form.getByLabel('Name of the view').fill('Angry ones')
  await look(page, 'search-form')
  await form.getByRole('button', { name: 'Keep as a view' }).click()
  await expect.poll(() => listed(page)).toBeLessThan(all)
  const found = await listed(page)
  const rows = await page.getByRole('navigation', { name: 'Units' }).getByRole('button').allTextContents()
  expect(rows.filter(row => !row.includes('annoyed'))).toEqual([])
  await page.getByRole('button', { name: 'Filter' }).click()
  await page.keyboard.press('j')
  await expect.poll(() => page.locator('[aria-current="true"]').textContent()).toBe(rows[1])
  // It is there after a reload, and can be forgotten.
  await page.reload()
  await page.getByLabel('Views').selectOption('Angry ones')
  await expect.poll(() => listed(page)).toBe(found)
  await look(page, 'search-view')
  await page.getByRole('button', { name: 'Forget the view Angry ones' }).click()
  expect(await page.getByLabel('Views').count()).toBe(0)
  await page.getByRole('button', { name: 'Clear' }).click()
  await expect.poll(() => listed(page)).toBe(all)
})

test('one worker, one item with all its answers side by side, and nobody, on a phone in the dark', async () => {
  const page = await open(PHONE, 'dark')
  await review(page)
  await page.getByRole('heading', { name: 'Answers to the same item (2)' }).waitFor()
  await look(page, 'search-same-item')
  await page.getByRole('button', { name: 'Only this item' }).click()
  await expect.poll(() => listed(page)).toBeLessThan(3)
  await page.getByRole('button', { name: 'Clear' }).click()
  await page.getByRole('button', { name: 'Only this worker' }).click()
  await expect.poll(() => listed(page)).toBeLessThan(6)
  await page.getByRole('button', { name: 'Filter' }).click()
  const form = page.getByRole('form', { name: 'Which answers to show' })
  await form.getByLabel('Worker').fill('w-nobody')
  await form.getByRole('button', { name: 'Show' }).click()
  await page.getByText(/The filter could not be used: There is no worker with the pseudonym "w-nobody"/).waitFor()
  await look(page, 'search-refused')
  await form.getByLabel('Worker').fill('')
  await form.getByLabel('Has the text').fill('<img src=x onerror=alert(1)>')
  await form.getByRole('button', { name: 'Show' }).click()
  await page.getByText(/No answer is like that. Looked through all \d+ answers./).waitFor()
  await look(page, 'search-none')
})
