// Exports of more than one run: of a task, a project, somebody or a time, on the command line, over HTTP and in code.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import { createMephistoClient } from '../../sdk/client/index.js'
import { dump, exportFile, implement, importDump, type ExportFileOptions, type ExportRow, type MephistoDb } from '../../sdk/index.js'
import { selectAnswers } from '../../sdk/review/exports/selected-answers.js'
import { createTestMephisto } from '../../sdk/testing/index.js'
import { serveApp, type AppServer } from '../app-server.js'
import { answer, finishedStage, rating, type FinishedStage } from '../finished-stage.js'
import { runCommand } from '../run-command.js'
import { openTarget } from '../scenarios/promise-open.js'
import { makeTarget, targetKinds } from '../scenarios/promise-target.js'
import { sentiment, sentimentRun } from '../sentiment.js'

let stage: FinishedStage
let folder: string
let app: AppServer
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mephisto-several-'))
  stage = await finishedStage(join(folder, 'work.db'))
  app = await serveApp(stage.mephisto)
})
afterEach(async () => {
  await app.close()
  await stage.mephisto.close()
  rmSync(folder, { recursive: true, force: true })
})

const atFile = (...words: string[]) => runCommand('export', '--db', stage.mephisto.file, ...words)
const atApp = (...words: string[]) => runCommand('export', '--url', app.url, ...words)
const rowsIn = (text: string): ExportRow[] => text.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as ExportRow)
const textsIn = (text: string): string[] => rowsIn(text).map(({ input }) => (input as { text: string }).text)
async function written(db: MephistoDb, options: ExportFileOptions): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of exportFile(db, options)) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}
const MAILS = ['mail 0', 'mail 1', 'mail 2', 'mail 3']

describe('an export of several runs', () => {
  test('has the answers of a task, a project or somebody, alone and together, the same on a database, through an app and in code', async () => {
    const { mephisto, mail, chat } = stage
    const second = (await mephisto.data.page({ task: 'mail' })).rows[1]?.submittedAt ?? ''
    const cases: [words: string[], options: Omit<ExportFileOptions, 'format'>, texts: string[]][] = [
      [['--task', 'mail'], { task: 'mail' }, MAILS],
      [['--project', 'letters'], { project: 'letters' }, [...MAILS, 'chat 0']],
      [['--worker', 'ann'], { worker: { provider: 'inhouse', externalId: 'ann' } }, ['mail 0', 'mail 2', 'mail 3']],
      [['--task', 'mail', '--worker', 'ben'], { task: 'mail', worker: { provider: 'inhouse', externalId: 'ben' } }, ['mail 1']],
      [['--task', 'mail', '--worker', 'cleo'], { task: 'mail', worker: { provider: 'inhouse', externalId: 'cleo' } }, []],
      [['--project', 'letters', '--since', second], { project: 'letters', from: second }, ['mail 1', 'mail 2', 'mail 3', 'chat 0']],
      [['--project', 'letters', '--until', second], { project: 'letters', before: second }, ['mail 0']],
      [['--run', mail.id, '--worker', 'ann', '--since', second], { run: mail.id, worker: { provider: 'inhouse', externalId: 'ann' }, from: second }, ['mail 2', 'mail 3']],
      [['--run', mail.id, '--task', 'chat'], { run: mail.id, task: 'chat' }, []],
      [['--task', 'mail', '--since', '2999-01-01'], { task: 'mail', from: '2999-01-01T00:00:00Z' }, []],
    ]
    for (const [words, options, texts] of cases) {
      for (const format of ['jsonl', 'csv'] as const) {
        const here = await atFile(...words, '--format', format)
        expect({ ...here, out: '' }, words.join(' ')).toEqual({ code: 0, err: '', out: '' })
        expect(await atApp(...words, '--format', format)).toEqual(here)
        expect((await written(mephisto.db, { format, ...options })).toString()).toBe(here.out)
        if (format === 'jsonl') expect(textsIn(here.out), words.join(' ')).toEqual(texts)
      }
    }
    expect(new Set(rowsIn((await atFile('--project', 'letters')).out).map(({ run, task }) => `${task} ${run}`))).toEqual(new Set([`mail ${mail.id}`, `chat ${chat.id}`]))
    const [row] = rowsIn((await atFile('--worker', 'ben')).out)
    expect(textsIn((await atApp('--worker', row?.worker ?? '', '--by', 'pseudonym')).out)).toEqual(['mail 1'])
  })

  test('has what was set aside where that is asked for, of the person and time that are meant', async () => {
    const { mephisto, empty } = stage
    const task = await mephisto.worker('dora').accept(rating, empty)
    await task.submit(answer(), 'first-id-')
    mephisto.runtime.advance(60_000)
    await task.submit(answer('bad'), 'second-id')
    const last = rowsIn((await atFile('--task', 'mail', '--set-aside')).out).find(({ outcome }) => outcome === 'set_aside')?.submittedAt ?? ''
    const outcomes = async (...words: string[]) => rowsIn((await atFile(...words)).out).map(({ outcome }) => outcome)
    expect(await outcomes('--worker', 'dora')).toEqual(['completed'])
    expect(await outcomes('--worker', 'dora', '--set-aside')).toEqual(['completed', 'set_aside'])
    expect(await outcomes('--task', 'mail', '--since', last, '--set-aside')).toEqual(['set_aside'])
    expect((await atApp('--worker', 'dora', '--set-aside', '--until', last)).out).toBe((await atFile('--worker', 'dora')).out)
  })

  test('is read in pages, with a row for each answer', async () => {
    const { mephisto } = stage
    const many = await mephisto.operator.launch(rating, { task: 'mail', requester: 'lab', provider: 'inhouse', data: Array.from({ length: 1_100 }, (_, index) => ({ text: `many ${String(index)}` })) })
    const eve = mephisto.worker('eve')
    for (let done = 0; done < 1_100; done += 1) await (await eve.accept(rating, many)).submit(answer())
    expect(textsIn((await atFile('--task', 'mail')).out)).toHaveLength(1_104)
    expect(new Set(textsIn((await atFile('--worker', 'eve')).out)).size).toBe(1_100)
  }, 60_000)
})

describe('columns of several runs', () => {
  test('are all that a version has; what is of several kinds is JSON', async () => {
    const versions = [
      defineBlueprint({ type: 'rating', input: z.object({ text: z.string() }), output: z.object({ stars: z.string(), weight: z.int() }) }),
      defineBlueprint({ type: 'rating', input: z.object({ text: z.string(), more: z.string() }), output: z.object({ stars: z.int(), weight: z.number(), isClear: z.boolean() }) }),
    ] as const
    const file = join(folder, 'versions.db')
    const first = await createTestMephisto({ file, blueprints: [implement(versions[0])] })
    const one = await first.operator.launch(versions[0], { task: 'stars', requester: 'lab', provider: 'inhouse', data: [{ text: 'a' }] })
    await (await first.worker('ann').accept(versions[0], one)).submit({ stars: 'four', weight: 2 })
    await first.close()
    const next = await createTestMephisto({ file, blueprints: [implement(versions[1])], seed: 2 })
    next.runtime.advance(1_000)
    const two = await next.operator.launch(versions[1], { task: 'stars', requester: 'lab', provider: 'inhouse', data: [{ text: 'b', more: 'm' }] })
    await (await next.worker('ben').accept(versions[1], two)).submit({ stars: 5, weight: 0.5, isClear: true })
    const csv = (await written(next.db, { task: 'stars', format: 'csv' })).toString().split('\n')
    expect(csv[0]).toMatch(/,input\.text,input\.more,answer\.stars,answer\.weight,answer\.isClear$/)
    expect([csv[1], csv[2]]).toEqual([expect.stringMatching(/,a,,four,2,$/), expect.stringMatching(/,b,m,5,0\.5,true$/)])
    const parquet = await written(next.db, { task: 'stars', format: 'parquet' })
    const content = parquet.buffer.slice(parquet.byteOffset, parquet.byteOffset + parquet.byteLength) as ArrayBuffer
    expect(await parquetReadObjects({ file: content })).toMatchObject([
      { run: one.id, 'input.more': null, 'answer.stars': '"four"', 'answer.weight': 2, 'answer.isClear': null },
      { run: two.id, 'input.more': 'm', 'answer.stars': '5', 'answer.weight': 0.5, 'answer.isClear': true },
    ])
    const types = new Map(parquetSchema(await parquetMetadataAsync(content)).children.map(({ element }) => [element.name, element.type]))
    expect([types.get('answer.stars'), types.get('answer.weight')]).toEqual(['BYTE_ARRAY', 'DOUBLE'])
    await next.close()
  })

  test('of several blueprints there are not: jsonl takes them all', async () => {
    const own = await createTestMephisto({ blueprints: [implement(rating), implement(sentiment)] })
    const served = await serveApp(own)
    try {
      const rated = await own.operator.launch(rating, { task: 'mail', requester: 'lab', provider: 'inhouse', data: [{ text: 'a' }], project: 'letters' })
      own.runtime.advance(1_000)
      const felt = await own.operator.launch(sentiment, { ...sentimentRun(1), project: 'letters' })
      await (await own.worker('ann').accept(rating, rated)).submit(answer())
      await (await own.worker('ann').accept(sentiment, felt)).submit({ label: 'positive' })
      const card = join(folder, 'set', 'README.md')
      mkdirSync(join(folder, 'set'))
      for (const place of [['--db', own.file], ['--url', served.url]]) {
        for (const format of ['csv', 'parquet']) {
          const refused = await runCommand('export', ...place, '--project', 'letters', '--format', format)
          expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/several: "rating", "sentiment"\. Export as jsonl/) as string })
        }
        expect(rowsIn((await runCommand('export', ...place, '--project', 'letters')).out).map(({ task }) => task)).toEqual(['mail', 'tweets'])
        expect(await runCommand('export', ...place, '--project', 'letters', '--card', '--out', join(folder, 'set', 'all.jsonl'))).toEqual({ code: 0, out: `wrote ${join(folder, 'set', 'all.jsonl')} and ${card}: 2 answers of 1 person\n`, err: '' })
        expect(readFileSync(card, 'utf8')).toMatch(/2 answers by 1 person to 2 units of the tasks `mail`, `tweets`\.[^]*\| `answer` \| JSON \|/)
      }
      await expect(written(own.db, { project: 'letters', format: 'csv' })).rejects.toMatchObject({ code: 'invalid_input' })
    } finally {
      await served.close()
      await own.close()
    }
  })
})

test('a run that is launched meanwhile is left out when it is of a version that the columns are not of', async () => {
  const own = await createTestMephisto({ blueprints: [implement(rating), implement(sentiment)] })
  const launchRating = () => own.operator.launch(rating, { task: 'mail', requester: 'lab', provider: 'inhouse', data: [{ text: 'a' }], project: 'letters' })
  await (await own.worker('ann').accept(rating, await launchRating())).submit(answer())
  const { pages } = await selectAnswers(own.db, { project: 'letters' }, () => ({}))
  own.runtime.advance(1_000)
  await (await own.worker('ann').accept(rating, await launchRating())).submit(answer())
  await (await own.worker('ann').accept(sentiment, await own.operator.launch(sentiment, { ...sentimentRun(1), project: 'letters' }))).submit({ label: 'positive' })
  const tasks: string[] = []
  for await (const rows of pages) tasks.push(...rows.map(({ task }) => task))
  expect(tasks).toEqual(['mail', 'mail'])
  await own.close()
})

describe('a dataset card', () => {
  test('is the same through an app as of the database, and names each run', async () => {
    const { mail, chat, empty } = stage
    const cardOf = async (place: typeof atFile, name: string, ...words: string[]): Promise<string> => {
      mkdirSync(join(folder, name))
      expect(await place(...words, '--card', '--license', 'cc-by-4.0', '--out', join(folder, name, 'set.parquet'), '--format', 'parquet')).toEqual({ code: 0, out: expect.stringMatching(/^wrote .*set\.parquet and .*README\.md: /) as string, err: '' })
      return readFileSync(join(folder, name, 'README.md'), 'utf8')
    }
    for (const [index, words] of [['--run', mail.id], ['--project', 'letters'], ['--worker', 'ann'], ['--task', 'mail', '--since', '2999-01-01']].entries()) {
      expect(await cardOf(atApp, `app-${String(index)}`, ...words)).toBe(await cardOf(atFile, `file-${String(index)}`, ...words))
    }
    const whole = readFileSync(join(folder, 'app-1', 'README.md'), 'utf8')
    expect(whole).toContain('# mail texts, chat texts\n')
    expect(whole).toContain('5 answers by 3 people to 5 units of the tasks `mail`, `chat`.')
    for (const { id } of [mail, chat]) expect(whole).toContain(`Run \`${id}\` of the task`)
    expect(whole).not.toContain(empty.id)
    const part = readFileSync(join(folder, 'app-2', 'README.md'), 'utf8')
    expect(part).toContain('3 answers by 1 person, a part of those of the task `mail`.')
    expect(part).not.toMatch(/\| units \||\bann\b/)
  })

  test('is refused where no file of ours is, before anything is asked of the app', async () => {
    expect(await atApp('--task', 'mail', '--card')).toMatchObject({ code: 1, err: expect.stringContaining('name that with --out') as string })
    expect(await atApp('--task', 'mail', '--card', '--out', join(folder, 'x.jsonl'), '--license', 'a: b')).toMatchObject({ code: 1, err: expect.stringContaining('is no licence identifier') as string })
  })
})

test.each([
  ['nobody named', [], 'Whose answers? Give --run, --task, --project or --worker'],
  ['a time alone', ['--since', '2026-11-01'], 'Whose answers?'],
  ['a time that is none', ['--task', 'mail', '--until', 'tomorrow'], '--until: "tomorrow" is no instant'],
  ['a time of no zone', ['--task', 'mail', '--since', '2026-11-01T10:00'], 'is no instant'],
  ['a task there is not', ['--task', 'nothing'], 'There is no task "nothing"'],
  ['a project there is not', ['--project', 'nothing'], 'There is no project "nothing"'],
  ['somebody there is not', ['--worker', 'zoe'], 'no worker "zoe" of provider "inhouse"'],
])('refuses %s, here and through an app', async (_, words, message) => {
  for (const place of [atFile, atApp]) expect(await place(...words)).toMatchObject({ code: 1, out: '', err: expect.stringContaining(message) as string })
})

test('the typed client makes the address, and the handler says what is wrong with one', async () => {
  const { mephisto, mail } = stage
  const client = createMephistoClient({ url: 'http://test.invalid/mephisto/' })
  const got = async (address: string) => mephisto.handler(new Request(address))
  expect(client.downloadUrl(mail.id, 'csv', { includeSetAside: true })).toBe(`http://test.invalid/mephisto/export/${mail.id}.csv?setAside=1`)
  const response = await got(client.downloadUrl({ task: 'mail', worker: { provider: 'inhouse', externalId: 'a&b' }, from: '2026-11-01T00:00:00+01:00' }, 'jsonl'))
  expect([response.status, await response.text()]).toEqual([404, expect.stringContaining('a&b')])
  const good = await got(client.downloadUrl({ task: 'mail' }, 'jsonl'))
  expect(good.headers.get('content-disposition')).toBe('attachment; filename="answers.jsonl"')
  expect(textsIn(await good.text())).toEqual(MAILS)
  expect((await got(`http://test.invalid/mephisto/export/answers.csv`)).status).toBe(400)
  expect((await got(`http://test.invalid/mephisto/export/answers.csv?task=mail&from=now`)).status).toBe(400)
  expect((await got(`http://test.invalid/mephisto/export/answers.csv?provider=inhouse`)).status).toBe(400)
})

test('code is told what is wrong with its options', async () => {
  const { mephisto: { db } } = stage
  await expect(written(db, { format: 'csv' })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('task, project or worker must be given') as string })
  await expect(written(db, { task: 'mail', format: 'xml' as 'csv' })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('format') as string })
  await expect(written(db, { task: 'mail', format: 'csv', migrated: true })).rejects.toMatchObject({ code: 'invalid_options', message: expect.stringContaining('"blueprints"') as string })
  const derived = implement(rating, { agentState: { derive: ({ answer: { stars } }) => ({ stars }) } })
  expect((await written(db, { task: 'mail', format: 'csv', blueprints: [derived], migrated: true })).toString()).toMatch(/,derived\n.*"{""stars"":3}"\n/)
})

describe.each((await targetKinds()).filter(kind => kind !== 'sqlite'))('on %s', kind => {
  test('is what it is on SQLite', async () => {
    const { mephisto, mail, empty } = stage
    await mephisto.operator.expire(empty.id)
    const file = join(folder, 'all.jsonl')
    await dump(mephisto.db, { file })
    const target = await makeTarget(kind)
    const db = await openTarget(target)
    await importDump(db, mephisto.runtime, { file, actorId: 'olga' })
    for (const options of [{ task: 'mail' }, { project: 'letters' }, { worker: { provider: 'inhouse', externalId: 'ann' } }, { task: 'mail', from: new Date(mail.createdAt + 5_000).toISOString() }, { project: 'letters', worker: { provider: 'inhouse', externalId: 'ben' }, includeSetAside: true }]) {
      for (const format of ['jsonl', 'csv'] as const) expect((await written(db, { ...options, format })).toString()).toBe((await written(mephisto.db, { ...options, format })).toString())
    }
    await db.close()
    await target.drop()
  }, 60_000)
})

