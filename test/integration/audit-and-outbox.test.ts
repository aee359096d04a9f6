import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { implement } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { OLGA, RITA, VERA } from '../principals.js'
import { runCommand } from '../run-command.js'
import { sentiment, sentimentRun } from '../sentiment.js'

// Who did what on the operator side, and what became of calls to the outside world: as procedures and on the command line.

let mephisto: TestMephisto
let isUp: boolean
beforeEach(async () => {
  isUp = false
  mephisto = await createTestMephisto({
    blueprints: [implement(sentiment)],
    outbox: [{ specVersion: 1, topic: 'bank', maxTries: 1, call: () => (isUp ? Promise.resolve({ kind: 'done', result: { receipt: 7 } }) : Promise.reject(new Error('the bank is \u001b[31mclosed'))) }],
  })
})
afterEach(() => mephisto.close())

const id = () => crypto.randomUUID()
const command = (...words: string[]) => runCommand(...words, '--db', mephisto.file)
/** Three acts, a minute apart. */
async function act(): Promise<{ readonly runId: string }> {
  const run = await mephisto.operator.launch(sentiment, { ...sentimentRun(1), project: 'study' })
  await mephisto.people.makeQualification(OLGA, { requestId: 'made-english', name: 'english', description: null })
  mephisto.runtime.advance(60_000)
  const task = await mephisto.worker('ann').accept(sentiment, run)
  await task.submit({ label: 'positive' })
  await mephisto.caller(RITA).review.decide({ decisionId: 'decided-one', unitIds: [task.unitId], verdict: 'approve', note: 'well read' })
  mephisto.runtime.advance(60_000)
  await mephisto.people.block(OLGA, { requestId: 'blocked-ann', scope: 'everywhere', people: [{ provider: 'inhouse', externalId: 'ann' }], reason: 'rests' })
  return { runId: run.id }
}
async function enqueue(...keys: string[]): Promise<void> {
  await mephisto.db.outbox.enqueue(keys.map(key => ({ id: id(), callKey: key, topic: 'bank', body: JSON.stringify({ sum: 5 }), subjectId: null, lane: null })), await mephisto.db.now())
}

describe('the audit trail', () => {
  test('lists acts with who did them, what was asked for and what was replied, the latest first', async () => {
    await act()
    const { entries, nextCursor } = await mephisto.caller(OLGA).audit.list({})
    expect(entries.map(({ actor, action }) => [actor, action])).toEqual([['olga', 'block'], ['rita', 'approve'], ['olga', 'make_qualification']])
    expect(nextCursor).toBeNull()
    expect(entries[2]).toMatchObject({ id: 'made-english', subject: 'qualification', request: { name: 'english' }, reply: { name: 'english' } })
    expect(Date.parse(entries[0]?.at ?? '') - Date.parse(entries[1]?.at ?? '')).toBe(60_000)
  })

  test('by who, what, about what, and when; page by page', async () => {
    await act()
    const list = async (query: Parameters<TestMephisto['audit']['list']>[0]) => (await mephisto.audit.list(query)).entries.map(entry => entry.action)
    expect(await list({ actor: 'olga' })).toEqual(['block', 'make_qualification'])
    expect(await list({ action: 'approve' })).toEqual(['approve'])
    const { entries: [, decided, made] } = await mephisto.audit.list()
    expect(await list({ subject: 'qualification', ...(made ? { subjectId: made.subjectId } : {}) })).toEqual(['make_qualification'])
    expect(await list({ ...(decided ? { from: decided.at } : {}) })).toEqual(['block', 'approve'])
    expect(await list({ ...(decided ? { before: decided.at } : {}) })).toEqual(['make_qualification'])
    const first = await mephisto.audit.list({ limit: 2 })
    expect(first.entries).toHaveLength(2)
    expect(await list({ limit: 2, ...(first.nextCursor === null ? {} : { cursor: first.nextCursor }) })).toEqual(['make_qualification'])
  })

  test('an act that is still taking a name away does not tell it', async () => {
    await act()
    await mephisto.db.audit.insert({ id: 'erased-one', actorId: 'olga', action: 'erase', subject: 'worker', subjectId: id(), body: JSON.stringify({ request: {}, answers: 1, unfinished: { name: 'ben', principalId: null, before: 1 } }), at: await mephisto.db.now() })
    const [erased] = (await mephisto.audit.list({ action: 'erase' })).entries
    expect(erased?.reply).toEqual({ answers: 1 })
    expect(JSON.stringify(erased)).not.toContain('ben"')
  })

  test('is for operators; a wrong field or cursor is refused', async () => {
    for (const principal of [RITA, VERA]) await expect(mephisto.caller(principal).audit.list({})).rejects.toMatchObject({ cause: { code: 'forbidden' } })
    for (const query of [{ from: 'yesterday' }, { limit: 0 }, { limit: 101 }, { cursor: 'mine' }, { who: 'olga' }]) await expect(mephisto.audit.list(query)).rejects.toMatchObject({ code: 'invalid_input' })
  })

  test('on the command line, with what others wrote made harmless', async () => {
    await act()
    await mephisto.people.makeQualification(OLGA, { requestId: 'made-other', name: 'other', description: 'up \u202Eand down' })
    expect((await command('audit', '--action', 'approve')).out).toMatch(/^\d{4}-\S+Z {2}rita {2}approve {2}decision decided-one {2}\{.*"note":"well read".*\} {2}\(decided-one\)\n$/)
    expect((await command('audit', '--limit', '1')).out).toContain('up \u{FFFD}and down')
    const lines = (await command('audit', '--actor', 'olga', '--json')).out.trim().split('\n')
    expect(lines.map(line => (JSON.parse(line) as { id: string }).id)).toEqual(['made-other', 'blocked-ann', 'made-english'])
    expect(await command('audit', '--from', 'soon')).toMatchObject({ code: 1, err: expect.stringContaining('must be an instant') as string })
  })
})

describe('the outbox', () => {
  test('lists calls with what came of them, and has those that failed made again', async () => {
    await enqueue('pay/1', 'pay/2')
    await mephisto.operator.tick()
    const { outbox } = mephisto.caller(OLGA)
    const { calls } = await outbox.calls({ statuses: ['failed'] })
    expect(calls.map(({ callKey }) => callKey).sort()).toEqual(['pay/1', 'pay/2'])
    expect(calls[0]).toMatchObject({ topic: 'bank', status: 'failed', tries: 1, body: { sum: 5 }, result: { error: 'the bank is \u001b[31mclosed' }, nextTryAt: null, underWayUntil: null })
    isUp = true
    const request = { requestId: id(), callIds: calls.map(call => call.id) }
    expect([await outbox.replay(request), await outbox.replay(request)]).toEqual([{ replayed: 2 }, { replayed: 2 }])
    expect((await outbox.calls({ topic: 'bank', statuses: ['pending'] })).calls).toMatchObject([{ nextTryAt: expect.any(String) as string }, {}])
    await mephisto.operator.tick()
    expect((await outbox.calls({})).calls).toMatchObject([{ status: 'done', result: { receipt: 7 } }, { status: 'done' }])
    expect((await outbox.calls({ topic: 'other' })).calls).toEqual([])
    const first = await outbox.calls({ limit: 1 })
    expect((await outbox.calls({ limit: 1, ...(first.nextCursor === null ? {} : { cursor: first.nextCursor }) })).calls).toHaveLength(1)
  })

  test('is for operators; wrong fields are refused', async () => {
    await expect(mephisto.caller(RITA).outbox.calls({})).rejects.toMatchObject({ cause: { code: 'forbidden' } })
    await expect(mephisto.caller(RITA).outbox.replay({ requestId: id(), callIds: [id()] })).rejects.toMatchObject({ cause: { code: 'forbidden' } })
    for (const query of [{ statuses: [] }, { before: '12' }, { lane: 'a b' }]) await expect(mephisto.outbox.calls(query)).rejects.toMatchObject({ code: 'invalid_input' })
  })

  test('on the command line', async () => {
    // It goes by the real clock.
    mephisto.runtime.advance(Date.now() + 60_000 - mephisto.runtime.now())
    await enqueue('pay/1')
    await mephisto.operator.tick()
    expect((await command('outbox', '--status', 'failed')).out).toMatch(/^[\da-f-]{36} {2}\S+Z {2}bank {2}pay\/1 {2}failed after 1 tries: \{"error":"the bank is \\u001b\[31mclosed"\}\n$/)
    const { id: callId } = JSON.parse((await command('outbox', 'list', '--json')).out) as { id: string }
    expect((await command('outbox', 'replay', callId)).out).toBe('1 of 1 calls are made again.\n')
    expect((await command('outbox', 'replay', callId, '--json')).out).toBe('{"replayed":0}\n')
    isUp = true
    await mephisto.operator.tick()
    expect((await command('outbox', '--topic', 'bank')).out).toContain('done after')
    expect(await command('outbox', '--status', 'lost')).toMatchObject({ code: 2 })
    expect(await command('outbox', 'replay', 'no id!')).toMatchObject({ code: 1 })
  })
})
