import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { DIALECTS, quoted, type Dialect } from '../../prisma/dialect.js'
import { committedMigrations } from '../../prisma/migration-list.js'
import { checksumOf, renderStatement } from '../../prisma/migration-sql.js'
import { committedFiles, fragmentFile, migrationsOf } from '../../scripts/prisma/committed.js'
import { statementsOf } from '../../scripts/prisma/ddl.js'
import { additiveChanges, RETIRED_TABLES } from '../../scripts/prisma/diff.js'
import { readDatamodel } from '../../scripts/prisma/dmmf.js'
import { readTemplate, renderFragment, wholeSchema } from '../../scripts/prisma/render.js'
import { readSnapshots, RELEASED, snapshotFile } from '../../scripts/prisma/snapshots.js'
import { tablesOf, type Table } from '../../scripts/prisma/structure.js'

const root = new URL('../../', import.meta.url)
const snapshots = readSnapshots(root)
const names = snapshots.map(({ name }) => name)

const WORD = `model Word {
  id String @id {{id}}
  text String {{text}}
  n Int?
  @@index([n])
  @@map("{{p}}word")
}
model AgentEvent {
  id String @id {{id}}
  @@map("{{p}}agent_event")
}`

const tables = (dialect: Dialect, template: string): Table[] =>
  tablesOf(dialect, readDatamodel(wholeSchema(dialect, renderFragment(dialect, { template, prefix: '' }))))

/** The statements from one template to another, with the prefix `p_`. */
function step(dialect: Dialect, before: string, after: string): string[] {
  const changes = additiveChanges(dialect, tables(dialect, before), tables(dialect, after))
  return statementsOf(dialect, changes).map(statement => renderStatement(dialect, statement, { prefix: 'p_' }))
}

const withLine = (line: string): string => WORD.replace('  @@index([n])', `  ${line}\n  @@index([n])`)

describe('what is committed', () => {
  test('fits the template and the snapshots', () => {
    const { files, problems } = committedFiles(readTemplate(), snapshots)
    expect(problems).toEqual([])
    for (const [path, text] of files) expect(readFileSync(new URL(path, root), 'utf8') === text || `${path}: run npx tsx scripts/generate-prisma.ts`).toBe(true)
  })

  test('the newest snapshot follows the template until its migration is released', () => {
    const open = [...snapshots, { name: '9999_next', template: 'old' }]
    const changed = `${readTemplate()}\nmodel Late {\n  id String @id {{id}}\n  @@map("{{p}}late")\n}\n`
    const { files, frozen, problems } = committedFiles(changed, open)
    expect(problems).toEqual([])
    expect(files.get(snapshotFile('9999_next'))).toBe(changed)
    expect(JSON.parse(files.get('prisma/ddl/sqlite/9999_next.json') ?? '')).toEqual({
      name: '9999_next', statements: expect.arrayContaining(['CREATE TABLE {t:late} (\n    "id" TEXT NOT NULL PRIMARY KEY\n)']) as string[],
    })
    expect([...frozen].sort()).toEqual(Object.entries(RELEASED).flatMap(([name, dialects]) => Object.keys(dialects).map(dialect => `prisma/ddl/${dialect}/${name}.json`)).sort())
  })

  test('a template that differs from a released snapshot says what to do', () => {
    const [first] = snapshots
    const { problems } = committedFiles(readTemplate(), first === undefined ? [] : [first])
    expect(problems).toEqual([expect.stringMatching(/models\.tpl\.prisma has changed since 0001_initial was released\. Copy it to prisma\/ddl\/models\/0002_.*then run: npx tsx scripts\/generate-prisma\.ts/)])
  })

  test('a released migration that would become another one is refused', () => {
    const edited = snapshots.map((snapshot, index) => (index === 0 ? { ...snapshot, template: snapshot.template.replace('"archived_at"', '"closed_at"') } : snapshot))
    expect(() => committedFiles(readTemplate(), edited)).toThrow(/closed_at changed or was removed/)
    expect(committedFiles(edited[0]?.template ?? '', [...edited.slice(0, 1), { name: '0002_x', template: '' }]).problems)
      .toEqual(DIALECTS.map(dialect => expect.stringContaining(`${dialect}/0001_initial.json is released and must stay as it is`) as string))
  })

  test.each(DIALECTS)('%s: the migrations of all snapshots, in their order', async dialect => {
    const migrations = await committedMigrations(dialect)
    expect(migrations).toEqual(migrationsOf(dialect, snapshots))
    expect(migrations.map(({ name }) => name)).toEqual(names)
    for (const migration of migrations) {
      const released = RELEASED[migration.name]?.[dialect]
      if (released !== undefined) expect(checksumOf(dialect, migration)).toBe(released)
    }
  })
})

describe('statements', () => {
  test.each(DIALECTS)('%s: each is one statement, closed, quoted this database\'s way, with no token left', async dialect => {
    for (const names of [{}, { prefix: 'x_' }, ...(dialect === 'sqlite' ? [] : [{ schema: 'own' }])]) {
      for (const { statements } of await committedMigrations(dialect)) {
        for (const statement of statements) expectWellFormed(dialect, renderStatement(dialect, statement, names), names.schema)
      }
    }
  })
})

/** As far as can be told without a server: SQL Server's and CockroachDB's are applied nowhere else. */
function expectWellFormed(dialect: Dialect, statement: string, schema: string | undefined): void {
  const bare = statement.replace(/'(?:[^']|'')*'/g, "''")
  expect(bare).not.toMatch(/[{}|;?$@]|undefined|null\b/)
  let depth = 0
  for (const character of bare) {
    depth += character === '(' ? 1 : character === ')' ? -1 : 0
    expect(depth).toBeGreaterThanOrEqual(0)
  }
  expect(depth).toBe(0)
  const name = { sqlite: '"\\w+"', postgresql: '"\\w+"', cockroachdb: '"\\w+"', mysql: '`\\w+`', sqlserver: '\\[\\w+\\]' }[dialect]
  expect(bare.replace(new RegExp(name, 'g'), 'name').replaceAll("''", '')).not.toMatch(/["`[\]']/)
  const table = schema === undefined ? name : `${quoted(dialect, schema).replaceAll(/[[\]]/g, '\\$&')}\\.${name}`
  const forms = [
    `CREATE TABLE ${table} \\(\\n    [^]*\\n\\)( DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin)?`,
    `CREATE (UNIQUE )?(NONCLUSTERED )?INDEX ${name} ON ${table}\\(${name}(, ${name})*\\)`,
    `ALTER TABLE ${table} ADD (COLUMN +)?${name} [^]*`,
    `ALTER TABLE ${table} ADD CONSTRAINT ${name} FOREIGN KEY \\(${name}\\) REFERENCES ${table}\\(${name}\\) ON DELETE (CASCADE|NO ACTION) ON UPDATE NO ACTION`,
    `DROP TABLE ${table}`,
    `UPDATE ${table} SET [^]*`,
  ]
  expect(bare).toMatch(new RegExp(`^(?:${forms.join('|')})$`))
  for (const target of bare.matchAll(/REFERENCES (\S+?) ?\(/g)) expect(target[1]).toMatch(new RegExp(`^${table}$`))
}

describe('the difference between two templates', () => {
  test('a new table comes with its indexes and foreign keys', () => {
    const use = `model Use {
  id String @id {{id}}
  wordId String @map("word_id") {{ref}}
  word Word @relation(fields: [wordId], references: [id], onDelete: Cascade, onUpdate: NoAction)
  @@unique([wordId])
  @@map("{{p}}use")
}`
    const related = `${withLine('use Use?')}\n${use}`
    expect(step('sqlite', WORD, related)).toEqual([
      'CREATE TABLE "p_use" (\n    "id" TEXT NOT NULL PRIMARY KEY,\n    "word_id" TEXT NOT NULL,\n    CONSTRAINT "p_use_word_id_fkey" FOREIGN KEY ("word_id") REFERENCES "p_word" ("id") ON DELETE CASCADE ON UPDATE NO ACTION\n)',
      'CREATE UNIQUE INDEX "p_use_word_id_key" ON "p_use"("word_id")',
    ])
    expect(step('mysql', WORD, related)).toEqual([
      'CREATE TABLE `p_use` (\n    `id` VARCHAR(36) NOT NULL,\n    `word_id` VARCHAR(36) NOT NULL,\n\n    UNIQUE INDEX `p_use_word_id_key`(`word_id`),\n    PRIMARY KEY (`id`)\n) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
      'ALTER TABLE `p_use` ADD CONSTRAINT `p_use_word_id_fkey` FOREIGN KEY (`word_id`) REFERENCES `p_word`(`id`) ON DELETE CASCADE ON UPDATE NO ACTION',
    ])
    expect(step('sqlserver', WORD, related)[0]).toBe(
      'CREATE TABLE [p_use] (\n    [id] VARCHAR(36) NOT NULL,\n    [word_id] VARCHAR(36) NOT NULL,\n    CONSTRAINT [p_use_pkey] PRIMARY KEY CLUSTERED ([id]),\n    CONSTRAINT [p_use_word_id_key] UNIQUE NONCLUSTERED ([word_id])\n)',
    )
  })

  test('new columns are nullable or have a default', () => {
    const after = withLine('seen Boolean @default(false)\n  label String @default("it\'s") {{key}}')
    expect(step('sqlite', WORD, after)).toEqual(['ALTER TABLE "p_word" ADD COLUMN "label" TEXT NOT NULL DEFAULT \'it\'\'s\'', 'ALTER TABLE "p_word" ADD COLUMN "seen" BOOLEAN NOT NULL DEFAULT false'])
    expect(step('postgresql', WORD, after)).toEqual(['ALTER TABLE "p_word" ADD COLUMN     "label" VARCHAR(64) NOT NULL DEFAULT \'it\'\'s\',\nADD COLUMN     "seen" BOOLEAN NOT NULL DEFAULT false'])
    expect(step('cockroachdb', WORD, after)).toHaveLength(2)
    expect(step('mysql', WORD, withLine('extra BigInt?'))).toEqual(['ALTER TABLE `p_word` ADD COLUMN `extra` BIGINT NULL'])
    expect(step('sqlserver', WORD, after)).toEqual(["ALTER TABLE [p_word] ADD [label] NVARCHAR(64) NOT NULL CONSTRAINT [p_word_label_df] DEFAULT 'it''s',\n[seen] BIT NOT NULL CONSTRAINT [p_word_seen_df] DEFAULT 0"])
  })

  test('new indexes, and a foreign key where the database can add one', () => {
    expect(step('sqlserver', WORD, withLine('@@index([id, n])'))).toEqual(['CREATE NONCLUSTERED INDEX [p_word_id_n_idx] ON [p_word]([id], [n])'])
    expect(step('mysql', WORD, withLine('@@index([id, n])'))).toEqual(['CREATE INDEX `p_word_id_n_idx` ON `p_word`(`id`, `n`)'])
    const before = withLine('eventId String? @map("event_id") {{ref}}')
    const after = before.replace('  @@index([n])', '  event AgentEvent? @relation(fields: [eventId], references: [id], onDelete: NoAction, onUpdate: NoAction)\n  @@index([n])')
      .replace('model AgentEvent {', 'model AgentEvent {\n  words Word[]')
    expect(step('postgresql', before, after)).toEqual(['ALTER TABLE "p_word" ADD CONSTRAINT "p_word_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "p_agent_event"("id") ON DELETE NO ACTION ON UPDATE NO ACTION'])
    expect(() => step('sqlite', before, after)).toThrow('SQLite cannot add a foreign key')
    // The retired table may go only while nothing refers to it.
    expect(() => step('postgresql', after, before.replace(/model AgentEvent[^]*/, ''))).toThrow(/foreign key of event_id changed or was removed|word refers to it/)
  })

  test('a retired table goes, any other stays', () => {
    expect([...RETIRED_TABLES.keys()]).toEqual(['agent_event'])
    expect(step('postgresql', WORD, WORD.replace(/model AgentEvent[^]*/, ''))).toEqual(['DROP TABLE "p_agent_event"'])
    expect(() => step('postgresql', WORD, WORD.replace(/model Word [^]*?\n}/, ''))).toThrow('table word: it was removed')
  })

  test.each([
    ['a required column without a default', withLine('extra Int'), /the new column extra is required/],
    ['a unique index', withLine('@@unique([n])'), /the new index on n is unique/],
    ['a column that goes', WORD.replace('  text String {{text}}\n', ''), /the column text changed or was removed/],
    ['another type', WORD.replace('n Int?', 'n BigInt?'), /the column n changed/],
    ['a column that becomes required', WORD.replace('n Int?', 'n Int'), /the column n changed/],
    ['another default', WORD.replace('n Int?', 'n Int? @default(1)'), /the column n changed/],
    ['another key', WORD.replace('id String @id {{id}}\n  text String', 'id String {{id}}\n  text String').replace('@@index([n])', '@@id([id, text])\n  @@index([n])').replace('{{text}}', '{{key}}'), /the primary key changed/],
    ['an index that goes', WORD.replace('  @@index([n])\n', ''), /the index on n changed or was removed/],
  ])('%s is refused', (_name, after, message) => {
    expect(() => step('postgresql', WORD, after)).toThrow(message)
  })

  test.each([
    ['an enum', 'kind Kind\n', 'enum Kind {\n  a\n}', /a column of type Kind/],
    ['a list', 'tags String[]', '', /a column of type String/],
    ['a made default', 'made String @default(uuid())', '', /this default is not supported/],
    ['braces in a default', 'made String @default("{t:word}")', '', /this default is not supported/],
    ['a sorted index', '@@index([id, n(sort: Desc)])', '', /sorted indexes are not supported/],
    ['a named index', '@@index([id], map: "mine")', '', /named and sorted indexes are not supported/],
  ])('%s is not known to the emitter', (_name, line, rest, message) => {
    expect(() => tables('postgresql', `${withLine(line)}\n${rest}`)).toThrow(message)
  })
})

describe('fragments', () => {
  const wasm = createRequire(import.meta.url)('@prisma/prisma-schema-wasm') as { validate(parameters: string): void }
  const validate = (schema: string): void => { wasm.validate(JSON.stringify({ prismaSchema: [['schema.prisma', schema]], noColor: true })) }

  // Prisma's own check of a schema of this size takes seconds.
  const SLOW_MS = 90_000
  test.each(DIALECTS)('%s: Prisma takes it, with another prefix and a schema too', dialect => {
    const committed = committedFiles(readTemplate(), snapshots).files.get(fragmentFile(dialect)) ?? ''
    validate(wholeSchema(dialect, committed))
    expect(committed).toContain('@@map("mephisto_unit")')
    const renamed = renderFragment(dialect, { prefix: 'other_' })
    validate(wholeSchema(dialect, renamed))
    expect(renamed).toBe(committed.replaceAll('@@map("mephisto_', '@@map("other_'))
    if (dialect === 'sqlite' || dialect === 'mysql') {
      expect(() => renderFragment(dialect, { schema: 'own' })).toThrow('no @@schema')
      return
    }
    const placed = renderFragment(dialect, { schema: 'own' })
    validate(wholeSchema(dialect, placed, { schema: 'own' }))
    expect(placed.match(/^ {2}@@schema\("own"\)$/gm)).toHaveLength(committed.match(/^model /gm)?.length ?? 0)
  }, SLOW_MS)
})
