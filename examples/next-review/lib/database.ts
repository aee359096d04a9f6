import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { perProcess } from 'mephisto-sdk/next'
import { migrate, sqliteAdapter } from 'mephisto-sdk/prisma'
import { PrismaClient } from './generated/client'
import { MEMBERS, TABLES, THINGS } from './tables'

const FOLDER = process.env['DATA_FOLDER'] ?? 'data'

/** The app's client, over its own tables and Mephisto's. */
export const database = perProcess('database', async () => {
  mkdirSync(FOLDER, { recursive: true })
  const prisma = new PrismaClient({ adapter: sqliteAdapter({ file: join(FOLDER, 'shed.db') }) })
  for (const sql of TABLES) await prisma.$executeRawUnsafe(sql)
  await migrate(prisma, { dialect: 'sqlite' })
  for (const member of MEMBERS) await prisma.member.upsert({ where: { name: member.name }, create: member, update: {} })
  for (const thing of THINGS) await prisma.thing.upsert({ where: { name: thing.name }, create: thing, update: {} })
  return prisma
})
