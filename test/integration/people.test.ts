import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { implement, usd, type LaunchOptions, type Principal } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { OLGA, RITA, VERA } from '../principals.js'
import { sentiment, sentimentActs, sentimentRun } from '../sentiment.js'

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => mephisto.close())

const as = (principal: Principal, on = mephisto) => on.caller(principal).people
const requestId = (): string => crypto.randomUUID()
const named = (...names: string[]) => names.map(externalId => ({ provider: 'inhouse', externalId }))
const [ANN, BEN] = [named('ann'), named('ben')] as const
const make = (name: string, description: string | null = null) => as(OLGA).makeQualification({ requestId: requestId(), name, description })
const grant = (names: string[], change: object = {}) => as(RITA).grant({ requestId: requestId(), qualification: 'english', people: named(...names), ...change })
const launch = (options: Partial<LaunchOptions<{ text: string }, { label?: 'positive' | 'negative' }>> = {}): Promise<TaskRun> => mephisto.operator.launch(sentiment, { ...sentimentRun(6), pay: usd('0.10'), ...options })
const { work } = sentimentActs(() => mephisto)
const refused = (code: string, words = '') => ({ cause: { code, message: expect.stringContaining(words) as string } })
/** All that acts on people write. */
const written = async (): Promise<unknown> => ({
  qualifications: (await mephisto.db.qualifications.find()).rows, grants: (await mephisto.db.grants.find()).rows, history: (await mephisto.db.grants.history()).rows,
  blocks: (await mephisto.db.blocks.find()).rows, workers: (await mephisto.db.workers.find()).rows,
})

describe('qualifications', () => {
  test('[101] are listed, made, read, changed and deleted; names that are missing, taken or unknown are refused', async () => {
    expect(await as(VERA).qualifications()).toEqual({ qualifications: [], nextCursor: null })
    const english = await make('english', 'reads it')
    expect(english).toMatchObject({ name: 'english', description: 'reads it', workers: 0, createdAt: new Date(mephisto.runtime.now()).toISOString() })
    await make('danish')
    expect((await as(VERA).qualifications()).qualifications.map(({ name }) => name)).toEqual(['danish', 'english'])
    const first = await as(VERA).qualifications({ limit: 1 })
    expect((await as(VERA).qualifications({ limit: 1, cursor: first.nextCursor ?? '' })).qualifications).toEqual([english])
    expect((await as(VERA).qualifications({ name: 'english' })).qualifications).toEqual([english])
    for (const one of ['english', english.id]) expect(await as(VERA).qualification({ qualification: one })).toEqual(english)
    await expect(make('  ')).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(make('english')).rejects.toMatchObject(refused('already_exists', '"english"'))
    await expect(as(VERA).qualification({ qualification: 'englisch' })).rejects.toMatchObject(refused('not_found', '"englisch"'))

    const change = (rest: object) => as(OLGA).changeQualification({ requestId: requestId(), qualification: 'english', ...rest })
    expect(await change({ description: null })).toEqual({ ...english, description: null })
    expect(await change({ name: 'English' })).toEqual({ ...english, description: null, name: 'English' })
    await expect(change({ name: 'x' })).rejects.toMatchObject(refused('not_found'))
    await expect(as(OLGA).changeQualification({ requestId: requestId(), qualification: 'English', name: 'danish' })).rejects.toMatchObject(refused('already_exists'))
    await expect(as(OLGA).changeQualification({ requestId: requestId(), qualification: 'English' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })

    const gone = { requestId: requestId(), qualification: 'English' }
    expect(await as(OLGA).deleteQualification(gone)).toMatchObject({ id: english.id })
    expect(await as(OLGA).deleteQualification(gone)).toMatchObject({ id: english.id })
    await expect(as(OLGA).deleteQualification({ ...gone, requestId: requestId() })).rejects.toMatchObject(refused('not_found', 'deleted must be made again'))
    await expect(grant(['ann'])).rejects.toMatchObject(refused('not_found'))
  })

  test('[102] count who has them, none too, and list those with their latest review', async () => {
    await make('english')
    expect(await as(VERA).qualification({ qualification: 'english' })).toMatchObject({ workers: 0 })
    expect(await as(VERA).holders({ qualification: 'english' })).toEqual({ holders: [], nextCursor: null })
    const unitId = await work('ann', await launch())
    await grant(['ann', 'ben'], { expiresAt: new Date(mephisto.runtime.now() + 1_000).toISOString() })
    await grant(['ann'], { value: 7 })
    expect((await as(VERA).qualifications()).qualifications).toMatchObject([{ name: 'english', workers: 2 }])
    await mephisto.caller(RITA).review.decide({ decisionId: requestId(), unitIds: [unitId], verdict: 'soft_reject', note: 'too short' })
    await mephisto.advance(1_000)
    expect(await as(VERA).qualification({ qualification: 'english' })).toMatchObject({ workers: 1 })
    expect((await as(VERA).holders({ qualification: 'english' })).holders).toMatchObject([
      { worker: { externalId: 'ann' }, value: 7, expiresAt: null, isExpired: false, latestDecision: { verdict: 'soft_reject', note: 'too short', byName: 'Rita' } },
      { worker: { externalId: 'ben' }, value: 1, isExpired: true, latestDecision: null, recentUnits: [] },
    ])
  })

  test('[105] list those who have them with name, value now and the units they did last', async () => {
    await make('english')
    const run = await launch()
    const units = []
    for (let done = 0; done < 3; done += 1) {
      units.unshift(await work('ann', run))
      await mephisto.advance(10)
    }
    await grant(['ann'])
    await grant(['ann'], { value: -3 })
    const { holders } = await as(VERA).holders({ qualification: 'english', recentUnits: 2 })
    expect(holders).toMatchObject([{ worker: { externalId: 'ann', provider: 'inhouse' }, value: -3 }])
    expect(holders[0]?.recentUnits).toMatchObject(units.slice(0, 2).map(unitId => ({ unitId, runId: run.id, status: 'completed' })))
  })

  test('[113] find exactly the workers who have one with a value', async () => {
    await make('english')
    await grant(['ann', 'ben'])
    await grant(['cem'], { value: 2 })
    await grant(['dan'], { value: 0 })
    const holders = async (filter: object): Promise<string[]> => (await as(VERA).holders({ qualification: 'english', ...filter })).holders.map(({ worker }) => worker.externalId).sort()
    expect([await holders({ value: 1 }), await holders({ minimumValue: 1 }), await holders({})]).toEqual([['ann', 'ben'], ['ann', 'ben', 'cem'], ['ann', 'ben', 'cem', 'dan']])
  })

  test('stay while a run that has not ended looks at them', async () => {
    await make('cheater')
    const run = await launch({ requirements: [{ qualification: 'cheater', is: 'does_not_exist' }] })
    const gone = { requestId: requestId(), qualification: 'cheater' }
    await expect(as(OLGA).deleteQualification(gone)).rejects.toMatchObject(refused('conflict', run.id))
    await mephisto.operator.expire(run.id)
    expect(await as(OLGA).deleteQualification(gone)).toMatchObject({ name: 'cheater' })
  })

  test('stay while a run that has not ended grants them', async () => {
    const run = await launch({ gold: { qualification: 'care', items: [{ input: { text: 'good' }, expected: { label: 'positive' } }] } })
    for (const qualification of ['care-right', 'care-wrong']) {
      await expect(as(OLGA).deleteQualification({ requestId: requestId(), qualification })).rejects.toMatchObject(refused('conflict', run.id))
    }
  })
})

describe('granting', () => {
  beforeEach(async () => { await make('english') })

  test('[103] lets people in and revoking keeps them out; people can be named by a unit they did, and values changed', async () => {
    const unitId = await work('ann', await launch())
    const run = await launch({ task: 'other', requirements: [{ qualification: 'english', is: 'greater_than', value: 3 }] })
    const about = { qualification: 'english', people: [{ unitId }] }
    expect(await as(RITA).grant({ requestId: requestId(), ...about, value: 3 })).toMatchObject({ qualification: { name: 'english' }, value: 3, expiresAt: null, granted: [{ externalId: 'ann' }] })
    expect(await mephisto.worker('ann').refusal(run)).toBe('not_qualified')
    await as(RITA).grant({ requestId: requestId(), ...about, value: 4, reason: 'reads well' })
    await work('ann', run)
    expect(await as(RITA).revoke({ requestId: requestId(), ...about, people: [...ANN, ...about.people], reason: 'wrote nonsense' })).toMatchObject({ revoked: [{ externalId: 'ann' }], without: [] })
    expect(await mephisto.worker('ann').refusal(run)).toBe('not_qualified')
    expect(await as(RITA).revoke({ requestId: requestId(), ...about })).toMatchObject({ revoked: [], without: [{ externalId: 'ann' }] })
    const { events } = await as(VERA).history({ qualification: 'english', person: ANN[0] ?? { unitId } })
    expect(events.map(({ verb, value, reason, by, qualification }) => [verb, value, reason, by, qualification])).toEqual([
      ['revoke', null, 'wrote nonsense', 'rita', 'english'], ['grant', 4, 'reads well', 'rita', 'english'], ['grant', 3, null, 'rita', 'english'],
    ])
    await expect(as(RITA).grant({ requestId: requestId(), qualification: 'english', people: [] })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(as(RITA).grant({ requestId: requestId(), qualification: 'english', people: [{ unitId: 'nowhere' }] })).rejects.toMatchObject(refused('not_found', 'unit nowhere'))
  })

  test('[104] many at once is all of them or none, once, with one row in the audit trail', async () => {
    const names = Array.from({ length: 500 }, (_, index) => `worker ${String(index)}`)
    const request = { requestId: requestId(), qualification: 'english', people: named(...names), value: 9 }
    const reply = await as(RITA).grant(request)
    expect(reply.granted).toHaveLength(500)
    expect(await as(VERA).qualification({ qualification: 'english' })).toMatchObject({ workers: 500 })
    expect(await mephisto.db.audit.get(request.requestId)).toMatchObject({ actorId: 'rita', action: 'grant', subject: 'qualification', subjectId: reply.qualification.id })
    const before = await written()
    expect(await as(RITA).grant(request)).toEqual(reply)
    for (const people of [[], named(...names, 'one too many')]) await expect(as(RITA).grant({ ...request, requestId: requestId(), people })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    for (const stranger of [{ workerId: 'nowhere' }, { pseudonym: 'w-nobody' }]) {
      await expect(as(RITA).grant({ ...request, requestId: requestId(), people: [...named('new one'), stranger], value: 1 })).rejects.toMatchObject(refused('not_found'))
    }
    expect(await written()).toEqual(before)
  })

  test('ends with its time', async () => {
    const run = await launch({ requirements: [{ qualification: 'english', is: 'exists' }] })
    await grant(['ann'], { expiresAt: new Date(mephisto.runtime.now() + 1_000).toISOString() })
    await work('ann', run)
    await mephisto.advance(1_000)
    expect(await mephisto.worker('ann').refusal(run)).toBe('not_qualified')
  })

  test('keeps its history when the qualification is deleted, under its id', async () => {
    const { qualification } = await grant(['ann'])
    await as(OLGA).deleteQualification({ requestId: requestId(), qualification: 'english' })
    expect((await as(VERA).history({ qualification: qualification.id })).events).toMatchObject([{ qualificationId: qualification.id, qualification: null, verb: 'grant' }])
    await expect(as(VERA).history({ qualification: 'english' })).rejects.toMatchObject(refused('not_found'))
  })

  test('by two instances at once is done by both, one after the other', async () => {
    const other = await mephisto.another()
    await Promise.all(Array.from({ length: 6 }, (_, value) => as(RITA, value % 2 === 0 ? mephisto : other).grant({ requestId: requestId(), qualification: 'english', people: ANN, value })))
    await other.close()
    const { events } = await as(VERA).history({ person: { provider: 'inhouse', externalId: 'ann' } })
    expect(events.map(({ value }) => value).sort()).toEqual([0, 1, 2, 3, 4, 5])
    expect((await mephisto.db.workers.find()).rows).toHaveLength(1)
    expect((await mephisto.db.grants.find()).rows).toHaveLength(1)
  })
})

describe('a request', () => {
  test('that comes in twice at once, at two instances, is done once with one reply', async () => {
    const other = await mephisto.another()
    const both = <T>(call: (desk: ReturnType<typeof as>) => Promise<T>): Promise<T[]> => Promise.all([mephisto, other, mephisto, other].map(on => call(as(OLGA, on))))
    const replies = []
    const [english, grants, blocks] = [{ requestId: requestId(), name: 'english' }, { requestId: requestId(), qualification: 'english', people: ANN }, { requestId: requestId(), people: BEN, scope: 'everywhere' as const, reason: 'spam' }]
    replies.push(await both(desk => desk.makeQualification(english)), await both(desk => desk.grant(grants)), await both(desk => desk.block(blocks)))
    const blockIds = (await as(VERA).blocks()).blocks.map(({ id }) => id)
    const [lifted, revoked, gone] = [{ requestId: requestId(), blockIds }, { requestId: requestId(), qualification: 'english', people: ANN }, { requestId: requestId(), qualification: 'english' }]
    replies.push(await both(desk => desk.lift(lifted)), await both(desk => desk.revoke(revoked)), await both(desk => desk.deleteQualification(gone)))
    await other.close()
    for (const [first, ...rest] of replies) for (const reply of rest) expect(reply).toEqual(first)
    expect(blockIds).toHaveLength(1)
    expect((await mephisto.db.grants.history()).rows.map(({ verb }) => verb)).toEqual(['grant', 'revoke'])
    expect((await mephisto.db.audit.get(lifted.requestId))?.subjectId).toBe(blockIds[0])
  })

  test('under an id that was used for another one, by another person or for a decision is refused', async () => {
    await make('english')
    const request = { requestId: requestId(), qualification: 'english', people: ANN }
    await as(RITA).grant(request)
    const before = await written()
    await expect(as(RITA).grant({ ...request, value: 2 })).rejects.toMatchObject(refused('conflict'))
    await expect(as(RITA).revoke(request)).rejects.toMatchObject(refused('conflict'))
    await expect(as(OLGA).grant(request)).rejects.toMatchObject(refused('conflict'))
    const unitId = await work('ann', await launch())
    await expect(mephisto.caller(RITA).review.decide({ decisionId: request.requestId, unitIds: [unitId], verdict: 'approve' })).rejects.toMatchObject(refused('conflict'))
    expect(await written()).toEqual(before)
  })

  const ASKED = { grant: { qualification: 'english' }, block: { scope: 'everywhere', reason: 'spam' } } as const
  test.each<[string, keyof typeof ASKED, object, string]>([
    ['a value beyond 32 bits', 'grant', { value: 2 ** 31 }, 'value'], ['half a value', 'grant', { value: 0.5 }, 'value'],
    ['an end that is over', 'grant', { expiresAt: '1999-12-31T00:00:00Z' }, 'expiresAt: 1999-12-31T00:00:00Z is over'], ['an end that is no instant', 'grant', { expiresAt: 'tomorrow' }, 'expiresAt'],
    ['an empty reason', 'grant', { reason: ' ' }, 'reason: must say why'], ['a short id', 'grant', { requestId: 'x' }, 'requestId'], ['an unknown qualification', 'grant', { qualification: 'danish' }, '"danish"'],
    ['a person without a name', 'grant', { people: [{}] }, 'must name a person'], ['a provider that is none', 'grant', { people: [{ provider: 'mars', externalId: 'ann' }] }, '"mars"'],
    ['no reason', 'block', { reason: '' }, 'reason: must say why'], ['a reason that no database keeps', 'block', { reason: 'nul \0' }, 'reason'], ['an unknown scope', 'block', { scope: 'galaxy' }, 'scope'],
    ['an end that is over', 'block', { until: '1999-12-31T00:00:00Z' }, 'until: 1999-12-31T00:00:00Z is over'], ['two ends', 'block', { until: '2199-12-31T00:00:00Z', forMs: 5 }, 'forMs: and until say the same'],
    ['a run that is missing', 'block', { scope: 'run' }, 'scopeId: must name'], ['a place everywhere', 'block', { scopeId: 'x' }, 'scopeId: must name'],
    ...(['run', 'task', 'project'] as const).map((scope): [string, 'block', object, string] => [`an unknown ${scope}`, 'block', { scope, scopeId: 'nowhere' }, `no ${scope} "nowhere"`]),
  ])('with %s, to %s, changes nothing and says so', async (_, verb, change, words) => {
    await make('english')
    const before = await written()
    const request = { requestId: requestId(), people: named('somebody new'), ...ASKED[verb], ...change }
    await expect((mephisto.people[verb] as (principal: Principal, request: object) => Promise<unknown>)(RITA, request))
      .rejects.toMatchObject({ code: expect.stringMatching(/^(invalid_input|not_found)$/) as string, message: expect.stringContaining(words) as string })
    expect(await written()).toEqual(before)
    expect(await mephisto.db.audit.get(request.requestId)).toBe(null)
  })
})

describe('blocking', () => {
  const block = (people: ReturnType<typeof named>, change: object = {}) => as(RITA).block({ requestId: requestId(), people, scope: 'everywhere', reason: 'spam', ...change })

  test('keeps people away in a run, a task by its name, or everywhere, before they first come too', async () => {
    const [run, other] = [await launch(), await launch({ task: 'other' })]
    expect((await block(ANN)).blocks).toMatchObject([{ worker: { externalId: 'ann' }, scope: 'everywhere', scopeId: null, isSoft: false, reason: 'spam', by: 'rita', until: null, liftedAt: null, isStanding: true }])
    await block(BEN, { scope: 'run', scopeId: run.id, isSoft: true })
    expect((await block(named('cem'), { scope: 'task', scopeId: 'other' })).blocks).toMatchObject([{ scopeId: other.taskId }])
    const told = async (name: string) => [await mephisto.worker(name).refusal(run), await mephisto.worker(name).refusal(other)]
    expect([await told('ann'), await told('ben'), await told('cem')]).toEqual([['blocked', 'blocked'], ['not_selected', null], [null, 'blocked']])
  })

  test('ends by itself, or when it is lifted, once', async () => {
    const run = await launch()
    const [forAWhile, forGood] = [await block(ANN, { forMs: 1_000 }), await block([...ANN, ...BEN])]
    const blockIds = forGood.blocks.map(({ id }) => id)
    const lifted = await as(RITA).lift({ requestId: requestId(), blockIds, reason: 'a mistake' })
    expect(lifted.blocks.map(({ isStanding, liftedAt }) => [isStanding, liftedAt !== null])).toEqual([[false, true], [false, true]])
    expect([await mephisto.worker('ann').refusal(run), await mephisto.worker('ben').refusal(run)]).toEqual(['blocked', null])
    await mephisto.advance(1_000)
    expect(await mephisto.worker('ann').refusal(run)).toBe(null)
    expect((await as(RITA).lift({ requestId: requestId(), blockIds })).blocks).toEqual(lifted.blocks)
    await expect(as(RITA).lift({ requestId: requestId(), blockIds: [...blockIds, 'nowhere'] })).rejects.toMatchObject(refused('not_found', 'nowhere'))
    expect((await as(VERA).blocks({ person: ANN[0] ?? { workerId: '' } })).blocks.map(({ id }) => id)).toEqual(expect.arrayContaining([forAWhile.blocks[0]?.id]))
    expect((await as(VERA).blocks({ isLifted: false })).blocks).toMatchObject([{ id: forAWhile.blocks[0]?.id, isStanding: false }])
  })
})

describe('workers', () => {
  test('have a page: grants, standing blocks, what they did and earned', async () => {
    await make('english')
    const [first, second] = [await launch(), await launch({ task: 'other', pay: { minor: 90, currency: 'JPY' } })]
    const units = [await work('ann', first), await work('ann', first), await work('ann', first), await work('ann', second)]
    await mephisto.worker('ann').accept(sentiment, second)
    for (const [index, verdict] of (['approve', 'soft_reject', 'reject', 'approve'] as const).entries()) {
      await mephisto.caller(RITA).review.decide({ decisionId: requestId(), unitIds: [units[index] ?? ''], verdict })
    }
    await grant(['ann'], { value: 5 })
    const [gone] = (await as(RITA).block({ requestId: requestId(), people: ANN, scope: 'everywhere', reason: 'spam', forMs: 1 })).blocks
    await mephisto.advance(1)
    const [block] = (await as(RITA).block({ requestId: requestId(), people: ANN, scope: 'run', scopeId: first.id, reason: 'slow' })).blocks
    const page = await as(VERA).worker({ person: ANN[0] ?? { workerId: '' } })
    expect(page).toMatchObject({
      worker: { externalId: 'ann', provider: 'inhouse' }, grants: [{ qualification: { name: 'english' }, value: 5, isExpired: false }], blocks: [{ id: block?.id, reason: 'slow' }],
      work: { runs: 2, underWay: 1, answered: 4, waiting: 0, accepted: 2, softRejected: 1, rejected: 1 }, latestDecision: { byName: 'Rita' },
    })
    expect(page.blocks.map(({ id }) => id)).not.toContain(gone?.id)
    expect([...page.work.earned].sort((one, other) => one.minor - other.minor)).toEqual([{ minor: 20, currency: 'USD' }, { minor: 90, currency: 'JPY' }])
    expect(page.runs).toMatchObject([{ runId: second.id, task: 'other', answered: 1, underWay: 1, earned: [{ minor: 90, currency: 'JPY' }] }, { runId: first.id, answered: 3, rejected: 1 }])
    expect(page.recentUnits.map(({ unitId }) => unitId).sort()).toEqual([...units].sort())
    const { worker } = page
    for (const person of [{ workerId: worker.id }, { pseudonym: worker.pseudonym }, { unitId: units[0] ?? '' }]) expect(await as(VERA).worker({ person })).toEqual(page)
    await grant(['newcomer'])
    expect(await as(VERA).worker({ person: named('newcomer')[0] ?? { workerId: '' } })).toMatchObject({ work: { runs: 0, answered: 0, earned: [] }, runs: [], recentUnits: [], latestDecision: null })
    await expect(as(VERA).worker({ person: { provider: 'inhouse', externalId: 'nobody' } })).rejects.toMatchObject(refused('not_found', '"nobody" of provider "inhouse"'))
  })

  test('are found by provider, external id and pseudonym, page by page', async () => {
    await make('english')
    const { granted } = await grant(['ann', 'ben', 'cem'])
    const find = async (query: object) => (await as(VERA).workers(query)).workers.map(({ externalId }) => externalId)
    expect(await find({ externalId: 'ben' })).toEqual(['ben'])
    expect(await find({ pseudonym: granted[0]?.pseudonym })).toEqual([granted[0]?.externalId])
    expect(await find({ provider: 'prolific' })).toEqual([])
    const first = await as(VERA).workers({ limit: 2 })
    expect([...first.workers, ...(await as(VERA).workers({ limit: 2, cursor: first.nextCursor ?? '' })).workers]).toHaveLength(3)
    await expect(as(VERA).workers({ cursor: 'made up' })).rejects.toMatchObject(refused('invalid_input', 'cursor'))
  })

  test('are let into a run that is by invitation, and only there', async () => {
    const run = await launch({ workers: ['ann'] })
    expect(await mephisto.worker('ben').refusal(run)).toBe('not_invited')
    const admit = (rest: object) => as(OLGA).admit({ requestId: requestId(), run: run.id, workers: ['ben', 'ann', 'ben'], ...rest })
    const request = { requestId: requestId() }
    expect([await admit(request), await admit(request), await admit({})]).toEqual([1, 1, 0].map(admitted => ({ run: run.id, admitted })))
    expect(await mephisto.worker('ben').refusal(run)).toBe(null)
    await expect(admit({ run: 'nowhere' })).rejects.toMatchObject(refused('not_found', 'nowhere'))
    await expect(admit({ run: (await launch({ task: 'open' })).id })).rejects.toMatchObject(refused('invalid_input', 'open to everybody'))
    await mephisto.operator.expire(run.id)
    await expect(admit({})).rejects.toMatchObject(refused('illegal_move', 'expired'))
  })
})
