import { expect, test } from 'vitest'
import { outcomeNews, undoneNewsOf } from '../../react/review/review-news.js'
import { ENGLISH } from '../../react/review/texts/english.js'
import type { DecideReply, ReviewUnitView } from '../../sdk/protocol/review-views.js'

type Outcome = DecideReply['outcomes'][number]
const unit = (unitId: string) => ({ unitId, input: { text: unitId } }) as unknown as ReviewUnitView
const decided = (unitId: string): Outcome => ({ unitId, decided: true, status: 'accepted', message: null, opinion: null })
const kept = (unitId: string, opinion: 'waits' | 'differs', message: string | null = null): Outcome => ({ unitId, decided: false, status: 'completed', message, opinion })
const refused = (unitId: string): Outcome => ({ unitId, decided: false, status: 'completed', message: 'Rita is at it.', opinion: null })
const told = (...outcomes: readonly Outcome[]) => {
  const { kind, text, canUndo } = outcomeNews({ units: outcomes.map(({ unitId }) => unit(unitId)), verdict: 'approve' }, [...outcomes], ENGLISH)
  return [kind, text, canUndo]
}

test('what was decided, kept and refused is told each for itself', () => {
  expect(told(decided('a'))).toEqual(['done', 'Approved, paid: a', true])
  expect(told(kept('a', 'waits'))).toEqual(['done', 'Kept, waits for a second verdict: a', true])
  expect(told(kept('a', 'waits', 'No bonus.'))).toEqual(['done', 'Kept, waits for a second verdict: a. No bonus.', true])
  expect(told(kept('a', 'waits'), kept('b', 'differs'))).toEqual(['done', '2 verdicts wait for what others say', true])
  expect(told(decided('a'), kept('b', 'waits'), kept('c', 'waits'))).toEqual(['done', 'Approved, paid: a. Kept, waits for a second verdict: 2 answers', true])
  expect(told(decided('a'), kept('b', 'differs'), refused('c'))).toEqual(['not_done', 'Approved, paid: a. Kept, and you two do not agree: somebody else decides: b. Not decided: c, the first because: Rita is at it.', true])
  expect(told(refused('a'))).toEqual(['not_done', 'Not decided: a Rita is at it.', false])
})

test('what was taken back is told, and why what was not', () => {
  expect(undoneNewsOf([{ ...kept('a', 'waits'), opinion: 'taken_back' }], ENGLISH)).toMatchObject({ kind: 'done', isUndone: true })
  expect(undoneNewsOf([refused('a')], ENGLISH)).toMatchObject({ kind: 'not_done', text: 'Rita is at it.' })
  expect(undoneNewsOf([], ENGLISH)).toMatchObject({ kind: 'not_done', text: ENGLISH.news.nothingToUndo })
})
