import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/index.js'
import { makeTarget, type OwnTarget } from '../scenarios/promise-target.js'
import { openSessionsStage, type SessionsStage } from '../sessions-stage.js'
import { browserPages, look, PHONE } from './browser-pages.js'
import { stagePage } from './stage-page.js'

const { open } = browserPages()
let target: OwnTarget
let stage: SessionsStage
let run: TaskRun

beforeAll(async () => {
  target = await makeTarget('sqlite')
  stage = await openSessionsStage(target, { page: stagePage(new URL('helping-page.tsx', import.meta.url)) })
  run = await stage.launch(9)
})
afterAll(async () => {
  await stage.close()
  await target.drop()
})

async function accept(page: Page, worker: string): Promise<void> {
  await page.goto((await stage.mephisto.invite({ run: run.id, worker })).url)
  await page.getByRole('button', { name: /^(Accept|Continue)/ }).click()
  await page.getByLabel(/^About/).waitFor()
}
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
