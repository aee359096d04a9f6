import { readdirSync, readFileSync } from 'node:fs'
import type { Dialect } from '../../prisma/dialect.js'

/** The template as it was, or will be, when a migration leads to it. */
export interface Snapshot {
  /** The migration's name, such as `0002_event_log`. */
  readonly name: string
  readonly template: string
}

/**
 * Migrations that users' databases may have, with the checksums that those databases remember. They are frozen: the
 * generator verifies their files and never writes them. Add an entry for each dialect when a version is published; a
 * migration that is in no entry may still change.
 */
export const RELEASED: Readonly<Record<string, Partial<Record<Dialect, string>>>> = {
  '0001_initial': { sqlite: 'fb9d09354cd671b40082060946945d200572d61a5650213de3ae08ada45b1c52' },
}

/** Statements that follow those of a migration on every database: what old rows need. Tokens as in `Migration.statements`. */
export const DATA_STATEMENTS: Readonly<Record<string, readonly string[]>> = {
  // The unit that a worker has in their hands is looked up by this column from now on.
  '0002_event_log': [
    "UPDATE {t:run_worker} SET unit_id = (SELECT u.id FROM {t:unit} u WHERE u.run_id = {t:run_worker}.run_id AND u.holder = {t:run_worker}.worker_id AND u.status = 'assigned')",
    // What is expired no longer names who had it: they may have the item again when the run goes on.
    "UPDATE {t:unit} SET holder = id WHERE status = 'expired'",
  ],
}

/** Where snapshots are, from the root of the repository. */
export const SNAPSHOT_FOLDER = 'prisma/ddl/models'

const ENDING = '.tpl.prisma'

/** All snapshots, oldest first. */
export function readSnapshots(root: URL): Snapshot[] {
  const folder = new URL(`${SNAPSHOT_FOLDER}/`, root)
  return readdirSync(folder).filter(file => file.endsWith(ENDING)).sort()
    .map(file => ({ name: file.slice(0, -ENDING.length), template: readFileSync(new URL(file, folder), 'utf8') }))
}

/** The file of a snapshot, from the root of the repository. */
export const snapshotFile = (name: string): string => `${SNAPSHOT_FOLDER}/${name}${ENDING}`
