import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { handledPage, type HandledPage } from '../page-over-handler.js'

// Pages whose code for files is still on its way.

let page: HandledPage
let [partArrives, wanted] = [(): void => undefined, 0]
beforeEach(async () => {
  vi.resetModules()
  const arrived = new Promise<void>(resolve => { partArrives = resolve })
  wanted = 0
  vi.doMock('../../sdk/client/uploading.js', async original => {
    wanted += 1
    await arrived
    return original()
  })
  page = await handledPage()
})
afterEach(() => page.close())

test('it is wanted as soon as something is in hand, once, and what is sent meanwhile is sent then', async () => {
  await page.reach(page.open(), 'preview')
  expect(wanted).toBe(0)
  const { working } = await page.work()
  const sent = [working.upload(new Blob(['a'])), working.upload(new Blob(['bb']))]
  working.takeOut({ $file: 'file-of-nobody' })
  await vi.waitFor(() => { expect(wanted).toBe(1) })
  expect(page.asked.filter(({ path }) => path === 'files')).toEqual([])
  partArrives()
  expect((await Promise.all(sent)).map(({ bytes }) => bytes)).toEqual([1, 2])
  await vi.waitFor(() => { expect(page.asked.filter(({ path }) => path === 'files')).toHaveLength(3) })
})

test('an answer without files does not wait for it', async () => {
  const { session, working } = await page.work()
  working.submit({ note: 'Tea.' })
  expect((await page.reach(session, 'submitted')).receipt.outcome).toBe('completed')
})
