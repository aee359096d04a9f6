import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { usd } from '../../sdk/index.js'
import { kettles } from '../console-stage.js'
import { addManyAnswers } from '../many-answers.js'
import { OLGA } from '../principals.js'
import { browserPages, look, PHONE } from './browser-pages.js'
import { consolePages, WIDE } from './console-pages.js'

// A list of 200,000 answers: any of them is two keys away, and a page of them is read when it comes into sight, and no other.

const COUNT = 200_000
const MOOD = (mood: string) => JSON.stringify({ mood, isClear: true, stars: 4 })

const { open } = browserPages()
const { stage, played: run, come } = consolePages(async ({ mephisto }, target) => {
  const launched = await mephisto.operator.launch(kettles, { task: 'kettles', requester: 'lab', provider: 'inhouse', pay: usd('0.12'), data: [{ text: 'A kettle that nobody has looked at.' }] })
  await addManyAnswers(target, { runId: launched.id, schemaHash: launched.schemaHash, count: COUNT, people: 50, from: Date.now() - 20 * 86_400_000, answers: [MOOD('glad'), MOOD('neutral'), MOOD('annoyed')] })
  return launched
}, {})

const rowsOf = (page: Page) => page.getByRole('navigation', { name: 'Units' }).getByRole('listitem')
const desk = (page: Page) => page.getByRole('article', { name: 'Unit under review' })

/** The rows that are there: their numbers, and those of the answers in them where they were read. */
const numbers = (page: Page) => rowsOf(page).evaluateAll(items => items.map(item => ({ row: Number(item.getAttribute('aria-posinset')), answer: /Sentence (\d+)/.exec(item.textContent)?.[1] })))

/** Waits until all rows that are there were read, in a place of the list, and returns the rows whose answer is another one than stands there by rights. */
async function wrongRows(page: Page, within: readonly [from: number, to: number], answerOf = (row: number) => row - 1): Promise<unknown[]> {
  await expect.poll(async () => (await numbers(page)).filter(({ row, answer }) => answer === undefined || row < within[0] || row > within[1])).toEqual([])
  const all = await numbers(page)
  expect(all.length).toBeGreaterThan(3)
  expect(all.length).toBeLessThan(40)
  return all.filter(({ row, answer }) => Number(answer) !== answerOf(row))
}

/** Scrolls the list to a share of its height, over so many places between. */
const drag = (page: Page, share: number, steps = 1) => page.locator('.mephisto-review-queue-list').evaluate(async (box, to) => {
  const from = box.scrollTop
  for (let step = 1; step <= to.steps; step += 1) {
    box.scrollTop = from + (to.share * (box.scrollHeight - box.clientHeight) - from) * step / to.steps
    await new Promise(resolve => { requestAnimationFrame(resolve) })
  }
}, { share, steps })

test('a list of 200,000 answers is gone through by bar and by keys, with few calls and few rows', async () => {
  const page = await open(WIDE)
  let calls = 0
  page.on('request', request => { if (request.url().includes('review.queue')) calls += 1 })
  await come(page, 'rita', `runs/${run().id}/answers`)
  await page.getByText('200,000 answers', { exact: true }).waitFor()
  expect(await wrongRows(page, [1, 30])).toEqual([])

  await rowsOf(page).first().getByRole('button').focus()
  await page.keyboard.press('End')
  expect(await wrongRows(page, [COUNT - 30, COUNT])).toEqual([])
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain(`Sentence ${String(COUNT - 1)}`)
  await look(page, 'long-list-end')
  await page.keyboard.press('PageUp')
  expect(await wrongRows(page, [COUNT - 60, COUNT])).toEqual([])

  await drag(page, 0.5, 30)
  expect(await wrongRows(page, [COUNT / 2 - 2_000, COUNT / 2 + 2_000])).toEqual([])
  await look(page, 'long-list-middle')
  const before = (await numbers(page))[0]?.row ?? 0
  await page.mouse.move(150, 600)
  await page.mouse.wheel(0, 1_170)
  expect(await wrongRows(page, [before + 5, before + 60])).toEqual([])
  // The unit before the reviewer is the one that it was, and the next one comes after it.
  await desk(page).getByText('Sentence 0', { exact: true }).first().waitFor()
  await page.keyboard.press('j')
  await desk(page).getByText('Sentence 1', { exact: true }).first().waitFor()
  expect(await wrongRows(page, [1, 30])).toEqual([])
  // Five places, read in turn, and all that is there now and then.
  expect(calls).toBeLessThan(40)

  await rowsOf(page).first().getByRole('button').focus()
  for (let press = 0; press < 3; press += 1) await page.keyboard.press('PageDown')
  expect(await wrongRows(page, [5, 60])).toEqual([])
  await page.keyboard.press('Home')
  expect(await wrongRows(page, [1, 30])).toEqual([])
})

test('rows stay before the eyes, and in their order, while answers above and among them are decided', async () => {
  const page = await open(PHONE, 'dark')
  await come(page, 'rita', `runs/${run().id}/answers`)
  await page.getByText('200,000 answers', { exact: true }).waitFor()
  await drag(page, 0.25)
  expect(await wrongRows(page, [COUNT / 4 - 2_000, COUNT / 4 + 2_000])).toEqual([])
  await rowsOf(page).nth(6).getByRole('button').click()
  const decided = Number((await numbers(page))[6]?.answer)
  await desk(page).getByText(`Sentence ${String(decided)}`, { exact: true }).first().waitFor()
  await page.keyboard.press('a')
  await desk(page).getByText(`Sentence ${String(decided + 1)}`, { exact: true }).first().waitFor()
  await page.getByText('199,999 answers', { exact: true }).waitFor()
  const answerOf = (above: number) => (row: number) => (row + above - 1 >= decided ? row + above : row + above - 1)
  expect(await wrongRows(page, [1, COUNT], answerOf(0))).toEqual([])
  const eyes = async () => (await numbers(page)).map(({ answer }) => answer).join()
  const seen = await eyes()
  await look(page, 'long-list-phone')
  // Somebody else decides what stands above.
  const olga = stage().mephisto.caller(OLGA)
  const { units } = await olga.review.queue({ run: run().id, limit: 200 })
  await olga.review.decide({ decisionId: crypto.randomUUID(), unitIds: units.slice(100).map(({ unitId }) => unitId), verdict: 'approve' })
  await expect.poll(() => page.getByText('199,899 answers', { exact: true }).isVisible(), { timeout: 60_000 }).toBe(true)
  expect(await wrongRows(page, [1, COUNT], answerOf(100))).toEqual([])
  expect(await eyes()).toBe(seen)
})

test('what cannot be counted is read page by page, and says so', async () => {
  const page = await open(WIDE)
  await come(page, 'rita', `runs/${run().id}/answers`)
  await page.getByRole('button', { name: 'Filter' }).click()
  const form = page.getByRole('form', { name: 'Which answers to show' })
  await form.getByLabel('Answered', { exact: true }).selectOption('annoyed')
  await form.getByRole('button', { name: 'Show' }).click()
  await rowsOf(page).first().getByText('Sentence 2', { exact: true }).waitFor()
  expect(await page.locator('.mephisto-review-queue-list').evaluate(box => box.scrollTop)).toBe(0)
  await page.getByText('50 answers so far. This list cannot be counted ahead: it is read page by page.').waitFor()
  await page.getByRole('button', { name: 'Filter' }).click()
  await look(page, 'long-list-filter')
  await page.getByRole('button', { name: 'Load more' }).click()
  await page.getByText(/^100 answers so far/).waitFor()
})

test('whoever writes a note while a far page is on its way is left to write it', async () => {
  const page = await open(WIDE)
  await come(page, 'rita', `runs/${run().id}/answers`)
  await desk(page).waitFor()
  await rowsOf(page).first().getByRole('button').focus()
  stage().isThere = false
  await page.keyboard.press('End')
  const note = desk(page).getByRole('textbox')
  await note.click()
  await page.keyboard.type('a fair answer')
  stage().isThere = true
  // The end of the list has come.
  await expect.poll(async () => (await numbers(page)).some(({ answer }) => answer === String(COUNT - 1)), { timeout: 30_000 }).toBe(true)
  await page.keyboard.type(', at last')
  expect(await note.inputValue()).toBe('a fair answer, at last')
})
