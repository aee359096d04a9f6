import { describe, expect, test } from 'vitest'
import { mysqlKind, postgresKind } from '../../prisma/drivers/native-codes.js'

// What the servers were seen to say of a full disk (test/integration/own-*.test.ts).

describe('PostgreSQL', () => {
  test('tells a full disk, which changed nothing, from a server that stopped because of it', () => {
    expect(postgresKind({ code: '53100', severity: 'ERROR', file: 'md.c' })).toBe('StorageFull')
    expect(postgresKind({ code: '53100', severity: 'PANIC', file: 'xlog.c' })).toBe('ConnectionClosed')
    expect(postgresKind({ code: '53100', severity: 'PANIK', file: 'xlog.c' })).toBe('ConnectionClosed')
    // As Prisma's adapter hands it on.
    expect(postgresKind({ code: '53100', severity: 'PANIC' })).toBe('ConnectionClosed')
    expect(postgresKind({ code: 'XX000', severity: 'ERROR' })).toBeUndefined()
    expect(postgresKind({})).toBeUndefined()
  })
})

describe('MariaDB', () => {
  test.each([
    ['1114', "The table 'mephisto_unit' is full"],
    ['1021', "Disk got full writing '.(temporary)' (Errcode: 28 \"No space left on device\")"],
    ['1005', "Can't create table `own`.`mephisto_task` (errno: 135 \"No more room in record file\")"],
    ['3', "Error writing file './own/mephisto_lock.frm' (Errcode: 28 \"No space left on device\")"],
    ['1030', 'Got error 28 "No space left on device" from storage engine InnoDB'],
  ])('says of a full disk %s: %s', (code, message) => {
    expect(mysqlKind(code, message)).toBe('StorageFull')
  })

  test('says other things with the same numbers', () => {
    expect(mysqlKind('1005', "Can't create table `own`.`mephisto_task` (errno: 121 \"Duplicate key on write or update\")")).toBeUndefined()
    expect(mysqlKind('3', "Error writing file 'x' (Errcode: 280 \"made up\")")).toBeUndefined()
  })
})
