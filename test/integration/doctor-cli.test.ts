import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkNode } from '../../sdk/cli/health-checks.js'
import { implement } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { openEmbeddedClient } from '../../prisma/embedded-client.js'
import { sqliteAdapter } from '../../prisma/sqlite/adapter.js'
import { rawSqliteClient } from '../../prisma/sqlite/raw-client.js'
import { runCommand } from '../run-command.js'
import { sentiment } from '../sentiment.js'

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => mephisto.close())

let isLetGo = false
const server = createServer((request, response) => {
  if (request.url === '/endless') {
    response.once('close', () => { isLetGo = true })
    response.write('the beginning')
    return
  }
  response.statusCode = request.url === '/work' ? 200 : 404
  response.end()
})
const doctor = (...words: string[]) => runCommand('doctor', '--db', mephisto.file, ...words)

async function withPages(work: (address: string) => Promise<void>): Promise<void> {
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  try {
    await work(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`)
  } finally {
    await new Promise(resolve => { server.close(resolve) })
  }
}

describe('mephisto doctor', () => {
  test('says that all is well', () => withPages(async address => {
    const node = process.versions.node
    expect(await doctor('--page', `${address}/work`)).toEqual({
      code: 0, err: '',
      out: `ok      Node ${node}\nok      sqlite answers\nok      The tables are up to date.\nok      The clocks of this host and of the database agree.\nok      ${address}/work answers with 200\n`,
    })
    const lines = (await doctor('--json')).out.trim().split('\n').map(line => JSON.parse(line) as object)
    expect(lines).toMatchObject([{ name: 'node', status: 'ok' }, { name: 'database', status: 'ok' }, { name: 'tables', status: 'ok' }, { name: 'clock', status: 'ok' }])
  }))

  test('says which page does not answer, and how', () => withPages(async address => {
    const { code, out } = await doctor('--page', `${address}/nothing`, 'http://127.0.0.1:1/', 'work')
    expect(code).toBe(1)
    expect(out).toContain(`failed  ${address}/nothing answers with 404; workers would see that instead of the task.\n`)
    expect(out).toContain('failed  http://127.0.0.1:1/ cannot be reached: ')
    expect(out).toContain('failed  "work" is no address')
  }))

  test('lets go of a page whose content never ends', () => withPages(async address => {
    expect((await doctor('--page', `${address}/endless`)).out).toContain('/endless answers with 200')
    await expect.poll(() => isLetGo, { timeout: 2_000 }).toBe(true)
  }))

  test('says what an empty file lacks, and makes no table in it', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'mephisto-doctor-')), 'empty.db')
    writeFileSync(file, '')
    expect(await runCommand('doctor', '--db', file)).toMatchObject({ code: 1, out: expect.stringMatching(/failed {2}The tables lack /) as string })
    const adapter = await sqliteAdapter({ file }).connect()
    expect(await rawSqliteClient(adapter).$queryRawUnsafe('SELECT name FROM sqlite_master')).toEqual([])
    await adapter.dispose()
    rmSync(dirname(file), { recursive: true })
  })

  test('says what the tables lack, and makes nothing', async () => {
    const { client, close } = await openEmbeddedClient({ file: mephisto.file })
    await client.$executeRawUnsafe('DROP TABLE mephisto_migration')
    const tables = async (): Promise<unknown[]> => client.$queryRawUnsafe('SELECT name FROM sqlite_master ORDER BY name')
    const before = await tables()
    const { code, out } = await doctor()
    expect(code).toBe(1)
    expect(out).toMatch(/failed {2}The tables lack .*; run mephisto migrate with the same address\./)
    expect(await tables()).toEqual(before)
    await close()
  })

  test('says that the database cannot be reached', async () => {
    const { code, out } = await runCommand('doctor', '--db', 'postgresql://127.0.0.1:1/nowhere')
    expect(code).toBe(1)
    expect(out).toMatch(/^ok {6}Node .*\nfailed {2}The database cannot be reached .*\n$/)
    expect(await runCommand('doctor', '--db', '/tmp/there/is/no.db')).toMatchObject({ code: 1, err: expect.stringContaining('There is no database file') as string })
  })
})

test.each([['20.18.3', 'failed'], ['18.20.0', 'failed'], ['20.19.0', 'ok'], ['22.1.0', 'ok'], ['24.21.0', 'ok']])('Node %s is %s', (version, status) => {
  expect(checkNode(version).status).toBe(status)
})
