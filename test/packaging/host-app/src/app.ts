// An app with a Prisma project of its own: its rows and ours are written through one client. `node app.js <address>`.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { prismaDb, type RawClient } from 'mephisto-sdk/prisma'
import { checkPromises, randomFaults, withFaults } from 'mephisto-sdk/testing'
import { adapterFor, dialect, names, PrismaClient } from './database.js'
import { makeInstance, sentiment } from './instance.mjs'
import { runThrough } from './run-through.mjs'

const prisma = new PrismaClient({ adapter: adapterFor(process.argv[2] ?? '') })
// What the app's own migrations did.
for (const sql of JSON.parse(readFileSync('tables.json', 'utf8')) as string[]) await prisma.$executeRawUnsafe(sql)

await prisma.worker.create({ data: { id: 1, title: 'smith' } })
const run = await runThrough(prismaDb(prisma, names))

// The app's rows and ours in one transaction: both are kept, or neither.
const launch = (client: RawClient, task: string) => makeInstance(prismaDb(client, names)).operator
  .launch(sentiment, { task, requester: 'lab', provider: 'inhouse', data: [{ text: 'good' }] })
await prisma.$transaction(async tx => {
  await tx.task.create({ data: { id: 1, title: 'kept', previousId: null } })
  await launch(tx, 'kept')
})
await assert.rejects(prisma.$transaction(async tx => {
  await tx.task.create({ data: { id: 2, title: 'given up' } })
  await launch(tx, 'given up')
  throw new Error('the app changed its mind')
}), /changed its mind/)

// The same on a client on which the database keeps giving up transactions, as it does where many work at once.
let conflicts = 0
const chance = randomFaults({ rates: { conflict: 20 } })
await runThrough(prismaDb(withFaults(prisma, step => {
  const fault = chance(step)
  if (fault !== null) conflicts += 1
  return fault
}), names))
assert.notEqual(conflicts, 0)
const broken = await checkPromises(sql => prisma.$queryRawUnsafe(sql), { dialect, ...names })

console.log(JSON.stringify({
  run, broken,
  theirs: { workers: (await prisma.worker.findMany()).map(({ title }) => title), tasks: (await prisma.task.findMany()).map(({ title }) => title) },
  ours: {
    workers: (await prisma.mephistoWorker.findMany()).map(({ externalId }) => externalId),
    tasks: (await prisma.mephistoTask.findMany({ orderBy: { name: 'asc' } })).map(({ name }) => name),
  },
}))
await prisma.$disconnect()
