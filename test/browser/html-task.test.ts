import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { file, htmlBlueprint } from '../../sdk/blueprints/html/index.js'
import type { TaskRun } from '../../sdk/index.js'
import { htmlHost, type HtmlHost } from '../html-stage.js'
import { browserPages, look, OUTPUT, PHONE } from './browser-pages.js'
import { everything, EVERYTHING, HOSTILE, introduced, scripted, strict } from './html-task-pages.js'

// HTML tasks as people do them: in Chromium, in a host that has no page of its own. Screenshots go to test-output/.
const example = (name: string) => file(new URL(`../../examples/html-task/pages/${name}`, import.meta.url))

const reviews = htmlBlueprint({
  type: 'customer-review', page: example('review.html'), preview: example('preview.html'), onboarding: { page: example('welcome.html') },
  server: { validateOnboarding: answer => answer['example'] === 'mixed' },
})
const ROW = { product: 'Kettle', text: 'Boils fast, but the lid gets too hot to touch.' }

const { open, complaints } = browserPages()
let host: HtmlHost
beforeAll(async () => { host = await htmlHost([reviews, everything, strict, scripted, introduced]) })
afterAll(() => host.close())

/** Opens the personal link of a worker, and takes the work. */
async function accept(page: Page, run: TaskRun, worker: string): Promise<void> {
  await page.goto(await host.link(run, worker))
  await page.getByRole('button', { name: /^Accept/ }).click()
  await page.getByRole('timer').waitFor()
}

const answersOf = async (run: TaskRun): Promise<unknown[]> => (await host.answers(run)).map(({ answer }) => answer)
const answered = async (run: TaskRun, count: number): Promise<void> => { await expect.poll(() => answersOf(run)).toHaveLength(count) }

describe('a worker of an HTML task', () => {
  test('sees what it is, does the introduction, and answers one item after the other, by keyboard alone', async () => {
    const run = await host.launch(reviews, [ROW, { ...ROW, product: 'Desk lamp' }], { onboarding: { qualification: 'reads', input: {} }, description: 'Read what a customer wrote.' })
    const page = await open()
    await page.goto(await host.link(run, 'ann'))
    await page.getByText('Boils fast').waitFor()
    await look(page, 'html-preview')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Before you begin' }).waitFor()
    await look(page, 'html-onboarding')
    await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowDown')
    await page.getByLabel('mixed').check()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: /about the Kettle/ }).waitFor()
    await look(page, 'html-work')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await page.getByLabel('quality').check()
    await page.getByLabel('price').check()
    await page.getByLabel(/stars/).fill('4')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: /about the Desk lamp/ }).waitFor()
    await page.getByText('Your answer has been received').waitFor()
    await look(page, 'html-next')
    expect(await host.answers(run)).toMatchObject([{ answer: { verdict: 'positive', topics: ['quality', 'price'], stars: 4 }, pageBuild: reviews.pages.build }])
    await page.getByLabel('negative').check()
    await page.getByLabel(/stars/).fill('1')
    await page.getByRole('button', { name: 'Submit' }).click()
    await page.getByRole('heading', { name: 'No item for you right now' }).waitFor()
    expect(await page.getByText('Your answer has been received').count()).toBe(1)
    await look(page, 'html-finished')
  })

  test('works on a phone, light and dark, also while a form has nothing in it', async () => {
    for (const scheme of ['light', 'dark'] as const) {
      const run = await host.launch(reviews, [ROW], { description: 'Read what a customer wrote.' })
      const page = await open(PHONE, scheme)
      await page.goto(await host.link(run, 'gus'))
      await page.getByText('Boils fast').waitFor()
      await look(page, `html-phone-preview-${scheme}`)
      await accept(page, run, 'gus')
      await look(page, `html-phone-work-${scheme}`)
      await page.getByRole('button', { name: 'Submit' }).click()
      expect(await page.evaluate(() => document.querySelector(':invalid') !== null)).toBe(true)
      expect(await answersOf(run)).toEqual([])
    }
  })

  test('finds what was filled in again after a reload, also what a script has set', async () => {
    const run = await host.launch(everything, [EVERYTHING])
    const page = await open()
    await accept(page, run, 'dora')
    await page.getByLabel('Name').fill('')
    await page.getByLabel('Count').fill('7')
    await page.getByLabel('B', { exact: true }).check()
    await page.getByLabel('Many').selectOption(['x', 'z'])
    await page.evaluate(() => { (window as unknown as { mephisto: { set(values: object): void } }).mephisto.set({ clicks: 3 }) })
    await page.getByLabel('Text').fill('two\nlines')
    await page.reload()
    await page.getByRole('button', { name: /Continue/ }).click()
    await expect.poll(() => page.getByLabel('Count').inputValue()).toBe('7')
    expect(await page.getByLabel('Text').inputValue()).toBe('two\nlines')
    expect(await page.evaluate(() => (window as unknown as { log: string[] }).log)).toEqual(['work Plain0', 'clicks 3'])
    await page.getByRole('button', { name: 'Bad' }).click()
    await answered(run, 1)
    expect(await answersOf(run)).toEqual([{ name: 'Plain', count: 7, sure: false, letters: ['b'], many: ['x', 'z'], text: 'two\nlines', secret: 's', verdict: 'bad', clicks: 3 }])
  })

  test('goes on with an introduction after a reload, also where there is no preview', async () => {
    const run = await host.launch(introduced, [{ text: 'a' }], { onboarding: { qualification: 'introduced', input: {} } })
    const page = await open()
    await page.goto(await host.link(run, 'olly'))
    await page.getByRole('button', { name: /^Accept/ }).click()
    await page.getByRole('heading', { name: 'Before you begin' }).waitFor()
    await page.reload()
    // What an item looks like is shown by the page of the work.
    await page.getByText('Below is what an item looks like.').waitFor()
    await page.getByRole('heading', { name: 'About a' }).waitFor()
    await page.getByRole('button', { name: /^(Accept|Continue)/ }).click()
    await page.getByRole('heading', { name: 'Before you begin' }).waitFor()
    await page.getByLabel('Word').fill('yes')
    await page.getByRole('button', { name: 'Begin' }).click()
    await page.getByRole('timer').waitFor()
    await page.getByLabel('Word').fill('done')
    await page.getByRole('button', { name: 'Send' }).click()
    await answered(run, 1)
    expect(await answersOf(run)).toEqual([{ word: 'done' }])
  })

  test('keeps what was chosen last at controls that a script makes, and what is written beside the form', async () => {
    const run = await host.launch(scripted, [{ options: 'yes no' }])
    const page = await open()
    await accept(page, run, 'nora')
    await page.getByLabel('yes').check()
    await page.getByLabel('Note').fill('n')
    await page.reload()
    await page.getByRole('button', { name: /Continue/ }).click()
    await expect.poll(() => page.getByLabel('Note').inputValue()).toBe('n')
    await page.getByLabel('no', { exact: true }).check()
    await page.getByRole('button', { name: 'Send' }).click()
    await expect.poll(() => page.getByLabel('Note').evaluate(note => (note as HTMLTextAreaElement).validationMessage)).toBe('Say a little more.')
    await page.getByLabel('Note').fill('not so good')
    await page.getByRole('button', { name: 'Send' }).click()
    await answered(run, 1)
    expect(await answersOf(run)).toEqual([{ choice: 'no', note: 'not so good' }])
  })

  test('hands in once, however often and in whatever way', async () => {
    const run = await host.launch(everything, [EVERYTHING], { unitsPerAssignment: 3 })
    const page = await open()
    await accept(page, run, 'emma')
    await page.getByLabel('Count').fill('1')
    let release = (): void => undefined
    const released = new Promise<void>(resolve => { release = resolve })
    await page.route('**/trpc/agent.submit', async route => {
      await released
      await route.continue()
    })
    await page.getByRole('button', { name: 'Good' }).dblclick()
    await page.getByText('Sending your answer…').waitFor()
    release()
    await answered(run, 1)
    const second = await open()
    await accept(second, run, 'finn')
    await second.getByLabel('Count').fill('2')
    await second.keyboard.press('Enter')
    await second.keyboard.press('Enter').catch(() => undefined)
    await answered(run, 2)
    const third = await open()
    await accept(third, run, 'gina')
    await third.getByLabel('Count').fill('3')
    await third.evaluate(() => {
      const { mephisto } = window as unknown as { mephisto: { submit(values?: object): boolean } }
      return [mephisto.submit({ verdict: 'good', how: 'script' }), mephisto.submit()]
    })
    await answered(run, 3)
    expect(await answersOf(run)).toMatchObject([{ count: 1, verdict: 'good' }, { count: 2, verdict: 'good' }, { count: 3, how: 'script' }])
  })

  test('loses nothing when the connection is lost', async () => {
    const run = await host.launch(reviews, [ROW])
    const page = await open()
    await accept(page, run, 'emil')
    await page.getByLabel('mixed').check()
    await page.getByLabel(/stars/).fill('3')
    await page.context().setOffline(true)
    await page.getByRole('button', { name: 'Submit' }).click()
    await page.getByText(/Connection lost/).waitFor()
    await look(page, 'html-offline')
    await page.context().setOffline(false)
    await answered(run, 1)
    await page.getByRole('heading', { name: 'No item for you right now' }).waitFor()
  })

  test('gives an item back, and is asked first', async () => {
    const run = await host.launch(reviews, [ROW, { ...ROW, product: 'Desk lamp' }])
    const page = await open()
    await accept(page, run, 'fay')
    await page.getByRole('button', { name: 'Give back' }).click()
    await look(page, 'html-give-back')
    await page.getByRole('button', { name: 'Give it back' }).click()
    await page.getByRole('button', { name: /^Accept/ }).click()
    await page.getByRole('heading', { name: /about the Desk lamp/ }).waitFor()
  })

  test('is told at the control what the server finds wrong, and can mend it', async () => {
    const run = await host.launch(strict, [{}], { args: { question: 'Which number?' } })
    const page = await open()
    await accept(page, run, 'hugo')
    await page.getByText('Which number?').waitFor()
    await page.getByLabel('Even').fill('3')
    await page.getByRole('button', { name: 'Submit' }).click()
    await expect.poll(() => page.evaluate(() => document.querySelector('input')?.validationMessage)).toBe('This must be even.')
    await page.getByLabel('Even').fill('4')
    await page.getByLabel('Even').press('Enter')
    await answered(run, 1)
    expect(await answersOf(run)).toEqual([{ even: 4 }])
  })

  test('can send what was filled in when the time has run out', async () => {
    const run = await host.launch(reviews, [ROW], { leaseMs: 10_000 })
    const page = await open()
    await accept(page, run, 'ida')
    await page.getByLabel('mixed').check()
    await page.getByLabel(/stars/).fill('3')
    await page.evaluate(() => { Object.defineProperty(document, 'visibilityState', { get: () => 'hidden', configurable: true }) })
    await page.waitForTimeout(11_000)
    await host.mephisto.operator.tick()
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { get: () => 'visible' })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    await page.getByRole('heading', { name: 'Your time for this item ran out' }).waitFor()
    await look(page, 'html-lease-lost')
    await page.getByRole('button', { name: 'Send what I have' }).click()
    await page.getByRole('heading', { name: 'Your answer was kept, but does not count' }).waitFor()
    expect(await answersOf(run)).toEqual([{ verdict: 'mixed', topics: [], stars: 3 }])
  })

  test('is told clearly when the link is forged or missing', async () => {
    const page = await open()
    await page.goto(`${host.origin}/mephisto/pages/customer-review/#provider=inhouse&credential=forged`)
    await page.getByText(/link is not valid/).waitFor()
    await look(page, 'html-forged-link')
    await page.goto('about:blank')
    await page.goto(`${host.origin}/mephisto/pages/customer-review`)
    await page.getByText(/without a personal link/).waitFor()
  })
})

describe('a page of an author', () => {
  test('shows a row as words and nothing else, and runs its own scripts', async () => {
    const run = await host.launch(everything, [{ ...EVERYTHING, title: HOSTILE, first: 'java', second: 'script:window.hacked=3' }])
    const page = await open()
    await page.goto(await host.link(run, 'ivan'))
    await page.getByText('Below is what an item looks like.').waitFor()
    expect(await page.evaluate(() => document.body.inert)).toBe(true)
    await accept(page, run, 'ivan')
    expect(await page.locator('h1').innerText()).toBe(HOSTILE)
    expect(await page.locator('h1').getAttribute('title')).toBe(HOSTILE)
    expect(await page.getByLabel('Name').inputValue()).toBe(HOSTILE)
    expect(await page.locator('#link').getAttribute('href')).toBeNull()
    expect(await page.locator('#picture').getAttribute('src')).toBe(EVERYTHING.picture)
    expect(await page.locator('#kept').getAttribute('alt')).toBe('${title}')
    await page.locator('#handler').click()
    await page.locator('#down').click()
    // The browser says that it has moved a little after it has.
    await expect.poll(() => new URL(page.url()).hash).toMatch(/^#provider=inhouse&credential=/)
    expect(await page.evaluate(() => (window as unknown as { log: string[] }).log)).toEqual([`work ${HOSTILE}0`, 'handler'])
    // Also what a careless script of the author writes as HTML does not run.
    await page.evaluate(() => { document.body.insertAdjacentHTML('beforeend', (window as unknown as { mephisto: { input: { title: string } } }).mephisto.input.title) })
    await page.waitForTimeout(200)
    expect(await page.evaluate(() => (window as unknown as { hacked?: number }).hacked)).toBeUndefined()
    const told = complaints.splice(0)
    expect(told.filter(text => /Mephisto left href of <a> out/.test(text))).not.toEqual([])
    expect(told.filter(text => !/Mephisto left href|Content Security Policy/.test(text))).toEqual([])
  })

  test('may prevent a submission, and its styles stay its own', async () => {
    const run = await host.launch(everything, [EVERYTHING])
    const page = await open()
    await accept(page, run, 'jana')
    await page.getByLabel('Count').fill('1')
    await page.getByLabel('Free').fill('veto')
    await page.getByRole('button', { name: 'Good' }).click()
    await page.waitForTimeout(200)
    expect(await answersOf(run)).toEqual([])
    await page.getByLabel('Free').fill('')
    await page.evaluate(() => { document.querySelector('form')?.submit() })
    await page.getByText('verdict').waitFor()
    await page.getByRole('button', { name: 'Good' }).click()
    await answered(run, 1)
    const spoilt = await open()
    await accept(spoilt, await host.launch(strict, [{}], { args: { question: 'Which number?' } }), 'kai')
    const title = spoilt.getByText('About tweets', { exact: true })
    expect(await title.isVisible()).toBe(true)
    expect(await title.evaluate(element => [getComputedStyle(element).fontSize, getComputedStyle(element).color])).toEqual(['16px', 'rgb(22, 24, 29)'])
    await spoilt.screenshot({ path: join(OUTPUT, 'html-spoilt.png') })
  })
})
