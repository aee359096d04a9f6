import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startedExample, type ExampleServer } from '../example-server.js'
import { browserPages, DESKTOP, look, PHONE } from './browser-pages.js'

// The whole run as people do it: in Chromium, against the example as `npm start` runs it. Screenshots go to
// test-output/; with MEPHISTO_PICTURES=1 the two of the README are renewed.
const PICTURES = fileURLToPath(new URL('../../docs/pictures/', import.meta.url))

const { open } = browserPages()
let example: ExampleServer
let data: string
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'mephisto-browser-'))
  example = await startedExample(['--port', '0', '--data', data])
})
afterAll(async () => {
  await example.end()
  rmSync(data, { recursive: true, force: true })
})

/** Writes the name on the front page and comes to the task page. */
async function enter(page: Page, name: string): Promise<void> {
  await page.goto(example.origin)
  await page.getByLabel('Your name').fill(name)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: /^Accept/ }).waitFor()
}

/** Accepts the work and waits for its form: keys pressed before it is there choose nothing. */
async function accept(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Accept/ }).click()
  await page.getByText('This sentence is a').waitFor()
}

async function login(page: Page, name: string): Promise<void> {
  await page.goto(`${example.origin}/login`)
  await page.locator('input[name=name]').fill(name)
  await page.locator('input[type=password]').fill(example.password)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/review')
}

const quotation = (page: Page) => page.locator('blockquote, q, .sentence').first().innerText()
const done = (page: Page) => page.getByText(/You:\s*\d+\s*done/).innerText().then(text => Number(/\d+/.exec(text)?.[0]))
const answered = async (page: Page, count: number) => expect.poll(() => done(page)).toBe(count)

async function picture(page: Page, name: string): Promise<void> {
  if (process.env['MEPHISTO_PICTURES'] !== '1') return
  mkdirSync(PICTURES, { recursive: true })
  await page.screenshot({ path: join(PICTURES, `${name}.png`) })
}

describe('a worker', () => {
  test('does the task with the keyboard alone', async () => {
    const page = await open(DESKTOP)
    await enter(page, 'Ann Lee')
    await look(page, 'worker-preview')
    await page.keyboard.press('Enter')
    await page.getByText('This sentence is a').waitFor()
    await page.keyboard.press('2')
    await look(page, 'worker-task')
    await picture(page, 'worker-page')
    await page.keyboard.press('Control+Enter')
    await answered(page, 1)
    await page.getByText('Your answer has been received').waitFor()
    await look(page, 'worker-next')
    for (const [index, key] of ['1', '3', '2'].entries()) {
      await page.keyboard.press(key)
      await page.keyboard.press('Control+Enter')
      await answered(page, 2 + index)
    }
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    await look(page, 'worker-instructions')
    await page.keyboard.press('Escape')
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  test('finds sentence and draft again after a reload', async () => {
    const page = await open(DESKTOP)
    await enter(page, 'Dora')
    await accept(page)
    const sentence = await quotation(page)
    await page.keyboard.press('3')
    await page.getByLabel(/Comment/).fill('half a thought')
    await page.reload()
    await page.getByRole('button', { name: /Continue/ }).click()
    await expect.poll(() => page.getByLabel(/Comment/).inputValue()).toBe('half a thought')
    expect(await quotation(page)).toBe(sentence)
    await page.keyboard.press('Control+Enter')
    await answered(page, 1)
  })

  test('loses nothing when the connection is lost', async () => {
    const page = await open(DESKTOP)
    await enter(page, 'Emil')
    await accept(page)
    await page.keyboard.press('1')
    await page.context().setOffline(true)
    await page.keyboard.press('Control+Enter')
    await page.getByText(/Connection lost/).waitFor()
    await look(page, 'worker-offline')
    await page.context().setOffline(false)
    await answered(page, 1)
  })

  test('gives a sentence back, and somebody else gets it', async () => {
    const page = await open(DESKTOP)
    await enter(page, 'Fay')
    await accept(page)
    const sentence = await quotation(page)
    await page.getByRole('button', { name: 'Give back' }).click()
    await look(page, 'worker-give-back')
    await page.getByRole('dialog').getByRole('button', { name: 'Give it back' }).click()
    await page.getByRole('button', { name: /^Accept/ }).or(page.getByText('This sentence is a')).first().waitFor()
    await expect.poll(async () => await page.getByRole('dialog').count() === 0).toBe(true)
    const other = await open(DESKTOP)
    await enter(other, 'Gina')
    await accept(other)
    expect(await quotation(other)).toBe(sentence)
  })

  test('says what is wrong, suggests a tip, and gives an opinion afterwards', async () => {
    const page = await open(DESKTOP)
    await enter(page, 'Hope')
    await accept(page)
    await page.getByRole('button', { name: 'Report a problem' }).click()
    await page.getByLabel('What should the team know?').fill('The sentence is cut off')
    await look(page, 'worker-feedback')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByText(/Thank you. The team/).waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    await page.getByRole('button', { name: 'Tips' }).click()
    await page.getByText('There are no tips yet.').waitFor()
    await page.getByLabel('A tip of yours for others').fill('Look for words such as "will"')
    await page.getByRole('button', { name: 'Suggest it' }).click()
    await page.getByText(/once the team has approved it/).waitFor()
    await look(page, 'worker-tips')
    await page.keyboard.press('Escape')
    await page.keyboard.press('2')
    await page.getByRole('button', { name: 'Submit and pause' }).click()
    await page.getByLabel('What should we change?').fill('Nothing')
    await look(page, 'worker-opinion')
    await page.getByRole('button', { name: 'Send opinion' }).click()
    await page.getByText('Thank you for your opinion.').waitFor()
  })

  test('works on a phone, light and dark', async () => {
    for (const scheme of ['light', 'dark'] as const) {
      const page = await open(PHONE, scheme)
      await enter(page, `Gus ${scheme}`)
      await look(page, `phone-preview-${scheme}`)
      await accept(page)
      await page.getByRole('region').getByText('Fact', { exact: true }).click()
      await look(page, `phone-task-${scheme}`)
      await page.getByRole('button', { name: 'Submit', exact: true }).click()
      await answered(page, 1)
    }
  })

  test('is told clearly when the link is forged or missing', async () => {
    const page = await open(DESKTOP)
    await page.goto(`${example.origin}/work#provider=inhouse&credential=forged`)
    await page.getByText(/link is not valid/).waitFor()
    await look(page, 'worker-forged-link')
    await page.goto(`${example.origin}/`)
    await page.goto(`${example.origin}/work`)
    await page.getByRole('link', { name: /start|front|begin/i }).waitFor()
    await look(page, 'worker-no-link')
  })
})

describe('a reviewer', () => {
  test('without a login sees a page that says so', async () => {
    const page = await open(DESKTOP)
    await page.goto(`${example.origin}/review`)
    await page.getByText('You are not logged in').waitFor()
    await look(page, 'review-not-logged-in')
  })

  test('decides by keyboard, with notes and undo, and sees counts and money follow', async () => {
    const page = await open(DESKTOP)
    await login(page, 'Rita')
    const waiting = async () => Number(/\d+/.exec(await page.getByRole('button', { name: /Waiting/ }).or(page.getByText(/Waiting\s*\d+/)).first().innerText())?.[0])
    const count = (name: string) => page.getByText(new RegExp(`^${name}\\s*\\d+$`)).first().innerText().then(text => Number(/\d+$/.exec(text)?.[0]))
    await page.getByRole('button', { name: 'Approve' }).waitFor()
    // The counts come by themselves, perhaps after the first answer.
    await expect.poll(waiting).toBeGreaterThanOrEqual(7)
    const before = await waiting()
    await look(page, 'review-queue')
    await picture(page, 'review-page')
    await page.keyboard.press('a')
    await expect.poll(() => count('Accepted')).toBe(1)
    await page.keyboard.press('s')
    await expect.poll(() => count('Soft-rejected')).toBe(1)
    await page.keyboard.press('r')
    await page.keyboard.type('This is a promise, not a fact.')
    await page.keyboard.press('Control+Enter')
    await expect.poll(() => count('Rejected')).toBe(1)
    await expect.poll(waiting).toBe(before - 3)
    await expect.poll(() => page.getByText('$0.10').count()).toBeGreaterThan(0)
    // What was saved is told then: half faded in, it would have less contrast than it will have.
    await page.getByText(/^Rejected, not paid/).waitFor()
    await look(page, 'review-decided')
    await page.keyboard.press('z')
    await expect.poll(() => count('Rejected')).toBe(0)
    await expect.poll(waiting).toBe(before - 2)
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    await look(page, 'review-keys')
    await page.keyboard.press('Escape')
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'CSV' }).click()])
    expect(download.suggestedFilename()).toMatch(/\.csv$/)
  })

  test('reads what workers said, and shows a tip to others in better words', async () => {
    const page = await open(DESKTOP)
    await login(page, 'Rita')
    await page.getByRole('button', { name: 'Remarks' }).click()
    await page.getByText('The sentence is cut off').waitFor()
    await look(page, 'review-remarks')
    await page.getByRole('button', { name: 'Tips', exact: true }).click()
    await page.getByRole('button', { name: 'Edit and show' }).click()
    await page.getByLabel('What others read').fill('Words such as "will" tell a promise.')
    await look(page, 'review-tip')
    await page.getByRole('button', { name: 'Show to others' }).click()
    await page.getByText(/Nothing new/).waitFor()
    const worker = await open(PHONE)
    await enter(worker, 'Ivy')
    await accept(worker)
    await worker.getByRole('button', { name: 'Tips' }).click()
    await worker.getByText('Words such as "will" tell a promise.').waitFor()
    await look(worker, 'phone-tips')
    await worker.keyboard.press('Escape')
    await worker.getByRole('button', { name: 'Give back' }).click()
    await worker.getByRole('dialog').getByRole('button', { name: 'Give it back' }).click()
    await page.getByRole('button', { name: 'Everything' }).click()
    await page.getByRole('button', { name: 'Mark as reviewed' }).first().click()
    await page.getByLabel('New ones only').uncheck()
    await page.getByText('Reviewed', { exact: true }).first().waitFor()
    await page.setViewportSize(PHONE)
    await look(page, 'phone-review-remarks')
  })

  test('reviews on a phone, in the dark', async () => {
    const page = await open(PHONE, 'dark')
    await login(page, 'Omar')
    await page.getByRole('button', { name: 'Approve' }).waitFor()
    await look(page, 'phone-review-dark')
    await page.getByRole('button', { name: 'Approve' }).click()
    await page.getByText(/Approved/).first().waitFor()
  })
})

test('the host keeps its own page and is told apart from ours', async () => {
  const page = await open(DESKTOP)
  await page.goto(example.origin)
  await page.getByRole('heading', { name: 'Reading speeches together' }).waitFor()
  await look(page, 'host-page')
})
