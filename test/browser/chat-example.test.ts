import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { builtExample, exportOf, type BuiltExample } from '../built-example.js'
import { freePort } from '../free-port.js'
import { browserPages, DESKTOP, look, PHONE } from './browser-pages.js'

// The live example as it is built: two people and its moderator in one talk.
const { open } = browserPages()
let example: BuiltExample
beforeAll(async () => { example = await builtExample('fastify-live-chat', { port: await freePort(), ready: /npx mephisto export .*\n/ }) })
afterAll(() => { example.remove() })

async function come(page: Page, worker: string): Promise<void> {
  await page.goto(new RegExp(`${worker}: (\\S+)`).exec(example.output())?.[1] ?? '')
  await page.getByRole('button', { name: /^Accept/ }).click()
}
async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel('Your message').fill(text)
  await page.keyboard.press('Enter')
}

test('two people and a program talk, and both hand in what came of it', async () => {
  const [ann, ben] = [await open(DESKTOP), await open(PHONE)]
  await come(ann, 'ann')
  await ann.getByText('1 of 2 people are here.').waitFor()
  await look(ann, 'chat-example-lobby')
  await come(ben, 'ben')
  await ben.getByText(/closed to cars on Sundays.*Please say what you think/).waitFor()
  await ben.getByRole('list', { name: 'People' }).getByText('Moderator (a program)').waitFor()
  await say(ann, 'Close it: the children need room to play.')
  await say(ben, 'Keep it open, my mother cannot walk far.')
  await ann.getByText('What is the strongest reason against your own view?').waitFor()
  await look(ben, 'chat-example-phone-early')
  await say(ben, 'There is no other place to play.')
  await say(ann, 'Some people need a car to get anywhere.')
  await ben.getByText('what would have to be different').waitFor()
  await say(ann, 'Residents with a permit could drive at walking pace.')
  await say(ben, 'With permits I would agree.')
  const summary = 'Sam, at first: “Keep it open, my mother cannot walk far.” Now: “With permits I would agree.”'
  for (const page of [ann, ben]) await page.getByText(summary).waitFor()
  await look(ann, 'chat-example')
  await look(ben, 'chat-example-phone')
  await ann.getByRole('button', { name: 'Instructions' }).click()
  await ann.getByText('The moderator is a program.').waitFor()
  await look(ann, 'chat-example-instructions')
  await ann.keyboard.press('Escape')
  for (const page of [ann, ben]) await page.getByRole('button', { name: 'Finish the chat' }).click()
  await ann.getByLabel('closer together').check()
  await ann.getByLabel(/make you think about/).fill('His mother')
  await look(ann, 'chat-example-question')
  await ben.getByRole('button', { name: 'Send' }).click()
  await ben.getByText('Choose one of the three.').waitFor()
  await look(ben, 'chat-example-phone-question')
  await ben.getByLabel('as before').check()
  for (const page of [ann, ben]) {
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('Your answer is in').waitFor()
  }
  await look(ben, 'chat-example-phone-receipt')
  const rows = await exportOf(example)
  for (const words of ['closer together', 'His mother', 'as before']) expect(rows).toContain(words)
  expect(await example.end()).toBe(0)
})
