import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { implementChat } from '../../sdk/blueprints/chat/index.js'
import { usd, type TaskRun } from '../../sdk/index.js'
import { check, makeTarget, type OwnTarget } from '../scenarios/promise-target.js'
import { openSessionsStage, type SessionsStage } from '../sessions-stage.js'
import { browserPages, DESKTOP, look, PHONE } from './browser-pages.js'
import { stagePage } from './stage-page.js'
import { teaTalk } from './tea-talk.js'

const { open } = browserPages()
let target: OwnTarget
let stage: SessionsStage

beforeAll(async () => {
  target = await makeTarget('sqlite')
  stage = await openSessionsStage(target, {
    page: pages(), socket: { deadAfterMs: 2_000 },
    blueprints: [implementChat(teaTalk, { opening: ({ input }) => `Good evening. It is about ${input.topic}.`, leastMessages: 1 }, { validateOnboarding: ({ word }) => word === 'tea' })],
  })
})
afterAll(async () => {
  await stage.close()
  expect(await check(target)).toEqual([])
  await target.drop()
})

/** The page of the chat, and that of its review. */
function pages(): ReturnType<typeof stagePage> {
  const chat = stagePage(new URL('chat-page.tsx', import.meta.url), ['react/task.css', 'react/chat/chat.css'])
  const review = stagePage(new URL('review-page.tsx', import.meta.url), ['react/review/review.css'])
  return path => {
    const own = chat(path)
    return path === '/review' ? review('/work') : own.text === '' ? review(path) : own
  }
}

const launch = (task: string): Promise<TaskRun> => stage.mephisto.operator.launch(teaTalk, {
  task, requester: 'lab', provider: 'inhouse', unitsPerAssignment: 2, pay: usd('2.00'), data: [{ topic: 'tea' }], title: 'Talk with somebody', live: { absenceMs: 5_000 },
  onboarding: { qualification: 'knows tea', input: {} },
})
async function come(page: Page, worker: string, run: TaskRun): Promise<void> {
  await page.goto((await stage.mephisto.invite({ run: run.id, worker })).url)
  await page.getByRole('button', { name: /^(Accept|Continue)/ }).click()
}
async function learn(page: Page): Promise<void> {
  await page.getByLabel('What is brewed here?').fill('tea')
  await page.getByRole('button', { name: 'Go on' }).click()
}
async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel('Your message').fill(text)
  await page.keyboard.press('Enter')
}
const messages = (page: Page): Promise<string[]> => page.getByRole('log', { name: 'Messages' }).locator('li p').allTextContents()

test('two people wait for each other, one of whom must be introduced first, talk, and hand in (flow 2)', async () => {
  const run = await launch('talks')
  const [ann, ben] = [await open(DESKTOP), await open(PHONE, 'dark')]
  await come(ann, 'ann', run)
  await learn(ann)
  await ann.getByText('1 of 2 people are here.').waitFor()
  await look(ann, 'chat-lobby')
  await come(ben, 'ben', run)
  await learn(ben)
  await ben.getByText('Good evening. It is about tea.').waitFor()
  await say(ann, 'Green or black?')
  await ben.getByText('Green or black?').waitFor()
  await say(ben, 'Green, with\nmint')
  await expect.poll(() => messages(ann)).toEqual(['Good evening. It is about tea.', 'Green or black?', 'Green, with\nmint'])
  // Who writes is seen by the other, until it is sent or taken back; nothing moves for it.
  const status = (page: Page): ReturnType<Page['locator']> => page.locator('.mephisto-chat-status')
  const height = async (): Promise<number | undefined> => (await status(ben).boundingBox())?.height
  const quiet = await height()
  await ann.getByLabel('Your message').pressSequentially('And sug')
  await expect.poll(() => status(ben).textContent()).toBe('Host is writing…')
  expect(await height()).toBe(quiet)
  await look(ben, 'chat-typing-phone')
  expect(await status(ann).textContent()).toBe('')
  await ann.getByLabel('Your message').fill('')
  await expect.poll(() => status(ben).textContent()).toBe('')
  // A reload, and a connection that is lost, take nothing away.
  await ben.reload()
  await ben.getByRole('button', { name: /Continue/ }).click()
  await expect.poll(() => messages(ben)).toHaveLength(3)
  stage.cutConnections()
  await say(ben, 'Still here')
  await expect.poll(() => messages(ann)).toHaveLength(4)
  await look(ann, 'chat')
  await look(ben, 'chat-phone')
  await ann.getByRole('button', { name: 'Finish the chat' }).click()
  await ann.getByText('You are through. The chat is over when everybody is.').waitFor()
  await ben.getByRole('button', { name: 'Finish the chat' }).click()
  await ann.getByText('The work together is over. You can hand in your answer now.').waitFor()
  await look(ann, 'chat-over')
  for (const page of [ann, ben]) {
    await page.getByRole('button', { name: 'I liked it' }).click()
    await page.getByText('Your answer is in').waitFor()
  }
  expect((await stage.mephisto.operator.progress(run.id)).run.status).toBe('completed')
  // Whoever reviews the answers reads what was said.
  const rita = await open(DESKTOP)
  await rita.goto(`${stage.origin}/review`)
  const transcript = rita.getByRole('list', { name: 'Transcript' })
  await transcript.getByText('Green, with').waitFor()
  expect(await transcript.locator('strong').allTextContents()).toEqual(expect.arrayContaining(['Chair', 'Host', 'Guest']))
  await look(rita, 'review-transcript')
  await rita.setViewportSize(PHONE)
  await look(rita, 'review-transcript-phone')
})

test('whoever closes their page has left after a while, and the other one is told, hands in, and it counts', async () => {
  const run = await launch('short talks')
  const [ann, ben] = [await open(PHONE), await open(DESKTOP)]
  await come(ann, 'ann', run)
  await come(ben, 'ben', run)
  await say(ann, 'Hello?')
  await ben.getByText('Hello?').waitFor()
  await ben.close()
  await ann.getByText('Guest is away.').or(ann.getByText('(away)')).first().waitFor()
  await ann.getByText('Your partner has left. You can hand in what you have, and it counts.').waitFor({ timeout: 20_000 })
  await look(ann, 'chat-partner-left')
  await ann.getByRole('button', { name: 'I did not' }).click()
  await ann.getByText('Your answer is in').waitFor()
  const { run: { status }, units } = await stage.mephisto.operator.progress(run.id)
  expect({ status, completed: units.completed, expired: units.expired }).toEqual({ status: 'completed', completed: 1, expired: 1 })
})
