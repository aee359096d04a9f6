import type { MephistoDb } from '../sdk/ports/mephisto-db.js'
import { openEmbeddedClient } from './embedded-client.js'
import { prismaDb } from './prisma-db.js'

/** Where the embedded database is and how it is kept. */
export interface EmbeddedDbOptions {
  /** Path of the SQLite file, made with its folder when missing; `:memory:` for one that vanishes with the process. */
  readonly file: string
  /** `normal` survives a crash of the process, `full` also a power cut. @default 'normal' */
  readonly synchronous?: 'normal' | 'full'
  /** How long to wait for another program that holds the file, ms. @default 5000 */
  readonly busyMs?: number
  /** Prefix of our tables. @default 'mephisto_' */
  readonly prefix?: string
  /** The clock leases are compared with, epoch ms. @default Date.now */
  readonly now?: () => number
}

/**
 * The zero set-up database: one SQLite file, its tables made and upgraded at opening. Several processes may share it.
 * @throws MephistoError `database_unwritable`, `database_locked`, `database_newer`, or `unavailable` when this Node has
 * no SQLite
 */
export async function embeddedDb({ now, prefix, ...options }: EmbeddedDbOptions): Promise<MephistoDb> {
  const names = prefix === undefined ? {} : { prefix }
  const { client, close } = await openEmbeddedClient(options, names)
  return prismaDb(client, { provider: 'sqlite', ...names, onClose: close, ...(now === undefined ? {} : { now }) })
}
