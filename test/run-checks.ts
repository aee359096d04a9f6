import { expect } from 'vitest'
import { verifyRun, type TaskRun } from '../sdk/index.js'
import { checkPromises, openTestDb, type TestMephisto } from '../sdk/testing/index.js'

/** What is checked; every run, unless a test has many and says which it has touched. */
interface SoundOptions {
  readonly isSettled?: boolean
  readonly runs?: readonly TaskRun[]
}

/** Rows and log of the runs say the same, and no promise is broken; with `isSettled`, nothing waits for anybody either. */
export async function expectSound(mephisto: TestMephisto, { isSettled = false, runs }: SoundOptions = {}): Promise<void> {
  for (const run of runs ?? await mephisto.operator.runs({ isArchived: null, limit: 1_000 })) expect((await verifyRun(mephisto.db, run.id)).difference).toBeNull()
  const { db, query, tables } = await openTestDb({ at: mephisto.file })
  expect(await checkPromises(query, { ...tables, ...(isSettled ? { settledAt: mephisto.runtime.now() } : {}) })).toEqual([])
  await db.close()
}

/** What somebody has of a qualification; null for nothing. */
export async function valueOf(mephisto: TestMephisto, name: string, qualification: string): Promise<number | null> {
  const [found, worker] = [await mephisto.db.qualifications.byName(qualification), (await mephisto.db.workers.find({ filter: { externalId: name } })).rows[0]]
  return found && worker ? (await mephisto.db.grants.get(found.id, worker.id))?.value ?? null : null
}
