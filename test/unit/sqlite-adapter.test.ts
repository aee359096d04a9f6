import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { PrismaClient } from '../generated/sqlite/client.js'
import { databaseFailure, isRetryable } from '../../prisma/raw-client.js'
import { chooseDriver } from '../../prisma/sqlite/drivers.js'
import { FifoLock } from '../../prisma/sqlite/lock.js'
import { add, bareClient, clientWithNotes, freshFile, otherProgram, pause, rejection, words } from './sqlite-client.js'

describe('transactions', () => {
  test('a write outside a transaction that is rolled back is kept', async () => {
    const client = await clientWithNotes()
    let outside: Promise<number> | undefined
    const failed = client.$transaction(async transaction => {
      await add(transaction, 'inside')
      outside = Promise.resolve(add(client, 'outside'))
      await Promise.race([outside, pause(100)])
      throw new Error('roll back')
    })
    await expect(failed).rejects.toThrow('roll back')
    expect(await outside).toBe(1)
    expect(await words(client)).toEqual(['outside'])
  })

  test('reads outside neither wait for a transaction nor see into it', async () => {
    const client = await clientWithNotes()
    await client.$transaction(async transaction => {
      await add(transaction, 'inside')
      expect(await words(transaction)).toEqual(['inside'])
      expect(await words(client)).toEqual([])
    })
    expect(await words(client)).toEqual(['inside'])
  })

  test('in memory, reads outside wait for the transaction', async () => {
    const client = await clientWithNotes({ file: ':memory:' })
    let read: Promise<string[]> | undefined
    const failed = client.$transaction(async transaction => {
      await add(transaction, 'inside')
      read = words(client)
      await pause(30)
      throw new Error('roll back')
    })
    await expect(failed).rejects.toThrow('roll back')
    expect(await read).toEqual([])
  })

  test('a statement that fails leaves the transaction usable', async () => {
    const client = await clientWithNotes()
    await client.$transaction(async transaction => {
      await add(transaction, 'one')
      expect(databaseFailure(await rejection(add(transaction, 'one'))).kind).toBe('UniqueConstraintViolation')
      expect(databaseFailure(await rejection(add(transaction, null))).kind).toBe('NullConstraintViolation')
      expect(databaseFailure(await rejection(transaction.$executeRawUnsafe('DELETE FROM absent'))).kind).toBe('TableDoesNotExist')
      await add(transaction, 'two')
    })
    expect(await words(client)).toEqual(['one', 'two'])
  })

  test('a transaction that takes too long is rolled back and gives the lock back', async () => {
    const client = await clientWithNotes()
    const slow = client.$transaction(async transaction => {
      await add(transaction, 'one')
      await pause(150)
      await add(transaction, 'two')
    }, { timeout: 50 })
    expect(await rejection(slow)).toMatchObject({ code: 'P2028' })
    await add(client, 'three')
    expect(await words(client)).toEqual(['three'])
  })

  test('a transaction that was not let in in time leaves nothing behind', async () => {
    const client = await clientWithNotes()
    const first = client.$transaction(async transaction => {
      await add(transaction, 'first')
      await pause(120)
    })
    const late = rejection(client.$transaction(transaction => add(transaction, 'late'), { maxWait: 20 }))
    await first
    expect(await late).toMatchObject({ code: 'P2028' })
    await add(client, 'after')
    expect(await words(client)).toEqual(['first', 'after'])
  })

  test('a COMMIT that fails rolls back and gives the lock back', async () => {
    const client = await clientWithNotes()
    await client.$executeRawUnsafe('CREATE TABLE mark (note INTEGER REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED)')
    const failed = client.$transaction(async transaction => {
      await add(transaction, 'one')
      await transaction.$executeRawUnsafe('INSERT INTO mark VALUES (99)')
    })
    expect(databaseFailure(await rejection(failed)).kind).toBe('ForeignKeyConstraintViolation')
    await add(client, 'two')
    expect(await words(client)).toEqual(['two'])
  })

  test('a transaction that SQLite itself rolled back runs nothing more', async () => {
    const client = await clientWithNotes()
    const failed = client.$transaction(async transaction => {
      await add(transaction, 'one')
      await rejection(transaction.$executeRawUnsafe("INSERT OR ROLLBACK INTO note (word) VALUES ('one')"))
      await rejection(add(transaction, 'two'))
    })
    await rejection(failed)
    await add(client, 'three')
    expect(await words(client)).toEqual(['three'])
  })

  test('a transaction within a transaction can be rolled back alone', async () => {
    const client = await clientWithNotes()
    await client.$transaction(async transaction => {
      await add(transaction, 'outer')
      const inner = (transaction as PrismaClient).$transaction(async nested => {
        await add(nested, 'inner')
        throw new Error('only the inner one')
      })
      await rejection(inner)
      await add(transaction, 'outer again')
    })
    expect(await words(client)).toEqual(['outer', 'outer again'])
  })

  test.runIf(existsSync('/proc/self/fd'))('500 transactions open no further files', async () => {
    const client = await clientWithNotes()
    const openFiles = (): number => readdirSync('/proc/self/fd').length
    await client.$transaction(transaction => add(transaction, 'first'))
    const before = openFiles()
    for (let i = 0; i < 500; i++) await client.$transaction(transaction => add(transaction, `word ${String(i)}`))
    expect(openFiles() - before).toBeLessThan(5)
  })

  test('transactions and writes run in the order in which they came', async () => {
    const client = await clientWithNotes()
    const names = Array.from({ length: 20 }, (_, i) => `word ${String(i)}`)
    await Promise.all(names.map((word, i) => i % 2 === 0
      ? add(client, word)
      : client.$transaction(async transaction => {
        await pause(2)
        await add(transaction, word)
      }, { maxWait: 10_000 })))
    const written = await words(client)
    const even = (word: string): boolean => Number(word.slice(5)) % 2 === 0
    expect(written.filter(even)).toEqual(names.filter(even))
    expect(written.filter(word => !even(word))).toEqual(names.filter(word => !even(word)))
  })
})

test('the lock lets its waiters in one at a time, first come first served', async () => {
  const lock = new FifoLock()
  const order: number[] = []
  expect(lock.acquire()).toBeUndefined()
  const waiting = [1, 2, 3].map(async i => {
    await lock.acquire()
    order.push(i)
    await pause(3 - i)
    order.push(i)
    lock.release()
  })
  lock.release()
  await Promise.all(waiting)
  expect(order).toEqual([1, 1, 2, 2, 3, 3])
  expect(lock.acquire()).toBeUndefined()
})

describe('another program on the same file', () => {
  test('a write waits for it with the event loop free, then asks to be tried again', async () => {
    const file = freshFile()
    const client = await clientWithNotes({ file, busyMs: 150 })
    otherProgram(file).exec('BEGIN IMMEDIATE')
    let ticks = 0
    const timer = setInterval(() => { ticks++ }, 5)
    const started = performance.now()
    const single = await rejection(add(client, 'one'))
    const whole = await rejection(client.$transaction(transaction => add(transaction, 'two')))
    clearInterval(timer)
    expect(isRetryable(single)).toBe(true)
    expect(isRetryable(whole)).toBe(true)
    expect(performance.now() - started).toBeLessThan(1500)
    expect(ticks).toBeGreaterThan(10)
  })

  test('a write goes through when it lets go in time; its readers are in nobody\'s way', async () => {
    const file = freshFile()
    const client = await clientWithNotes({ file })
    const other = otherProgram(file)
    other.exec('BEGIN IMMEDIATE')
    setTimeout(() => { other.exec('COMMIT') }, 50)
    await add(client, 'one')
    other.exec('BEGIN')
    expect(other.prepare('SELECT count(*) FROM note').all([])).toEqual([[1n]])
    await client.$transaction(transaction => add(transaction, 'two'))
    other.exec('COMMIT')
    expect(await words(client)).toEqual(['one', 'two'])
  })
})

describe('opening', () => {
  test('sets what the SDK relies on', async () => {
    const client = bareClient({ file: freshFile(), synchronous: 'full' })
    const pragma = async (name: string): Promise<unknown> =>
      Object.values((await client.$queryRawUnsafe<object[]>(`PRAGMA ${name}`))[0] ?? {})[0]
    expect(await pragma('journal_mode')).toBe('wal')
    expect(await pragma('synchronous')).toBe(2n)
    expect(await pragma('foreign_keys')).toBe(1n)
  })

  test('names both ways out when there is no SQLite', () => {
    const missing = (name: string): never => { throw new Error(`Cannot find ${name}`) }
    expect(() => chooseDriver(missing)).toThrow(expect.objectContaining({ code: 'unavailable' }))
    expect(() => chooseDriver(missing)).toThrow(/Node 24.*npm install libsql/s)
  })

  test('takes the SQLite of Node where it is complete, else libsql', () => {
    expect(chooseDriver().name).toBe(Number(process.versions.node.split('.')[0]) >= 24 ? 'node:sqlite' : 'libsql')
  })

  test('takes libsql when Node\'s own SQLite is too old', () => {
    class Old {}
    const load = (name: string): unknown => name === 'libsql' ? Old : { DatabaseSync: Old, StatementSync: Old }
    expect(chooseDriver(load).name).toBe('libsql')
  })
})
