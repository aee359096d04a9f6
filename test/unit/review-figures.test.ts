import { describe, expect, test } from 'vitest'
import { bulkEffect } from '../../react/review/bulk/bulk-effect.js'
import { NO_EXTRAS } from '../../react/review/extras/extras-draft.js'
import { rowsOf } from '../../react/review/item-answers.js'
import { draftOf, searchOf, type QueueSearch } from '../../react/review/queue-search/queue-search.js'
import { verbsFor } from '../../react/review/run-page/run-verb.js'
import { topUpPreview } from '../../react/review/run-page/top-up.js'
import { effectOf } from '../../react/review/run-page/verb-effect.js'
import { ENGLISH } from '../../react/review/texts/english.js'
import { formatsOf } from '../../react/review/texts/review-texts.js'
import { sortedBy } from '../../react/review/kit/use-sorted.js'
import type { ReviewUnitView } from '../../sdk/protocol/review-views.js'
import type { RunProgressView, RunView } from '../../sdk/protocol/run-views.js'

const usd = (minor: number) => ({ minor, currency: 'USD' })
const formats = formatsOf('en')
const language = { texts: ENGLISH.controls, formats }
const run = { status: 'running', unitsPerAssignment: 2, archivedAt: null, dataRemovedAt: null, money: { pay: usd(12), budget: usd(900), reserved: usd(60), owed: usd(0), spent: usd(240) } } as unknown as RunView
const progressOf = (units: Partial<RunProgressView['units']>): RunProgressView => ({ run, units: { created: 0, launched: 0, assigned: 0, completed: 0, accepted: 0, soft_rejected: 0, rejected: 0, expired: 0, ...units } }) as unknown as RunProgressView

describe('what can be done with a run', () => {
  test.each([
    ['running', ['pause', 'top_up', 'requeue', 'drain', 'expire']], ['paused', ['resume', 'top_up', 'requeue', 'drain', 'expire']], ['draining', ['requeue', 'expire']],
    ['launching', ['expire']], ['completed', ['top_up', 'requeue', 'archive']], ['failed', ['archive']],
  ] as const)('that is %s', (status, verbs) => { expect(verbsFor({ ...run, status })).toEqual(verbs) })

  test('that is archived, or whose data was removed', () => {
    expect(verbsFor({ status: 'completed', archivedAt: '2026-11-30T00:00:00Z', dataRemovedAt: null })).toEqual(['top_up', 'requeue', 'unarchive'])
    expect(verbsFor({ status: 'completed', archivedAt: null, dataRemovedAt: '2026-11-30T00:00:00Z' })).toEqual(['archive'])
  })

  test('is told with its effect', () => {
    const progress = progressOf({ launched: 8, assigned: 1, rejected: 2, expired: 1 })
    expect(effectOf('pause', progress, language)).toEqual(['Nobody gets new work.', '1 unit that is under way may be finished, and counts.', 'It can go on later.'])
    expect(effectOf('expire', progress, language)).toEqual([
      'Nobody gets new work.', '1 person is at work right now: what they hand in from now on is kept, and does not count.', '8 units that nobody has expire.', '$0.12 reserved for them is free again.', 'Expired units can be requeued later.',
    ])
    expect(effectOf('requeue', progress, language)[1]).toBe('That costs up to $0.36.')
    expect(effectOf('resume', progressOf({}), language)).toEqual(['No unit is left to hand out.'])
  })
})

describe('a top-up', () => {
  const preview = (unitsPerAssignment: string, budget: string, items: number | undefined = 30) => topUpPreview({ unitsPerAssignment, budget }, { run, items }, language)

  test('says what it adds, and asks for what is new alone', () => {
    expect(preview('3', '9.00')).toEqual({ more: { unitsPerAssignment: 3 }, problems: { unitsPerAssignment: null, budget: null }, effects: ['30 units are added, which costs up to $3.60.'] })
    expect(preview('2', '12,50')).toMatchObject({ more: { budget: usd(1_250) }, effects: ['The cap is $12.50 then, which leaves $9.50.'] })
    expect(preview('2', '')).toMatchObject({ more: null, effects: ['Nothing changes yet.'] })
  })

  test.each([['1', '', 'unitsPerAssignment'], ['2.5', '', 'unitsPerAssignment'], ['many', '', 'unitsPerAssignment'], ['1001', '', 'unitsPerAssignment'], ['2', '2.99', 'budget'], ['2', '1.999', 'budget'], ['2', '-5', 'budget']] as const)('of %s units and %s is wrong', (units, budget, field) => {
    const { more, problems } = preview(units, budget)
    expect([more, problems[field] === null]).toEqual([null, false])
  })
})

describe('a search', () => {
  const search: QueueSearch = { order: 'newest', text: 'lid', worker: { pseudonym: 'w-1' }, answer: { field: 'mood', value: 'glad' }, kinds: ['gold'], leastMs: 2_000, mostMs: 5_000, from: '2026-11-30T10:00:00.000Z', isDisputed: true, assignment: 'a' }

  test('is the same after it was filled in', () => { expect(searchOf(draftOf(search))).toEqual({ search }) })
  test('of nothing is everything', () => { expect(searchOf(draftOf({}))).toEqual({ search: {} }) })
  test.each([['-1', ''], ['1.5', ''], ['x', ''], ['', 'x'], ['5', '2']])('of %j to %j seconds is wrong', (least, most) => { expect(searchOf({ ...draftOf({}), least, most })).toHaveProperty('problems') })
})

const alone = (verdict: 'approve' | 'soft_reject' | 'reject', terms: Partial<typeof NO_EXTRAS> = {}) => ({ verdict, terms: { ...NO_EXTRAS, ...terms }, currency: 'USD', nameOf: (id: string) => id.toUpperCase() })

test('a verdict on several tells answers, people, items and money', () => {
  const unit = (pseudonym: string, assignmentId: string, minor = 12) => ({ kind: 'standard', pseudonym, assignmentId, pay: usd(minor) }) as unknown as ReviewUnitView
  const units = [unit('ann', '1'), unit('ann', '2'), unit('ben', '2')]
  const ofBulk = { texts: { ...ENGLISH.bulk, extras: ENGLISH.extras.effects }, formats }
  expect(bulkEffect(units, alone('approve'), ofBulk)).toEqual(['3 answers of 2 people to 2 items.', '$0.36 becomes theirs.'])
  expect(bulkEffect(units.slice(0, 1), alone('reject'), ofBulk)[1]).toBe('They are not paid: $0.12 that was held for it is free again.')
  expect(bulkEffect(units, alone('soft_reject', { bonus: '0.05', grant: 'careful', revoke: 'fast', scope: 'run', message: 'Hi', isRequeued: true }), ofBulk).slice(2)).toEqual([
    '$0.15 more is theirs, as a bonus.', '2 people get “CAREFUL”.', '2 people lose “FAST”.', '2 people are blocked.', '2 people read your message.', 'The answers are not used.', '3 units can be had by others again.',
  ])
})

test('answers to one item stand field by field, with what differs', () => {
  expect(rowsOf([{ answer: { a: 1, b: ['x'] } }, { answer: { a: 1, b: ['y'], c: true } }])).toEqual([
    { name: 'a', values: [1, 1], differs: false }, { name: 'b', values: [['x'], ['y']], differs: true }, { name: 'c', values: [undefined, true], differs: true },
  ])
  expect(rowsOf([{ answer: 'yes' }, { answer: 'yes' }])).toEqual([{ name: '', values: ['yes', 'yes'], differs: false }])
})

test('rows are sorted by a value; those without one stand last in both directions', () => {
  const rows = [{ v: 2 }, { v: null }, { v: 10 }, { v: 1 }]
  expect(sortedBy(rows, ({ v }) => v, false).map(({ v }) => v)).toEqual([1, 2, 10, null])
  expect(sortedBy(rows, ({ v }) => v, true).map(({ v }) => v)).toEqual([10, 2, 1, null])
  expect(sortedBy(['ö', 'a', 'z'], text => text, false)).toEqual(['a', 'ö', 'z'])
})

test('lengths of time are written with their two largest parts', () => {
  expect([0, 900, 59_400, 61_000, 3_600_000, 90_061_000].map(formats.length)).toEqual(['0 sec', '1 sec', '59 sec', '1 min 1 sec', '1 hr', '1 day 1 hr'])
  expect(formatsOf('ar').count(12)).toMatch(/^[١1][٢2]$/)
})
