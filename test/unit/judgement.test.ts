import { v7 } from 'uuid'
import { expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/index.js'
import { differ, isReadTwice, isWantedOf, judgementStep, type Judgement, type Opinion } from '../../sdk/review/opinions/judgement.js'
import { toOpinionViews } from '../../sdk/review/opinions/opinion-views.js'

const who = (id: string, role: 'reviewer' | 'operator' = 'reviewer') => ({ id, name: id.toUpperCase(), roles: [role] })
const said = (actorId: string, verdict: Opinion['verdict']): Opinion => ({ actorId, actorName: actorId.toUpperCase(), verdict, note: `by ${actorId}`, at: 5 })
const step = (principal: Judgement['principal'], verdict: Opinion['verdict'], more: Partial<Judgement> = {}) => judgementStep({ principal, verdict, asOpinion: false, isReadTwice: false, opinions: [], ...more })

test('one reviewer decides, unless two are to judge or the reviewer wants somebody else to', () => {
  expect([step(who('rita'), 'approve'), step(who('rita'), 'approve', { isReadTwice: true }), step(who('rita'), 'approve', { asOpinion: true })]).toEqual(['decide', 'opine', 'opine'])
})

test('who has said something may say something else, and decides nothing alone', () => {
  expect(step(who('rita'), 'reject', { opinions: [said('rita', 'approve')] })).toBe('opine')
})

test('a second reviewer who says the same decides, and one who does not makes it contested', () => {
  const opinions = [said('rita', 'approve')]
  expect([step(who('ravi'), 'approve', { opinions }), step(who('ravi'), 'approve', { opinions, asOpinion: true }), step(who('ravi'), 'soft_reject', { opinions })]).toEqual(['decide', 'decide', 'opine'])
})

test('between two who differ a third decides, or an operator, or who comes round to what the other says', () => {
  const opinions = [said('rita', 'approve'), said('ravi', 'reject')]
  expect([step(who('rosa'), 'soft_reject', { opinions }), step(who('rosa'), 'soft_reject', { opinions, asOpinion: true })]).toEqual(['decide', 'opine'])
  expect([step(who('rita'), 'approve', { opinions }), step(who('rita'), 'soft_reject', { opinions }), step(who('rita'), 'reject', { opinions })]).toEqual(['leave', 'leave', 'decide'])
  expect(step(who('rita', 'operator'), 'approve', { opinions })).toBe('decide')
})

test('an answer is wanted of those who have not judged it, and of operators where reviewers differ', () => {
  const [one, both] = [[said('rita', 'approve')], [said('rita', 'approve'), said('ravi', 'reject')]]
  expect([isWantedOf([], who('rita')), isWantedOf(one, who('rita')), isWantedOf(one, who('rita', 'operator')), isWantedOf(one, who('ravi'))]).toEqual([true, false, false, true])
  expect([isWantedOf(both, who('rita')), isWantedOf(both, who('rita', 'operator')), isWantedOf(both, who('rosa'))]).toEqual([false, true, true])
  expect([differ([]), differ(one), differ(both)]).toEqual([false, false, true])
})

test('what the first said is kept from whoever is still to judge, and from nobody else', () => {
  const one = [said('rita', 'approve')]
  const seen = (principal: Judgement['principal'], opinions: readonly Opinion[], isWaiting = true) => toOpinionViews({ unitId: 'unit', status: isWaiting ? 'completed' : 'accepted' }, new Map([['unit', opinions]]), principal).map(({ byName, verdict, note }) => [byName, verdict, note])
  expect(seen(who('ravi', 'operator'), one)).toEqual([['RITA', null, null]])
  expect(seen(who('rita'), one)).toEqual([['RITA', 'approve', 'by rita']])
  expect(seen(who('ravi'), one, false)).toEqual([['RITA', 'approve', 'by rita']])
  expect(seen(who('rosa'), [...one, said('ravi', 'reject')])).toEqual([['RITA', 'approve', 'by rita'], ['RAVI', 'reject', 'by ravi']])
})

test('chance says which answers two judge: about the share that was asked for, and always the same ones', () => {
  const run = (secondOpinions?: number) => ({ config: { ...(secondOpinions === undefined ? {} : { secondOpinions }) } }) as TaskRun
  const ids = Array.from({ length: 20_000 }, () => v7())
  const share = (asked: number): number => ids.filter(id => isReadTwice(run(asked), id)).length / ids.length
  expect(share(1)).toBe(1)
  for (const asked of [0.1, 0.5]) expect(Math.abs(share(asked) - asked)).toBeLessThan(0.02)
  expect(ids.some(id => isReadTwice(run(), id))).toBe(false)
  expect(ids.map(id => isReadTwice(run(0.3), id))).toEqual(ids.map(id => isReadTwice(run(0.3), id)))
})
