import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemRuntime } from '../../sdk/ports/system-runtime.js'
import { createPrivacyDesk } from '../../sdk/review/privacy/create-privacy-desk.js'
import type { PromiseNumber } from '../../sdk/testing/index.js'
import { OLGA } from '../principals.js'
import { targetKinds } from './promise-target.js'
import { toldTarget, type ToldTarget } from './promise-told.js'

// The checker where one person was erased: what is gone on purpose is no breach, and nothing else passes for it.

const MARK = `'{"erased":true}'`

const BREACHES: readonly (readonly [what: string, promise: PromiseNumber, says: string, statement: string])[] = [
  ['a text that is there again', 'P4', 'was erased, and something else than the mark', `UPDATE {submission} SET answer = '{"label":"positive"}' WHERE answer = ${MARK}`],
  ['the mark on what was not erased', 'P4', 'not stored as it was given', `UPDATE {submission} SET answer = ${MARK} WHERE answer <> ${MARK}`],
  ['a byte of what was not erased', 'P4', 'not stored as it was given', `UPDATE {submission} SET answer = replace(answer, 'positive', 'negative') WHERE answer <> ${MARK}`],
  ['an erasure that the log does not know', 'P4', 'not stored as it was given', "DELETE FROM {event} WHERE type = 'erase'"],
  ['an erasure of somebody else', 'P9', 'is not what was written', "UPDATE {event} SET body = replace(body, 'agents', 'others') WHERE type = 'erase'"],
  ['an erasure of nobody', 'P9', 'of an agent that has no row', "UPDATE {event} SET body = '{\"agents\":[\"nobody\"]}' WHERE type = 'erase'"],
  ['an erased answer that is gone', 'P4', 'was taken, and is not stored', `DELETE FROM {submission} WHERE answer = ${MARK}`],
]

describe.each(await targetKinds())('the checker on %s', kind => {
  let told: ToldTarget
  beforeAll(async () => {
    told = await toldTarget(kind, async (db, { answers: [answer] }) => {
      const workerId = (await db.agents.get(answer?.agentId ?? ''))?.workerId ?? ''
      await createPrivacyDesk({ db, runtime: systemRuntime() }).erase(OLGA, { requestId: crypto.randomUUID(), person: { workerId } })
    })
  })
  afterAll(() => told.drop())

  test('finds nothing, also where clients were told of answers that are erased', async () => {
    expect(await told.found()).toEqual([])
  })

  test.each(BREACHES)('finds %s', async (_, promise, says, statement) => {
    expect(await told.found([statement])).toContainEqual({ promise, what: expect.stringContaining(says) as string })
  })
})
