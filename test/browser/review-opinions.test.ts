import { expect, test } from 'vitest'
import { browserPages, DESKTOP, look, PHONE } from './browser-pages.js'
import { reviewPages } from './review-pages.js'

// A reviewer asks for a second opinion; two who do not agree are decided between.

const { open } = browserPages()
const { review, come, units, stage, run } = reviewPages()

test('a second opinion is asked for by a key, given without knowing the first, and decided where the two differ', async () => {
  const [rita, olga] = [await open(DESKTOP), await open(PHONE, 'dark')]
  await review(rita)
  const before = await units()
  await rita.keyboard.press('o')
  expect(await rita.getByRole('checkbox', { name: 'Have somebody else judge it too' }).isChecked()).toBe(true)
  await rita.keyboard.press('n')
  await rita.keyboard.type('Is the lid meant?')
  await look(rita, 'review-opinion-asked')
  await rita.keyboard.press('Control+Enter')
  await rita.getByRole('status').filter({ hasText: 'Kept, waits for a second verdict' }).waitFor()
  expect(await units()).toEqual(before)

  await review(olga, 'olga')
  await olga.getByText('Rita has judged this. You see how once you have said what you think.').waitFor()
  expect(await olga.getByText('Is the lid meant?').count()).toBe(0)
  await look(olga, 'review-opinion-hidden-phone')
  await olga.keyboard.press('s')
  await olga.getByRole('status').filter({ hasText: 'Kept, and you two do not agree' }).waitFor()
  expect(await units()).toEqual(before)

  await olga.getByRole('button', { name: 'Filter' }).click()
  await olga.getByRole('checkbox', { name: 'Reviewers do not agree about the answer' }).check()
  await olga.getByRole('button', { name: 'Show', exact: true }).click()
  const said = olga.getByRole('region', { name: 'What reviewers think' })
  await said.getByText('They do not agree: your verdict decides.').waitFor()
  expect((await said.getByRole('listitem').allTextContents()).map(text => text.trim())).toEqual(['Rita ApproveIs the lid meant?', 'Olga Soft-reject'])
  await look(olga, 'review-opinion-differs-phone')
  await olga.locator('.mephisto-review-desk').click({ position: { x: 4, y: 4 } })
  await olga.keyboard.press('a')
  await expect.poll(units).toMatchObject({ accepted: before.accepted + 1, completed: before.completed - 1 })
})

test('what was said is taken back by Z, and the answer waits for its reviewer again', async () => {
  stage().pass(121_000)
  const page = await open(DESKTOP)
  await review(page)
  const shown = () => page.locator('[aria-current=true] .mephisto-review-row-item').textContent()
  const first = await shown()
  await page.keyboard.press('o')
  await page.keyboard.press('a')
  await page.getByRole('status').filter({ hasText: 'Kept, waits for a second verdict' }).waitFor()
  await page.keyboard.press('z')
  await page.getByRole('status').filter({ hasText: 'Taken back. The unit waits for review again.' }).waitFor()
  await expect.poll(shown).toBe(first)
  const { units: waiting } = await stage().mephisto.caller({ id: 'rita', name: 'Rita', roles: ['reviewer'] }).review.queue({ run: run().id })
  expect(waiting.flatMap(({ opinions }) => opinions)).toEqual([])
})

test('an operator sees what each reviewer did and how far they agree, and others do not', async () => {
  for (const [size, page] of [['wide', await open(DESKTOP)], ['phone', await open(PHONE, 'dark')]] as const) {
    await come(page, 'olga', `runs/${run().id}/reviewers`)
    const table = page.getByRole('group', { name: 'Reviewers' })
    const rita = table.getByRole('row').filter({ hasText: 'Rita' })
    await rita.waitFor()
    expect(await rita.getByRole('cell').allTextContents()).toEqual(['16', '75%', '0', '2', '0% of 1', '2 min 1 sec'])
    await page.getByText('Of 1 answer that two judged, they said the same of 0%.').waitFor()
    await look(page, `console-reviewers-${size}`)
  }
  const vera = await open(DESKTOP)
  await come(vera, 'vera', `runs/${run().id}/reviewers`)
  await vera.getByRole('link', { name: 'Workers', exact: true }).first().waitFor()
  expect(await vera.getByRole('link', { name: 'Reviewers' }).count()).toBe(0)
  await vera.getByText(/role/).first().waitFor()
  await look(vera, 'console-reviewers-viewer')
})
