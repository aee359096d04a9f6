import { describe, expect, test } from 'vitest'
import { withoutName } from '../../sdk/review/privacy/name-in-text.js'
import { bodyWithoutPerson, callWithoutPerson, type Removal } from '../../sdk/review/privacy/person-in-body.js'

describe('a name in a text', () => {
  test.each([
    ['ann', 'ann was late, and Ann again; anna and hann were not', 'X was late, and X again; anna and hann were not'],
    ['ann', "ann's, (ann), ann_2, ann2 and ÄnN-ann", "X's, (X), ann_2, ann2 and ÄnN-X"],
    ['5e0f1a2b3c', 'worker5e0f1a2b3cx and 5E0F1A2B3C', 'workerXx and X'],
    ['a.b*c', 'a.b*c but not aXbbc', 'X but not aXbbc'],
    ['$&', 'pays in $& today', 'pays in X today'],
    ['josé', 'JOSÉ and josé', 'X and X'],
  ])('%s', (name, text, without) => {
    expect(withoutName(text, name, 'X')).toBe(without)
  })
})

describe('the body of an audit row', () => {
  const removal: Removal = { workerId: 'w-1', provider: 'inhouse', name: 'ann-smith', replacement: 'erased:1', principalId: 'ann-login', unitIds: new Set(['unit-1']), isErasure: true }
  const without = (body: object, change: Partial<Removal> = {}): unknown => JSON.parse(bodyWithoutPerson(JSON.stringify(body), { ...removal, ...change }))
  const granted = { request: { requestId: 'r', qualification: 'ann-smith', people: [{ provider: 'inhouse', externalId: 'ann-smith' }], reason: 'a friend' }, granted: [{ id: 'w-1', provider: 'inhouse', externalId: 'ann-smith' }] }

  test('loses the name where it names the worker, and what was written about them', () => {
    expect(without(granted)).toEqual({
      request: { requestId: 'r', qualification: 'ann-smith', people: [{ provider: 'inhouse', externalId: 'erased:1' }], reason: '{"erased":true}' }, granted: [{ id: 'w-1', provider: 'inhouse', externalId: 'erased:1' }],
    })
  })

  test('loses the name alone when nothing else is to go', () => {
    expect(without({ ...granted, request: { ...granted.request, reason: 'a friend of Ann-Smith' } }, { isErasure: false })).toMatchObject({ request: { reason: 'a friend of erased:1' } })
  })

  test('is about a worker by their name, their id, or a unit they had', () => {
    for (const about of [{ people: [{ provider: 'inhouse', externalId: 'ann-smith' }] }, { worker: 'w-1' }, { unitIds: ['unit-1'] }]) expect(without({ ...about, note: 'x' })).toMatchObject({ note: '{"erased":true}' })
    for (const about of [{ people: [{ provider: 'other', externalId: 'ann-smith' }] }, { worker: 'w-2' }, { unitIds: ['unit-2'] }]) expect(without({ ...about, note: 'x' })).toEqual({ ...about, note: 'x' })
  })

  test('keeps texts about others, without the name in them unless it is a common word', () => {
    expect(without({ unitIds: ['unit-2'], note: 'like ann-smith' })).toEqual({ unitIds: ['unit-2'], note: 'like erased:1' })
    expect(without({ unitIds: ['unit-2'], note: 'did 42 units' }, { name: '42' })).toEqual({ unitIds: ['unit-2'], note: 'did 42 units' })
    // What was written to them goes; what a reply said of their unit is what a repeat gets again.
    expect(without({ request: { unitIds: ['unit-1'], message: 'x' }, outcomes: [{ unitId: 'unit-1', message: 'said by us' }] })).toEqual({ request: { unitIds: ['unit-1'], message: '{"erased":true}' }, outcomes: [{ unitId: 'unit-1', message: 'said by us' }] })
    expect(without({ unitIds: ['unit-1'], note: 'did 42 units' }, { name: '42', isErasure: false })).toEqual({ unitIds: ['unit-1'], note: 'did erased:1 units' })
  })

  test('loses who acted, and who was let in', () => {
    expect(without({ blocks: [{ by: 'ann-login', byName: 'Ann Smith' }], request: { workers: ['ann-smith', 'ben'] } })).toEqual({ blocks: [{ by: 'erased:1', byName: 'erased:1' }], request: { workers: ['erased:1', 'ben'] } })
  })

  test('keeps who acted under an id that is the name of a worker, and is not theirs', () => {
    const acted = { blocks: [{ by: 'ann-smith', byName: 'ann-smith' }, { by: 'olga', byName: 'ann-login' }] }
    expect(without(acted)).toEqual(acted)
    expect(without(acted, { principalId: null })).toEqual(acted)
  })

  test('keeps who was let in under the same name by another provider, where the run or the body says so', () => {
    const admitted = { request: { workers: ['ann-smith'] }, admitted: 1 }
    const within = (provider: string | null): unknown => JSON.parse(bodyWithoutPerson(JSON.stringify(admitted), removal, provider))
    expect(within('mturk')).toEqual(admitted)
    for (const provider of ['inhouse', null]) expect(within(provider)).toMatchObject({ request: { workers: ['erased:1'] } })
    expect(without({ provider: 'mturk', workers: ['ann-smith'] })).toEqual({ provider: 'mturk', workers: ['ann-smith'] })
  })

  test('loses the name in what an import was called, and keeps the rest of it', () => {
    const imported = { file: 'ann-smith-2026.dump', label: 'for Ann-Smith', sha256: 'ab', ids: { 'w-9': 'w-1' } }
    expect(without(imported)).toEqual({ ...imported, file: 'erased:1-2026.dump', label: 'for erased:1' })
    expect(without({ ...imported, file: '42.dump' }, { name: '42' })).toMatchObject({ file: '42.dump' })
  })
})

describe('a call of the host\'s', () => {
  const without = (text: string, name = 'ann-smith'): string => callWithoutPerson(text, { name, replacement: 'erased:1' })

  test('loses the name in every field, and in names of fields', () => {
    expect(JSON.parse(without(JSON.stringify({ to: 'ann-smith', sums: { 'ann-smith': 5, ben: 6 }, texts: ['Thank you, Ann-Smith!'], isPaid: true, nothing: null }))))
      .toEqual({ to: 'erased:1', sums: { 'erased:1': 5, ben: 6 }, texts: ['Thank you, erased:1!'], isPaid: true, nothing: null })
  })

  test('keeps a common word, unless it stands where a person is named', () => {
    expect(JSON.parse(without(JSON.stringify({ externalId: '42', worker: '42', units: '42', by: '42', 42: 'did 42' }), '42'))).toEqual({ externalId: 'erased:1', worker: 'erased:1', units: '42', by: '42', 42: 'did 42' })
  })

  test('is a text where it is no JSON', () => {
    expect(without('pay ann-smith')).toBe('pay erased:1')
    expect(without('pay 42', '42')).toBe('pay 42')
  })
})
