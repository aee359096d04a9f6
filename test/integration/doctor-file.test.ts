// What a doctor says of a file: with a run, which it plans, or with an app.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { HealthCheck } from '../../sdk/cli/health-checks.js'
import { implement } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { serveApp, startServer } from '../app-server.js'
import { runCommand } from '../run-command.js'
import { sentiment } from '../sentiment.js'

const at = (path: string): string => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)))

let mephisto: TestMephisto
let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mephisto-doctor-file-'))
  mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] })
})
afterEach(async () => {
  await mephisto.close()
  rmSync(folder, { recursive: true, force: true })
})

let files = 0
function file(text: string): string {
  const path = join(folder, `file-${String(files += 1)}.js`)
  writeFileSync(path, text)
  return path
}
const runFile = (options = '', parts = '{}'): string => file(`
  import { defineRun, fromFeed, hostPage, usd } from ${at('../../sdk/index.ts')}
  import { sentiment } from ${at('../sentiment.ts')}
  export default defineRun(sentiment, () => ({ task: 'tweets', requester: 'lab', provider: 'inhouse', data: [{ text: 'one' }, { text: 'two' }], ${options} }), ${parts})`)
const appFile = (options = '', exported = 'default'): string => file(`
  import { createMephisto, implement } from ${at('../../sdk/index.ts')}
  import { inhouse } from ${at('../../sdk/providers/inhouse.ts')}
  import { embeddedDb } from ${at('../../prisma/embedded.ts')}
  import { sentiment } from ${at('../sentiment.ts')}
  const mephisto = createMephisto({
    db: await embeddedDb({ file: ${JSON.stringify(join(folder, 'own.db'))} }), providers: [inhouse()], blueprints: [implement(sentiment)], secret: 'a secret for tests that is long enough',
    architect: { specVersion: 1, type: 'test', baseUrl: 'https://app.example/mephisto/', basePath: '/mephisto/', taskUrl: 'http://127.0.0.1:1/work' }, authorize: () => null, ${options}
  })
  export { mephisto as ${exported} }`)

/** What is said of the file, behind what is said of the rest. */
async function checksOf(path: string, ...more: string[]): Promise<{ code: number; checks: HealthCheck[] }> {
  const { code, out, err } = await runCommand('doctor', path, '--json', ...(more.length === 0 ? ['--db', mephisto.file] : more))
  expect(err).toBe('')
  return { code, checks: out.trim().split('\n').map(line => JSON.parse(line) as HealthCheck).slice(more.includes('--url') ? 3 : 4) }
}

describe('mephisto doctor, of a run', () => {
  test('plans it, with its warnings, and writes nothing', async () => {
    const path = runFile('pay: usd(\'0.10\'), budget: usd(\'0.10\')')
    const { code, out } = await runCommand('doctor', path, '--db', mephisto.file)
    expect(code).toBe(0)
    expect(out.split('\n').slice(4)).toEqual([
      `ok      ${path} defines a run of the blueprint "sentiment", version ${implement(sentiment).schemaHash}`, 'ok      Its options, provider and data are right: 2 items, 2 units, at most $0.20',
      'warning The budget of $0.10 covers 1 of 2 units; all of them need $0.20.', '',
    ])
    expect(await mephisto.operator.runs()).toEqual([])
  })

  test.each([
    ['options', 'pay: 5', '{}', /Launch options: pay: /],
    ['data', 'data: [{ text: 1 }]', '{}', /Data row 1 does not fit/],
    ['provider', 'provider: \'elsewhere\'', '{}', /There is no provider "elsewhere"/],
    ['page', '', '{ server: { builder: hostPage({ url: \'http://127.0.0.1:1/\' }) } }', /127\.0\.0\.1:1/],
    ['blueprint\'s own check', '', '{ server: { validateLaunch: () => { throw new Error(\'too few words\') } } }', /too few words/],
  ])('says what is wrong with its %s', async (_, options, parts, message) => {
    const { code, checks } = await checksOf(runFile(options, parts))
    expect({ code, checks }).toEqual({ code: 1, checks: [expect.objectContaining({ name: 'file', status: 'ok' }), { name: 'plan', status: 'failed', message: expect.stringMatching(message) as string }] })
  })

  test('asks an app for its plan', async () => {
    const app = await serveApp(mephisto)
    try {
      expect(await checksOf(runFile(), '--url', app.url)).toMatchObject({ code: 0, checks: [{ name: 'file', status: 'ok' }, { name: 'plan', status: 'ok' }] })
      expect(await checksOf(runFile('data: [{ words: 1 }]'), '--url', app.url)).toMatchObject({ code: 1, checks: [{ name: 'file' }, { name: 'plan', status: 'failed', message: expect.stringContaining('Data row 1') as string }] })
    } finally {
      await app.close()
    }
  })

  test('is not planned without a database, and is loaded all the same', async () => {
    const { code, out } = await runCommand('doctor', runFile(), '--db', 'postgresql://127.0.0.1:1/nowhere')
    expect(code).toBe(1)
    expect(out).toMatch(/failed {2}The database cannot be reached .*\nok {6}.* defines a run .*\nwarning The run was not planned, for what failed above\.\n$/)
  })
})

describe('mephisto doctor, of a file alone', () => {
  const alone = async (path: string, ...more: string[]) => {
    const { code, out, err } = await runCommand('doctor', path, '--json', ...more)
    return { code, err, checks: out.trim().split('\n').map(line => JSON.parse(line) as HealthCheck) }
  }
  const UNKNOWN = { name: 'database', status: 'warning', message: expect.stringMatching(/^No database or app was looked at\. Give --db or --url .*qualifications/) as string }

  test('plans a run with its data, and says what only a database knows', async () => {
    const path = runFile('pay: usd(\'0.10\'), budget: usd(\'0.10\'), project: \'study\', requirements: [{ qualification: \'english\', is: \'exists\' }]')
    expect(await alone(path)).toMatchObject({
      code: 0, err: '', checks: [
        { name: 'node', status: 'ok' }, { name: 'file', status: 'ok' }, { name: 'plan', status: 'ok', message: 'Its options, provider and data are right: 2 items, 2 units, at most $0.20' },
        { name: 'plan', status: 'warning', message: expect.stringContaining('The budget of $0.10') as string }, UNKNOWN,
      ],
    })
  })

  test.each([
    ['options', runFile, 'pay: 5', /Launch options: pay: /], ['data', runFile, 'data: [{ text: 1 }]', /Data row 1 does not fit/], ['provider', runFile, 'provider: \'elsewhere\'', /There is no provider "elsewhere"/],
  ])('says what is wrong with its %s', async (_, make, options, message) => {
    expect(await alone(make(options))).toMatchObject({ code: 1, checks: [{ name: 'node' }, { name: 'file', status: 'ok' }, { name: 'plan', status: 'failed', message: expect.stringMatching(message) as string }] })
  })

  test('leaves a run with a feed alone, which may read in its database, and says so', async () => {
    expect(await alone(runFile('data: fromFeed(\'news\')'))).toMatchObject({ code: 0, checks: [{ name: 'node' }, { name: 'file', status: 'ok' }, { name: 'plan', status: 'warning', message: expect.stringMatching(/not planned: its data is a feed.*Give --db or --url/) as string }] })
  })

  test('finds the database of an app', async () => {
    expect(await alone(appFile())).toMatchObject({ code: 1, checks: [{ name: 'node' }, { name: 'file', status: 'ok' }, { name: 'database', status: 'ok' }, { name: 'page', status: 'failed' }] })
  })

  test('looks at pages alone, and asks for more where there is nothing to look at', async () => {
    const { code, out } = await runCommand('doctor', '--page', 'http://127.0.0.1:1/')
    expect({ code, out }).toEqual({ code: 1, out: expect.stringMatching(/^ok {6}Node .*\nfailed {2}.*127\.0\.0\.1:1.*\n$/) as string })
    expect(await runCommand('doctor')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('Which database?') as string })
  })
})

test.each([
  ['is not there', () => join(folder, 'nothing.js'), /There is no file/], ['is broken', () => file('export default {'), /could not be loaded/], ['throws', () => file('throw new Error("no data today")'), /no data today/],
  ['has no run', () => file('export const run = 1'), /exports no run/], ['has an app with a wrong option', () => appFile('secret: \'short\''), /secret/],
])('a file that %s is told', async (_, path, message) => {
  expect(await checksOf(path())).toEqual({ code: 1, checks: [{ name: 'file', status: 'failed', message: expect.stringMatching(message) as string }] })
})

describe('mephisto doctor, of an app', () => {
  test.each(['default', 'mephisto'])('says that its options are right, and that its database and page answer (%s)', async exported => {
    const page = await startServer((_, response) => { response.end('work') })
    try {
      const { code, checks } = await checksOf(appFile(`...{ architect: { specVersion: 1, type: 'test', baseUrl: 'https://app.example/mephisto/', basePath: '/mephisto/', taskUrl: '${page.url}' } }`, exported))
      expect({ code, checks }).toMatchObject({ code: 0, checks: [{ name: 'file', status: 'ok', message: expect.stringContaining('https://app.example/mephisto/') as string }, { name: 'database', status: 'ok' }, { name: 'page', status: 'ok' }] })
    } finally {
      await page.close()
    }
  })

  test('says which page and database do not answer', async () => {
    const { code, checks } = await checksOf(appFile('db: new Proxy(await embeddedDb({ file: \':memory:\' }), { get: (db, name) => (name === \'runs\' ? { ...db.runs, list: () => Promise.reject(new Error(\'gone\')) } : db[name]) })'))
    expect({ code, checks }).toMatchObject({ code: 1, checks: [{ name: 'file', status: 'ok' }, { name: 'database', status: 'failed', message: 'The database of the app: gone' }, { name: 'page', status: 'failed' }] })
  })
})

const MAIN = fileURLToPath(new URL('../../dist/sdk/cli/main.js', import.meta.url))
test('a doctor ends though the app that it loads holds its process', () => {
  const path = file('setInterval(() => undefined, 60_000)\nexport default 1')
  const { status, stdout } = spawnSync(process.execPath, [MAIN, 'doctor', path, '--db', mephisto.file], { encoding: 'utf8', timeout: 20_000 })
  expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringContaining('exports no run') as string })
})
