import { expect, test } from 'vitest'
import { implement } from '../../sdk/index.js'
import { launchOdd } from '../odd-answers-stage.js'
import { odd } from '../odd-blueprint.js'
import { VERA } from '../principals.js'
import { browserPages, look, PHONE } from './browser-pages.js'
import { consolePages, WIDE } from './console-pages.js'

// Items and answers of ten million characters, several of them: lists stay small, and the page can be used.

const { open } = browserPages()
const LONG = 10_000_000
const END = ' and this is the end of it'
const long = (start: string): string => `${start} ${'word '.repeat(LONG / 5)}${END}`

const { stage, played: run, come } = consolePages(async opened => {
  const launched = await launchOdd(opened, [{ text: long('An item') }, { text: 'Short' }])
  for (const name of ['ann', 'ben', 'cy']) {
    for (let count = 0; count < 2; count += 1) {
      const task = await opened.worker(name).accept(odd, launched)
      opened.pass(60_000)
      await task.submit({ said: name === 'cy' ? 'Short' : long(`Said by ${count === 0 ? 'all' : name}`), mood: 'glad' })
    }
  }
  return launched
}, {}, { blueprints: [implement(odd)], limits: { maxBodyBytes: 30_000_000 } })

test('a page of the queue does not carry them, and a unit alone does', async () => {
  const vera = stage().mephisto.caller(VERA)
  const { units } = await vera.review.queue({ run: run().id, longest: 6_000 })
  expect(units).toHaveLength(6)
  expect(JSON.stringify(units).length).toBeLessThan(100_000)
  const shortened = units.filter(({ shortenedFrom }) => shortenedFrom !== null)
  expect(shortened.length).toBe(5)
  expect(shortened.every(({ shortenedFrom }) => (shortenedFrom ?? 0) > LONG)).toBe(true)
  const { units: [whole] } = await vera.review.units({ unitIds: [shortened[0]?.unitId ?? ''] })
  expect(JSON.stringify(whole).length).toBeGreaterThan(LONG)
})

test('the screen shows how they begin, and all of it to who asks, while answers are decided as ever', { timeout: 120_000 }, async () => {
  const page = await open(WIDE)
  const carried: number[] = []
  page.on('response', response => { if (response.url().includes('review.queue')) void response.body().then(body => { carried.push(body.length) }, () => undefined) })
  await come(page, 'rita', `runs/${run().id}/answers`)
  await page.getByText(/This is long: [\d,]+ characters/).waitFor()
  await page.locator('.mephisto-review-same-item').waitFor()
  await look(page, 'long-answer')
  expect(Math.max(...carried)).toBeLessThan(100_000)
  await page.getByRole('button', { name: 'Show all', exact: true }).click()
  await page.getByRole('button', { name: /^Show all [\d,]+ characters$/ }).last().click()
  const whole = page.getByRole('group', { name: /^[\d,]+ characters$/ })
  await whole.evaluate(box => { box.scrollTop = box.scrollHeight })
  await whole.getByText(END.trim()).waitFor()
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
  await page.keyboard.press('a')
  await expect.poll(async () => (await stage().mephisto.operator.progress(run().id)).units.accepted).toBe(1)
  const phone = await open(PHONE, 'dark')
  await come(phone, 'vera', `runs/${run().id}/answers`)
  await phone.getByRole('article').waitFor()
  await look(phone, 'long-answer-phone')
})
