import { MephistoError } from '../sdk/errors.js'
import { committedMigrations } from './migration-list.js'
import { isFinished, readRecords, type MigrationTarget } from './migration-records.js'
import { OWN_MIGRATIONS } from './typed-error.js'

/**
 * Whether a host's own Prisma client finds the tables of this version, by one SELECT. Tables that nobody recorded, and transactions
 * of the host's, are not looked at.
 * @throws MephistoError `unavailable` for tables of an older version, `database_newer` for those of a newer one
 */
export async function checkHostTables(target: MigrationTarget): Promise<void> {
  const { client } = target
  if (!('$connect' in client) || typeof client.$connect !== 'function') return
  const records = await readRecords(target)
  if (records.length === 0) return
  const known = (await committedMigrations(target.dialect)).map(({ name }) => name)
  const done = new Set(records.filter(isFinished).map(({ name }) => name))
  const unknown = records.map(({ name }) => name).filter(name => !known.includes(name))
  if (unknown.length > 0) throw new MephistoError('database_newer', `The Mephisto tables of this database are newer than this version of mephisto-sdk, which does not know ${unknown.join(', ')}. Update mephisto-sdk.`)
  const lacking = known.filter(name => !done.has(name))
  if (lacking.length > 0) throw new MephistoError('unavailable', `The Mephisto tables of this database are older than this version of mephisto-sdk: they lack ${lacking.join(', ')}. Run: npx mephisto migrate${OWN_MIGRATIONS}`)
}
