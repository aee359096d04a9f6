import { afterEach, describe, expect, test } from 'vitest'
import { expressArchitect } from '../../adapters/express.js'
import { htmlBlueprint } from '../../sdk/blueprints/html/index.js'
import { createMephisto, implement } from '../../sdk/index.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { createTestMephisto } from '../../sdk/testing/index.js'
import { htmlHost, type HtmlHost } from '../html-stage.js'
import { sentiment, sentimentRun } from '../sentiment.js'

const tweets = htmlBlueprint({
  type: 'tweets',
  page: '<h1>${text}</h1><form><input type=radio name=label value=good required><input type=radio name=label value=bad><input type=number name=stars min=1 max=5></form>',
  onboarding: { page: '<p>${welcome}</p><form><input name=word required></form>' },
  server: { validateOnboarding: answer => answer['word'] === 'yes' },
})

const open: { close(): Promise<void> }[] = []
function closing<T extends { close(): Promise<void> }>(made: T): T {
  open.push(made)
  return made
}
const host = async (): Promise<HtmlHost> => closing(await htmlHost([tweets]))
afterEach(async () => { for (const made of open.splice(0)) await made.close() })

const call = async (origin: string, procedure: string, { input, token = '' }: { input: unknown; token?: string }) => {
  const response = await fetch(`${origin}/mephisto/trpc/agent.${procedure}`, { method: 'POST', headers: { 'content-type': 'application/json', 'authorization': `Bearer ${token}` }, body: JSON.stringify(input) })
  return await response.json() as { result: { data: { agentToken: string; outcome: string; input: unknown } }; error?: { message: string; data: { problems: { path: string }[] } } }
}

describe('the pages of a blueprint, below the mount', () => {
  test('links lead to them, and they are sent with their policy, their version and their script', async () => {
    const { origin, launch, link } = await host()
    const run = await launch(tweets, [{ text: 'a' }])
    const url = new URL(await link(run, 'ann'))
    expect(url.origin + url.pathname).toBe(`${origin}/mephisto/pages/tweets/`)
    expect(url.hash).toMatch(/^#provider=inhouse&credential=/)
    const page = await fetch(url)
    expect(page.status).toBe(200)
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8', 'x-content-type-options': 'nosniff', 'etag': `"${tweets.pages.build}"`, 'cache-control': 'no-cache', 'content-security-policy': expect.stringContaining("frame-ancestors 'self'") as string,
    })
    const text = await page.text()
    const script = await fetch(new URL(/src="(task\.js\?[^"]*)"/.exec(text)?.[1] ?? '', url))
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(script.headers.get('cache-control')).toContain('immutable')
    expect(await script.text()).toContain('mephisto:ready')
    expect((await fetch(url, { headers: { 'if-none-match': page.headers.get('etag') ?? '' } })).status).toBe(304)
    expect(await (await fetch(url, { method: 'HEAD' })).text()).toBe('')
    const short = await fetch(`${origin}/mephisto/pages/tweets`, { redirect: 'manual' })
    expect([short.status, short.headers.get('location')]).toEqual([308, '/mephisto/pages/tweets/'])
  })

  test.each(['pages', 'pages/', 'pages/other/', 'pages/tweets/nothing', 'pages/tweets/work/', 'pages/tweets/..%2fwork', 'pages//tweets/'])('there is nothing at %s', async path => {
    const { origin } = await host()
    expect((await fetch(`${origin}/mephisto/${path}`)).status).toBe(404)
  })

  test('can be read and nothing else', async () => {
    const { origin } = await host()
    expect((await fetch(`${origin}/mephisto/pages/tweets/`, { method: 'POST', body: 'x' })).status).toBe(404)
  })
})

describe('rows and answers', () => {
  test('a row without what the page shows is refused at launch, and numbers are shown as they are written', async () => {
    const { launch, mephisto } = await host()
    await expect(launch(tweets, [{ text: 'a' }, { txt: 'b' }])).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('Data row 2') as string })
    expect(await mephisto.operator.runs({})).toEqual([])
    expect((await launch(tweets, [{ text: 5, id: 'r1' }])).status).toBe('running')
  })

  test('an answer is checked by what the controls say, stored with the version of the page, and has its columns', async () => {
    const { origin, launch, link, answers } = await host()
    const run = await launch(tweets, [{ text: 'a', id: 'r1' }])
    const entry = Object.fromEntries(new URLSearchParams(new URL(await link(run, 'ann')).hash.slice(1)))
    const { agentToken: token, input } = (await call(origin, 'register', { input: entry })).result.data
    expect(input).toEqual({ text: 'a', id: 'r1' })
    const wrong = await call(origin, 'submit', { token, input: { submissionId: crypto.randomUUID(), answer: { label: 'ugly', stars: 9 } } })
    expect(wrong.error?.data.problems.map(({ path }) => path)).toEqual(['answer.label', 'answer.stars'])
    const right = await call(origin, 'submit', { token, input: { submissionId: crypto.randomUUID(), answer: { label: 'good', stars: 4 }, pageBuild: tweets.pages.build } })
    expect(right.result.data.outcome).toBe('completed')
    expect(await answers(run)).toMatchObject([{ answer: { label: 'good', stars: 4 }, input: { text: 'a', id: 'r1' }, pageBuild: tweets.pages.build }])
  })

  test('the onboarding page is wanted where the run has an onboarding', async () => {
    const plain = htmlBlueprint({ type: 'plain', page: '<form></form>' })
    const instance = closing(await createTestMephisto({ blueprints: [plain, tweets] }))
    const options = { task: 't', requester: 'lab', provider: 'inhouse', onboarding: { qualification: 'reads', input: { welcome: 'Hello' } } }
    await expect(instance.operator.launch(plain.blueprint, { ...options, data: [{}] })).rejects.toThrow('blueprint "plain" has none')
    await expect(instance.operator.launch(tweets.blueprint, { ...options, data: [{ text: 'a' }], onboarding: { qualification: 'reads', input: {} } })).rejects.toThrow('onboarding: does not fit its schema: input.welcome')
    expect((await instance.operator.launch(tweets.blueprint, { ...options, task: 'u', data: [{ text: 'a' }] })).status).toBe('running')
  })
})

describe('a host without a page of its own', () => {
  test('is refused when a blueprint needs one, and is fine for those that bring theirs', async () => {
    const { db } = await host()
    const options = { db, architect: expressArchitect({ baseUrl: 'https://app.example/mephisto/' }), providers: [inhouse()], secret: 'thirty-two characters of a secret!', authorize: () => null }
    expect(() => createMephisto({ ...options, blueprints: [tweets, implement(sentiment)] })).toThrow(/architect\.taskUrl: is missing, and blueprint "sentiment" brings no page/)
    expect(createMephisto({ ...options, blueprints: [tweets] }).architect.taskUrl).toBeNull()
  })

  test('has links to its own page for the other blueprints', async () => {
    const instance = closing(await createTestMephisto({ blueprints: [implement(sentiment), tweets] }))
    const run = await instance.operator.launch(sentiment, sentimentRun(1))
    expect((await instance.invite({ run: run.id, worker: 'ann' })).url).toMatch(/^http:\/\/test\.invalid\/work#/)
  })
})
