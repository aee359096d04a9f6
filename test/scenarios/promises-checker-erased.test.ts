import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemRuntime } from '../../sdk/ports/system-runtime.js'
import { createPrivacyDesk } from '../../sdk/review/privacy/create-privacy-desk.js'
import { checkPromises, type Acknowledged, type PromiseNumber, type PromiseViolation } from '../../sdk/testing/index.js'
import { localCalls } from './promise-calls.js'
import { openClient, openTarget, schemaOf } from './promise-open.js'
import { tellStory } from './promise-story.js'
import { makeTarget, tableOf, targetKinds, type OwnTarget } from './promise-target.js'

// The checker where one person was erased: what is gone on purpose is no breach, and nothing else passes for it.

const START = Date.UTC(2026, 0, 1)
const MARK = `'{"erased":true}'`

const BREACHES: readonly (readonly [what: string, promise: PromiseNumber, says: string, statement: string])[] = [
  ['a text that is there again', 'P4', 'was erased, and something else than the mark', `UPDATE {submission} SET answer = '{"label":"positive"}' WHERE answer = ${MARK}`],
  ['the mark on what was not erased', 'P4', 'not stored as it was given', `UPDATE {submission} SET answer = ${MARK} WHERE answer <> ${MARK}`],
  ['a byte of what was not erased', 'P4', 'not stored as it was given', `UPDATE {submission} SET answer = replace(answer, 'positive', 'negative') WHERE answer <> ${MARK}`],
  ['an erasure that the log does not know', 'P4', 'not stored as it was given', "DELETE FROM {event} WHERE type = 'erase'"],
  ['an erasure of somebody else', 'P9', 'is not what was written', "UPDATE {event} SET body = replace(body, 'agent', 'agents') WHERE type = 'erase'"],
  ['an erasure of nobody', 'P9', 'of an agent that has no row', "UPDATE {event} SET body = '{\"agent\":\"nobody\"}' WHERE type = 'erase'"],
  ['an erased answer that is gone', 'P4', 'was taken, and is not stored', `DELETE FROM {submission} WHERE answer = ${MARK}`],
]

describe.each(await targetKinds())('the checker on %s', kind => {
  let target: OwnTarget
  let acknowledged: Acknowledged
  let client: Awaited<ReturnType<typeof openClient>>

  beforeAll(async () => {
    target = await makeTarget(kind)
    const clock = { now: START }
    const db = await openTarget(target, { now: () => clock.now })
    const calls = localCalls(db, { now: () => clock.now })
    acknowledged = await tellStory(() => ({ ...calls, advance: async ms => { clock.now += ms } }))
    const agentId = acknowledged.answers?.[0]?.agentId ?? ''
    const workerId = (await db.agents.get(agentId))?.workerId ?? ''
    await createPrivacyDesk({ db, runtime: systemRuntime() }).erase({ id: 'olga', name: 'Olga', roles: ['operator'] }, { requestId: crypto.randomUUID(), person: { workerId } })
    await db.close()
    client = await openClient(target)
  })
  afterAll(async () => {
    await client.close()
    await target.drop()
  })

  async function found(statement?: string): Promise<readonly PromiseViolation[]> {
    let violations: readonly PromiseViolation[] = []
    const undone = new Error('taken out again')
    await client.client.$transaction(async tx => {
      const sql = statement?.replaceAll(/\{(\w+)\}/g, (_, table: string) => tableOf(target, table))
      if (sql !== undefined) expect(await tx.$executeRawUnsafe(sql), `${sql} changes something`).toBeGreaterThan(0)
      violations = await checkPromises(text => tx.$queryRawUnsafe(text), { dialect: kind, ...schemaOf(kind), acknowledged, isClockSteady: true, settledAt: START + 3_600_000 })
      throw undone
    }).catch((error: unknown) => { if (error !== undone) throw error })
    return violations
  }

  test('finds nothing, also where clients were told of answers that are erased', async () => {
    expect(await found()).toEqual([])
  })

  test.each(BREACHES)('finds %s', async (_, promise, says, statement) => {
    expect(await found(statement)).toContainEqual({ promise, what: expect.stringContaining(says) as string })
  })
})
