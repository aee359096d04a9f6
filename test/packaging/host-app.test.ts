import { readdirSync, readFileSync, renameSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { runPrisma } from '../../scripts/prisma/client.js'
import { createDatabase, isServing } from '../databases.js'
import { hostSchema, hostTables, type HostSchema } from './host-models.js'
import { copyPackages, linkPackages, NEEDS } from './installed-packages.js'
import { commandFile, printed, runNode } from './run-tool.js'
import { makeScratchApp, type ScratchApp } from './scratch-app.js'

// An app that has a Prisma project already, with many models of its own, follows what `mephisto init` says to the letter.

const PACKAGES = [...NEEDS.always, ...NEEDS.optional, 'pg', 'mysql2', 'prisma', '@prisma/adapter-pg', '@prisma/adapter-mariadb', '@types/node']

interface Host {
  readonly schema: HostSchema
  /** What the app imports its client from; `src/` is where its own code is. */
  readonly client: string
  /** What its author adds to `mephisto init`. @default nothing */
  readonly words?: readonly string[]
}

const HOSTS: Readonly<Record<string, Host>> = {
  'SQLite through sqliteAdapter, its client among its code': {
    schema: { provider: 'sqlite', models: 120, output: '../../src/generated' }, client: './generated/client.js',
  },
  'PostgreSQL through @prisma/adapter-pg, its client beside its code': {
    schema: { provider: 'postgresql', models: 120, output: '../../generated/prisma' }, client: '../generated/prisma/client.js',
  },
  'PostgreSQL with a prefix and a schema for ours, its client behind @prisma/client': {
    schema: { provider: 'postgresql', models: 10, schemas: ['public', 'work'], generator: 'prisma-client-js' }, client: '@prisma/client',
    words: ['--prefix', 'crowd_', '--db-schema', 'work'],
  },
  'MariaDB through @prisma/adapter-mariadb, its client as a package': {
    schema: { provider: 'mysql', models: 120, generator: 'prisma-client-js', output: '../../node_modules/our-client' }, client: 'our-client',
  },
}

const ADAPTERS: Readonly<Record<HostSchema['provider'], string>> = {
  sqlite: "import { sqliteAdapter } from 'mephisto-sdk/prisma'\nexport const adapterFor = (file: string) => sqliteAdapter({ file })\n",
  postgresql: "import { PrismaPg } from '@prisma/adapter-pg'\nexport const adapterFor = (connectionString: string) => new PrismaPg({ connectionString })\n",
  mysql: "import { PrismaMariaDb } from '@prisma/adapter-mariadb'\nexport const adapterFor = (url: string) => new PrismaMariaDb(url)\n",
}

const configText = (schema: string): string => `import { defineConfig } from 'prisma/config'\n\nexport default defineConfig({\n  schema: '${schema}',\n})\n`

let app: ScratchApp
beforeAll(async () => {
  app = await makeScratchApp()
  linkPackages(app.folder, PACKAGES)
  // Whole: the client that has no place of its own is generated beside it.
  copyPackages(app.folder, ['@prisma/client'])
  return app.remove
})
beforeEach(() => {
  app.clear()
  app.bring('host-app', '.')
})

const write = (files: Readonly<Record<string, string>>): void => { for (const [path, text] of Object.entries(files)) app.write(path, text) }

const isThere = async (provider: HostSchema['provider']): Promise<boolean> => provider === 'sqlite' || isServing(provider)

async function emptyDatabase(provider: HostSchema['provider']): Promise<string> {
  if (provider === 'sqlite') return 'app.db'
  const database = await createDatabase(provider)
  onTestFinished(() => database.drop())
  return database.url
}

describe('an app has our models beside its own, from init to verify', async () => {
  for (const [name, { schema, client, words = [] }] of Object.entries(HOSTS)) test.skipIf(!await isThere(schema.provider))(`on ${name}`, async () => {
    const [head = '', ...more] = hostSchema(schema).split(/(?=^model Record5 )/m)
    write({
      'prisma.config.ts': configText('db/models'), 'db/models/app.prisma': head, 'db/models/more.prisma': more.join(''),
      'tables.json': JSON.stringify(hostTables(schema)),
    })
    app.bring('scripts', 'src')

    const before = filesOf(app)
    const said = printed(app.npx('mephisto', 'init', ...words))
    expect(said).toMatch(/^Wrote db\/models\/mephisto\.prisma: \d+ models for \w+\.\n/)
    const after = filesOf(app)
    expect(after).toEqual({ ...before, 'db/models/mephisto.prisma': after['db/models/mephisto.prisma'] })
    expect(printed(app.npx('mephisto', 'init'))).toBe(said.replace(/^.*\n/, 'db/models/mephisto.prisma is up to date.\n'))
    expect(filesOf(app)).toEqual(after)

    const [, options = '{}'] = /prismaDb\(prisma(?:, (\{.*\}))?\), from 'mephisto-sdk\/prisma'/.exec(said) ?? []
    app.write('src/database.ts', `export { PrismaClient } from '${client}'\n${ADAPTERS[schema.provider]}export const dialect = '${schema.provider}'\nexport const names = ${options}\n`)
    await runPrisma(['generate'], app.folder)
    printed(runNode(commandFile('typescript/bin/tsc'), ['-p', '.'], { cwd: app.folder }))

    const database = await emptyDatabase(schema.provider)
    const place = / {2}npx mephisto migrate --db <file or address>(.*)\n/.exec(said)?.[1]?.trim().split(' ').filter(Boolean) ?? []
    const mephisto = (command: string, ...more: string[]): string => printed(app.npx('mephisto', command, '--db', database, ...place, ...more))
    expect(mephisto('migrate')).toContain('applied 0001_initial')
    expect(mephisto('migrate', '--check')).toBe('The tables are up to date.\n')

    const { run, ...written } = JSON.parse(printed(runNode('out/src/app.js', [database], { cwd: app.folder }))) as { run: string }
    expect(written).toEqual({ broken: [], theirs: { workers: ['smith'], tasks: ['kept'] }, ours: { workers: ['ann'], tasks: ['kept', 'tweets'] } })
    expect(mephisto('verify', '--run', run)).toMatch(new RegExp(`^${run} {2}agrees with its log: 2 units, 2 agents, 2 answers, \\d+ events\n$`))
    expect(mephisto('export', '--run', run).trim().split('\n').map(line => (JSON.parse(line) as { status: string }).status)).toEqual(['accepted', 'accepted'])
  })
})

describe('what init says to an app with a schema of a single file is enough', () => {
  const single = (output: string): string => hostSchema({ provider: 'sqlite', models: 3, output })
  test.each<[string, Readonly<Record<string, string>>]>([
    ['in prisma/', { 'prisma/schema.prisma': single('../src/generated') }],
    ['in prisma/, named by a config', { 'prisma/schema.prisma': single('../src/generated'), 'prisma.config.ts': configText('prisma/schema.prisma') }],
    ['in the root', { 'schema.prisma': single('./src/generated') }],
  ])('%s', async (_, files) => {
    write(files)
    follow(printed(app.npx('mephisto', 'init')))
    await runPrisma(['generate'], app.folder)
    expect(readdirSync(join(app.folder, 'src/generated/models'))).toEqual(expect.arrayContaining(['MephistoUnit.ts', 'Project.ts', 'Task.ts', 'Worker.ts']))
    expect(printed(app.npx('mephisto', 'init'))).toMatch(/^prisma\/mephisto\.prisma is up to date\.\n\nNext:\n/)
  })

  /** Does what was said, line by line. */
  function follow(said: string): void {
    const move = /^Move (\S+) into (\S+)\/, where the new file is, and put (\S+) before its relative paths/m.exec(said)
    if (move) {
      const [, file = '', folder = '', before = ''] = move
      const moved = join(folder, basename(file))
      renameSync(join(app.folder, file), join(app.folder, moved))
      app.write(moved, app.read(moved).replace(/(output\s+= ")/, `$1${before}`))
    }
    const make = /^Make (\S+):\n((?: {2}.*\n)+)/m.exec(said)
    if (make) app.write(make[1] ?? '', make[2]?.replace(/^ {2}/gm, '') ?? '')
    const change = /^In (\S+), name the folder:\n {2}(.*)\n/m.exec(said)
    if (change) app.write(change[1] ?? '', app.read(change[1] ?? '').replace(/schema: .*,/, change[2] ?? ''))
    expect(make ?? change).not.toBeNull()
  }
})

/** The app's own files and what is in them. */
function filesOf({ folder }: ScratchApp): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name)).filter(path => !path.includes('node_modules'))
  return Object.fromEntries(paths.map(path => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]))
}
