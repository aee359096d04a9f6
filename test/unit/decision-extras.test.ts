import { expect, test } from 'vitest'
import { bonusOf, extrasOf, hasExtras, NO_EXTRAS, whyNotWith } from '../../react/review/extras/extras-draft.js'
import { ENGLISH } from '../../react/review/texts/english.js'

const texts = ENGLISH.extras
const whyNot = (terms: Partial<typeof NO_EXTRAS>, verdict: 'approve' | 'soft_reject' | 'reject' | 'overturn', note = '') => whyNotWith({ ...NO_EXTRAS, ...terms }, { verdict, note, currency: 'USD' }, texts)

test('nothing goes with a verdict until something is filled in', () => {
  expect([hasExtras(NO_EXTRAS), hasExtras({ ...NO_EXTRAS, value: '7', message: ' ' })]).toEqual([false, false])
  expect([{ message: 'Hi' }, { bonus: '1' }, { grant: 'a' }, { revoke: 'a' }, { scope: 'run' as const }, { isRequeued: true }].map(terms => hasExtras({ ...NO_EXTRAS, ...terms }))).toEqual(Array(6).fill(true))
  expect(extrasOf(NO_EXTRAS, 'USD')).toEqual({})
})

test('what is filled in is what is asked for', () => {
  const terms = { message: ' Thank you ', bonus: '0,50', grant: 'careful', value: '-2', revoke: 'fast', scope: 'task' as const, isRequeued: true, asOpinion: true }
  expect(extrasOf(terms, 'USD')).toEqual({ message: 'Thank you', bonus: { minor: 50, currency: 'USD' }, grants: [{ qualification: 'careful', value: -2 }], revokes: ['fast'], block: { scope: 'task' }, requeue: true, asOpinion: true })
  expect(extrasOf({ ...NO_EXTRAS, bonus: '50' }, 'JPY')).toEqual({ bonus: { minor: 50, currency: 'JPY' } })
  expect(bonusOf({ ...NO_EXTRAS, bonus: '0.5' }, 'USD', 3)).toEqual({ minor: 150, currency: 'USD' })
  expect(bonusOf(NO_EXTRAS, 'USD', 3)).toBeNull()
})

test.each([
  [texts.notMoney('USD'), { bonus: 'much' }, 'approve'], [texts.notMoney('USD'), { bonus: '0' }, 'approve'], [texts.notMoney('USD'), { bonus: '0.001' }, 'approve'], [texts.notMoney('USD'), { bonus: '-1' }, 'approve'],
  [texts.notWhole, { grant: 'a', value: '1.5' }, 'approve'], [texts.both, { grant: 'a', revoke: 'a' }, 'approve'], [texts.noBonus, { bonus: '1' }, 'reject'],
  [texts.noRequeue, { isRequeued: true }, 'approve'], [texts.noRequeue, { isRequeued: true }, 'overturn'], [texts.sayWhy, { scope: 'everywhere' }, 'reject'],
] as const)('a verdict that does not go with it waits: %s', (sentence, terms, verdict) => {
  expect(whyNot(terms, verdict)).toBe(sentence)
})

test('each goes with the verdicts that it is for', () => {
  expect([whyNot({ bonus: '1' }, 'soft_reject'), whyNot({ bonus: '1' }, 'overturn'), whyNot({ isRequeued: true }, 'reject'), whyNot({ scope: 'run' }, 'approve', 'They rush'), whyNot({ value: 'x' }, 'approve')]).toEqual(Array(5).fill(null))
})

test('a verdict for somebody else to judge too goes alone, and is about work that waits', () => {
  expect([whyNot({ asOpinion: true }, 'reject'), whyNot({ asOpinion: true, message: 'Hi' }, 'approve'), whyNot({ asOpinion: true }, 'overturn')]).toEqual([null, texts.opinionAlone, texts.noOpinion])
})
