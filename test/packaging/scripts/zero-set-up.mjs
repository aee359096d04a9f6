// `node zero-set-up.mjs <kind> <file or url>`: a whole run on a database that needs no Prisma project. Opens it twice: what the
// first left is there. Prints the run and which SQLite was loaded, or the error.
import assert from 'node:assert/strict'
import { isMephistoError } from 'mephisto-sdk'
import { embeddedDb } from 'mephisto-sdk/embedded'
import { mysqlDb } from 'mephisto-sdk/mysql'
import { postgresDb } from 'mephisto-sdk/postgres'
import { runThrough } from './run-through.mjs'

const [kind, at] = process.argv.slice(2)
const OPEN = { embedded: () => embeddedDb({ file: at }), postgresql: () => postgresDb({ url: at }), mysql: () => mysqlDb({ url: at }) }

try {
  const first = await OPEN[kind]()
  const run = await runThrough(first)
  await first.close()
  const second = await OPEN[kind]()
  assert.equal((await second.runs.get(run)).unitsAnswered, 2)
  console.log(JSON.stringify({ run, sqlite: loadedSqlite() }))
  await second.close()
} catch (error) {
  if (!isMephistoError(error)) throw error
  console.log(JSON.stringify({ code: error.code, message: error.message }))
}

function loadedSqlite() {
  const { sharedObjects } = process.report.getReport()
  return [
    ...sharedObjects.some(file => /[\\/]@libsql[\\/].*\.node$/.test(file)) ? ['libsql'] : [],
    ...process.moduleLoadList.includes('NativeModule sqlite') ? ['node:sqlite'] : [],
  ]
}
