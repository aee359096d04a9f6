import { describe, expect, test } from 'vitest'
import { databaseFailure } from '../../prisma/raw-client.js'
import { add, bareClient, clientWithNotes, freshFile, otherProgram, rejection, words } from './sqlite-client.js'

describe('values', () => {
  test('come back as they went in', async () => {
    const client = bareClient({ file: freshFile() })
    const columns = 'big BIGINT, small INTEGER, real REAL, flag BOOLEAN, body BLOB, word VARCHAR(64), at DATETIME'
    await client.$executeRawUnsafe(`CREATE TABLE v (id TEXT PRIMARY KEY, ${columns})`)
    const at = new Date('2026-11-22T10:11:12.345Z')
    const word = 'Zażółć 🦊 𝒳 \u0001'
    const values = [-9007199254740993n, -7, 0.1, true, new Uint8Array([0, 1, 255]), word, at]
    await client.$executeRawUnsafe('INSERT INTO v VALUES (?, ?, ?, ?, ?, ?, ?, ?)', 'full', ...values)
    await client.$executeRawUnsafe('INSERT INTO v (id, flag, body) VALUES (?, ?, ?)', 'empty', false, null)
    const rows = await client.$queryRawUnsafe<object[]>('SELECT * FROM v ORDER BY id DESC')
    const [big, small, real, flag, body] = values
    expect(rows[0]).toEqual({ id: 'full', big, small, real, flag, body, word, at })
    expect(rows[1]).toEqual({ id: 'empty', big: null, small: null, real: null, flag: false, body: null, word: null, at: null })
  })

  test('a text with NUL in it and an integer of more than 64 bits are refused', async () => {
    const client = await clientWithNotes()
    expect(databaseFailure(await rejection(add(client, 'a\u0000b'))).kind).toBe('InvalidInputValue')
    expect(await words(client)).toEqual([])
    const tooLarge = client.$queryRawUnsafe('SELECT ?', 2n ** 63n)
    expect(databaseFailure(await rejection(tooLarge)).kind).toBe('InvalidInputValue')
  })

  test('the models\' own API keeps large integers and booleans', async () => {
    const client = bareClient({ file: freshFile() })
    await client.$executeRawUnsafe(
      'CREATE TABLE mephisto_project (id TEXT PRIMARY KEY, name TEXT, archived_at BIGINT, created_at BIGINT, budget_minor BIGINT, budget_currency TEXT)',
    )
    const project = { id: 'p', name: 'ü', archivedAt: null, createdAt: 2n ** 62n, budgetMinor: null, budgetCurrency: null }
    expect(await client.mephistoProject.create({ data: project })).toEqual(project)
    expect(await client.mephistoProject.findMany({ where: { createdAt: { gt: 2n ** 61n } } })).toEqual([project])
  })

  test('expressions: whole numbers count as integers, counts are bigint', async () => {
    const client = await clientWithNotes()
    const sql = 'SELECT count(*) AS n, typeof(?) AS t, ? AS half, NULL AS empty, 7 / ? AS part FROM note'
    expect(await client.$queryRawUnsafe(sql, 5, 0.5, 2)).toEqual([{ n: 0n, t: 'integer', half: 0.5, empty: null, part: 3n }])
  })

  test('a result column that mixes whole and broken numbers keeps the fractions', async () => {
    const client = await clientWithNotes()
    expect(await client.$queryRawUnsafe('SELECT 1 AS n UNION ALL SELECT 1.5 ORDER BY n')).toEqual([{ n: 1 }, { n: 1.5 }])
  })

  test('RETURNING gives rows, and the number of rows when only that is asked', async () => {
    const client = await clientWithNotes()
    expect(await client.$queryRawUnsafe("INSERT INTO note (word) VALUES ('a'), ('b') RETURNING id, word")).toEqual([
      { id: 1, word: 'a' }, { id: 2, word: 'b' },
    ])
    expect(await client.$executeRawUnsafe("UPDATE note SET word = word || '!' RETURNING id")).toBe(2)
  })

  test('more than 999 parameters fit one statement', async () => {
    const client = await clientWithNotes()
    const many = Array.from({ length: 5000 }, (_, i) => `word ${String(i)}`)
    const sql = `INSERT INTO note (word) VALUES ${many.map(() => '(?)').join(', ')}`
    expect(await client.$executeRawUnsafe(sql, ...many)).toBe(5000)
  })

  test('SELECT * follows a change of the table, also one made by another program', async () => {
    const file = freshFile()
    const client = await clientWithNotes({ file })
    await add(client, 'a')
    const all = (): PromiseLike<unknown> => client.$queryRawUnsafe('SELECT * FROM note')
    expect(await all()).toEqual([{ id: 1, word: 'a' }])
    await client.$executeRawUnsafe('ALTER TABLE note RENAME COLUMN word TO term')
    expect(await all()).toEqual([{ id: 1, term: 'a' }])
    otherProgram(file).exec('ALTER TABLE note ADD COLUMN more TEXT')
    expect(await all()).toEqual([{ id: 1, term: 'a', more: null }])
  })
})
