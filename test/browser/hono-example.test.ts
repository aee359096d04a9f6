import { afterAll, beforeAll, expect, test } from 'vitest'
import { builtExample, exportOf, type BuiltExample } from '../built-example.js'
import { freePort } from '../free-port.js'
import { browserPages, look, PHONE } from './browser-pages.js'

// The example on Hono as it is built.
const { open } = browserPages()
let example: BuiltExample
beforeAll(async () => { example = await builtExample('hono-fetch', { port: await freePort(), ready: /npx mephisto export .*\n/ }) })
afterAll(() => { example.remove() })

test('a person writes their name on the host\'s own page and does a task', async () => {
  for (const page of [await open(), await open(PHONE, 'dark')]) {
    const name = page.viewportSize()?.width === PHONE.width ? 'Ben' : 'Ann'
    await page.goto(/http:\S+/.exec(example.output())?.[0] ?? '')
    await look(page, `hono-home-${name}`)
    await page.getByLabel('Your name').fill(name)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: /^Accept/ }).click()
    await page.getByRole('button', { name: 'There is no difference' }).waitFor()
    await look(page, `hono-work-${name}`)
    await page.getByRole('button', { name: name === 'Ann' ? /we collect your bins/ : 'There is no difference' }).click()
    await page.getByText('Your answer has been received').waitFor()
    await look(page, `hono-receipt-${name}`)
  }
  const rows = await exportOf(example)
  for (const words of ['second', 'neither']) expect(rows).toContain(words)
  expect(await example.end()).toBe(0)
})
