import { expect, test } from 'vitest'
import { browserPages, DESKTOP, look, PHONE } from './browser-pages.js'
import { reviewPages } from './review-pages.js'

// Deciding several answers at once.

const { open } = browserPages()
const { review, units, stage, run } = reviewPages()

test('several are chosen and decided by the keyboard alone, after what it does was read, and taken back together', async () => {
  const page = await open(DESKTOP)
  await review(page)
  const before = await units()
  for (const key of ['x', 'x', 'x']) await page.keyboard.press(key)
  await page.getByText('3 answers chosen').waitFor()
  await page.keyboard.press('a')
  const dialog = page.getByRole('dialog', { name: 'Approve 3 answers?' })
  await dialog.getByText('$0.36 becomes theirs.').waitFor()
  await dialog.getByText(/3 answers of \d (?:person|people) to 2 items\./).waitFor()
  await look(page, 'bulk-preview')
  await page.keyboard.press('Escape')
  expect((await units()).completed).toBe(before.completed)
  await page.keyboard.press('a')
  await dialog.getByRole('button', { name: 'Approve' }).press('Enter')
  await page.getByText('Approved, paid: 3 answers').waitFor()
  expect(await units()).toMatchObject({ completed: before.completed - 3, accepted: before.accepted + 3 })
  await page.keyboard.press('z')
  await page.getByText('Taken back. 3 units wait for review again.').waitFor()
  expect(await units()).toMatchObject({ completed: before.completed, accepted: before.accepted })
})

test('what somebody else has decided meanwhile is left as it is, and said so', async () => {
  const page = await open(DESKTOP)
  await review(page)
  const rita = stage().mephisto.caller({ id: 'other', name: 'Otto', roles: ['reviewer'] })
  const { units: [first] } = await rita.review.queue({ run: run().id, limit: 1 })
  const before = await units()
  for (const key of ['x', 'x']) await page.keyboard.press(key)
  await page.keyboard.press('s')
  await page.getByRole('dialog').getByText('The answers are not used.').waitFor()
  await rita.review.decide({ decisionId: crypto.randomUUID(), unitIds: [first?.unitId ?? ''], verdict: 'reject' })
  await page.getByRole('dialog').getByRole('button', { name: 'Soft-reject' }).click()
  await page.getByText(/Not decided|Soft-rejected, paid but not used/).waitFor()
  await expect.poll(async () => (await units()).completed).toBe(before.completed - 2)
  expect((await units()).rejected).toBe(before.rejected + 1)
})

test('all that are shown are chosen at once on a phone, in the dark, and rejected with a reason', async () => {
  const page = await open(PHONE, 'dark')
  await review(page)
  await page.getByLabel('Choose all that are shown').check()
  const before = await units()
  await page.getByText(`${String(before.completed)} answers chosen`).waitFor()
  await look(page, 'bulk-phone')
  await page.getByRole('group', { name: 'Chosen answers' }).getByRole('button', { name: 'Reject', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(/They are not paid: \$1\.\d\d that was held for it is free again\./).waitFor()
  await dialog.getByLabel('Why are they rejected?').fill('Copied')
  await look(page, 'bulk-reject-phone')
  await dialog.getByRole('button', { name: 'Reject' }).click()
  await page.getByText(/Nothing is waiting for review/).waitFor()
  expect((await units()).completed).toBe(0)
})
