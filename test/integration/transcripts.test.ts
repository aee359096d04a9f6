import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TranscriptFilter } from '../../sdk/protocol/data-requests.js'
import type { TranscriptRow } from '../../sdk/protocol/data-views.js'
import { liveEachTest, type OpenedLive } from '../live-each-test.js'
import { hears, settled, until } from '../live-stage.js'
import { OLGA } from '../principals.js'
import { runCommand } from '../run-command.js'
import { helping } from '../sessions-blueprint.js'

// All that was said in runs, as operators take it away: from a program, a download and the command line.

let opened: OpenedLive
let folder: string
liveEachTest(given => { opened = given })
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'mephisto-transcripts-')) })
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

async function read(of: TranscriptFilter): Promise<readonly TranscriptRow[]> {
  const rows: TranscriptRow[] = []
  for await (const row of opened.stage.mephisto.data.transcripts(of)) rows.push(row)
  return rows
}
const rowsIn = (text: string): readonly TranscriptRow[] => text.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as TranscriptRow)
const erase = (externalId: string) => opened.stage.mephisto.privacy.erase(OLGA, { requestId: crypto.randomUUID(), person: { provider: 'inhouse', externalId }, force: true })

/** Two groups, of which the second speaks first; whoever whispers is heard by one alone. */
async function twoDebates() {
  const { stage } = opened
  const run = await stage.debate({ items: 2, live: { absenceMs: 3_600_000 } })
  const [ann, ben] = [await stage.come('ann', run), await stage.come('ben', run)]
  const [cem, dan] = [await stage.come('cem', run), await stage.come('dan', run)]
  await until(ann, ({ phase }) => phase === 'live')
  await until(cem, ({ phase }) => phase === 'live')
  await cem.act('say', { text: 'of the second' })
  await ann.act('say', { text: 'of the first' })
  await ben.act('whisper', { to: 0, text: 'psst' })
  await hears(ann, 'Contra: psst')
  await hears(dan, 'Pro: of the second')
  return { run, ann, ben, cem }
}

describe('transcripts', () => {
  test('of work together go item by item, with who said what to whom, by the names that exports have', async () => {
    const { run, ann, ben } = await twoDebates()
    const rows = await read({ run: run.id })
    const items = [...new Set(rows.map(({ assignment }) => assignment))]
    expect(items).toHaveLength(2)
    for (const item of items) expect(rows.filter(({ assignment }) => assignment === item).map(({ number }) => number)).toEqual(rows.filter(({ session }) => session === item).map((_, index) => index + 1))
    expect(rows.map(({ assignment }) => items.indexOf(assignment))).toEqual(rows.map(({ assignment }) => items.indexOf(assignment)).toSorted())
    const { rows: workers } = await opened.stage.db.workers.find({ limit: 9 })
    const speaker = ({ agentId: agent }: { agentId: string }, name: string) => ({ agent, worker: workers.find(({ externalId }) => externalId === name)?.pseudonym })
    expect(rows).toContainEqual(expect.objectContaining({ run: run.id, assignment: items[0], session: items[0], kind: 'action', name: 'say', from: speaker(ann, 'ann'), body: { text: 'of the first' }, isErased: false }))
    expect(rows).toContainEqual(expect.objectContaining({ kind: 'message', from: null, to: speaker(ann, 'ann'), body: { by: 'Contra', text: 'psst' } }))
    expect(rows).toContainEqual(expect.objectContaining({ assignment: items[0], kind: 'action', name: 'whisper', from: speaker(ben, 'ben') }))
    expect(JSON.stringify(rows)).not.toMatch(/"(ann|ben|cem|dan)"/)
  })

  test('of procedures go attempt by attempt, those that came to nothing too, and of a task all its runs', async () => {
    const { stage } = opened
    const [first, second] = [await stage.launch(2), await stage.launch(1)]
    const left = await stage.worker('ann').accept(helping, first)
    await left.call('shout', { text: 'left' })
    await left.giveBack()
    const task = await stage.worker('ben').accept(helping, first)
    await task.call('shout', { text: 'stayed' })
    await (await stage.worker('ann').accept(helping, second)).call('shout', { text: 'another run' })
    const said = (rows: readonly TranscriptRow[]) => rows.map(({ run, session, kind, from, body }) => [run === first.id ? 'first' : 'second', session === left.agentId, kind, from !== null, (body as { text: string }).text])
    const wanted = [['first', true, 'call', true, 'left'], ['first', true, 'result', false, 'LEFT'], ['first', false, 'call', true, 'stayed'], ['first', false, 'result', false, 'STAYED']]
    expect(said(await read({ run: first.id }))).toEqual(wanted)
    expect(said(await read({ task: 'helping' }))).toEqual([...wanted, ['second', false, 'call', true, 'another run'], ['second', false, 'result', false, 'ANOTHER RUN']])
    const [call, result] = await read({ run: second.id, task: 'helping' })
    expect([call?.kind, result?.kind, call?.callId !== '' && call?.callId === result?.callId]).toEqual(['call', 'result', true])
  })

  test('are the same from a program, a download and the command line, at a database and an app', async () => {
    const { run } = await twoDebates()
    const rows = await settled(() => read({ run: run.id }))
    const response = await fetch(`${opened.stage.origin}/mephisto/transcripts/${run.id}.jsonl`)
    expect(Object.fromEntries(response.headers)).toMatchObject({ 'content-type': 'application/x-ndjson; charset=utf-8', 'content-disposition': `attachment; filename="${run.id}.jsonl"`, 'cache-control': 'no-store', 'mephisto-runs-without-data': '0' })
    expect(rowsIn(await response.text())).toEqual(rows)
    const [file, url] = [join(folder, 'said.jsonl'), `${opened.stage.origin}/mephisto/`]
    expect(await runCommand('transcripts', '--run', run.id, '--url', url, '--out', file)).toMatchObject({ code: 0, out: `wrote ${file}: ${String(rows.length)} entries\n` })
    expect(rowsIn(readFileSync(file, 'utf8'))).toEqual(rows)
    expect(rowsIn((await runCommand('transcripts', '--task', 'debates', '--url', url)).out)).toEqual(rows)
    expect(JSON.parse((await runCommand('transcripts', '--run', run.id, '--url', url, '--out', file, '--json')).out)).toEqual({ files: [file], entries: rows.length, runsWithoutData: 0 })
    expect(await runCommand('transcripts', '--run', run.id, '--url', url, '--json')).toMatchObject({ code: 1, err: expect.stringContaining('name it with --out') as string })
    if (opened.target.kind !== 'sqlite') return
    await opened.stage.close()
    const told = await runCommand('transcripts', '--run', run.id, '--db', opened.target.at)
    expect(told.err).not.toContain('Left out')
    expect(rowsIn(told.out)).toEqual(rows)
  })

  test('have nothing of what was erased, and leave out runs whose data was removed', async () => {
    const { run, ann, cem } = await twoDebates()
    const other = await opened.stage.launch(1)
    await (await opened.stage.worker('eve').accept(helping, other)).call('shout', { text: 'hello' })
    await erase('ann')
    const rows = await read({ run: run.id })
    const gone = rows.filter(({ session }) => session === rows.find(({ from }) => from?.agent === ann.agentId)?.session)
    expect(gone.length).toBeGreaterThan(3)
    expect(gone.every(({ isErased, body }) => isErased && body === null)).toBe(true)
    expect(rows.some(({ from, body, isErased }) => from?.agent === cem.agentId && !isErased && body !== null)).toBe(true)
    await opened.stage.mephisto.operator.expire(run.id)
    await opened.stage.mephisto.operator.archive(run.id)
    await opened.stage.mephisto.privacy.removeData(OLGA, { requestId: crypto.randomUUID(), run: run.id, isForGood: true })
    await expect(read({ run: run.id })).rejects.toMatchObject({ code: 'conflict' })
    const response = await fetch(`${opened.stage.origin}/mephisto/transcripts/answers.jsonl?task=debates`)
    expect([response.status, await response.text()]).toEqual([409, expect.stringContaining('was removed')])
    expect((await runCommand('transcripts', '--project', 'nothing', '--url', `${opened.stage.origin}/mephisto/`)).err).toContain('There is no project')
  })

  test('of what there is not, of nothing or in another format are refused, and no file is written', async () => {
    const nowhere = crypto.randomUUID()
    await expect(read({ run: nowhere })).rejects.toMatchObject({ code: 'not_found' })
    await expect(read({})).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(read({ worker: 'ann' } as TranscriptFilter)).rejects.toMatchObject({ code: 'invalid_input' })
    const status = async (path: string): Promise<number> => (await fetch(`${opened.stage.origin}/mephisto/transcripts/${path}`)).status
    expect([await status('answers.jsonl'), await status(`${nowhere}.jsonl`), await status(`${nowhere}.csv`)]).toEqual([400, 404, 404])
    const file = join(folder, 'nothing.jsonl')
    expect(await runCommand('transcripts', '--out', file, '--url', `${opened.stage.origin}/mephisto/`)).toMatchObject({ code: 1, err: expect.stringContaining('Give --run, --task or --project') as string })
    expect((await runCommand('transcripts', '--run', nowhere, '--out', file, '--url', `${opened.stage.origin}/mephisto/`)).code).toBe(1)
    expect(existsSync(file)).toBe(false)
  })

  test('of a run in which nothing was said are empty', async () => {
    expect(await read({ run: (await opened.stage.launch(3)).id })).toEqual([])
  })
})
