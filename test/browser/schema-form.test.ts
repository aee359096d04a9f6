import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { diskFiles } from '../../sdk/files/disk-files.js'
import { implement, type TaskRun } from '../../sdk/index.js'
import { everyField } from '../every-field.js'
import { makeTarget, type OwnTarget } from '../scenarios/promise-target.js'
import { openSessionsStage, type SessionsStage } from '../sessions-stage.js'
import { browserPages, DESKTOP, look, PHONE } from './browser-pages.js'
import { stagePage } from './stage-page.js'

// Whole pages from a blueprint alone.

const { open } = browserPages()
let target: OwnTarget
let stage: SessionsStage
let folder: string
beforeAll(async () => {
  target = await makeTarget('sqlite')
  folder = mkdtempSync(join(tmpdir(), 'mephisto-form-'))
  stage = await openSessionsStage(target, { files: { store: diskFiles({ folder }) }, blueprints: [implement(everyField)], page: stagePage(new URL('form-page.tsx', import.meta.url), ['react/task.css', 'react/form/form.css']) })
})
afterAll(async () => {
  await stage.close()
  await target.drop()
  rmSync(folder, { recursive: true, force: true })
})

const launch = (options: object = {}): Promise<TaskRun> => stage.mephisto.operator.launch(everyField, {
  task: 'texts', requester: 'lab', provider: 'inhouse', title: 'Read a text', data: [{ text: 'Boils fast, but the lid gets too hot to touch.', source: 'a review' }, { text: 'Works.', source: 'a letter' }], ...options,
})
async function come(page: Page, run: TaskRun, worker: string): Promise<void> {
  await page.goto((await stage.mephisto.invite({ run: run.id, worker })).url)
  await page.getByRole('button', { name: /^(Accept|Continue)/ }).click()
}
const answers = async (run: TaskRun): Promise<unknown[]> => {
  const all: unknown[] = []
  for await (const { answer } of stage.mephisto.exportRows(everyField, { run: run.id })) all.push(answer)
  return all
}

test('every kind of field is filled in, kept through a reload, and handed in as the schema wants it', async () => {
  const run = await launch()
  const page = await open(DESKTOP)
  await come(page, run, 'ann')
  await page.getByText('Boils fast').waitFor()
  await look(page, 'form-empty')
  await page.getByRole('radiogroup', { name: 'What is the mood?' }).getByRole('radio', { name: 'Happy', exact: true }).check()
  await page.keyboard.press('3')
  expect(await page.getByRole('radio', { name: 'Mixed' }).isChecked()).toBe(true)
  await page.getByRole('radiogroup', { name: 'Is spam' }).getByLabel('No').check()
  await page.getByLabel('I am sure').check()
  await page.getByLabel('Stars').fill('4')
  await page.getByLabel('Share').fill('0.5')
  await page.getByLabel('Language').selectOption('Greek')
  await page.getByLabel('Quality').check()
  await page.getByLabel('Price').check()
  await page.getByLabel('Title').fill('Hot lid')
  await page.getByLabel('Why?').fill('Because of the lid.\nAnd the handle.')
  await page.getByLabel('Seen').fill('2026-11-30')
  await page.getByLabel('Mail').fill('ann@example.org')
  await page.getByLabel('City').fill('Oslo')
  await page.getByLabel('Zip.code').fill('0150')
  await page.getByRole('button', { name: 'Add people' }).click()
  await page.getByLabel('Name').fill('Bo')
  await page.getByRole('group', { name: 'People 1' }).getByLabel('Reader').check()
  await page.getByLabel('Change').check()
  await page.getByLabel('Proposal').fill('A cooler lid')
  await page.getByLabel('Photo').setInputFiles({ name: 'lid.png', mimeType: 'image/png', buffer: Buffer.alloc(500, 1) })
  await page.getByText('lid.png (500 bytes)').waitFor()
  await page.getByLabel('Extra').fill('{"lids": 2}')
  await look(page, 'form-filled')
  await page.reload()
  await page.getByRole('button', { name: /Continue/ }).click()
  await expect.poll(() => page.getByLabel('Proposal').inputValue()).toBe('A cooler lid')
  expect([await page.getByLabel('Zip.code').inputValue(), await page.getByLabel('Stars').inputValue(), await page.getByText('lid.png (500 bytes)').count()]).toEqual(['0150', '4', 1])
  await page.keyboard.press('Control+Enter')
  await page.getByText('Works.').waitFor()
  expect(await answers(run)).toMatchObject([{
    mood: 'mixed', isSpam: false, isSure: true, stars: 4, share: 0.5, language: 'Greek', topics: ['price', 'quality'], title: 'Hot lid', why: 'Because of the lid.\nAnd the handle.', seen: '2026-11-30', mail: 'ann@example.org',
    place: { city: 'Oslo', 'zip.code': '0150' }, people: [{ name: 'Bo', role: 'reader' }], verdict: { kind: 'change', proposal: 'A cooler lid' }, photo: { name: 'lid.png', bytes: 500 }, extra: { lids: 2 },
  }])
  // The next item has nothing of the one before.
  expect([await page.getByLabel('Title').inputValue(), await page.getByRole('radio', { name: 'Mixed' }).isChecked()]).toEqual(['', false])
})

test('what is missing or wrong is said next to it, and the first of it has the focus; by keyboard alone on a phone, in the dark', async () => {
  const run = await launch({ onboarding: { qualification: 'has read', input: { rules: 'Be kind.' } } })
  const page = await open(PHONE, 'dark')
  await come(page, run, 'ben')
  await page.getByText('Be kind.').waitFor()
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByText('This is needed.').waitFor()
  await look(page, 'form-onboarding')
  await page.getByLabel('I have').check()
  await page.keyboard.press('Control+Enter')
  await page.getByText('Boils fast').waitFor()
  await page.keyboard.press('Control+Enter')
  await page.getByText('Choose at least one topic.').waitFor()
  expect(await page.evaluate(() => document.activeElement?.closest('fieldset')?.querySelector('legend')?.textContent)).toBe('What is the mood?')
  await page.getByLabel('Photo').setInputFiles({ name: 'film.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(10) })
  await page.getByText('"film.mp4" cannot be handed in here; choose a picture.').waitFor()
  await page.getByLabel('Extra').fill('{"lids"')
  await page.getByText('This is not JSON yet').waitFor()
  await page.getByRole('button', { name: 'Add people' }).click()
  await page.getByLabel('Why?').fill('short')
  await page.getByRole('button', { name: 'Submit' }).click()
  await page.getByText('Say a little more.').waitFor()
  expect(await page.getByText('This is needed.').count()).toBe(9)
  await look(page, 'form-problems')
  await page.getByRole('button', { name: 'Take out people 1' }).click()
  expect(await page.getByText('This is needed.').count()).toBe(0)
  await page.getByLabel('Why?').fill('')
  // Neither what is no number nor what is no JSON is left out without a word.
  await page.getByLabel('Share').pressSequentially('e')
  await page.getByRole('button', { name: 'Submit' }).click()
  await page.getByText('This is not a number yet.').waitFor()
  expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('number')
  await page.keyboard.press('Backspace')
  expect(await page.getByLabel('Extra').getAttribute('aria-invalid')).toBe('true')
  await page.getByLabel('Extra').fill('')
  // All else by the keyboard.
  await page.getByRole('radio', { name: 'Happy', exact: true }).focus()
  for (const key of ['Space', 'Tab', 'ArrowDown', 'Tab', 'Tab']) await page.keyboard.press(key)
  await page.keyboard.type('2')
  await page.getByLabel('Language').focus()
  await page.keyboard.type('Dutch')
  await page.getByLabel('Delivery').focus()
  await page.keyboard.press('Space')
  await page.getByLabel('Title').focus()
  await page.keyboard.type('Short')
  await page.getByLabel('City').focus()
  await page.keyboard.type('Rome')
  await page.getByLabel('Keep').focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('Control+Enter')
  await page.getByText('Works.').waitFor()
  expect(await answers(run)).toEqual([{ mood: 'good', isSpam: false, isSure: false, stars: 2, language: 'Dutch', topics: ['delivery'], title: 'Short', mail: null, place: { city: 'Rome' }, people: [], verdict: { kind: 'keep' } }])
})
