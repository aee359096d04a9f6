import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/index.js'
import type { PacketView } from '../../sdk/protocol/packet-views.js'
import type { RegisterReply } from '../../sdk/protocol/worker-views.js'
import { pageCalls } from '../../sdk/testing/index.js'
import type { SessionsStage } from '../sessions-stage.js'
import { browserPages } from './browser-pages.js'
import { pageStageForAllTests } from './page-stage.js'
import { stagePage } from './stage-page.js'

// Calls that a page makes while it is offline outlive the page.

const { open, complaints } = browserPages()
let stage: SessionsStage
let run: TaskRun
let work: (page: Page, worker: string) => Promise<void>
pageStageForAllTests(() => stagePage(new URL('helping-page.tsx', import.meta.url)), opened => {
  ({ stage, run } = opened)
  work = (page, worker) => opened.work(page, worker, /^About/)
})

async function shout(page: Page, ...texts: string[]): Promise<void> {
  for (const text of texts) {
    await page.getByLabel(/^About/).fill(text)
    await page.getByRole('button', { name: 'Shout it' }).click()
  }
}
const shown = (page: Page): Promise<string[]> => page.getByRole('list', { name: 'Calls' }).getByRole('listitem').allTextContents()
/** What the browser holds back for the server. */
const kept = (page: Page): Promise<number> => page.evaluate(() => new Promise<number>((resolve, reject) => {
  const opening = indexedDB.open('mephisto-calls')
  opening.onerror = () => { reject(new Error('it does not open')) }
  opening.onsuccess = () => {
    const all = opening.result.transaction('calls').objectStore('calls').getAll()
    all.onsuccess = () => {
      opening.result.close()
      resolve((all.result as { calls: string[] }[]).reduce((sum, { calls }) => sum + calls.length, 0))
    }
  }
}))
/** The calls that the server has of somebody, in its order. */
async function stored(worker: string): Promise<unknown[]> {
  const call = pageCalls(stage.mephisto)
  const reply = await call<RegisterReply>('register', { provider: 'inhouse', credential: (await stage.mephisto.invite({ run: run.id, worker })).credential })
  if (reply.status !== 'working') throw new Error(reply.status)
  const { packets } = await call<{ packets: PacketView[] }>('read', { after: 0 }, reply.agentToken)
  return packets.filter(({ kind }) => kind === 'call').map(({ body }) => (body as { text: string }).text)
}

test('calls made offline are sent by the next page, each once and in order', async () => {
  const first = await open()
  const context = first.context()
  await work(first, 'ann')
  await shout(first, 'one')
  await expect.poll(() => shown(first)).toEqual(['shout: ONE'])
  await context.setOffline(true)
  await shout(first, 'two', 'three', 'four')
  await expect.poll(() => shown(first)).toEqual(['shout: ONE', 'shout: pending', 'shout: pending', 'shout: pending'])
  await expect.poll(() => kept(first)).toBe(3)
  await first.close()
  // What was under way when the page was closed may outlive it, and is then sent twice.
  expect([['one'], ['one', 'two']]).toContainEqual(await stored('ann'))
  await context.setOffline(false)
  const second = await context.newPage()
  await work(second, 'ann')
  await expect.poll(() => shown(second)).toEqual(['shout: ONE', 'shout: TWO', 'shout: THREE', 'shout: FOUR'])
  expect(await stored('ann')).toEqual(['one', 'two', 'three', 'four'])
  expect(stage.made).toHaveLength(4)
  await expect.poll(() => kept(second)).toBe(0)
  complaints.length = 0
})

test('a page that is loaded again as soon as it is online, while another tab sends too, has each once and in order', async () => {
  const before = stage.made.length
  const first = await open()
  const context = first.context()
  await work(first, 'ben')
  const tab = await context.newPage()
  await work(tab, 'ben')
  await context.setOffline(true)
  await shout(first, 'one', 'two', 'three')
  await expect.poll(() => kept(tab)).toBe(3)
  await context.setOffline(false)
  await first.reload()
  await first.getByRole('button', { name: /^Continue/ }).click()
  await shout(first, 'four')
  for (const page of [first, tab]) await expect.poll(() => shown(page)).toEqual(['shout: ONE', 'shout: TWO', 'shout: THREE', 'shout: FOUR'])
  expect(await stored('ben')).toEqual(['one', 'two', 'three', 'four'])
  expect(stage.made).toHaveLength(before + 4)
  await expect.poll(() => kept(first)).toBe(0)
  complaints.length = 0
})

test('a page that stays sends what it holds when it is online again', async () => {
  const page = await open()
  await work(page, 'cleo')
  await page.context().setOffline(true)
  await shout(page, 'one', 'two')
  await page.context().setOffline(false)
  await expect.poll(() => shown(page)).toEqual(['shout: ONE', 'shout: TWO'])
  expect(await stored('cleo')).toEqual(['one', 'two'])
  complaints.length = 0
})
