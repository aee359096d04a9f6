import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openConsoleStage, type ConsoleStage } from '../console-stage.js'
import { playMoney, type MoneyPlay } from '../money-stage.js'
import { OLGA } from '../principals.js'
import { makeTarget, type OwnTarget } from '../scenarios/promise-target.js'
import { browserPages, DESKTOP, look, PHONE } from './browser-pages.js'

// Projects, money, exports and the audit log in the ready-made console, served by the mount.

const WIDE = { width: 1440, height: 900 }
const { open } = browserPages()
let target: OwnTarget
let stage: ConsoleStage
let play: MoneyPlay
beforeAll(async () => {
  target = await makeTarget('sqlite')
  stage = await openConsoleStage(target, { console: { loginHref: '/login' } })
  play = await playMoney(stage)
})
beforeEach(() => { stage.isThere = true })
afterAll(async () => {
  await stage.close()
  await target.drop()
})

async function come(page: Page, who: string, place: string): Promise<void> {
  await page.context().addCookies([{ name: 'who', value: who, url: stage.origin }])
  await page.goto(`${stage.origin}/mephisto/console/#/${place}`)
}

/** Looks at a place on a desk in the light and on a phone in the dark. */
async function lookAt(name: string, place: string, isThere: (page: Page) => Promise<void>): Promise<Page> {
  const phone = await open(PHONE, 'dark')
  await come(phone, 'olga', place)
  await isThere(phone)
  await look(phone, `${name}-phone`)
  const page = await open(WIDE)
  await come(page, 'olga', place)
  await isThere(page)
  await look(page, name)
  return page
}

test('projects are listed with what they come to, made, capped, renamed and archived, each after its effect was read', async () => {
  const page = await lookAt('console-projects', 'projects', async at => { await at.getByRole('link', { name: /What kitchens say/ }).waitFor() })
  expect(await page.getByText('Of last year').count()).toBe(0)
  await page.getByRole('button', { name: 'Archived' }).click()
  await page.getByText('Of last year').waitFor()
  await page.getByRole('button', { name: 'In use' }).click()
  await page.getByRole('button', { name: 'New project' }).click()
  const dialog = page.getByRole('dialog')
  // A name that is taken is refused, and what was typed stays.
  await dialog.getByLabel('Name').fill('What kitchens say 🫖')
  await page.keyboard.press('Enter')
  await dialog.getByText(/Nothing was changed: /).waitFor()
  expect(await dialog.getByLabel('Name').inputValue()).toBe('What kitchens say 🫖')
  await look(page, 'console-project-refused')
  await dialog.getByLabel('Name').fill('Pots')
  await page.keyboard.press('Enter')
  await page.getByText('The project is there.').waitFor()
  await page.getByRole('link', { name: 'Pots' }).click()
  await page.getByText('There is no task in it yet.', { exact: false }).waitFor()
  await page.getByRole('button', { name: 'Set budget' }).click()
  await dialog.getByLabel('Currency').fill('doubloons')
  await dialog.getByText('Write a currency of three letters').waitFor()
  await dialog.getByLabel('Currency').fill('eur')
  await dialog.getByLabel('Budget, EUR').fill('12,50')
  await dialog.getByText('The cap is €12.50 then, which leaves €12.50.', { exact: false }).waitFor()
  await dialog.getByRole('button', { name: 'Set budget' }).click()
  await page.getByText('The budget is set.').waitFor()
  await page.getByRole('button', { name: 'Rename' }).click()
  await dialog.getByLabel('Name').fill('Pots and pans')
  await dialog.getByRole('button', { name: 'Rename' }).click()
  await page.getByRole('heading', { level: 1, name: 'Pots and pans' }).waitFor()
  await page.getByRole('button', { name: 'Archive' }).click()
  await dialog.getByText('It is left out of lists', { exact: false }).waitFor()
  await dialog.getByRole('button', { name: 'Archive' }).click()
  await page.getByText('It is archived.').waitFor()
  const [made] = (await stage.mephisto.projects.list({ name: 'Pots and pans', isArchived: true })).projects
  expect(made?.budget).toEqual({ minor: 1_250, currency: 'EUR' })
})

test('a project has its tasks, money and agreement, and a budget below what is spent is refused before a click', async () => {
  const page = await lookAt('console-project', `projects/${play.project}`, async at => { await at.getByText('of pairs agree', { exact: false }).waitFor() })
  await page.getByRole('button', { name: 'Set budget' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(/Its runs have spent \$\d/).waitFor()
  await dialog.getByLabel('Budget, USD').fill('1')
  await dialog.getByText(/It cannot be less than/).waitFor()
  expect(await dialog.getByRole('button', { name: 'Set budget' }).isDisabled()).toBe(true)
  await dialog.getByLabel('Budget, USD').fill('30')
  await look(page, 'console-project-budget')
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: 'kettles' }).click()
  await page.getByRole('heading', { level: 1, name: 'kettles' }).waitFor()
})

test('a task has its runs, answers and agreement, and is moved, bounded and archived', async () => {
  const page = await lookAt('console-task', 'tasks/kettles', async at => { await at.getByText(/All \d+ answers/).waitFor() })
  await page.getByRole('button', { name: 'Set how long answers are kept' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Days after a run is over').fill('0')
  await dialog.getByText('Write a whole number of days').waitFor()
  await dialog.getByLabel('Days after a run is over').fill('90')
  expect(await dialog.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
  await dialog.getByLabel('I know that they do not come back').check()
  await look(page, 'console-task-retention')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('at most 90 days after a run is over').waitFor()
  await come(page, 'olga', 'tasks/mugs')
  await page.getByRole('button', { name: 'Move' }).click()
  await dialog.getByLabel('To which project').selectOption({ label: 'What kitchens say 🫖' })
  await dialog.getByText('mugs goes from no project to What kitchens say 🫖, with all its runs.').waitFor()
  await dialog.getByRole('button', { name: 'Move' }).click()
  await page.getByRole('link', { name: 'What kitchens say 🫖' }).waitFor()
  const [moved] = (await stage.mephisto.projects.tasks({ task: 'mugs' })).tasks
  expect(moved?.project?.id).toBe(play.project)
})

test('money is shown by work, and how it moved by run, person and time', async () => {
  const page = await lookAt('console-spending', 'spending', async at => { await at.getByText('Extra pay, outside any unit').first().waitFor({ state: 'attached' }) })
  await page.getByRole('button', { name: 'Load more' }).click()
  await page.getByText('Somebody took the unit').nth(30).waitFor()
  await page.getByText('Which movements').click()
  await page.getByLabel('Of', { exact: true }).selectOption('task')
  await page.getByLabel('Which task').selectOption({ label: 'kettles' })
  await page.getByLabel('Worker').fill('nobody-known')
  await page.getByRole('button', { name: 'Show these' }).click()
  await page.getByText('There is no worker with the pseudonym "nobody-known"', { exact: false }).waitFor()
  expect(await page.getByLabel('Worker').inputValue()).toBe('nobody-known')
  await page.getByLabel('Worker').fill('inhouse:gus')
  await page.getByRole('button', { name: 'Show these' }).click()
  await page.getByText('They left it without an answer that counts').waitFor()
  expect(await page.getByRole('group', { name: 'How money moved' }).getByRole('row').count()).toBe(3)
  await look(page, 'console-spending-filtered')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.getByRole('group', { name: 'Where the money is' }).getByRole('link', { name: 'What do people say of kettles?' }).click()
  await page.getByRole('link', { name: 'How its money moved' }).click()
  await page.getByText('Extra pay, outside any unit').waitFor()
  expect(page.url()).toContain(`#/spending/run/${play.run.id}`)
})

test('answers are exported after what stands in the way was said, with a card that can be copied and saved', async () => {
  const page = await open(WIDE)
  await come(page, 'vera', `runs/${play.run.id}`)
  await page.getByRole('link', { name: 'Export its answers' }).click()
  const link = page.getByRole('link', { name: 'Download JSON lines' })
  await page.getByText(/\d+ answers count/).waitFor()
  await page.getByRole('radio', { name: /CSV/ }).check()
  await page.getByLabel('With answers that were set aside', { exact: false }).check()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download CSV' }).click()])
  expect(readFileSync(await download.path(), 'utf8')).toContain('boils fast')
  await page.getByLabel('Licence').fill('cc-by-4.0')
  await page.getByRole('button', { name: 'Make the card' }).click()
  const card = page.getByRole('textbox', { name: 'The card' })
  await card.waitFor()
  expect(await card.inputValue()).toContain('license: cc-by-4.0')
  const [readme] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download README.md' }).click()])
  expect(readFileSync(await readme.path(), 'utf8')).toBe(await card.inputValue())
  await page.context().grantPermissions(['clipboard-write', 'clipboard-read'])
  await page.getByRole('button', { name: 'Copy' }).click()
  await page.getByText('Copied.').waitFor()
  await page.getByText('Looking whether', { exact: false }).waitFor({ state: 'detached' })
  await look(page, 'console-exports')
  // The server knows nobody of that name: that is said before anything is downloaded.
  await page.getByLabel('Worker').fill('nobody-known')
  await page.getByText('This choice cannot be exported: There is no worker', { exact: false }).waitFor()
  expect(await page.getByRole('button', { name: 'Download CSV' }).isDisabled()).toBe(true)
  await page.getByLabel('Worker').fill('')
  await page.getByLabel('From').fill('2026-03-02T10:00')
  await page.getByLabel('Before').fill('2026-03-01T10:00')
  await page.getByText('“Before” must be later than “From”.').first().waitFor()
  expect(await link.count()).toBe(0)
  const phone = await open(PHONE, 'dark')
  await come(phone, 'vera', 'exports')
  await phone.getByText('Choose which run.').waitFor()
  await look(phone, 'console-exports-phone')
})

test('the audit log says who did what to what to operators, and to others why not', async () => {
  const page = await lookAt('console-audit', 'audit', async at => { await at.getByText('Set the budget of a project').first().waitFor({ state: 'attached' }) })
  await page.getByText('Which acts').click()
  await page.getByLabel('What').selectOption({ label: 'Paid somebody extra' })
  await page.getByLabel('Its id').fill('not an id')
  await page.getByText('An id has letters').waitFor()
  await page.getByLabel('Its id').fill('')
  await page.getByRole('button', { name: 'Show these' }).click()
  await page.getByRole('link', { name: 'its run' }).waitFor()
  expect(await page.getByRole('row').count()).toBe(2)
  await page.getByRole('row').nth(1).getByText('Details').click()
  await page.getByText('The page broke in their hands').waitFor()
  await look(page, 'console-audit-filtered')
  await page.getByRole('link', { name: 'its run' }).click()
  await page.getByRole('heading', { level: 1, name: 'What do people say of kettles?' }).waitFor()
  const other = await open(DESKTOP)
  await come(other, 'vera', 'audit')
  await other.getByText('The audit log is for operators').waitFor()
  await other.getByText('you have: viewer', { exact: false }).waitFor()
  expect(await other.getByRole('link', { name: 'Audit log' }).count()).toBe(0)
  await look(other, 'console-audit-viewer')
})

test('who may only look finds nothing to press', async () => {
  const page = await open(DESKTOP)
  await come(page, 'vera', `projects/${play.project}`)
  await page.getByText('of pairs agree', { exact: false }).waitFor()
  expect(await page.getByRole('group', { name: 'What to do with it' }).count()).toBe(0)
  await come(page, 'vera', 'tasks/kettles')
  await page.getByText(/All \d+ answers/).waitFor()
  expect(await page.getByRole('group', { name: 'What to do with it' }).count()).toBe(0)
  await come(page, 'vera', 'projects/nowhere')
  await page.getByText('There is no project "nowhere"', { exact: false }).waitFor()
})

test('while the server is away pages keep what they showed, a budget that was asked for is set once it is back, and no more than once', async () => {
  const page = await open(DESKTOP)
  await come(page, 'olga', `projects/${play.project}`)
  await page.getByRole('button', { name: 'Set budget' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Budget, USD').fill('25')
  stage.isThere = false
  await dialog.getByRole('button', { name: 'Set budget' }).click()
  await dialog.getByText('Whether it was done is not known', { exact: false }).waitFor()
  expect(await dialog.getByLabel('Budget, USD').inputValue()).toBe('25')
  await page.getByText(/What you see may be out of date/).waitFor()
  await look(page, 'console-project-away')
  stage.isThere = true
  stage.pass(1_000)
  await dialog.getByRole('button', { name: 'Set budget' }).click()
  await page.getByText('The budget is set.').waitFor()
  await page.getByText(/What you see may be out of date/).waitFor({ state: 'detached' })
  const { entries } = await stage.mephisto.audit.list({ action: 'set_project_budget', actor: OLGA.id, subjectId: play.project })
  expect(entries.map(({ request }) => (request as { budget: unknown }).budget)).toEqual([{ minor: 2_500, currency: 'USD' }, { minor: 2_000, currency: 'USD' }])
})
