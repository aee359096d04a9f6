import { expect } from 'vitest'
import type { RawClient } from '../../prisma/raw-client.js'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { checkPromises, type Acknowledged, type PromiseViolation } from '../../sdk/testing/index.js'
import { localCalls } from './promise-calls.js'
import { openClient, openTarget, schemaOf, type TargetKind } from './promise-open.js'
import { STORIES } from './promise-stories.js'
import { makeTarget, tableOf } from './promise-target.js'
import type { Story } from './promise-teller.js'

const START = Date.UTC(2026, 0, 1)

/** A database on which the story was told, and what the checker finds there. */
export interface ToldTarget {
  readonly client: RawClient
  /** What was heard in the story. */
  readonly acknowledged: Story
  /** What is found with something planted, by statements on tables named in braces, which is taken out again; `before` may change nothing. */
  found(statements?: readonly string[], options?: { readonly heard?: Acknowledged; readonly before?: string }): Promise<readonly PromiseViolation[]>
  drop(): Promise<void>
}

/** Tells the story of work on a database of its own; `after` goes on with it. */
export async function toldTarget(kind: TargetKind, after?: (db: MephistoDb, story: Story) => Promise<void>): Promise<ToldTarget> {
  const target = await makeTarget(kind)
  const clock = { now: START }
  const db = await openTarget(target, { now: () => clock.now })
  const calls = localCalls(db, { now: () => clock.now })
  const acknowledged = await STORIES.work(() => ({ ...calls, advance: async ms => { clock.now += ms } }))
  await after?.(db, acknowledged)
  await db.close()
  const { client, close } = await openClient(target)
  return {
    client, acknowledged,
    async found(statements = [], { heard = acknowledged, before } = {}) {
      let violations: readonly PromiseViolation[] = []
      const undone = new Error('taken out again')
      await client.$transaction(async tx => {
        if (before !== undefined) await tx.$executeRawUnsafe(before)
        for (const statement of statements) {
          const sql = statement.replaceAll(/\{(\w+)\}/g, (_, table: string) => tableOf(target, table))
          expect(await tx.$executeRawUnsafe(sql), `${sql} changes something`).toBeGreaterThan(0)
        }
        violations = await checkPromises(sql => tx.$queryRawUnsafe(sql), { dialect: kind, ...schemaOf(kind), acknowledged: heard, isClockSteady: true, settledAt: START + 3_600_000 })
        throw undone
      }).catch((error: unknown) => { if (error !== undone) throw error })
      return violations
    },
    async drop() {
      await close()
      await target.drop()
    },
  }
}
