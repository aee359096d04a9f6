import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { implement, type Principal, type TaskRun } from '../../sdk/index.js'
import type { QueueQuery } from '../../sdk/protocol/review-requests.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { kettles } from '../console-stage.js'

const RITA: Principal = { id: 'rita', name: 'Rita', roles: ['reviewer'] }
const SECOND = 1_000
let mephisto: TestMephisto
let run: TaskRun
const began = new Map<string, number>()

beforeAll(async () => {
  mephisto = await createTestMephisto({ blueprints: [implement(kettles)] })
  run = await mephisto.operator.launch(kettles, {
    task: 'kettles', requester: 'lab', provider: 'inhouse', unitsPerAssignment: 2, data: [{ text: 'The lid is HOT' }, { text: 'مرحبا بالعالم' }, { text: 'plain' }],
  })
  await work('ann', 'glad', 10, 'Straße')
  await work('ann', 'neutral', 20)
  await work('ann', 'glad', 30)
  await work('ben', 'annoyed', 40)
  await work('ben', 'neutral', 50)
})
afterAll(() => mephisto.close())

async function work(name: string, mood: 'glad' | 'neutral' | 'annoyed', seconds: number, why?: string): Promise<void> {
  const task = await mephisto.worker(name).accept(kettles, run)
  began.set(`${name} ${mood} ${String(seconds)}`, mephisto.runtime.now())
  mephisto.runtime.advance(seconds * SECOND)
  await task.submit({ mood, isClear: true, stars: seconds / 10, ...(why === undefined ? {} : { why }) })
}

/** How long the units that are found took, in seconds: each took another time. */
async function found(query: Omit<QueueQuery, 'run'> = {}): Promise<number[]> {
  const { units } = await mephisto.caller(RITA).review.queue({ run: run.id, ...query })
  return units.map(({ durationMs }) => durationMs / SECOND)
}

describe('the review queue', () => {
  test('is in the order of the answers, or in the other', async () => {
    expect(await found()).toEqual([10, 20, 30, 40, 50])
    expect(await found({ order: 'newest' })).toEqual([50, 40, 30, 20, 10])
  })

  test.each([
    ['a worker', { worker: { provider: 'inhouse', externalId: 'ben' } }, [40, 50]],
    ['how long it took', { leastMs: 20 * SECOND, mostMs: 40 * SECOND }, [20, 30, 40]],
    ['a choice', { answer: { field: 'mood', value: 'glad' } }, [10, 30]],
    ['a number', { answer: { field: 'stars', value: 4 } }, [40]],
    ['no field that there is', { answer: { field: 'toString', value: 'glad' } }, []],
    ['a text of the item, in other letters', { text: ' the LID is hot' }, [10, 40]],
    ['a text of the answer', { text: 'STRASSE'.toLowerCase().replace('ss', 'ß') }, [10]],
    ['a text from right to left', { text: 'بالعالم' }, [20, 50]],
    ['a text that nobody wrote', { text: '%' }, []],
    ['items that people do not agree about', { isDisputed: true }, [10, 40]],
    ['kinds of work', { kinds: ['standard', 'training'] }, [10, 20, 30, 40, 50]],
    ['kinds of work that it has none of', { kinds: ['gold'] }, []],
    ['several at once', { worker: { provider: 'inhouse', externalId: 'ann' }, answer: { field: 'mood', value: 'glad' }, leastMs: 15 * SECOND, order: 'newest' }, [30]],
  ] as const satisfies readonly (readonly [string, Omit<QueueQuery, 'run'>, number[]])[])('finds units by %s', async (_, query, expected) => {
    expect(await found(query as Omit<QueueQuery, 'run'>)).toEqual(expected)
  })

  test('finds units by when they were answered, and those of an item', async () => {
    const { units } = await mephisto.caller(RITA).review.queue({ run: run.id })
    const [first, , third] = units
    expect(await found({ from: third?.submittedAt ?? '' })).toEqual([30, 40, 50])
    expect(await found({ before: third?.submittedAt ?? '' })).toEqual([10, 20])
    expect(await found({ assignment: first?.assignmentId ?? '', statuses: ['completed', 'accepted'] })).toEqual([10, 40])
  })

  test.each([['oldest', 1], ['newest', 2], ['oldest', 2]] as const)('goes on page by page, the %s first, %i at a time, through what is left out too', async (order, limit) => {
    const all: number[] = []
    let looked = 0
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: Awaited<ReturnType<ReturnType<TestMephisto['caller']>['review']['queue']>> = await mephisto.caller(RITA).review.queue({ run: run.id, order, limit, mostMs: 30 * SECOND, ...(cursor === undefined ? {} : { cursor }) })
      all.push(...page.units.map(({ durationMs }) => durationMs / SECOND))
      looked += page.looked
      cursor = page.nextCursor
    }
    expect([all, looked]).toEqual([order === 'oldest' ? [10, 20, 30] : [30, 20, 10], 5])
  })

  test.each([
    ['a run that is none', { run: crypto.randomUUID() }, 'not_found'],
    ['somebody who is none', { worker: { provider: 'inhouse', externalId: 'nobody' } }, 'not_found'],
    ['a cursor of another list', { cursor: 'x' }, 'invalid_input'],
  ] as const)('says what is wrong with %s', async (_, query, code) => {
    await expect(mephisto.caller(RITA).review.queue({ run: run.id, ...query })).rejects.toMatchObject({ cause: { code } })
  })
})

describe('the history of a unit', () => {
  test('tells its attempts, and each verdict with who gave it', async () => {
    const returned = await mephisto.worker('cy').accept(kettles, run)
    await returned.giveBack()
    const task = await mephisto.worker('dee').accept(kettles, run)
    expect(task.unitId).toBe(returned.unitId)
    await task.submit({ mood: 'glad', isClear: true, stars: 1 })
    const rita = mephisto.caller(RITA)
    await rita.review.decide({ decisionId: crypto.randomUUID(), unitIds: [task.unitId], verdict: 'reject', note: 'Too short' })
    await rita.review.undo({ decisionId: crypto.randomUUID(), run: run.id })
    const { events } = await rita.review.history({ unit: task.unitId })
    expect(events.map(({ what }) => what)).toEqual(['begin', 'return', 'begin', 'complete', 'reject', 'undo'])
    expect(events.map(({ decision }) => decision && [decision.verdict, decision.byName, decision.note]).slice(4)).toEqual([['reject', 'Rita', 'Too short'], ['undo', 'Rita', null]])
    expect(new Set(events.map(({ pseudonym }) => pseudonym)).size).toBe(2)
    await expect(rita.review.history({ unit: crypto.randomUUID() })).rejects.toMatchObject({ cause: { code: 'not_found' } })
  })
})
