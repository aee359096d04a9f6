import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { SessionsStage } from '../sessions-stage.js'
import { browserPages, look, PHONE } from './browser-pages.js'
import { pageStageForAllTests } from './page-stage.js'
import { stagePage } from './stage-page.js'

const { open } = browserPages()
let stage: SessionsStage
let accept: (page: Page, worker: string) => Promise<void>
pageStageForAllTests(() => stagePage(new URL('helping-page.tsx', import.meta.url)), opened => {
  ({ stage } = opened)
  accept = (page, worker) => opened.work(page, worker, /^About/)
})
const calls = (page: Page): Promise<string[]> => page.getByRole('list', { name: 'Calls' }).getByRole('listitem').allTextContents()

test('a page calls the server over a socket, and finds its calls again after a reload and after the connection was lost', async () => {
  const page = await open()
  let sockets = 0
  page.on('websocket', () => { sockets += 1 })
  const asked: string[] = []
  page.on('request', request => { if (request.url().endsWith('agent.read')) asked.push(request.url()) })
  await accept(page, 'ann')
  await page.getByLabel(/^About/).fill('hello')
  await page.getByRole('button', { name: 'Shout it' }).click()
  await expect.poll(() => calls(page)).toEqual(['shout: HELLO'])
  expect(await page.getByLabel(/^About/).inputValue()).toBe('HELLO')
  await page.getByRole('button', { name: 'Ask for a secret' }).click()
  await expect.poll(() => calls(page)).toEqual(['shout: HELLO', 'refuse: not for HELLO'])
  await look(page, 'remote-calls')
  expect(sockets).toBe(1)
  stage.cutConnections()
  await page.getByRole('button', { name: 'Shout it' }).click()
  await expect.poll(() => calls(page)).toHaveLength(3)
  await expect.poll(async () => (await calls(page)).at(-1)).toBe('shout: HELLO')
  await page.reload()
  await page.getByRole('button', { name: /Continue/ }).click()
  await expect.poll(() => calls(page)).toEqual(['shout: HELLO', 'refuse: not for HELLO', 'shout: HELLO'])
  expect(asked).toEqual([])
  await page.setViewportSize(PHONE)
  await look(page, 'remote-calls-phone')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByText(/Thank you|next/i).first().waitFor()
})

test('a page whose network lets no sockets through asks instead', async () => {
  const page = await open()
  await page.addInitScript(() => { (window as { WebSocket?: unknown }).WebSocket = class { readyState = 3; send(): void { /* closed */ } close(): void { /* closed */ } constructor() { setTimeout(() => { (this as { onclose?: () => void }).onclose?.() }, 10) } } })
  await accept(page, 'ben')
  await page.getByLabel(/^About/).fill('hello')
  await page.getByRole('button', { name: 'Shout it' }).click()
  await expect.poll(() => calls(page)).toEqual(['shout: HELLO'])
})
