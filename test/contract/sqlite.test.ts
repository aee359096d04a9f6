import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, test } from 'vitest'
import { embeddedDb } from '../../prisma/embedded.js'
import { databaseContract } from '../../sdk/testing/index.js'

const folder = mkdtempSync(join(tmpdir(), 'mephisto-contract-'))
let count = 0
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('MephistoDb on an SQLite file', () => {
  databaseContract({ test, open: () => embeddedDb({ file: join(folder, `${String(count += 1)}.db`) }) })
})

describe('MephistoDb on SQLite in memory', () => {
  databaseContract({ test, open: () => embeddedDb({ file: ':memory:' }) })
})
