import { describe, expect, test } from 'vitest'
import { createGroupCommit, type Outcome } from '../../sdk/operations/group-commit.js'
import { silentLogger, systemRuntime } from '../../sdk/ports/system-runtime.js'
import { openTarget } from '../scenarios/promise-open.js'
import { makeTarget, onTarget, tableOf, targetKinds } from '../scenarios/promise-target.js'

// Many callers in one transaction of a real database, which one row of theirs breaks.

describe.each(await targetKinds())('group commit on %s', kind => {
  test('a row that the database refuses fails alone, and everybody else has theirs', async () => {
    const target = await makeTarget(kind)
    const db = await openTarget(target)
    let transactions = 0
    const group = createGroupCommit({ db: { ...db, transaction: (work, options) => { transactions += 1; return db.transaction(work, options) } }, runtime: systemRuntime(silentLogger) })
    const insert = group.share<{ runId: string; id: string }, string>(async (hold, items) => {
      for (const { id } of items) await hold.tx.audit.insert({ id, actorId: 'ann', action: 'test', subject: 'row', subjectId: id, body: '{}', at: hold.at })
      return items.map(({ id }): Outcome<string> => ({ ok: true, value: id }))
    })
    try {
      await insert({ runId: 'a run', id: 'row-3' })
      const settled = await Promise.allSettled(Array.from({ length: 6 }, (_, index) => insert({ runId: 'a run', id: `row-${String(index)}` })))
      expect(settled.map(one => (one.status === 'fulfilled' ? one.value : (one.reason as { code?: unknown }).code))).toEqual(['row-0', 'row-1', 'row-2', 'already_exists', 'row-4', 'row-5'])
      // The one before, all together, and then each by itself.
      expect(transactions).toBe(1 + 1 + 6)
      const stored = await onTarget(target, query => query(`SELECT id FROM ${tableOf(target, 'audit')} WHERE action = 'test' ORDER BY id`))
      expect(stored.map(row => row['id'])).toEqual(Array.from({ length: 6 }, (_, index) => `row-${String(index)}`))
    } finally {
      await db.close()
      await target.drop()
    }
  })
})
