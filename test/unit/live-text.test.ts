import { describe, expect, it } from 'vitest'
import { overText, peopleNews, personText, WAITING_ROOM } from '../../sdk/client/live-text.js'
import type { LivePersonView } from '../../sdk/protocol/live-views.js'

const person = (name: string, status: LivePersonView['status'] = 'here', agentId = name): LivePersonView => ({ seat: 0, name, agentId, status })
const ann = person('Ann')

describe('what is new of people', () => {
  it.each<[string, LivePersonView[], LivePersonView[]]>([
    ['', [ann, person('Bob')], [ann, person('Bob')]],
    ['Bob has come.', [ann], [ann, person('Bob')]],
    ['Bob is away.', [ann, person('Bob')], [ann, person('Bob', 'away')]],
    ['Bob is back.', [ann, person('Bob', 'away')], [ann, person('Bob')]],
    ['Bob has left.', [ann, person('Bob', 'away')], [ann, person('Bob', 'left')]],
    ['Bob has left.', [ann, person('Bob')], [ann]],
    ['', [ann, person('Bob', 'left')], [ann]],
    ['Bob has come.', [ann, person('Bob', 'left', 'b1')], [ann, person('Bob', 'here', 'b2')]],
    ['Bob has left. Cid has come.', [ann, person('Bob')], [ann, person('Cid')]],
    ['', [person('Ann', 'away')], [ann]],
  ])('is "%s"', (news, before, now) => {
    expect(peopleNews(before, now, ann)).toBe(news)
  })
})

it('says who is the worker of the page, and how the others are', () => {
  expect([ann, person('Bob'), person('Cid', 'away'), person('Dan', 'left')].map(one => personText(one, ann))).toEqual(['you', 'here', 'away', 'left'])
})

it('counts who is here, and for how long one has waited', () => {
  expect(WAITING_ROOM.count([ann, person('Bob', 'away')], 3)).toBe('1 of 3 people are here.')
  expect([0, 9, 61, 3_600].map(WAITING_ROOM.waited)).toEqual(['You have waited for 0:00.', 'You have waited for 0:09.', 'You have waited for 1:01.', 'You have waited for 60:00.'])
  expect([WAITING_ROOM.title([]), WAITING_ROOM.title([ann])]).toEqual(['One moment…', 'Waiting for the others'])
})

it('says what becomes of those who wait, as the run was set up', () => {
  const hint = (whenTooFew?: 'release' | 'wait' | 'bots') => WAITING_ROOM.hint({ seats: 2, lobbyMs: 300_000, ...(whenTooFew ? { whenTooFew } : {}) }).split('. ').slice(1).join('. ')
  expect([hint('release'), hint('bots'), hint('wait'), hint()]).toEqual([
    'If too few have come within 5 minutes, this page lets you know.', 'If too few have come within 5 minutes, programs take the free places.', '', '',
  ])
})

it('says why it is over', () => {
  expect(overText('partner_left', 2)).toBe('Your partner has left. You can hand in what you have, and it counts.')
  expect(overText('partner_left', 3)).toMatch(/^Somebody has left\./)
  expect(overText('done', 2)).toMatch(/hand in your answer now/)
  expect(overText('erased', 2)).toMatch(/erased/)
})
