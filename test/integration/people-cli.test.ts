import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { embeddedDb } from '../../prisma/embedded.js'
import { implement, usd } from '../../sdk/index.js'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { createTestMephisto } from '../../sdk/testing/index.js'
import { runCommand } from '../run-command.js'
import { sentiment, sentimentRun } from '../sentiment.js'

let folder: string
let file: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mephisto-people-'))
  file = join(folder, 'people.db')
  await (await embeddedDb({ file })).close()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const ACTOR = `cli:${userInfo().username}`

const mephisto = (...words: string[]) => runCommand(...words, '--db', file)
const json = async (...words: string[]): Promise<unknown> => {
  const { code, out, err } = await mephisto(...words, '--json')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out) as unknown
}
async function inDatabase<T>(look: (db: MephistoDb) => Promise<T>): Promise<T> {
  const db = await embeddedDb({ file })
  return look(db).finally(() => db.close())
}

describe('mephisto qualifications', () => {
  test('lists, makes and deletes', async () => {
    expect(await mephisto('qualifications')).toEqual({ code: 0, out: '', err: '' })
    expect((await mephisto('qualifications', 'create', 'english', '--description', 'reads it')).out).toMatch(/^Made qualification "english" \([0-9a-f-]{36}\)\.\n$/)
    expect(await json('qualifications', 'create', 'danish')).toMatchObject({ name: 'danish', workers: 0 })
    const { out } = await mephisto('qualifications', 'list')
    expect(out.split('\n').map(line => line.slice(36))).toEqual(['       0 workers  danish', '       0 workers  english: reads it', ''])
    expect(await mephisto('qualifications', 'create', 'english')).toMatchObject({ code: 1, err: expect.stringContaining('"english" already') as string })
    expect((await mephisto('qualifications', 'delete', 'danish')).out).toBe('Deleted qualification "danish", which 0 workers had.\n')
    expect(await mephisto('qualifications', 'delete', 'danish')).toMatchObject({ code: 1, err: expect.stringContaining('There is no qualification "danish"') as string })
    expect(await json('qualifications')).toMatchObject({ name: 'english', description: 'reads it' })
  })
})

describe('mephisto grant and revoke', () => {
  test('give and take, in the name of whoever is at the terminal', async () => {
    await mephisto('qualifications', 'create', 'english')
    expect((await mephisto('grant', 'english', 'ann', 'ben', '--value', '-3', '--reason', 'passed the test')).out).toBe('Granted "english" = -3 to ann, ben.\n')
    expect(await json('grant', 'english', 'ann', '--expires', '2199-01-01T00:00:00Z')).toMatchObject({ value: 1, expiresAt: '2199-01-01T00:00:00.000Z', granted: [{ externalId: 'ann', provider: 'inhouse' }] })
    const { pseudonym } = await json('workers', 'list', '--external-id', 'ben') as { pseudonym: string }
    expect((await mephisto('revoke', 'english', pseudonym, '--by', 'pseudonym', '--reason', 'moved')).out).toBe('Took "english" from ben.\n')
    expect((await mephisto('revoke', 'english', 'ann', 'ben')).out).toBe('Took "english" from ann. ben did not have it.\n')
    const history = await inDatabase(async db => (await db.grants.history()).rows)
    expect(history.map(({ verb, value, reason }) => [verb, value, reason])).toEqual([['grant', -3, 'passed the test'], ['grant', -3, 'passed the test'], ['grant', 1, null], ['revoke', null, 'moved'], ['revoke', null, null]])
    expect(new Set(history.map(({ actorId }) => actorId))).toEqual(new Set([ACTOR]))
  })

  test('do the same request once', async () => {
    await mephisto('qualifications', 'create', 'english')
    const words = ['grant', 'english', 'ann', '--request-id', 'from-a-script-1']
    expect(await mephisto(...words)).toEqual(await mephisto(...words))
    expect(await mephisto(...words, '--value', '2')).toMatchObject({ code: 1, err: expect.stringContaining('was used for another request before') as string })
    expect(await inDatabase(async db => (await db.grants.history()).rows)).toHaveLength(1)
  })

  test.each([
    ['an unknown qualification', ['grant', 'danish', 'ann'], 1, 'no qualification "danish"'], ['an end that is over', ['grant', 'english', 'ann', '--expires', '1999-01-01T00:00:00Z'], 1, 'is over'],
    ['a value beyond 32 bits', ['grant', 'english', 'ann', '--value', '2147483648'], 1, 'value'], ['a value that is none', ['grant', 'english', 'ann', '--value', 'much'], 2, 'whole number'],
    ['nobody', ['grant', 'english'], 2, "missing required argument 'people'"], ['somebody unknown', ['revoke', 'english', 'zoe'], 1, 'no worker "zoe"'], ['an empty reason', ['revoke', 'english', 'ann', '--reason', ''], 1, 'must say why'],
    ['no scope', ['block', 'ann', '--reason', 'spam'], 2, '--scope'], ['no reason', ['block', 'ann', '--scope', 'everywhere'], 2, '--reason'], ['no run', ['block', 'ann', '--scope', 'run', '--reason', 'spam'], 1, 'scopeId'],
    ['an unknown task', ['block', 'ann', '--scope', 'task', '--in', 'tweets', '--reason', 'spam'], 1, 'no task "tweets"'], ['no block', ['unblock'], 1, 'no block to lift'],
    ['somebody unknown to show', ['workers', 'show', 'zoe'], 1, 'no worker "zoe"'],
  ])('refuse %s, and change nothing', async (_, words, code, sentence) => {
    await mephisto('qualifications', 'create', 'english')
    expect(await mephisto(...words)).toMatchObject({ code, err: expect.stringContaining(sentence) as string })
    expect(await inDatabase(async db => [(await db.grants.history()).rows, (await db.blocks.find()).rows, (await db.workers.find()).rows])).toEqual([[], [], []])
  })
})

describe('mephisto block and unblock', () => {
  test('keep people away and let them back', async () => {
    expect((await mephisto('block', 'ann', 'ben', '--scope', 'everywhere', '--reason', 'spam', '--soft')).out).toMatch(/^Blocked ann, ben: blocks [0-9a-f-]{36}, [0-9a-f-]{36}\.\n$/)
    const { blocks } = await json('block', 'ann', '--scope', 'everywhere', '--reason', 'more spam', '--hours', '2') as { blocks: { id: string; createdAt: string; until: string }[] }
    expect(blocks).toMatchObject([{ by: ACTOR, isSoft: false, reason: 'more spam' }])
    expect(Date.parse(blocks[0]?.until ?? '') - Date.parse(blocks[0]?.createdAt ?? '')).toBe(7_200_000)
    expect((await mephisto('unblock', '--block', blocks[0]?.id ?? '')).out).toBe(`Lifted block ${blocks[0]?.id ?? ''} of ann.\n`)
    expect((await mephisto('unblock', 'ann', 'ben', '--reason', 'a mistake')).out).toMatch(/^Lifted blocks .* of (ann, ben|ben, ann)\.\n$/)
    expect(await inDatabase(async db => (await db.blocks.find({ filter: { isStanding: true } })).rows)).toEqual([])
    expect(await mephisto('unblock', 'ann')).toMatchObject({ code: 1 })
  })

  test('give work to others when asked to, say before what there is, and bring it back', async () => {
    const instance = await createTestMephisto({ blueprints: [implement(sentiment)], file })
    const run = await instance.operator.launch(sentiment, { ...sentimentRun(2), pay: usd('0.25') })
    await (await instance.worker('ann').accept(sentiment, run)).submit({ label: 'positive' })
    await instance.worker('ann').accept(sentiment, run)
    await instance.close()
    const words = ['block', 'ann', '--scope', 'run', '--in', run.id, '--reason', 'spam']
    expect((await mephisto(...words, '--preview')).out).toBe('In 1 run: 1 under way ($0.25), 1 undecided ($0.25), 0 accepted. Nothing was changed.\n')
    expect(await mephisto(...words, '--reopen', 'undecided')).toMatchObject({ code: 1, err: expect.stringContaining('verdict') as string })
    expect(await mephisto(...words, '--reopen', 'all')).toMatchObject({ code: 2, err: expect.stringContaining('under_way') as string })
    expect(await inDatabase(async db => (await db.blocks.find()).rows)).toEqual([])
    const { out } = await mephisto(...words, '--reopen', 'undecided', '--verdict', 'reject')
    expect(out).toMatch(new RegExp(`^Blocked ann: block [0-9a-f-]{36}\\.\nRun ${run.id}: 1 taken back, 1 decided, 1 added\\.\n$`))
    expect(await json('unblock', 'ann', '--undo')).toMatchObject({ blocks: [{ isStanding: false }], restored: [{ run: run.id, restored: 1, kept: 0, why: null }] })
    expect(await inDatabase(async db => (await db.units.find({ filter: { runId: run.id, statuses: ['completed'] } })).rows)).toHaveLength(1)
  })
})

describe('mephisto workers', () => {
  test('lists people and shows one', async () => {
    const instance = await createTestMephisto({ blueprints: [implement(sentiment)], file })
    const run = await instance.operator.launch(sentiment, { ...sentimentRun(2), pay: usd('0.25') })
    const task = await instance.worker('ann').accept(sentiment, run)
    await task.submit({ label: 'positive' })
    await instance.caller({ id: 'rita', name: 'Rita', roles: ['reviewer'] }).review.decide({ decisionId: crypto.randomUUID(), unitIds: [task.unitId], verdict: 'approve' })
    await instance.close()
    await mephisto('qualifications', 'create', 'english')
    await mephisto('grant', 'english', 'ann', 'ben', '--value', '7')
    await mephisto('block', 'ann', '--scope', 'task', '--in', 'tweets', '--reason', 'too fast')
    expect((await mephisto('workers')).out).toMatch(/^[0-9a-f-]{36} {2}w-[a-z0-9]{12} {2}inhouse {2}ann\n[0-9a-f-]{36} {2}w-[a-z0-9]{12} {2}inhouse {2}ben\n$/)
    expect((await mephisto('workers', 'list', '--limit', '1')).out.split('\n')).toHaveLength(2)
    const { out } = await mephisto('workers', 'show', 'ann')
    expect(out).toContain('1 answered in 1 runs: 1 accepted, 0 soft-rejected, 0 rejected, 0 waiting for review; earned $0.25\nhas english = 7\nblocked in task ')
    expect(out).toContain(`by ${ACTOR}: too fast (`)
    const page = await json('workers', 'show', 'ann') as { worker: { id: string } }
    expect(page).toMatchObject({ worker: { externalId: 'ann' }, work: { accepted: 1, earned: [{ minor: 25, currency: 'USD' }] }, runs: [{ runId: run.id, task: 'tweets' }] })
    expect(await json('workers', 'show', page.worker.id, '--by', 'id')).toEqual(page)
  })
})
