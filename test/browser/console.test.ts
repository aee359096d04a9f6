import { expect, test } from 'vitest'
import { kettles, playKettles } from '../console-stage.js'
import { browserPages, DESKTOP, look, PHONE } from './browser-pages.js'
import { consolePages, tile, WIDE } from './console-pages.js'

// The ready-made console as a team uses it, served by the mount.

const { open } = browserPages()
const { stage, played: run, come } = consolePages(playKettles)

test('shows the runs and how one of them stands, on a desk and on a phone, light and dark', async () => {
  const page = await open(WIDE)
  await come(page, 'olga')
  await page.getByRole('link', { name: 'What do people say of kettles?' }).waitFor()
  await look(page, 'console-runs')
  await page.getByRole('link', { name: 'What do people say of kettles?' }).click()
  await page.getByText('What was answered').waitFor()
  await page.getByText('All 31 answers').or(page.getByText(/All \d+ answers/)).waitFor()
  expect(page.url()).toContain(`#/runs/${run().id}`)
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('What do people say of kettles?')
  expect(await tile(page, 'Answers').textContent()).toBe('31')
  await look(page, 'console-run')
  await page.getByRole('navigation', { name: 'Parts of the run' }).getByRole('link', { name: 'Workers' }).click()
  await page.getByRole('button', { name: 'Sort by Answers' }).click()
  await look(page, 'console-workers')
  const phone = await open(PHONE, 'dark')
  await come(phone, 'vera', `runs/${run().id}`)
  await phone.getByText(/All \d+ answers/).waitFor()
  await phone.getByRole('row', { name: 'Broken, or does not load 1' }).waitFor()
  // Who may only look finds nothing to press.
  expect(await phone.getByRole('group', { name: 'What to do with the run' }).count()).toBe(0)
  await look(phone, 'console-run-phone')
  await phone.getByRole('navigation', { name: 'Parts of the run' }).getByRole('link', { name: 'Workers' }).click()
  await phone.getByRole('button', { name: 'Sort by Answers' }).waitFor({ state: 'attached' })
  await look(phone, 'console-workers-phone')
  await phone.goto(`${stage().origin}/mephisto/console/`)
  await phone.getByRole('link', { name: 'What do people say of kettles?' }).waitFor()
  await look(phone, 'console-runs-phone')
})

test('what happens in a run shows by itself', async () => {
  const page = await open(DESKTOP)
  await come(page, 'vera', `runs/${run().id}`)
  const before = Number(await tile(page, 'Answers').textContent())
  const task = await stage().worker('zoe').accept(kettles, run())
  await task.submit({ mood: 'glad', isClear: true, stars: 5 })
  await expect.poll(() => tile(page, 'Answers').textContent()).toBe(String(before + 1))
})

test('a run is paused, gone on with and topped up, each after its effect was read', async () => {
  const page = await open(DESKTOP)
  await come(page, 'olga', `runs/${run().id}`)
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Nobody gets new work.').waitFor()
  await look(page, 'console-pause')
  await page.keyboard.press('Escape')
  expect((await stage().mephisto.operator.progress(run().id)).run.status).toBe('running')
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click()
  await page.getByText('The run is paused.').waitFor()
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click()
  await page.getByText('The run goes on.').waitFor()
  await page.getByRole('button', { name: 'Top up' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Units an item').fill('1')
  await dialog.getByText('It cannot be less than 2.').waitFor()
  expect(await dialog.getByRole('button', { name: 'Top up' }).isDisabled()).toBe(true)
  await dialog.getByLabel('Units an item').fill('3')
  await dialog.getByLabel('Budget, USD').fill('12,50')
  const items = 30
  await dialog.getByText(`${String(items)} units are added, which costs up to $3.60.`).waitFor()
  const { unitsTotal } = (await stage().mephisto.operator.progress(run().id)).run
  await look(page, 'console-top-up')
  await dialog.getByRole('button', { name: 'Top up' }).click()
  await page.getByText('The run was topped up.').waitFor()
  const { run: after } = await stage().mephisto.operator.progress(run().id)
  expect([after.unitsPerAssignment, after.budgetMinor, after.unitsTotal]).toEqual([3, 1_250, unitsTotal + items])
})

test('answers are reviewed in it, by the keyboard', async () => {
  const page = await open(DESKTOP)
  await come(page, 'rita', `runs/${run().id}/answers`)
  await page.getByRole('article', { name: 'Unit under review' }).waitFor()
  const waiting = (await stage().mephisto.operator.progress(run().id)).units.completed
  await page.keyboard.press('a')
  await expect.poll(async () => (await stage().mephisto.operator.progress(run().id)).units.completed).toBe(waiting - 1)
  await page.keyboard.press('z')
  await expect.poll(async () => (await stage().mephisto.operator.progress(run().id)).units.completed).toBe(waiting)
  await look(page, 'console-review')
  await page.goBack()
})

test('says who is not logged in, and that the server is away, and goes on when it is back', async () => {
  const page = await open(DESKTOP)
  await come(page, null)
  await page.getByText('You are not logged in').waitFor()
  await look(page, 'console-not-logged-in')
  await page.getByRole('link', { name: 'Log in' }).click()
  await page.getByRole('heading', { name: 'Log in' }).waitFor()
  await come(page, 'olga', `runs/${run().id}`)
  await page.getByText('What was answered').waitFor()
  await page.getByRole('button', { name: 'Pause' }).waitFor()
  stage().isThere = false
  await page.getByText(/What you see may be out of date/).waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click()
  await page.getByText(/Whether it was done is not known/).waitFor()
  stage().isThere = true
  await page.getByText(/What you see may be out of date/).waitFor({ state: 'detached' })
  expect((await stage().mephisto.operator.progress(run().id)).run.status).toBe('running')
})
