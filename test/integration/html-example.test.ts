import { afterEach, expect, test } from 'vitest'
import { builtExample, type BuiltExample } from '../built-example.js'

let example: BuiltExample | undefined
afterEach(() => { example?.remove() })

test('the HTML example prints links to its pages, takes an answer, and ends cleanly', async () => {
  example = await builtExample('html-task', { port: 0, ready: /npx mephisto export/ })
  const link = new URL(/ann: (\S+)/.exec(example.output())?.[1] ?? '')
  for (const [path, words] of [['', 'What you will do'], ['work', 'All in all, the review is'], ['onboarding', 'Before you begin'], ['task.js', 'mephisto:ready']] as const) {
    expect(await (await fetch(new URL(path, link))).text()).toContain(words)
  }
  const call = async (procedure: string, input: unknown, token = '') => {
    const response = await fetch(new URL(`../../trpc/agent.${procedure}`, link), { method: 'POST', headers: { 'content-type': 'application/json', 'authorization': `Bearer ${token}` }, body: JSON.stringify(input) })
    return (await response.json() as { result: { data: { status: string; agentToken: string; outcome: string } } }).result.data
  }
  const entry = Object.fromEntries(new URLSearchParams(link.hash.slice(1)))
  const intro = await call('register', entry)
  expect(intro.status).toBe('onboarding')
  await call('submit', { submissionId: crypto.randomUUID(), answer: { example: 'mixed' } }, intro.agentToken)
  const work = await call('register', entry)
  expect((await call('submit', { submissionId: crypto.randomUUID(), answer: { verdict: 'mixed', topics: ['quality'], stars: 3 } }, work.agentToken)).outcome).toBe('completed')
  expect(await example.end()).toBe(0)
})
