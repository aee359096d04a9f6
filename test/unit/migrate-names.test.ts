import { describe, expect, test } from 'vitest'
import { DIALECTS, type Dialect, type TableNames } from '../../prisma/dialect.js'
import { migrate, pendingMigrations } from '../../prisma/migrate.js'
import { committedMigrations } from '../../prisma/migration-list.js'
import { checkTableNames, checksumOf, ownStatement, renderStatement } from '../../prisma/migration-sql.js'
import type { RawClient } from '../../prisma/raw-client.js'

const LIMITS: Record<Dialect, number> = { sqlite: 10_000, postgresql: 63, cockroachdb: 63, mysql: 64, sqlserver: 128 }
const LONG = 'prefix_of_thirty_characters_ab'

describe('tokens', () => {
  test.each([
    ['sqlite', {}, 'DROP TABLE "mephisto_unit"', '"mephisto_unit_run_id_idx"'],
    ['postgresql', { prefix: '', schema: 'own' }, 'DROP TABLE "own"."unit"', '"unit_run_id_idx"'],
    ['cockroachdb', { prefix: 'x_', schema: 'a"b' }, 'DROP TABLE "a""b"."x_unit"', '"x_unit_run_id_idx"'],
    ['mysql', { schema: 'db' }, 'DROP TABLE `db`.`mephisto_unit`', '`mephisto_unit_run_id_idx`'],
    ['sqlserver', { schema: 'dbo' }, 'DROP TABLE [dbo].[mephisto_unit]', '[mephisto_unit_run_id_idx]'],
  ] as const)('%s: a table has its schema, the name of an index has none', (dialect, names, table, index) => {
    expect(renderStatement(dialect, 'DROP TABLE {t:unit}', names)).toBe(table)
    expect(renderStatement(dialect, '{n:unit_run_id|idx}', names)).toBe(index)
  })

  test('a name is cut before its suffix, as Prisma does, once the prefix is known', () => {
    const token = '{n:qualification_event_worker_id_qualification_id_created_at|idx}'
    const whole = 'mephisto_qualification_event_worker_id_qualification_id_created_at_idx'
    expect(renderStatement('sqlserver', token)).toBe(`[${whole}]`)
    expect(renderStatement('sqlite', token)).toBe(`"${whole}"`)
    expect(renderStatement('postgresql', token)).toBe(`"${whole.slice(0, 59)}_idx"`)
    expect(renderStatement('mysql', token)).toBe(`\`${whole.slice(0, 60)}_idx\``)
    expect(renderStatement('postgresql', token, { prefix: LONG })).toBe(`"${`${LONG}${whole.slice(9)}`.slice(0, 59)}_idx"`)
  })

  test('a schema that looks like a token or a placeholder stays what it is', () => {
    expect(ownStatement('postgresql', 'SELECT 1 FROM {t:lock} WHERE a = ? AND b = ?', { schema: '{t:x}?' })).toBe('SELECT 1 FROM "{t:x}?"."mephisto_lock" WHERE a = $1 AND b = $2')
    expect(ownStatement('sqlserver', 'DELETE FROM {t:lock} WHERE a = ?', {})).toBe('DELETE FROM [mephisto_lock] WHERE a = @P1')
    expect(ownStatement('mysql', 'DELETE FROM {t:lock} WHERE a = ?', {})).toBe('DELETE FROM `mephisto_lock` WHERE a = ?')
  })

  test.each(DIALECTS)('%s: with the longest prefix, all names fit and differ', async dialect => {
    const tokens = (await committedMigrations(dialect)).flatMap(({ statements }) => statements.flatMap(statement => statement.match(/\{[tn]:[^}]*\}/g) ?? []))
    const unique = [...new Set(tokens)]
    const names = unique.map(token => renderStatement(dialect, token, { prefix: LONG }).slice(1, -1))
    expect(new Set(names).size).toBe(unique.length)
    expect(Math.max(...names.map(name => name.length))).toBeLessThanOrEqual(LIMITS[dialect])
    checkTableNames(dialect, { prefix: LONG })
  })

  test('the checksum is of the default names, whatever the names are', async () => {
    const [migration] = await committedMigrations('postgresql')
    expect(migration && checksumOf('postgresql', migration)).toBe(migration && checksumOf('postgresql', { ...migration, statements: migration.statements.map(statement => renderStatement('postgresql', statement)) }))
  })
})

describe('names that no table can have', () => {
  const untouched: RawClient = {
    $executeRawUnsafe: () => { throw new Error('not expected') },
    $queryRawUnsafe: () => { throw new Error('not expected') },
    $transaction: () => { throw new Error('not expected') },
  }

  test.each<[Dialect, TableNames, RegExp]>([
    ['sqlite', { prefix: `${LONG}c` }, /^prefix: .*at most 29 more/],
    ['postgresql', { prefix: 'my app_' }, /^prefix: .*not "my app_"/],
    ['postgresql', { prefix: '1_' }, /^prefix: /],
    ['mysql', { prefix: '`' }, /^prefix: /],
    ['sqlite', { schema: 'own' }, /^schema: SQLite has none/],
    ['postgresql', { schema: '' }, /^schema: must have 1 to 63/],
    ['postgresql', { schema: 'x'.repeat(64) }, /^schema: must have 1 to 63/],
  ])('%s %o', async (dialect, names, message) => {
    const failure = { code: 'invalid_options', message: expect.stringMatching(message) as string }
    await expect(migrate(untouched, { dialect, names })).rejects.toMatchObject(failure)
    await expect(pendingMigrations(untouched, { dialect, names })).rejects.toMatchObject(failure)
  })
})
