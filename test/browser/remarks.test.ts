import { expect, test } from 'vitest'
import { MOST_REMARKS } from '../../sdk/data-model/remark.js'
import { helping } from '../sessions-blueprint.js'
import { browserPages, look, PHONE } from './browser-pages.js'
import { pageStageForAllTests, type PageStage } from './page-stage.js'
import { stagePage } from './stage-page.js'

const { open, complaints } = browserPages()
let opened: PageStage
pageStageForAllTests(() => stagePage(new URL('remarks-page.tsx', import.meta.url), ['react/task.css', 'react/remarks/remarks.css']), given => { opened = given })

const said = async (kinds: ('error' | 'feedback' | 'opinion')[]) => (await opened.stage.mephisto.remarks.list({ run: opened.run.id, kinds })).remarks

test('a page tells of its errors, each once, and goes on', async () => {
  const page = await open()
  await opened.work(page, 'ann', 'Essay')
  await page.getByLabel('Essay').fill('half a thought')
  for (const name of ['Break a click', 'Break a click', 'Break a promise']) await page.getByRole('button', { name }).click()
  await page.getByRole('button', { name: 'Break the drawing' }).click()
  await page.getByText('This part of the page broke').waitFor()
  await expect.poll(async () => (await said(['error'])).map(({ body }) => (body as { message: string }).message).sort()).toEqual(['Error: nobody looked', 'RangeError: it broke while it was drawn', 'TypeError: a click went wrong'])
  const [error] = await said(['error'])
  expect(error?.body).toMatchObject({ stack: expect.stringContaining('remarks-page.js') as string, at: expect.stringContaining(opened.stage.origin) as string })
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('button', { name: 'Break the drawing' }).waitFor()
  expect(await page.getByLabel('Essay').inputValue()).toBe('half a thought')
  expect(opened.stage.logged.filter(line => line.includes('told of an error'))).toHaveLength(3)
  expect(opened.stage.logged.filter(line => line.includes('it broke while'))).toEqual([])
  complaints.splice(0)
})

test('what is said while the connection is away is sent when it is back, once', async () => {
  const page = await open(PHONE)
  await opened.work(page, 'ben', 'Essay')
  await page.getByRole('button', { name: 'Report a problem' }).click()
  await page.getByLabel('What is it about?').selectOption('The pay')
  await page.getByLabel('What should the team know?').fill('It is low')
  await page.context().setOffline(true)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.waitForTimeout(500)
  expect(await said(['feedback'])).toEqual([])
  await page.context().setOffline(false)
  await page.getByText(/Thank you. The team/).waitFor()
  expect(await said(['feedback'])).toMatchObject([{ body: { text: 'It is low', about: 'pay' } }])
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
  await page.getByRole('button', { name: 'Tips' }).click()
  await page.getByText('There are no tips yet.').waitFor()
  expect(await page.getByLabel('A tip of yours for others').count()).toBe(0)
})

test('an opinion after the answer is sent again when the server had no time for it', async () => {
  const page = await open()
  await opened.work(page, 'cy', 'Essay')
  await page.getByLabel('Essay').fill('all of it')
  await page.getByRole('button', { name: 'Hand in' }).click()
  await page.getByLabel('What should we change?').fill('Less of it')
  await page.route('**/agent.remark', route => route.fulfill({ status: 429, contentType: 'application/json', body: JSON.stringify({ error: { message: 'x', data: { mephistoCode: 'illegal_move' } } }) }).then(() => page.unroute('**/agent.remark')))
  await page.getByRole('button', { name: 'Send opinion' }).click()
  await page.getByText('Thank you for your opinion.').waitFor()
  expect(await said(['opinion'])).toMatchObject([{ body: { answers: [{ question: 'What should we change?', answer: 'Less of it' }] } }])
})

test('who has left as much as an attempt can is told so, and nothing is tried for ever', async () => {
  const dee = await opened.stage.worker('dee').accept(helping, opened.run)
  for (let left = 0; left < MOST_REMARKS.feedback; left += 1) await dee.remark({ kind: 'feedback', text: `said ${String(left)}` })
  const page = await open()
  await opened.work(page, 'dee', 'Essay')
  await page.getByRole('button', { name: 'Report a problem' }).click()
  await page.getByLabel('What should the team know?').fill('One more')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByRole('alert').getByText(/20 remarks of the kind "feedback"/).waitFor()
  expect(await page.getByLabel('What should the team know?').inputValue()).toBe('One more')
})

test('what a reviewer wrote stands above the next item as it was written, until it is put away; what is taken back goes', async () => {
  const rita = opened.stage.mephisto.caller({ id: 'rita', name: 'Rita', roles: ['reviewer'] }).review
  const tell = async (text: string) => {
    const eve = await opened.stage.worker('eve').accept(helping, opened.run)
    await eve.submit({ essay: 'done' })
    await rita.decide({ decisionId: crypto.randomUUID(), unitIds: [eve.unitId], verdict: 'approve', note: 'not for her', message: text, bonus: { minor: 5, currency: opened.run.currency } })
  }
  await tell('Thank you! <b>مرحبا</b>')
  await tell('Please add sources.')
  const page = await open(PHONE, 'dark')
  await opened.work(page, 'eve', 'Essay')
  const messages = page.getByRole('region', { name: 'Messages from the team' })
  await messages.getByText('Thank you! <b>مرحبا</b>').waitFor()
  expect(await messages.getByRole('listitem').count()).toBe(2)
  expect(await page.getByText('not for her').count()).toBe(0)
  await messages.getByText('Bonus: $0.05').first().waitFor()
  await look(page, 'messages-phone')
  await messages.getByRole('button', { name: /^Put away: Thank you/ }).click()
  expect(await messages.getByRole('listitem').count()).toBe(1)
  await opened.work(page, 'eve', 'Essay')
  await messages.getByText('Please add sources.').waitFor()
  expect(await messages.getByRole('listitem').count()).toBe(1)
  await rita.undo({ decisionId: crypto.randomUUID(), run: opened.run.id })
  await opened.work(page, 'eve', 'Essay')
  await expect.poll(() => messages.count()).toBe(0)
})
