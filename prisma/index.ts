export { prismaDb, type PrismaDbOptions } from './prisma-db.js'
export type { RawClient, RawStatements, RawTransactionOptions } from './raw-client.js'
