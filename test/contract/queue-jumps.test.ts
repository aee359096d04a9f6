import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AnsweredPlace, CountedRange } from '../../sdk/ports/answer-operations.js'
import type { Mephisto } from '../../sdk/index.js'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { instance, launch } from '../bench/stage.js'
import { addManyAnswers } from '../many-answers.js'
import { RITA } from '../principals.js'
import { openTarget } from '../scenarios/promise-open.js'
import { makeTarget, onTarget, tableOf, targetKinds, type OwnTarget } from '../scenarios/promise-target.js'

// A page in the middle of a long list: found by how many answers come before it, whichever way the list goes and however many of one instant there are.

const COUNT = 700
const FROM = Date.UTC(2026, 0, 5)

describe.each(await targetKinds())('jumps in the review queue on %s', kind => {
  let target: OwnTarget
  let db: MephistoDb
  let mephisto: Mephisto
  let run: string
  /** Oldest first. */
  let places: AnsweredPlace[]

  beforeAll(async () => {
    target = await makeTarget(kind)
    db = await openTarget(target)
    mephisto = instance(db)
    run = await launch(db, 1)
    const { schemaHash = '' } = await db.runs.get(run) ?? {}
    await addManyAnswers(target, { runId: run, schemaHash, count: COUNT, people: 7, from: FROM, answers: ['{"label":"fact"}', '{"label":"promise"}', '{"label":"opinion"}'] })
    // Far more of one instant than are looked at around a place.
    await onTarget(target, query => query(`UPDATE ${tableOf(target, 'unit')} SET completed_at = ${String(FROM + 300_000)} WHERE completed_at BETWEEN ${String(FROM + 300_000)} AND ${String(FROM + 600_000)}`))
    places = [...await db.units.answered({ runId: run, statuses: ['completed'], limit: COUNT + 1 })].map(({ completedAt, unitId }) => ({ completedAt, unitId }))
  })
  afterAll(async () => {
    await mephisto.close()
    await target.drop()
  })

  const indexes = [0, 1, 2, 99, 100, 101, 298, 299, 300, 301, 398, 400, 401, 402, COUNT - 1]

  test.each(['oldest', 'newest'] as const)('any place is found from either end, and within bounds, %s first', async order => {
    const list = order === 'oldest' ? places : [...places].reverse()
    const [after, through] = [list[42], list[611]]
    if (!after || !through) throw new Error('too few answers')
    for (const [range, all] of [[{}, list], [{ after }, list.slice(43)], [{ through }, list.slice(0, 612)], [{ after, through }, list.slice(43, 612)], [{ after: list[310], through: list[330] }, list.slice(311, 331)]] as [Partial<CountedRange>, AnsweredPlace[]][]) {
      const asked = { runId: run, status: 'completed' as const, order, ...range }
      expect(await db.units.countAnswered(asked, 10_000)).toBe(all.length)
      expect(await db.units.countAnswered(asked, 10)).toBe(10)
      for (const index of indexes) {
        expect(await db.units.answeredAt(asked, { index, fromEnd: false })).toEqual(all[index] ?? null)
        expect(await db.units.answeredAt(asked, { index, fromEnd: true })).toEqual(all.at(-1 - index) ?? null)
      }
    }
  })

  test('a reviewer reads any page of the list, from either end of a gap, and is told how long it is', async () => {
    const { review: { queue } } = mephisto.caller(RITA)
    const ids = ({ units }: Awaited<ReturnType<typeof queue>>) => units.map(({ unitId }) => unitId)
    const all = places.map(({ unitId }) => unitId)
    const first = await queue({ run, opinions: 'wanted', limit: 50, isCounted: true })
    expect(first).toMatchObject({ startCursor: null, counted: { before: 0, after: COUNT, isMore: false } })
    const middle = await queue({ run, opinions: 'wanted', cursor: first.nextCursor ?? '', skip: 250, limit: 50 })
    expect(ids(middle)).toEqual(all.slice(300, 350))
    const last = await queue({ run, opinions: 'wanted', isBackwards: true, limit: 50, ...(middle.nextCursor === null ? {} : { until: middle.nextCursor }), isCounted: true })
    expect(ids(last)).toEqual(all.slice(650))
    expect(last).toMatchObject({ nextCursor: null, counted: { before: 650, after: 50 } })
    const above = await queue({ run, isBackwards: true, cursor: middle.startCursor ?? '', until: first.nextCursor ?? '', limit: 50, skip: 20 })
    expect(ids(above)).toEqual(all.slice(230, 280))
    // What is left of a gap, up to where the next page begins and no further.
    const rest = await queue({ run, cursor: above.nextCursor ?? '', until: middle.startCursor ?? '', limit: 50 })
    expect(ids(rest)).toEqual(all.slice(280, 300))
    expect(rest.nextCursor).toBe(middle.startCursor)
    const none = await queue({ run, cursor: above.nextCursor ?? '', until: middle.startCursor ?? '', skip: 40, limit: 50 })
    expect(none).toMatchObject({ units: [], looked: 0 })
  })

  test('a search that looks through answers is read page by page, and not counted', async () => {
    const { review: { queue } } = mephisto.caller(RITA)
    expect((await queue({ run, text: 'sentence 1', isCounted: true })).counted).toBeNull()
    expect((await queue({ run, statuses: ['completed', 'accepted'], isCounted: true })).counted).toBeNull()
    await expect(queue({ run, text: 'sentence 1', skip: 10 })).rejects.toThrow('skip, isBackwards: this search looks through answers one by one, and is read page by page; leave them out.')
  })
})
