import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { defineFeed, fromFeed, implement, usd, type Principal } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { counting, countingTo } from '../feeds.js'
import { runCommand } from '../run-command.js'
import { sentiment } from '../sentiment.js'

const PLACE = { task: 'tweets', requester: 'lab', provider: 'inhouse', pay: usd('0.10') } as const
const OLGA: Principal = { id: 'olga', name: 'Olga', roles: ['operator'] }

const broken = defineFeed(sentiment, {
  async *read({ after }) {
    await Promise.resolve()
    for (const number of [1, 2, 3].filter(one => one > Number(after ?? 0))) yield number === 2 ? { row: { text: 2 } as never, cursor: 2 } : { row: { text: `row ${String(number)}` }, cursor: number }
  },
})

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment, { feeds: { counting, broken } })] }) })
afterEach(() => mephisto.close())

const command = (...words: string[]) => runCommand(...words, '--db', mephisto.file)

describe('on the command line', () => {
  test('progress shows the feed, why it failed, and that nobody reads it; resume-feed goes on', async () => {
    const { id } = await mephisto.operator.launch(sentiment, { ...PLACE, data: fromFeed('broken') })
    // The command has the clock of the machine, by which the reading is overdue.
    expect((await command('progress', id)).out).toContain('feed broken is open, 0 rows taken; it should be read since ')
    await mephisto.operator.tick()
    expect((await command('progress', id)).out).toContain(`feed broken is failed, 1 rows taken: Data row 2 does not fit the input schema of "sentiment": row 2.text: Invalid input: expected string, received number. The feed stands before this row; see operator.resumeFeed. (see mephisto resume-feed ${id})`)
    expect(await command('resume-feed', id, '--skip-row')).toEqual({ code: 0, err: '', out: `the feed of ${id} is open, 1 rows taken\n` })
    mephisto.runtime.advance(Date.now() - mephisto.runtime.now() + 1_000)
    await mephisto.operator.tick()
    expect((await command('progress', id)).out).toContain('feed broken is ended, 2 rows taken\n')
    expect(await command('resume-feed', id, '--skip-row')).toMatchObject({ code: 1, err: expect.stringContaining('none to skip') as string })
  })

  test('a file launches a run that is fed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mephisto-feeds-'))
    const path = (name: string): string => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)))
    writeFileSync(join(folder, 'run.js'), `
      import { defineRun, usd } from ${path('../../sdk/index.ts')}
      import { sentiment } from ${path('../sentiment.ts')}
      import { counting, countingTo } from ${path('../feeds.ts')}
      export default defineRun(sentiment, () => ({ task: 'tweets', requester: 'lab', provider: 'inhouse', pay: usd('0.10'), data: countingTo() }), { server: { feeds: { counting } }, plan: { rows: 20 } })`)
    const { out, code } = await command('launch', join(folder, 'run.js'), '--yes')
    rmSync(folder, { recursive: true, force: true })
    expect(code).toBe(0)
    expect(out).toContain('at least 20 items, 20 units')
    expect(out).toMatch(/launched \S+: fed from counting by the processes that have this feed and were started/)
    mephisto.runtime.advance(Date.now() - mephisto.runtime.now() + 1_000)
    await mephisto.operator.tick()
    expect(await mephisto.operator.runs()).toMatchObject([{ unitsTotal: 10, dataFeed: { status: 'open', rows: 10 } }])
  })
})

describe('over the wire', () => {
  test('a run is launched from a feed, planned, shown and resumed; viewers may only look', async () => {
    const { runs } = mephisto.caller(OLGA)
    expect(await runs.plan({ blueprint: 'sentiment', ...PLACE, data: { feed: 'counting', params: { to: 3 } } })).toMatchObject({ items: 3, warnings: [] })
    const { id } = await runs.launch({ blueprint: 'sentiment', ...PLACE, data: { feed: 'broken' } })
    await mephisto.operator.tick()
    expect(await runs.progress({ run: id })).toMatchObject({ run: { dataFeed: { name: 'broken', status: 'failed', rows: 1, ahead: 100 } }, feedReading: { tries: 1, dueSince: null } })
    expect(await runs.resumeFeed({ run: id, skipRow: true })).toMatchObject({ id, dataFeed: { status: 'open' } })
    await expect(runs.launch({ blueprint: 'sentiment', ...PLACE, data: { feed: 'counted' } })).rejects.toThrow('has no feed "counted"')
    await expect(runs.launch({ blueprint: 'sentiment', ...PLACE, data: { feed: 'counting', more: 1 } as never })).rejects.toThrow()
    await expect(mephisto.caller({ ...OLGA, roles: ['viewer'] }).runs.resumeFeed({ run: id })).rejects.toThrow()
    expect(await mephisto.caller({ ...OLGA, roles: ['viewer'] }).runs.list({})).toMatchObject({ runs: [{ dataFeed: { name: 'broken' } }] })
  })

  test('webhooks may be told of it', async () => {
    const run = await mephisto.operator.launch(sentiment, { ...PLACE, data: countingTo(2) })
    await mephisto.operator.tick()
    expect((await mephisto.db.events.ofType(run.id, 'feed')).map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([{ rows: 2, units: 2 }])
    await expect(mephisto.webhooks.create(OLGA, { requestId: 'request-1', url: 'https://hooks.example.org/', eventTypes: ['run.feed', 'run.feed_end', 'run.feed_fail', 'run.feed_resume'] })).resolves.toMatchObject({ webhook: { eventTypes: ['run.feed', 'run.feed_end', 'run.feed_fail', 'run.feed_resume'] } })
  })
})
