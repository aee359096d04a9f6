import { describe, expect, test } from 'vitest'
import { blockDraft, NEW_BLOCK, type BlockTerms } from '../../react/review/people/block-draft.js'
import { grantDraft, termsOf, type GrantTerms } from '../../react/review/people/grant-draft.js'
import { instantOf, localText } from '../../react/review/kit/local-moment.js'
import { PEOPLE_TEXTS } from '../../react/review/texts/people-texts.js'
import { formatsOf } from '../../react/review/texts/review-texts.js'
import type { GrantView, ReopenableView, WorkerView } from '../../sdk/protocol/people-views.js'

const language = { texts: PEOPLE_TEXTS, formats: formatsOf('en') }
const ann: WorkerView = { id: 'w1', provider: 'inhouse', externalId: 'ann', pseudonym: 'w-ann' }
const english = { id: 'q1', name: 'english' }
const WHEN = '2027-03-04T05:06:07.890Z'

describe('a grant', () => {
  const had: GrantView = { qualification: english, worker: ann, value: 70, expiresAt: WHEN, isExpired: true, grantedAt: WHEN, changedAt: WHEN }
  const draft = (before: GrantView | null, change: Partial<GrantTerms>) => grantDraft({ qualification: english, person: { workerId: ann.id }, name: ann.pseudonym, before }, { ...termsOf(before), ...change }, language)

  test('says what somebody gets, and asks for just that', () => {
    const { step, effects } = draft(null, { value: ' -3 ', reason: ' reads well ' })
    expect(effects.slice(0, 2)).toEqual(['w-ann gets english with value -3.', 'It does not end by itself.'])
    expect(step).toEqual({ verb: 'grant', request: { qualification: 'q1', people: [{ workerId: 'w1' }], value: -3, expiresAt: null, reason: 'reads well' } })
  })

  test('a change of the value keeps the end, to the millisecond', () => {
    const { step, effects } = draft(had, { value: '80' })
    expect(effects[0]).toBe('The value is 80 instead of 70.')
    expect(step).toMatchObject({ request: { value: 80, expiresAt: WHEN } })
  })

  test('a change of the end of what was over makes it count again', () => {
    const { effects, step } = draft(had, { expires: '' })
    expect(effects.slice(0, 2)).toEqual(['It does not end by itself.', 'It had expired, and counts again.'])
    expect(step).toMatchObject({ request: { value: 70, expiresAt: null } })
  })

  test('is not sent without a change, a whole number, a moment or somebody', () => {
    expect(draft(had, {}).step).toBeNull()
    for (const value of ['', '1.5', 'many', '9999999999']) expect(draft(null, { value })).toMatchObject({ step: null, problems: { value: PEOPLE_TEXTS.grants.notWhole } })
    expect(draft(null, { expires: 'soon' })).toMatchObject({ step: null, problems: { expires: PEOPLE_TEXTS.notAMoment } })
    expect(grantDraft(null, termsOf(null), language).step).toBeNull()
  })
})

describe('a block', () => {
  const usd = (minor: number) => ({ minor, currency: 'USD' })
  const reopenable: ReopenableView = { runs: 2, underWay: { units: 1, pay: [usd(12)] }, undecided: { units: 2, pay: [usd(24)] }, accepted: { units: 3, pay: [usd(36), { minor: 50, currency: 'EUR' }] } }
  const draft = (change: Partial<BlockTerms>, known: ReopenableView | undefined = reopenable) => blockDraft({ worker: ann, placeName: 'Kettles', reopenable: known }, { ...NEW_BLOCK, reason: 'spam', ...change }, language)

  test('leaves work as it is unless asked for more', () => {
    const { step, effects } = draft({})
    expect(effects).toContain('Their answers stay as they are, and they may finish 1 unit that they have.')
    expect(step).toEqual({ verb: 'block', request: { people: [{ workerId: 'w1' }], scope: 'everywhere', scopeId: null, reason: 'spam', until: null, isSoft: false, reopen: 'nothing', verdict: null } })
  })

  test('says of answers that are given to others what becomes of their pay, and what that costs', () => {
    const { step, effects } = draft({ reopen: 'accepted', verdict: 'reject', scope: 'run', place: 'r1', isSoft: true })
    expect(effects).toEqual(expect.arrayContaining([
      'w-ann gets no new work in the run Kettles.', 'Neither they nor the provider are told.',
      '2 answers that wait: rejected, and not paid ($0.24).', '3 answers that were accepted: rejected, and not paid ($0.36 + €0.50).', 'Others get 5 new units in their places, which costs up to $0.60 + €0.50.',
    ]))
    expect(step).toMatchObject({ request: { scope: 'run', scopeId: 'r1', reopen: 'accepted', verdict: 'reject' } })
  })

  test('of what is under way alone decides no answer', () => {
    const { step, effects } = draft({ reopen: 'under_way', verdict: 'reject' })
    expect(effects.join(' ')).not.toContain('answer that')
    expect(step).toMatchObject({ request: { reopen: 'under_way', verdict: null } })
  })

  test('is not sent before its reason, its place and what it does are known', () => {
    expect(draft({ reason: '  ' }).step).toBeNull()
    expect(draft({ scope: 'task' })).toEqual({ step: null, effects: ['Say where.'] })
    expect(blockDraft({ worker: ann, placeName: '', reopenable: undefined }, { ...NEW_BLOCK, reason: 'spam' }, language).step).toBeNull()
    expect(draft({ until: 'later' })).toEqual({ step: null, effects: [PEOPLE_TEXTS.notAMoment] })
  })
})

test('a moment goes through a field and back, without its seconds', () => {
  expect(instantOf(localText(WHEN))).toBe('2027-03-04T05:06:00.000Z')
  expect([localText(null), instantOf('')]).toEqual(['', null])
})
