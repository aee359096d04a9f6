import { execFileSync, spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startedExample, startExample, type ExampleServer } from '../example-server.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const data = mkdtempSync(join(tmpdir(), 'mephisto-example-'))
let example: ExampleServer
beforeAll(async () => { example = await startedExample(['--port', '0', '--data', data]) })
afterAll(async () => {
  await example.end()
  rmSync(data, { recursive: true, force: true })
})

const tool = (...words: string[]) => spawnSync(process.execPath, ['examples/internal-tool/dist/internal-tool.js', ...words], {
  cwd: ROOT, encoding: 'utf8', env: { ...process.env, MEPHISTO_URL: `${example.origin}/mephisto/`, MEPHISTO_PASSWORD: example.password },
})
const cli = (...words: string[]) => spawnSync(process.execPath, ['dist/sdk/cli/main.js', ...words], { cwd: ROOT, encoding: 'utf8', env: { ...process.env, MEPHISTO_DB: join(data, 'mephisto.db') } })

/** One answer through the example's own front door, as a page would give it. */
async function answerAs(name: string): Promise<void> {
  const joined = await fetch(`${example.origin}/join`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ name }) })
  const fragment = new URLSearchParams(joined.headers.get('location')?.split('#')[1])
  const call = async (procedure: string, input: unknown, token = '') => {
    const response = await fetch(`${example.origin}/mephisto/trpc/agent.${procedure}`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body: JSON.stringify(input) })
    return (await response.json() as { result: { data: { agentToken: string; outcome: string } } }).result.data
  }
  const work = await call('register', Object.fromEntries(fragment))
  const reply = await call('submit', { submissionId: crypto.randomUUID(), answer: { kind: 'fact' } }, work.agentToken)
  expect(reply.outcome).toBe('completed')
}

describe('npm start', () => {
  test('prints three addresses, each with a sentence, and they answer', async () => {
    for (const path of ['/work', '/review', '/']) {
      expect(example.output()).toMatch(new RegExp(`${example.origin}${path} +\\S+ .+`))
      expect((await fetch(example.origin + path)).status).toBe(200)
    }
    expect(await (await fetch(example.origin)).text()).toContain('Civic Text Lab')
  })

  test('continues the same run when it is started twice', async () => {
    const before = tool('list').stdout
    await example.end()
    example = await startedExample(['--port', '0', '--data', data])
    expect(tool('list').stdout).toBe(before)
    expect(before).toMatch(/sotu-sentences {2}running {2}600 open/)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('ends cleanly within a second on %s, also with a page open', async signal => {
    const folder = mkdtempSync(join(tmpdir(), 'mephisto-example-'))
    const other = await startedExample(['--port', '0', '--data', folder])
    await fetch(other.origin, { headers: { connection: 'keep-alive' } })
    const { code, ms } = await other.end(signal)
    expect(code).toBe(0)
    expect(ms).toBeLessThan(1000)
    rmSync(folder, { recursive: true, force: true })
  })

  test('says in one line that a port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => taken.once('listening', resolve))
    const port = String((taken.address() as AddressInfo).port)
    const failed = await startExample(['--port', port, '--data', data])
    taken.close()
    expect(failed).toMatchObject({ code: 1, output: expect.stringMatching(new RegExp(`^Port ${port} is already in use\\..*--port \\d+\\.\\n$`)) as string })
  })

  test.each([['--port', 'http'], ['--prot', '1'], ['--port', '70000']])('says in one line what is wrong with %s %s', async (...words) => {
    const failed = await startExample(words)
    expect(failed).toMatchObject({ code: 2 })
    expect('code' in failed && failed.output.trim().split('\n')).toHaveLength(1)
  })

  test('--fresh begins again', async () => {
    await answerAs('before fresh')
    await example.end()
    example = await startedExample(['--port', '0', '--data', data, '--fresh'])
    expect(tool('list').stdout).toMatch(/600 open/)
  })
})

describe('the internal tool and the command line', () => {
  test('launch, list and approve over the typed client', async () => {
    expect(tool('launch').stdout).toMatch(/^Launched run \S+ with 1 unit/)
    const lines = tool('list').stdout.trim().split('\n')
    expect(lines).toHaveLength(2)
    const sentences = lines.find(line => line.includes('sotu-sentences'))?.split(' ')[0] ?? ''
    await answerAs('ann')
    await answerAs('ben')
    expect(tool('approve', sentences).stdout).toMatch(/Approved 2 of 2/)
    expect(tool('list').stdout).toMatch(/\$0\.10 spent/)
    const refused = spawnSync(process.execPath, ['examples/internal-tool/dist/internal-tool.js', 'list'], { cwd: ROOT, encoding: 'utf8', env: { ...process.env, MEPHISTO_URL: `${example.origin}/mephisto/`, MEPHISTO_PASSWORD: 'wrong' } })
    expect(refused.status).toBe(1)
    expect(refused.stderr).toContain('not logged in')
  })

  test('mephisto runs and export, while the server runs', () => {
    const run = /^(\S+) .*sotu-sentences$/m.exec(cli('runs').stdout)?.[1] ?? ''
    const rows = cli('export', '--run', run).stdout.trim().split('\n').map(line => JSON.parse(line) as { answer: unknown; decision: { verdict: string } | null })
    expect(rows.map(row => row.answer)).toEqual([{ kind: 'fact' }, { kind: 'fact' }])
    expect(rows.every(row => row.decision?.verdict === 'approve')).toBe(true)
    const csv = cli('export', '--run', run, '--format', 'csv').stdout.split('\n')
    expect(csv[0]).toContain('input.sentence')
    expect(csv[0]).toContain('answer.kind')
    const out = join(data, 'answers.csv')
    expect(cli('export', '--run', run, '--format', 'csv', '--out', out).status).toBe(0)
    expect(execFileSync('cat', [out], { encoding: 'utf8' }).split('\n')).toEqual(csv)
  })

  test('mephisto works through the server, with the password of its login, as it does on the database', () => {
    const throughApp = (...words: string[]) => spawnSync(process.execPath, ['dist/sdk/cli/main.js', ...words], {
      cwd: ROOT, encoding: 'utf8', env: { ...process.env, MEPHISTO_URL: `${example.origin}/mephisto/`, MEPHISTO_HEADER: `authorization: Bearer ${example.password}` },
    })
    expect(throughApp('doctor')).toMatchObject({ status: 0, stdout: expect.stringContaining('The app knows you as Internal tool') as string })
    const { stdout } = throughApp('runs')
    expect(stdout).toBe(cli('runs').stdout)
    const run = /^(\S+) .*sotu-sentences$/m.exec(stdout)?.[1] ?? ''
    expect(throughApp('pause', run).stdout).toContain(`${run} is paused`)
    expect(throughApp('resume', run).stdout).toContain(`${run} is running`)
    expect(throughApp('export', '--run', run, '--format', 'csv').stdout).toBe(cli('export', '--run', run, '--format', 'csv').stdout)
    expect(throughApp('runs', '--header', 'authorization: Bearer wrong')).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('not logged in') as string })
  })

  test('mephisto says what is wrong, in one line where it can', () => {
    expect(cli('export', '--run', 'nowhere')).toMatchObject({ status: 1, stderr: 'mephisto: There is no task run nowhere. List the runs to see which there are.\n' })
    expect(cli('export')).toMatchObject({ status: 1, stderr: expect.stringContaining('Whose answers?') as string })
    const run = /^(\S+) /.exec(cli('runs').stdout)?.[1] ?? ''
    const unwritable = cli('export', '--run', run, '--out', '/nowhere/at/all.csv')
    expect(unwritable).toMatchObject({ status: 1, stderr: expect.stringMatching(/^mephisto: .*\/nowhere\/at\/all\.csv.*\n$/) as string })
    expect(cli('export', '--run', 'x', '--format', 'xml')).toMatchObject({ status: 2, stderr: expect.stringContaining('jsonl, csv') as string })
    expect(cli('runs', '--db', '/nowhere/at/all.db')).toMatchObject({ status: 1, stderr: expect.stringContaining('no database file') as string })
    expect(spawnSync(process.execPath, ['dist/sdk/cli/main.js', 'runs'], { cwd: ROOT, encoding: 'utf8', env: { PATH: process.env['PATH'] } }).stderr).toContain('--db')
  })
})
