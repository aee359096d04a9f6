import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'

// The example as it is built, in a process of its own. `npm test` builds first.
const SERVER = fileURLToPath(new URL('../../examples/html-task/dist/server.js', import.meta.url))
const data = mkdtempSync(join(tmpdir(), 'mephisto-html-example-'))
let child: ChildProcess | undefined
afterEach(() => {
  child?.kill('SIGKILL')
  rmSync(data, { recursive: true, force: true })
})

test('the HTML example prints links to its pages, takes an answer, and ends cleanly', async () => {
  const started = spawn(process.execPath, [SERVER, '--port', '0', '--data', data], { stdio: ['ignore', 'pipe', 'inherit'] })
  child = started
  const ended = new Promise<number | null>(resolve => started.once('close', resolve))
  let output = ''
  const link = await new Promise<URL>((resolve, reject) => {
    started.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      const address = /ann: (\S+)[\s\S]*export/.exec(output)?.[1]
      if (address !== undefined) resolve(new URL(address))
    })
    void ended.then(code => { reject(new Error(`it ended with ${String(code)}: ${output}`)) })
  })
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
  started.kill('SIGTERM')
  expect(await ended).toBe(0)
})
