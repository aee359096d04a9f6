import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { runCli } from '../../sdk/cli/run-cli.js'
import { implement, usd, type Principal, type TaskRun } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { serveApp, startServer, type AppServer } from '../app-server.js'
import { keptText, runCommand } from '../run-command.js'
import { sentiment, sentimentRun } from '../sentiment.js'

// The command line through an app that runs, over HTTP: the same commands, the same lines, and who acts is whoever the app says.

const OLGA: Principal = { id: 'olga', name: 'Olga', roles: ['operator'] }
const VERA: Principal = { id: 'vera', name: 'Vera', roles: ['viewer'] }
const LOGIN = ['--header', 'authorization: Bearer olga'] as const

let mephisto: TestMephisto
let app: AppServer
let run: TaskRun
let folder: string
const servers: AppServer[] = []
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mephisto-app-'))
  mephisto = await createTestMephisto({
    blueprints: [implement(sentiment)],
    authorize: request => ({ 'Bearer olga': OLGA, 'Bearer vera': VERA } as Record<string, Principal>)[request.headers.get('authorization') ?? ''] ?? null,
  })
  app = await serveApp(mephisto)
  run = await mephisto.operator.launch(sentiment, { ...sentimentRun(3), pay: usd('0.10'), budget: usd('1') })
})
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const server of [...servers.splice(0), app]) await server.close()
  await mephisto.close()
  rmSync(folder, { recursive: true, force: true })
})

const atApp = (...words: string[]) => runCommand(...words, '--url', app.url, ...LOGIN)
const atFile = (...words: string[]) => runCommand(...words, '--db', mephisto.file)
const json = async <T = unknown>(...words: string[]): Promise<T> => {
  const { code, out, err } = await atApp(...words, '--json')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out) as T
}
async function answer(name: string): Promise<string> {
  const task = await mephisto.worker(name).accept(sentiment, run)
  await task.submit({ label: 'positive', comment: `by ${name}` })
  return task.unitId
}

describe('through an app', () => {
  test('looking says what it says of the database', async () => {
    await answer('ann')
    await mephisto.people.makeQualification(OLGA, { requestId: crypto.randomUUID(), name: 'english', description: 'reads it' })
    await mephisto.webhooks.create(OLGA, { requestId: crypto.randomUUID(), url: 'https://hooks.example/' })
    await mephisto.projects.create(OLGA, { requestId: crypto.randomUUID(), name: 'study' })
    for (const words of [
      ['runs'], ['runs', '--task', 'tweets', '--status', 'running', '--json'], ['runs', '--status', 'failed'], ['workers'], ['workers', '--json'], ['workers', 'show', 'ann'], ['qualifications'],
      ['projects'], ['projects', 'show', 'study', '--json'], ['webhooks'], ['audit'], ['audit', '--action', 'create_project', '--json'], ['review', run.id, '--json'], ['export', '--run', run.id], ['export', '--run', run.id, '--format', 'csv', '--set-aside'],
    ]) {
      const [there, here] = [await atApp(...words), await atFile(...words)]
      expect(there, words.join(' ')).toEqual(here)
      expect(there.code).toBe(0)
      if (words.includes('failed')) expect(there.out).toBe('')
      else expect(there.out).not.toBe('')
    }
  })

  test('runs are kept moving, given more, and their refusals seen', async () => {
    expect(await atApp('pause', run.id)).toEqual({ code: 0, out: `${run.id} is paused: 0/3 answered\n`, err: '' })
    expect(await mephisto.worker('eve').refusal(run)).toBe('run_paused')
    expect(await json('resume', run.id)).toMatchObject({ status: 'running' })
    expect((await atApp('top-up', run.id, '--units-per-assignment', '2', '--budget', '2.50')).out).toBe(`added 3 units to ${run.id}, which may spend $2.50\n`)
    expect((await atApp('extend', run.id, '--lease-ms', '60000')).out).toContain('60000 ms from now on')
    const unit = await answer('ann')
    expect((await atApp('compensate', run.id, 'ann', '0.25', '--reason', 'the page broke', '--request-id', 'compensation-1')).out).toBe('ann gets $0.25 (compensation-1)\n')
    await mephisto.caller(OLGA).review.decide({ decisionId: 'decision-1', unitIds: [unit], verdict: 'reject' })
    expect((await atApp('requeue', run.id, '--limit', '5')).out).toBe(`added 1 units to ${run.id}\n`)
    expect((await atApp('progress', run.id)).out).toContain('no work for: run_paused 1\n')
    expect((await atApp('drain', run.id)).out).toContain('is completed')
    expect(await atApp('expire', run.id)).toMatchObject({ code: 1, err: expect.stringContaining('cannot expire') as string })
  })

  test('people are decided about in the name of who is logged in', async () => {
    expect((await atApp('qualifications', 'create', 'english')).out).toMatch(/^Made qualification "english"/)
    expect((await atApp('grant', 'english', 'ann', 'ben', '--value', '3')).out).toBe('Granted "english" = 3 to ann, ben.\n')
    expect((await atApp('revoke', 'english', 'ben')).out).toBe('Took "english" from ben.\n')
    expect((await atApp('block', 'ann', '--scope', 'everywhere', '--reason', 'spam')).out).toMatch(/^Blocked ann: block /)
    expect((await atApp('unblock', 'ann')).out).toMatch(/^Lifted block .* of ann\.\n$/)
    await answer('ann')
    expect((await atApp('block', 'ann', '--scope', 'everywhere', '--reason', 'spam', '--preview')).out).toContain('1 undecided')
    expect((await atApp('block', 'ann', '--scope', 'everywhere', '--reason', 'spam', '--reopen', 'undecided', '--verdict', 'soft_reject')).out).toContain(`Run ${run.id}: 0 taken back, 1 decided, 1 added.`)
    expect((await atApp('unblock', 'ann', '--undo')).out).toContain(`Run ${run.id}: 1 as before.`)
    expect((await atApp('qualifications', 'delete', 'english')).out).toContain('Deleted qualification "english"')
    expect((await atApp('privacy', 'pseudonymise', 'ben')).out).toMatch(/is called anonymous:/)
    expect(await json('privacy', 'erase', 'ann')).toMatchObject({ answers: 1 })
    const history = (await mephisto.db.grants.history()).rows
    expect(new Set(history.map(({ actorId }) => actorId))).toEqual(new Set(['olga']))
    expect((await atApp('projects', 'create', 'study')).out).toContain('Made project "study"')
    expect((await atApp('projects', 'move', 'tweets', '--to', 'study')).out).toContain('to project "study"')
    expect((await atApp('projects', 'rename', 'study', 'pilot')).out).toContain('"pilot"')
    expect((await atApp('projects', 'archive', 'tweets', '--task')).out).toContain('Archived task')
  })

  test('webhooks are made with the secrets of the app', async () => {
    const { webhook: { id }, secret } = await json<{ webhook: { id: string }; secret: string }>('webhooks', 'create', 'https://hooks.example/')
    expect(secret).toMatch(/^whsec_/)
    expect((await atApp('webhooks', 'pause', id)).out).toBe(`Paused webhook ${id}.\n`)
    expect((await atApp('webhooks', 'resume', id)).out).toBe(`Resumed webhook ${id}.\n`)
    expect(await json<{ secret: string }>('webhooks', 'rotate', id)).not.toMatchObject({ secret })
    expect((await atApp('webhooks', 'deliveries', id)).code).toBe(0)
    expect((await atApp('webhooks', 'replay', id, '--run', run.id, '--from', '1')).out).toContain('events again')
    expect((await atApp('webhooks', 'delete', id)).out).toBe(`Deleted webhook ${id}.\n`)
  })

  test('answers are reviewed by a letter', async () => {
    for (const name of ['ann', 'ben', 'cem']) await answer(name)
    const to = keptText()
    const stdin = new PassThrough()
    stdin.end('a\nu\na\nR not read\nk\n')
    expect(await runCli(['review', run.id, '--url', app.url, ...LOGIN], { stdout: to, stderr: to, stdin })).toBe(0)
    const out = to.text()
    expect(out.match(/comment: .*/g)).toEqual(['ann', 'ben', 'ann', 'ben', 'cem'].map(name => `comment: by ${name}`))
    expect(out).toMatch(/\ndecided 2, skipped 1; 1 wait for review\n$/)
    expect((await mephisto.operator.progress(run.id)).units).toMatchObject({ accepted: 1, rejected: 1, completed: 1 })
    for (const { actorId } of (await mephisto.db.decisions.find({})).rows) expect(actorId).toBe('olga')
  })

  test('a run is watched until it is over', async () => {
    const watching = atApp('watch', run.id, '--json')
    await answer('ann')
    await mephisto.operator.drain(run.id)
    const { code, out } = await watching
    expect(code).toBe(0)
    expect(JSON.parse(out.trim().split('\n').at(-1) ?? '')).toMatchObject({ run: { status: 'completed', unitsAnswered: 1 } })
  })

  test('a run in a file is planned and launched with what the app has of its blueprint', async () => {
    const [sdk, blueprint] = ['../../sdk/index.ts', '../sentiment.ts'].map(path => fileURLToPath(new URL(path, import.meta.url)))
    const file = (name: string, options: string): string => {
      const path = join(folder, name)
      writeFileSync(path, `import { defineRun, usd } from ${JSON.stringify(sdk)}
        import { sentiment } from ${JSON.stringify(blueprint)}
        export default defineRun(sentiment, () => ({ task: 'mails', requester: 'lab', provider: 'inhouse', data: [{ text: 'one' }, { text: 'two' }], ${options} }), { plan: { minutesPerUnit: 1 } })`)
      return path
    }
    const good = file('good.js', 'pay: usd(\'0.10\'), unitsPerAssignment: 2')
    expect((await atApp('plan', good)).out).toContain('2 items, 4 units\nat most $0.40')
    expect(await json('launch', good, '--yes')).toMatchObject({ task: 'mails', status: 'running', unitsTotal: 4 })
    expect(await atApp('launch', file('bad.js', 'data: [{ words: 1 }]'), '--yes')).toMatchObject({ code: 1, err: expect.stringContaining('Data row 1 does not fit') as string })
    expect(await atApp('launch', file('urgent.js', 'priority: () => 3'), '--yes')).toMatchObject({ code: 1, err: expect.stringContaining('with --db') as string })
    const made = file('made.js', 'task: \'checked\', gold: { qualification: \'gold\', mostUnits: 3, items: (function* () { for (let n = 0; ; n += 1) yield { input: { text: String(n) }, expected: { label: \'positive\' } } })() }')
    expect(await json('plan', made)).toMatchObject({ items: 2, checks: { unitsPerWorker: 3, mostUnits: 3 } })
    expect(await json('launch', made, '--yes')).toMatchObject({ task: 'checked', status: 'running' })
    const endless = file('endless.js', 'training: { qualification: \'trained\', items: { *[Symbol.iterator]() { for (;;) yield { input: { text: \'a\' }, expected: { label: \'positive\' } } } } }')
    expect(await atApp('launch', endless, '--yes')).toMatchObject({ code: 1, err: expect.stringContaining('training.items: has more than 10000 items') as string })
    const large = file('large.js', 'data: Array.from({ length: 3_000 }, () => ({ text: \'x\'.repeat(500) }))')
    expect(await atApp('launch', large, '--yes')).toMatchObject({ code: 1, err: expect.stringMatching(/larger than the limit.*with --db/) as string })
    for (const status of [413, 414]) {
      const proxy = await startServer((_, response) => response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Too large</h1>'))
      servers.push(proxy)
      for (const verb of ['plan', 'launch']) expect(await runCommand(verb, good, ...(verb === 'launch' ? ['--yes'] : []), '--url', proxy.url)).toMatchObject({ code: 1, err: expect.stringMatching(/too large for .*with --db/) as string })
    }
    expect(await mephisto.operator.runs({ taskName: 'mails' })).toHaveLength(1)
  })

  test('an export goes into a file whole, or not at all', async () => {
    await answer('ann')
    const out = join(folder, 'answers.jsonl')
    expect(await atApp('export', '--run', run.id, '--out', out)).toEqual({ code: 0, out: `wrote ${out}: 1 answer of 1 person\n`, err: '' })
    expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ run: run.id, answer: { label: 'positive' } })
    const broken = await startServer((_, response) => {
      response.writeHead(200, { 'content-disposition': 'attachment; filename="x"', 'content-length': '1000' })
      response.write('half of it', () => { response.destroy() })
    })
    servers.push(broken)
    expect(await runCommand('export', '--run', run.id, '--out', join(folder, 'half.jsonl'), '--url', broken.url)).toMatchObject({ code: 1, err: expect.stringContaining('not whole') as string })
    expect(readdirSync(folder)).toEqual(['answers.jsonl'])
    expect(await atApp('export', '--run', 'nowhere')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('no task run nowhere') as string })
  })

  test('a doctor looks at the app and its login', async () => {
    expect(await atApp('doctor')).toMatchObject({ code: 0, err: '', out: expect.stringMatching(new RegExp(`^ok {6}Node .*\\nok {6}Mephisto answers at ${app.url}\\nok {6}The app knows you as Olga: operator\\n$`)) as string })
    expect(await runCommand('doctor', '--url', app.url)).toMatchObject({ code: 1, out: expect.stringMatching(/\nfailed {2}You are not logged in\..*--header/) as string })
    expect((await runCommand('doctor', '--url', 'http://127.0.0.1:1/', '--json')).out).toContain('"name":"app","status":"failed"')
  })

  test('the environment says where and as whom; what is said on the command line goes before', async () => {
    vi.stubEnv('MEPHISTO_URL', app.url)
    vi.stubEnv('MEPHISTO_HEADER', 'authorization: Bearer olga\nx-more: 1')
    expect((await runCommand('runs')).out).toContain('tweets')
    expect(await runCommand('runs', '--db', join(folder, 'none.db'))).toMatchObject({ code: 1, err: expect.stringContaining('no database file') as string })
    vi.stubEnv('MEPHISTO_DB', mephisto.file)
    expect(await runCommand('runs')).toMatchObject({ code: 1, err: expect.stringContaining('not both') as string })
    expect((await runCommand('runs', '--url', app.url)).out).toContain('tweets')
    // The login is that of the environment's app, and goes nowhere else.
    const seen: unknown[] = []
    const other = await startServer((request, response) => {
      seen.push(request.headers.authorization, request.headers['x-more'])
      response.writeHead(401).end()
    })
    servers.push(other)
    expect((await runCommand('runs', '--url', other.url)).err).toContain('wants a login')
    expect((await runCommand('complete', '--', 'pause', '--url', other.url, '')).code).toBe(0)
    expect(seen.every(value => value === undefined)).toBe(true)
    expect(await runCommand('runs', '--url', app.url, '--db', mephisto.file)).toMatchObject({ code: 1, err: expect.stringContaining('not both') as string })
    expect(await runCommand('runs', '--url', app.url, '--header', 'authorization: Bearer nobody')).toMatchObject({ code: 1, err: expect.stringContaining('not logged in') as string })
  })
})

describe('an app that', () => {
  /** What the command line says of an app that answers everything so. */
  async function said(answer: (request: IncomingMessage, response: ServerResponse) => void, ...words: string[]): Promise<{ code: number; out: string; err: string }> {
    const server = await startServer(answer)
    servers.push(server)
    return runCommand(...(words.length === 0 ? ['runs'] : words), '--url', server.url)
  }
  const text = (status: number, body: string, headers: Record<string, string> = { 'content-type': 'text/html' }) => (_: IncomingMessage, response: ServerResponse) => { response.writeHead(status, headers).end(body) }

  test.each([
    ['wants a login', text(401, '<h1>Log in</h1>'), 'wants a login (HTTP 401)'],
    ['wants a login, in JSON of its own', text(401, '{"error":"login"}', { 'content-type': 'application/json' }), 'wants a login (HTTP 401)'],
    ['forbids', text(403, 'no'), 'wants a login (HTTP 403)'],
    ['sends to its login', text(302, '', { location: '/login' }), 'sends elsewhere, to /login'],
    ['is in trouble', text(500, 'Internal Server Error'), 'in trouble (HTTP 500)'],
    ['is behind a proxy in trouble', text(502, '<html>', {}), 'in trouble (HTTP 502)'],
    ['takes less', text(413, '<html>'), 'too large for'],
    ['takes shorter addresses', text(414, '<html>'), 'too large for'],
    ['has no Mephisto there', text(404, 'Cannot GET'), 'is not Mephisto (HTTP 404)'],
    ['answers with a page', text(200, '<html>'), 'is not Mephisto (HTTP 200)'],
    ['answers with half of JSON', text(200, '{"result":{"da', { 'content-type': 'application/json' }), 'is not Mephisto (HTTP 200)'],
    ['answers with other JSON', text(200, '{"ok":true}', { 'content-type': 'application/json' }), 'is not Mephisto (HTTP 200)'],
    ['answers with nothing', text(200, ''), 'is not Mephisto (HTTP 200)'],
    ['fails inside', text(500, JSON.stringify({ error: { message: 'Something went wrong on the server. It has been logged; try again.', code: -32603, data: { code: 'INTERNAL_SERVER_ERROR', httpStatus: 500, mephistoCode: 'internal', problems: [] } } }), { 'content-type': 'application/json' }), 'It has been logged'],
    ['hangs up', (request: IncomingMessage) => { request.socket.destroy() }, 'Nothing answers at'],
  ])('%s is told in a sentence', async (_, answer, sentence) => {
    for (const words of [['runs'], ['progress', 'x'], ['export', '--run', 'x'], ['workers', '--json']]) {
      const { code, out, err } = await said(answer, ...words)
      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(err).toMatch(/^mephisto: .*\n$/)
      expect(err).toContain(sentence)
    }
  })

  test('hangs up on an act may have done it, and that is said', async () => {
    expect((await said(request => { request.socket.destroy() }, 'pause', 'x')).err).toContain('may have done what was asked')
  })

  test('is not there, or no address of one', async () => {
    expect(await runCommand('pause', 'x', '--url', 'http://127.0.0.1:1/mephisto/')).toMatchObject({ code: 1, err: expect.stringContaining('Nothing answers at http://127.0.0.1:1/mephisto/') as string })
    for (const url of ['app.example', 'ftp://app.example/', '/mephisto/', '']) expect(await runCommand('runs', '--url', url)).toMatchObject({ code: 1, err: expect.stringContaining('no address of an app') as string })
    const secret = await runCommand('runs', '--url', 'https://ann:secret@app.example/')
    expect(secret).toMatchObject({ code: 1, err: expect.stringContaining('--header') as string })
    expect(secret.err).not.toContain('secret@')
    expect(await runCommand('runs', '--url', app.url, '--header', 'Bearer secret')).toMatchObject({ code: 1, err: expect.stringMatching(/must be written as "name: value"/) as string })
  })

  test('refuses a role says which', async () => {
    const asVera = (...words: string[]) => runCommand(...words, '--url', app.url, '--header', 'authorization: Bearer vera')
    expect((await asVera('runs')).code).toBe(0)
    expect(await asVera('pause', run.id)).toMatchObject({ code: 1, err: expect.stringContaining('needs the role "operator"') as string })
    expect(await asVera('grant', 'english', 'ann')).toMatchObject({ code: 1, err: expect.stringContaining('needs the role "reviewer"') as string })
  })

  test('goes away for a moment is watched on', async () => {
    let asked = 0
    const flaky = await startServer((_, response) => {
      asked += 1
      if (asked === 2) response.writeHead(503).end('deploying')
      else {
        void mephisto.caller(OLGA).runs.progress({ run: run.id }).then(async view => {
          if (asked === 1) await mephisto.operator.drain(run.id)
          response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ result: { data: view } }))
        })
      }
    })
    servers.push(flaky)
    const { code, out } = await runCommand('watch', run.id, '--url', flaky.url)
    expect({ code, asked }).toEqual({ code: 0, asked: 3 })
    expect(out.trim().split('\n').map(line => line.split(' ')[0])).toEqual(['running', 'completed'])
  })
})
