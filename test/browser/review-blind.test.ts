import { expect, test } from 'vitest'
import { usd, type TaskRun } from '../../sdk/index.js'
import { kettles, type ConsoleStage } from '../console-stage.js'
import { RITA } from '../principals.js'
import { browserPages, DESKTOP, look, PHONE } from './browser-pages.js'
import { consolePages } from './console-pages.js'

// A run that is reviewed blind: no page says whose an answer is. A sample of it is checked, and the rest approved.

const PEOPLE = ['ann', 'ben', 'cy', 'dee', 'eli', 'fay']

async function play(stage: ConsoleStage): Promise<TaskRun> {
  const run = await stage.mephisto.operator.launch(kettles, {
    task: 'kettles', title: 'Kettles, reviewed blind', requester: 'Civic Text Lab', provider: 'inhouse', pay: usd('0.12'), unitsPerAssignment: 2, isReviewedBlind: true,
    data: Array.from({ length: 18 }, (_, index) => ({ text: `Kettle ${String(index + 1)}: boils fast.` })),
  })
  for (let round = 0; round < 6; round += 1) {
    for (const [index, name] of PEOPLE.entries()) {
      const task = await stage.worker(name).accept(kettles, run)
      stage.pass(30_000)
      await task.submit({ mood: index === 0 ? 'annoyed' : 'glad', isClear: true, stars: 4 })
    }
  }
  return run
}

const { open } = browserPages()
const { stage, played: run, come } = consolePages(play, {})
const units = async () => (await stage().mephisto.operator.progress(run().id)).units
const pseudonyms = async (): Promise<string[]> => (await stage().mephisto.people.workers({})).workers.map(({ pseudonym }) => pseudonym)

test('whose an answer is stands nowhere: not at it, beside its item, in its history, in the search, nor before many are decided', async () => {
  const page = await open(DESKTOP)
  await come(page, 'rita', `runs/${run().id}/answers`)
  await page.getByText('not told: this run is reviewed blind').waitFor()
  await page.getByRole('columnheader', { name: /^Answer 1/ }).waitFor()
  await page.getByText('What happened').click()
  await page.getByText('Somebody answered').waitFor()
  expect(await page.getByRole('link', { name: /CSV|JSONL/ }).count()).toBe(0)
  expect(await page.getByRole('button', { name: 'Only this worker' }).count()).toBe(0)
  await page.getByRole('button', { name: /^Filter/ }).click()
  await page.getByRole('form').waitFor()
  expect(await page.getByLabel('Worker', { exact: true }).count()).toBe(0)
  await look(page, 'review-blind')
  await page.keyboard.press('Escape')
  for (const box of await page.getByRole('checkbox', { name: /^Choose:/ }).all().then(all => all.slice(0, 3))) await box.check()
  await page.getByRole('button', { name: /^Approve/ }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(/^3 answers to \d items?\.$/).waitFor()
  const text = await page.locator('body').textContent()
  for (const pseudonym of await pseudonyms()) expect(text).not.toContain(pseudonym)
  await dialog.getByRole('button', { name: 'Cancel' }).click()
})

test('a sample is checked by the keyboard, the rest is approved unread, taken back and approved again', async () => {
  const page = await open(DESKTOP)
  await come(page, 'rita', `runs/${run().id}/answers`)
  await page.getByRole('button', { name: 'Check a random sample' }).click()
  const panel = page.getByRole('region', { name: 'Random sample' })
  await panel.getByText('The 36 answers that wait are too few to show it by a sample: check all of them.').waitFor()
  await panel.getByLabel('Check until fewer are wrong than').selectOption('20%')
  await panel.getByLabel('With a confidence of').selectOption('90%')
  await panel.getByText(/^0 checked/).waitFor()
  for (let checked = 1; checked <= 30 && await panel.getByText(/^Done:/).count() === 0; checked += 1) {
    const before = (await units()).accepted
    await page.keyboard.press('a')
    await expect.poll(async () => (await units()).accepted).toBe(before + 1)
    await panel.getByText(new RegExp(`^${String(before + 1)} checked`)).waitFor()
  }
  const { accepted, completed } = await units()
  await panel.getByRole('button', { name: `Approve the rest (${String(completed)})` }).click()
  const dialog = page.getByRole('dialog', { name: `Approve ${String(completed)} answers unread?` })
  await dialog.getByText(/^Nobody reads them/).waitFor()
  await look(page, 'review-rest')
  await dialog.getByRole('button', { name: 'Approve unread' }).press('Enter')
  await dialog.getByText(`${String(completed)} answers approved.`).waitFor()
  await expect.poll(units).toMatchObject({ accepted: accepted + completed, completed: 0 })
  // The same button has the focus still.
  expect(await dialog.getByRole('button', { name: 'Close' }).evaluate(button => button === document.activeElement)).toBe(true)
  await look(page, 'review-rest-done')
  await dialog.getByRole('button', { name: 'Take all of it back' }).click()
  await dialog.getByText('Taken back: they wait again.').waitFor()
  await expect.poll(units).toMatchObject({ accepted, completed })
  await dialog.getByRole('button', { name: 'Close' }).click()
  await panel.getByRole('button', { name: `Approve the rest (${String(completed)})` }).waitFor()
})

test('a server that is away in the middle of it: said so, and it goes on where it was', async () => {
  const page = await open(PHONE, 'dark')
  await come(page, 'rita', `runs/${run().id}/answers`)
  await page.getByRole('button', { name: 'Check a random sample' }).click()
  const panel = page.getByRole('region', { name: 'Random sample' })
  await panel.getByLabel('Check until fewer are wrong than').selectOption('20%')
  await panel.getByLabel('With a confidence of').selectOption('90%')
  await panel.getByRole('button', { name: /^Approve the rest/ }).click()
  const { completed } = await units()
  stage().isThere = false
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Approve unread' }).click()
  await dialog.getByRole('alert').waitFor()
  await look(page, 'review-rest-away-phone')
  stage().isThere = true
  await dialog.getByRole('button', { name: 'Go on' }).click()
  await dialog.getByText(`${String(completed)} answers approved.`).waitFor()
  expect(await units()).toMatchObject({ accepted: 36, completed: 0 })
  const { entries } = await stage().mephisto.audit.list({ action: 'approve_rest' })
  expect(entries.filter(({ actor }) => actor === RITA.id)).toHaveLength(2)
})
