import type { MephistoDb } from 'mephisto-sdk'
import { prismaDb, type RawClient } from 'mephisto-sdk/prisma'

export const overOwnClient = (client: RawClient): MephistoDb => prismaDb(client, { prefix: 'mephisto_' })
