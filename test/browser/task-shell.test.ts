import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { browserPages, DESKTOP, look, PHONE } from './browser-pages.js'
import { pageStageForAllTests, type PageStage } from './page-stage.js'
import { stagePage } from './stage-page.js'

const { open } = browserPages()
let opened: PageStage
pageStageForAllTests(() => stagePage(new URL('remarks-page.tsx', import.meta.url), ['react/task.css', 'react/remarks/remarks.css']), given => { opened = given })

const reasons = async () => Object.fromEntries((await opened.stage.mephisto.operator.progress(opened.run.id)).returnReasons.map(({ reason, attempts }) => [reason, attempts]))
const said = async () => (await opened.stage.mephisto.remarks.list({ run: opened.run.id, kinds: ['feedback'] })).remarks.map(({ body }) => body)
const draft = (page: Page) => page.locator('.mephisto-draft')
const saidAloud = (page: Page) => page.locator('.mephisto-draft + [role=status]')
const backAtTheStart = (page: Page) => page.getByRole('button', { name: 'Accept' }).waitFor()

/** Goes on by Tab until the focus is on what has this name. */
async function tabTo(page: Page, name: string): Promise<void> {
  const control = page.getByRole('dialog').or(page.locator('main')).getByRole('button', { name }).or(page.getByLabel(name)).first()
  for (let step = 0; step < 20 && !await control.evaluate(element => element === document.activeElement); step += 1) await page.keyboard.press('Tab')
  expect(await control.evaluate(element => element === document.activeElement), name).toBe(true)
}

/** What an element says from now on, one after the other. */
async function textsOf(page: Page, element: Locator): Promise<readonly string[]> {
  const texts: string[] = []
  const name = `tell${String(Math.random()).slice(2)}`
  await page.exposeFunction(name, (text: string) => { texts.push(text) })
  await element.evaluate((region, tell) => { new MutationObserver(() => { (window as unknown as Record<string, (text: string) => void>)[tell]?.(region.textContent) }).observe(region, { childList: true, characterData: true, subtree: true }) }, name)
  return texts
}

test('somebody gives an item back by the keyboard alone, with a reason and words to it', async () => {
  const page = await open()
  await opened.work(page, 'ann', 'Essay')
  await tabTo(page, 'Give back')
  await page.keyboard.press('Enter')
  await tabTo(page, 'It is broken or does not load')
  await page.keyboard.press('ArrowDown')
  expect(await page.getByLabel('The instructions are unclear').isChecked()).toBe(true)
  await tabTo(page, 'What should the team know?')
  await page.keyboard.type('Which date is meant?')
  await tabTo(page, 'Give it back')
  await page.keyboard.press('Enter')
  await backAtTheStart(page)
  expect(await said()).toEqual([{ kind: 'feedback', about: 'instructions', givenBack: 'unclear', text: 'Which date is meant?' }])
  expect(await reasons()).toEqual({ unclear: 1 })
})

test('nobody has to say why; what was chosen and not sent is forgotten', async () => {
  const page = await open(PHONE)
  await opened.work(page, 'ben', 'Essay')
  await page.getByRole('button', { name: 'Give back' }).click()
  await page.getByLabel('I have no time now').check()
  await page.getByRole('button', { name: 'Keep working on it' }).click()
  await page.getByRole('button', { name: 'Give back' }).click()
  expect(await page.getByRole('radio', { checked: true }).count()).toBe(0)
  await page.getByRole('button', { name: 'Give it back' }).click()
  await backAtTheStart(page)
  expect(await reasons()).toEqual({ unclear: 1 })
  expect(await opened.stage.mephisto.operator.progress(opened.run.id)).toMatchObject({ dropOuts: { returned: 2 } })
})

test('a reason that is given while the connection is away arrives when it is back, once', async () => {
  const page = await open()
  await opened.work(page, 'cy', 'Essay')
  await page.getByRole('button', { name: 'Give back' }).click()
  await page.getByLabel('It is too hard, or not my area').check()
  await page.context().setOffline(true)
  await page.getByRole('button', { name: 'Give it back' }).click()
  await page.getByText(/Connection lost/).waitFor()
  await page.context().setOffline(false)
  await backAtTheStart(page)
  expect(await reasons()).toEqual({ unclear: 1, too_hard: 1 })
})

test('the page says where what is typed is kept, with the connection and without, and after it is loaded again', async () => {
  const page = await open()
  await opened.work(page, 'dan', 'Essay')
  expect([await draft(page).textContent(), await saidAloud(page).textContent()]).toEqual(['', ''])
  const [seen, heard] = [await textsOf(page, draft(page)), await textsOf(page, saidAloud(page))]
  await page.getByLabel('Essay').pressSequentially('half a thought', { delay: 60 })
  await expect.poll(() => draft(page).textContent()).toMatch(/^Saved at \d+:\d\d [AP]M$/)
  await page.getByLabel('Essay').pressSequentially(', and more')
  await expect.poll(() => draft(page).textContent()).toMatch(/^Saved at/)
  expect(seen).toContain('Saving…')
  await page.context().setOffline(true)
  await page.getByRole('button', { name: 'I need more time' }).click()
  await expect.poll(() => draft(page).textContent()).toBe('Kept here, not sent yet')
  for (const [name, size] of [['wide', { width: 1440, height: 900 }], ['phone', PHONE]] as const) {
    await page.setViewportSize(size)
    await look(page, `shell-offline-${name}`)
  }
  await page.context().setOffline(false)
  await expect.poll(() => draft(page).textContent()).toMatch(/^Saved at/)
  expect(heard).toEqual(['What you type is saved in this browser.'])
  await page.reload()
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect.poll(() => draft(page).textContent()).toBe('Saved')
  expect(await page.getByLabel('Essay').inputValue()).toBe('half a thought, and more')
})

test('the page says when the browser keeps nothing', async () => {
  const page = await open(PHONE, 'dark')
  await page.addInitScript(() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') } })
  await opened.work(page, 'eve', 'Essay')
  await page.getByLabel('Essay').fill('half a thought')
  await expect.poll(() => saidAloud(page).textContent()).toContain('This browser keeps nothing')
  await look(page, 'shell-keeps-nothing')
})

test.each([['wide', { width: 1440, height: 900 }, 'light'], ['phone', PHONE, 'dark'], ['desktop', DESKTOP, 'dark'], ['phone-light', PHONE, 'light']] as const)('everybody can use the shell and its question, %s', async (name, size, scheme) => {
  const page = await open(size, scheme)
  await opened.work(page, `fay-${name}`, 'Essay')
  await look(page, `shell-untouched-${name}`)
  await page.getByLabel('Essay').fill('half a thought')
  await expect.poll(() => draft(page).textContent()).toMatch(/^Saved at/)
  await look(page, `shell-saved-${name}`)
  await page.getByRole('button', { name: 'Give back' }).click()
  await look(page, `give-back-asked-${name}`)
  await page.getByLabel('Another reason').check()
  await look(page, `give-back-reason-${name}`)
})
