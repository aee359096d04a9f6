import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import { createMephisto, implement } from '../../sdk/index.js'
import { systemRuntime } from '../../sdk/ports/system-runtime.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { simulatedWorker } from '../../sdk/testing/simulated-worker.js'
import type { ConsoleStage } from '../console-stage.js'
import { launchOdd } from '../odd-answers-stage.js'
import { odd } from '../odd-blueprint.js'
import { OLGA } from '../principals.js'
import { browserPages, look } from './browser-pages.js'
import { consolePages, WIDE } from './console-pages.js'
import { stagePage } from './stage-page.js'

// A host's own view of answers: what it cannot draw is shown as it is, and the review goes on.

const { open, complaints } = browserPages()
const page = stagePage(new URL('own-views-page.tsx', import.meta.url), ['react/review/review.css'])
const SAID = ['fine', 'throws', 'throws on update', 'throws in an effect', 'to be erased', 'last'] as const
const { stage, come } = consolePages(async opened => {
  const run = await launchOdd(opened, [{ text: 'Read this' }, { text: 'And that' }])
  for (const [index, said] of SAID.entries()) {
    const task = await opened.worker(`worker-${String(index)}`).accept(odd, run)
    opened.pass(60_000)
    await task.submit({ said, mood: 'glad' })
  }
  await opened.mephisto.caller(OLGA).privacy.erase({ requestId: crypto.randomUUID(), person: { provider: 'inhouse', externalId: 'worker-4' } })
  return run
}, {}, { page, blueprints: [implement(odd)] })

async function review(at: Page): Promise<void> {
  await come(at, 'rita')
  await at.goto(`${stage().origin}/work`)
  await at.getByRole('article', { name: 'Unit under review' }).waitFor()
}

test('one that throws, at once, on an update or in an effect, costs nothing but itself', async () => {
  const at = await open(WIDE)
  await review(at)
  const desk = at.getByRole('article', { name: 'Unit under review' })
  await desk.getByText('Own view: FINE').waitFor()
  for (const said of ['throws', 'throws on update', 'throws in an effect']) {
    await at.keyboard.press('j')
    if (said === 'throws on update') await desk.getByRole('button', { name: 'More', exact: true }).click()
    await desk.getByText('The view made for this task could not show this unit, so here are its plain values.').waitFor()
    await desk.locator('.mephisto-review-content').getByText(said, { exact: true }).waitFor()
    await look(at, `own-view-${said.replaceAll(' ', '-')}`)
  }
  await at.keyboard.press('a')
  await at.getByText(/^Approved, paid/).waitFor()
  expect(complaints.splice(0).every(text => text.includes('throws'))).toBe(true)
})

test('never gets what was erased', async () => {
  const at = await open(WIDE)
  await review(at)
  const row = at.locator('.mephisto-review-row').filter({ hasText: 'erased' })
  await row.first().click()
  await at.locator('.mephisto-review-content').getByText('erased', { exact: true }).waitFor()
  expect(await at.getByText('The view made for this task could not').count()).toBe(0)
  await look(at, 'own-view-erased')
})

/** An earlier version of the task, which an instance of then launches and has answered. */
async function answerEarlier({ db, mephisto }: ConsoleStage): Promise<void> {
  const earlier = defineBlueprint({ type: 'odd', input: z.object({ text: z.string() }), output: z.object({ feeling: z.string(), said: z.string(), certainty: z.number() }) })
  const then = createMephisto({ db, blueprints: [implement(earlier)], providers: [inhouse()], secret: 'a secret for tests that is long enough', runtime: systemRuntime(), authorize: () => OLGA, architect: mephisto.architect })
  const run = await then.operator.launch(earlier, { task: 'odd', title: 'Of last year', requester: 'lab', provider: 'inhouse', pay: { minor: 10, currency: 'USD' }, unitsPerAssignment: 1, data: [{ text: 'Old' }] })
  const task = await simulatedWorker(then, 'old-hand', 'inhouse').accept(earlier, run)
  await task.submit({ feeling: 'joyful', said: 'long ago', certainty: 0.75 })
}

test('never gets an answer to an earlier version of its task, of which nothing is lost', async () => {
  await answerEarlier(stage())
  const at = await open(WIDE)
  await review(at)
  await at.getByLabel('Run').selectOption({ index: 0 })
  const content = at.locator('.mephisto-review-content')
  await content.getByText('This was asked or answered under an earlier version of the task, and is shown as it was stored.').waitFor()
  for (const value of ['Old', 'joyful', 'long ago', '0.75']) await content.getByText(value, { exact: true }).waitFor()
  await look(at, 'own-view-earlier')
  await at.keyboard.press('a')
  await at.getByText(/^Approved, paid/).waitFor()
})
