import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { browserPages } from './browser-pages.js'
import { pageStageForAllTests, type PageStage } from './page-stage.js'
import { stagePage } from './stage-page.js'

// Parts of one page that each have the task, in StrictMode: they share one session and one connection.

const { open } = browserPages()
let opened: PageStage
pageStageForAllTests(() => stagePage(new URL('two-parts-page.tsx', import.meta.url), [], 'development'), given => { opened = given })

async function accept(worker: string): Promise<{ page: Page; asked: string[]; sockets(): number; openSockets(): number }> {
  const page = await open()
  const asked: string[] = []
  let [sockets, closed] = [0, 0]
  page.on('websocket', socket => {
    sockets += 1
    socket.on('close', () => { closed += 1 })
  })
  page.on('request', request => {
    const name = /agent\.\w+/.exec(request.url())?.[0]
    if (name !== undefined) asked.push(name)
  })
  await opened.work(page, worker, 'Essay')
  return { page, asked, sockets: () => sockets, openSockets: () => sockets - closed }
}
const lists = (page: Page) => page.getByRole('list', { name: 'Calls' })
const press = (page: Page, name: string) => page.getByRole('button', { name }).click()

test('parts of a page ask once, open one socket, and show the same', async () => {
  const { page, asked, sockets } = await accept('ann')
  await page.getByLabel('Essay').fill('hello')
  await press(page, 'Shout it')
  await expect.poll(() => lists(page).allTextContents()).toEqual(['HELLO'])
  await press(page, 'One more')
  await press(page, 'One more')
  await expect.poll(() => lists(page).allTextContents()).toEqual(['HELLO', 'HELLO', 'HELLO'])
  expect(sockets()).toBe(1)
  expect(asked).toEqual(['agent.preview', 'agent.register', 'agent.act'])
})

test('a part that goes leaves the others as they are, and one that takes its place goes on', async () => {
  const { page, asked, sockets } = await accept('ben')
  await page.getByLabel('Essay').fill('hello')
  await press(page, 'Shout it')
  await expect.poll(() => lists(page).allTextContents()).toEqual(['HELLO'])
  await press(page, 'No calls')
  expect(await page.getByLabel('Essay').inputValue()).toBe('hello')
  await press(page, 'Swap')
  await expect.poll(() => lists(page).allTextContents()).toEqual(['HELLO'])
  await press(page, 'Swap')
  expect(await page.getByLabel('Essay').inputValue()).toBe('hello')
  expect(sockets()).toBe(1)
  expect(asked).toEqual(['agent.preview', 'agent.register', 'agent.act'])
})

test('when the last part goes the connection is closed, and the next begins anew with what was typed', async () => {
  const { page, sockets, openSockets } = await accept('cleo')
  await expect.poll(openSockets).toBe(1)
  await page.getByLabel('Essay').fill('hello')
  await press(page, 'Nothing')
  await expect.poll(openSockets).toBe(0)
  await press(page, 'Swap')
  await page.getByRole('button', { name: /^Continue/ }).click()
  expect(await page.getByLabel('Essay').inputValue()).toBe('hello')
  await expect.poll(sockets).toBe(2)
})
