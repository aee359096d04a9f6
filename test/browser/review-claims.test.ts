import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { browserPages, DESKTOP, look, PHONE } from './browser-pages.js'
import { reviewPages } from './review-pages.js'

// Two reviewers in two browsers: they are never before the same answer unless one of them wants it so.

const { open, complaints } = browserPages()
const { review, units, stage, run } = reviewPages()

const shown = (page: Page) => page.locator('[aria-current=true] .mephisto-review-row-item').textContent()
const asked = async (page: Page) => `${await shown(page) ?? ''} ${await page.locator('[aria-current=true] .mephisto-review-row-answer').textContent() ?? ''}`

const accepted = async () => (await stage().mephisto.caller({ id: 'v', name: 'V', roles: ['viewer'] }).review.queue({ run: run().id, statuses: ['accepted'], limit: 100 })).units

test('each is shown answers that the other does not review, and both review side by side without a collision', async () => {
  const [rita, olga] = [await open(DESKTOP), await open(DESKTOP)]
  await review(rita)
  await expect.poll(async () => (await stage().mephisto.caller({ id: 'v', name: 'V', roles: ['viewer'] }).review.queue({ run: run().id })).units[0]?.claim?.byName).toBe('Rita')
  await review(olga, 'olga')
  await expect.poll(async () => await asked(olga) === await asked(rita)).toBe(false)
  await olga.getByText('with Rita').waitFor()
  const before = await units()
  const earlier = new Set((await accepted()).map(({ unitId }) => unitId))
  const decided = async () => (await accepted()).filter(({ unitId }) => !earlier.has(unitId)).map(({ unitId, decision }) => ({ unitId, by: decision?.by }))
  // Whoever comes to an answer at the same moment as the other is led on, and presses again.
  for (let press = 0; press < 20 && (await units()).completed > before.completed - 6; press += 1) {
    await Promise.all([rita, olga].map(page => page.keyboard.press('a')))
    await rita.waitForTimeout(400)
  }
  const rows = await decided()
  expect((await units()).accepted).toBe(before.accepted + rows.length)
  expect(new Set(rows.map(({ unitId }) => unitId)).size).toBe(rows.length)
  expect(rows.length).toBeGreaterThanOrEqual(6)
  for (const who of ['rita', 'olga']) expect(rows.filter(({ by }) => by === who).length).toBeGreaterThanOrEqual(2)
  for (const page of [rita, olga]) expect(await page.getByText('Not decided').count()).toBe(0)
})

test('who opens what somebody reviews sees so, and takes it over by a key', async () => {
  // What was claimed before is over.
  stage().pass(121_000)
  const [rita, olga] = [await open(DESKTOP), await open(PHONE, 'dark')]
  await review(rita)
  await review(olga, 'olga')
  await olga.getByText('with Rita').first().waitFor({ state: 'attached' })
  const hers = await asked(rita)
  // Until then she may be led on from it.
  await expect.poll(() => asked(olga)).not.toBe(hers)
  await olga.keyboard.press('k')
  await olga.getByText('Rita is reviewing this just now.').waitFor()
  expect(await olga.getByRole('group', { name: 'Verdict' }).count()).toBe(0)
  const before = await units()
  await olga.keyboard.press('a')
  await look(olga, 'review-held-phone')
  expect(await units()).toEqual(before)
  await olga.keyboard.press('t')
  await olga.getByRole('group', { name: 'Verdict' }).waitFor()
  expect((await asked(olga)).startsWith(hers.slice(0, 20))).toBe(true)
  await rita.getByText('Olga is reviewing this just now.').waitFor()
  await look(rita, 'review-held')
  await rita.keyboard.press('s')
  await olga.keyboard.press('a')
  await expect.poll(units).toMatchObject({ accepted: before.accepted + 1, soft_rejected: before.soft_rejected })
  expect(complaints).toEqual([])
})

test('a page that is told late who it is does not begin with what somebody else reviews', async () => {
  stage().pass(121_000)
  const [rita, olga] = [await open(DESKTOP), await open(DESKTOP)]
  await review(rita)
  const hers = await asked(rita)
  await expect.poll(async () => (await stage().mephisto.caller({ id: 'v', name: 'V', roles: ['viewer'] }).review.queue({ run: run().id })).units.find(({ claim }) => claim?.byName === 'Rita')).toBeDefined()
  await olga.route(/principal\.me/, async route => {
    await new Promise(resolve => { setTimeout(resolve, 1_500) })
    await route.continue()
  })
  await review(olga, 'olga')
  expect(await asked(olga)).not.toBe(hers)
  const before = await units()
  await olga.keyboard.press('a')
  await expect.poll(units).toMatchObject({ accepted: before.accepted + 1 })
})

test('who may only look sees the answers and who reviews them, and is offered no decision', async () => {
  stage().pass(121_000)
  const [rita, vera] = [await open(DESKTOP), await open(DESKTOP)]
  await review(rita)
  await expect.poll(async () => (await stage().mephisto.caller({ id: 'v', name: 'V', roles: ['viewer'] }).review.queue({ run: run().id })).units[0]?.claim?.byName).toBe('Rita')
  await review(vera, 'vera')
  await vera.keyboard.press('k')
  await vera.getByText('Rita is reviewing this just now.').waitFor()
  const before = await units()
  for (const key of 'asrxmtz') await vera.keyboard.press(key)
  expect(await vera.getByRole('group', { name: 'Verdict' }).count()).toBe(0)
  expect(await vera.getByRole('checkbox').count()).toBe(0)
  expect(await vera.getByRole('button', { name: 'Take it over' }).count()).toBe(0)
  await look(vera, 'review-looking-on')
  expect(await units()).toEqual(before)
})
