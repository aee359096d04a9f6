import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { openEmbeddedClient } from '../../prisma/embedded-client.js'
import { sqliteAdapter } from '../../prisma/sqlite/adapter.js'
import { rawSqliteClient } from '../../prisma/sqlite/raw-client.js'
import { implement } from '../../sdk/index.js'
import { createTestMephisto } from '../../sdk/testing/index.js'
import { serveApp } from '../app-server.js'
import { createDatabase, isServing } from '../databases.js'
import { prismaStatements, runAll } from '../prisma-tables.js'
import { runCommand as mephisto } from '../run-command.js'
import { sentiment, sentimentRun } from '../sentiment.js'
import { ALL } from './migrate-tables.js'

let folder: string
const home = process.cwd()
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'mephisto-cli-')) })
afterEach(() => {
  process.chdir(home)
  rmSync(folder, { recursive: true, force: true })
})

describe('mephisto init', () => {
  const DATASOURCE = 'datasource db {\n  provider = "postgresql"\n}\n\nmodel Task {\n  id Int @id\n}\n'

  function project(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(folder, path, '..'), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    process.chdir(folder)
  }
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8')

  test('puts the models of the right database beside those of a schema folder, once', async () => {
    project({ 'prisma.config.ts': "export default { schema: 'db/models' }", 'db/models/main.prisma': DATASOURCE })
    const first = await mephisto('init')
    expect(first).toMatchObject({ code: 0, err: '' })
    expect(first.out).toMatch(/^Wrote db\/models\/mephisto\.prisma: \d+ models for postgresql\.\n/)
    expect(first.out).toContain('npx prisma generate\n  npx mephisto migrate --db <file or address> --db-schema public')
    expect(first.out).not.toContain('single file')
    expect(read('db/models/mephisto.prisma')).toContain('@db.VarChar(36)')
    expect(read('db/models/main.prisma')).toBe(DATASOURCE)
    const second = await mephisto('init')
    expect(second.out).toBe(first.out.replace(/^.*\n/, 'db/models/mephisto.prisma is up to date.\n'))
  })

  test('renews the models after an upgrade, under the names of the first time, and nothing else', async () => {
    project({ 'prisma/schema/main.prisma': DATASOURCE, 'prisma/schema/mephisto.prisma': '// The models of mephisto-sdk for postgresql. Older.\n' })
    const { out } = await mephisto('init', '--prefix', 'crowd_', '--db-schema', 'work')
    expect(out).toContain('Renewed prisma/schema/mephisto.prisma: ')
    expect(out).toContain(`prismaDb(prisma, { prefix: 'crowd_', schema: "work" })`)
    const text = read('prisma/schema/mephisto.prisma')
    expect(text).toMatch(/@@map\("crowd_unit"\)\n {2}@@schema\("work"\)/)
    expect(text).not.toContain('mephisto_')
    writeFileSync(join(folder, 'prisma/schema/mephisto.prisma'), text.replace('model MephistoUnit', 'model MephistoOlder'))
    expect((await mephisto('init')).out).toContain('Renewed')
    expect(read('prisma/schema/mephisto.prisma')).toBe(text)
  })

  test('tells a project with a single file what to write', async () => {
    project({ 'prisma/schema.prisma': DATASOURCE })
    const { code, out } = await mephisto('init')
    expect(code).toBe(0)
    expect(out).toContain("Make prisma.config.ts:\n  import { defineConfig } from 'prisma/config'\n  export default defineConfig({ schema: './prisma' })")
    expect(read('prisma/schema.prisma')).toBe(DATASOURCE)
    expect(read('prisma/mephisto.prisma')).toContain('model MephistoUnit')
    writeFileSync('prisma.config.ts', "export default { schema: './prisma/schema.prisma' }")
    expect((await mephisto('init')).out).toContain("In prisma.config.ts, name the folder:\n  schema: './prisma',")
  })

  test('leaves the tables to Prisma Migrate where that makes the host\'s', async () => {
    project({ 'prisma/schema/main.prisma': DATASOURCE, 'prisma/migrations/migration_lock.toml': 'provider = "postgresql"' })
    const { out } = await mephisto('init')
    expect(out).toContain('\nNext:\n  npx prisma generate\n  npx prisma migrate dev --name mephisto\n  npx mephisto migrate --baseline --db <file or address> --db-schema public\nRun the last one wherever you deploy too')
    expect(out).not.toContain('npx mephisto migrate --db')
  })

  test('has hosts on MySQL change the collation that Prisma writes', async () => {
    project({ 'prisma/schema/main.prisma': DATASOURCE.replace('postgresql', 'mysql'), 'prisma/migrations/migration_lock.toml': 'provider = "mysql"' })
    const { out } = await mephisto('init')
    expect(out).toContain('  npx prisma migrate dev --create-only --name mephisto\n  (in the migration.sql that this writes, put utf8mb4_bin in the place of utf8mb4_unicode_ci)\n  npx prisma migrate dev\n  npx mephisto migrate --baseline --db <file or address>\n')
  })

  test.each([
    ['no schema', {}, [], 'No Prisma schema was found'],
    ['a schema that is not there', {}, ['--schema', 'nowhere'], 'There is no nowhere'],
    ['no datasource', { 'prisma/schema.prisma': 'model A {\n  id Int @id\n}\n' }, [], 'say which database it is: --provider'],
    ['a database without models', { 'prisma/schema.prisma': 'datasource db {\n  provider = "mongodb"\n}\n' }, [], 'of mongodb, which has no tables'],
    ['a datasource that lists schemas', { 'prisma/schema.prisma': DATASOURCE.replace('\n}', '\n  schemas = ["public"]\n}') }, [], 'name it with --db-schema'],
    ['models in a file of the host', { 'prisma/schema.prisma': `${DATASOURCE}model MephistoProject {\n}\n` }, [], 'are in prisma/schema.prisma already'],
    ['a prefix that no table can have', { 'prisma/schema.prisma': DATASOURCE }, ['--prefix', 'a-b'], 'prefix: must be'],
    ["somebody else's file", { 'prisma/schema.prisma': DATASOURCE, 'prisma/mephisto.prisma': 'model Mine {\n}\n' }, [], 'did not write it'],
  ])('refuses %s, and writes nothing', async (_, files, words, sentence) => {
    project(files)
    const { code, err } = await mephisto('init', ...words)
    expect(code).toBe(1)
    expect(err).toContain(sentence)
    if ('prisma/mephisto.prisma' in files) expect(read('prisma/mephisto.prisma')).toBe('model Mine {\n}\n')
  })
})

describe('mephisto migrate', () => {
  test('says what is missing, makes it, and has nothing more to do', async () => {
    const db = join(folder, 'new.db')
    expect(await mephisto('migrate', '--db', db, '--check')).toMatchObject({ code: 1, out: ALL.map(name => `missing ${name}\n`).join('') })
    expect(await mephisto('migrate', '--db', db)).toMatchObject({ code: 0, out: ALL.map(name => `applied ${name}\n`).join('') })
    expect(await mephisto('migrate', '--db', `file:${db}`)).toMatchObject({ code: 0, out: 'The tables are up to date.\n' })
  })

  test.each(['postgresql', 'mysql'] as const)('on %s, with a prefix', async kind => {
    if (!await isServing(kind)) return
    const database = await createDatabase(kind)
    onTestFinished(() => database.drop())
    expect((await mephisto('runs', '--db', database.url, '--prefix', 'x_')).err).toContain('npx mephisto migrate')
    expect(await mephisto('migrate', '--db', database.url, '--prefix', 'x_')).toMatchObject({ code: 0, out: ALL.map(name => `applied ${name}\n`).join('') })
    expect(await mephisto('runs', '--db', database.url, '--prefix', 'x_')).toMatchObject({ code: 0, out: '' })
    expect(await mephisto('migrate', '--db', database.url, '--check')).toMatchObject({ code: 1 })
  })

  test('records what Prisma made, and ends with 1 while that is not all', async () => {
    const db = join(folder, 'host.db')
    const adapter = await sqliteAdapter({ file: db }).connect()
    onTestFinished(() => adapter.dispose())
    const deploy = async (from: string | null, to: string): Promise<void> => runAll(rawSqliteClient(adapter), await prismaStatements('sqlite', from, to))
    const [before = '', newest = ''] = ALL.slice(-2)
    await deploy(null, before)
    expect(await mephisto('runs', '--db', db)).toMatchObject({ code: 1, err: expect.stringContaining('npx mephisto migrate --baseline') as string })
    expect(await mephisto('migrate', '--baseline', '--db', db)).toMatchObject({ code: 1, out: `${ALL.slice(0, -1).map(name => `recorded ${name}\n`).join('')}missing ${newest}\n` })
    expect(await mephisto('runs', '--db', db)).toMatchObject({ code: 1, err: expect.stringContaining(`made by other migrations than ours, and lack ${newest}`) as string })
    await deploy(before, newest)
    expect(await mephisto('migrate', '--baseline', '--db', db, '--json')).toMatchObject({ code: 0, out: `{"missing":[],"recorded":["${newest}"]}\n` })
    expect(await mephisto('migrate', '--baseline', '--db', db)).toMatchObject({ code: 0, out: 'The tables are up to date.\n' })
    expect(await mephisto('runs', '--db', db)).toMatchObject({ code: 0, out: '' })
    expect(await mephisto('migrate', '--collation', '--db', db)).toMatchObject({ code: 0, out: '' })
    expect((await mephisto('migrate', '--baseline', '--check', '--db', db)).err).toContain('cannot be used with')
  })

  test('on postgresql, in the schema that the address names, and not in another', async () => {
    if (!await isServing('postgresql')) return
    const database = await createDatabase('postgresql')
    onTestFinished(() => database.drop())
    expect((await mephisto('migrate', '--db', `${database.url}?schema=public`)).code).toBe(0)
    expect(await mephisto('runs', '--db', database.url, '--db-schema', 'public')).toMatchObject({ code: 0, out: '' })
    const { code, err } = await mephisto('runs', '--db', database.url)
    expect(code).toBe(1)
    expect(err).toContain('in the schema "mephisto". Run: npx mephisto migrate (If they are in another schema, name it: --db-schema')
  })

  test('on mysql, refuses a schema: it is the database', async () => {
    expect((await mephisto('migrate', '--db', 'mysql://root@127.0.0.1/test', '--db-schema', 'public')).err).toContain('on MySQL a schema is a database')
  })

  test('refuses an address that it has no way to, without showing a password', async () => {
    const { code, err } = await mephisto('migrate', '--db', 'mongodb://ann:secret@host/db')
    expect(code).toBe(1)
    expect(err).toContain('mongodb')
    expect(err).not.toContain('secret')
    expect((await mephisto('migrate', '--db', 'postgresql://ann:secret@')).err).not.toContain('secret')
    expect((await mephisto('migrate')).err).toContain('Which database?')
  })
})

describe('mephisto verify', () => {
  test('agrees with what was done, and finds what was changed by hand', async () => {
    const file = join(folder, 'work.db')
    const instance = await createTestMephisto({ blueprints: [implement(sentiment)], file })
    const run = await instance.operator.launch(sentiment, sentimentRun(2))
    await (await instance.worker('ann').accept(sentiment, run)).submit({ label: 'positive' })
    await instance.close()
    expect(await mephisto('verify', '--db', file)).toMatchObject({ code: 0, out: `${run.id}  agrees with its log: 2 units, 1 agents, 1 answers, 3 events\n` })
    const { client, close } = await openEmbeddedClient({ file })
    await client.$executeRawUnsafe("UPDATE mephisto_submission SET answer = '{\"label\":\"negative\"}'")
    await close()
    const { code, out } = await mephisto('verify', '--db', file, '--run', run.id)
    expect(code).toBe(1)
    expect(out).toContain('its text is not what was submitted')
    expect(JSON.parse((await mephisto('verify', '--db', file, '--json')).out)).toMatchObject({ runId: run.id, difference: { subject: 'answer' } })
    expect((await mephisto('verify', '--db', file, '--run', 'nowhere')).err).toContain('There is no task run nowhere')
    expect((await mephisto('verify', '--db', join(folder, 'none.db'))).err).toContain('There is no database file')
  })

  test('asks an app, whose every run is compared, the archived too', async () => {
    const instance = await createTestMephisto({ blueprints: [implement(sentiment)] })
    onTestFinished(() => instance.close())
    const app = await serveApp(instance)
    onTestFinished(() => app.close())
    const runs = [await instance.operator.launch(sentiment, sentimentRun(1)), await instance.operator.launch(sentiment, sentimentRun(1))]
    await (await instance.worker('ann').accept(sentiment, runs[0] ?? { id: '' })).submit({ label: 'positive' })
    await instance.operator.archive(runs[0]?.id ?? '')
    const { code, out, err } = await mephisto('verify', '--url', app.url)
    expect({ code, err, lines: out.trim().split('\n').sort() }).toEqual({ code: 0, err: '', lines: [`${runs[0]?.id ?? ''}  agrees with its log: 1 units, 1 agents, 1 answers, 5 events`, `${runs[1]?.id ?? ''}  agrees with its log: 1 units, 0 agents, 0 answers, 1 events`] })
    const { client, close } = await openEmbeddedClient({ file: instance.file })
    await client.$executeRawUnsafe("UPDATE mephisto_submission SET answer = '{\"label\":\"negative\"}'")
    await close()
    expect(await mephisto('verify', '--url', app.url, '--run', runs[0]?.id ?? '')).toMatchObject({ code: 1, out: expect.stringContaining('its text is not what was submitted') as string })
    expect(await mephisto('verify', '--url', app.url, '--run', 'nowhere')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('There is no task run nowhere') as string })
    await expect(instance.caller({ id: 'rita', name: 'Rita', roles: ['reviewer'] }).runs.verify({ run: runs[0]?.id ?? '' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})
