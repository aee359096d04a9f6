import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ExportRow } from '../../sdk/index.js'
import { openEmbeddedClient } from '../../prisma/embedded-client.js'
import { exportParquet } from '../../sdk/review/exports/parquet.js'
import { answer, finishedStage, RITA, type FinishedStage } from '../finished-stage.js'
import { runCommand as mephisto } from '../run-command.js'

let stage: FinishedStage
let folder: string
let file: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mephisto-parquet-'))
  file = join(folder, 'work.db')
  stage = await finishedStage(file)
})
afterEach(async () => {
  await stage.mephisto.close()
  rmSync(folder, { recursive: true, force: true })
})

const bufferOf = (bytes: Uint8Array): ArrayBuffer => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer

describe('an export in Parquet', () => {
  test('has the columns and values of the CSV, typed, for an independent reader', async () => {
    const [unit = ''] = (await stage.mephisto.data.page()).rows.map(row => row.unit)
    await stage.mephisto.caller(RITA).review.decide({ decisionId: crypto.randomUUID(), unitIds: [unit], verdict: 'approve', note: '=1+1' })
    const response = await stage.mephisto.handler(new Request(`http://test.invalid/mephisto/export/${stage.mail.id}.parquet`))
    expect(response.headers.get('content-type')).toBe('application/vnd.apache.parquet')
    const content = await response.arrayBuffer()
    const rows = await parquetReadObjects({ file: content })
    const header = (await (await stage.mephisto.handler(new Request(`http://test.invalid/mephisto/export/${stage.mail.id}.csv`))).text()).split('\n')[0]?.split(',')
    expect(Object.keys(rows[0] ?? {})).toEqual(header)
    const exported = (await stage.mephisto.caller(RITA).data.export({ run: stage.mail.id })).rows
    expect(rows).toHaveLength(4)
    const [first, second] = exported
    expect(rows[0]).toMatchObject({
      run: stage.mail.id, task: 'mail', position: 0n, status: 'accepted', outcome: 'completed', setAsideReason: null, worker: first?.worker, fence: 1n, durationMs: 1_000n,
      acceptedAt: new Date(first?.acceptedAt ?? ''), payMinor: 10n, currency: 'USD', verdict: 'approve', note: '=1+1', decidedBy: 'Rita Reviewer', decidedAt: new Date(first?.decision?.at ?? ''),
      'input.text': 'mail 0', 'input.meta': '{"source":"=x"}', 'answer.label': 'good', 'answer.isClear': true, 'answer.stars': 3n, 'answer.weight': null, 'answer.tags': '["a"]', 'answer.comment': null,
    })
    expect(rows[1]).toMatchObject({ unit: second?.unit, verdict: null, decidedAt: null, 'answer.weight': 0.5, 'answer.stars': 1n, 'answer.comment': '=SUM(A1)' })
    expect(rows[2]).toMatchObject({ 'answer.isClear': false, 'answer.stars': null })
    const types = new Map(parquetSchema(await parquetMetadataAsync(content)).children.map(({ element }) => [element.name, element.type]))
    expect([types.get('answer.stars'), types.get('answer.weight'), types.get('answer.isClear'), types.get('answer.tags')]).toEqual(['INT64', 'DOUBLE', 'BOOLEAN', 'BYTE_ARRAY'])
  })

  test('of a run without answers is a table without rows', async () => {
    const content = await (await stage.mephisto.handler(new Request(`http://test.invalid/mephisto/export/${stage.empty.id}.parquet`))).arrayBuffer()
    expect(await parquetReadObjects({ file: content })).toEqual([])
    expect(parquetSchema(await parquetMetadataAsync(content)).children.map(({ element }) => element.name)).toContain('answer.label')
  })

  test('of very many answers is written in row groups, in memory that stays the same', async () => {
    const [example] = (await stage.mephisto.caller(RITA).data.export({ run: stage.mail.id })).rows
    const count = 60_000
    async function* pages(): AsyncGenerator<readonly ExportRow[]> {
      for (let index = 0; index < count; index += 1) if (example) yield await Promise.resolve([{ ...example, position: index, answer: answer('good', { comment: `comment ${String(index)} ${'x'.repeat(200)}` }) }])
    }
    const pieces: Uint8Array[] = []
    const started = performance.now()
    for await (const piece of exportParquet(stage.mephisto.db, pages(), { versions: [stage.mail] })) pieces.push(piece)
    const seconds = (performance.now() - started) / 1_000
    console.log(`parquet: ${Math.round(count / seconds).toLocaleString('en')} rows/s, largest piece ${(Math.max(...pieces.map(piece => piece.length)) / 1e6).toFixed(1)} MB`)
    expect(Math.max(...pieces.map(piece => piece.length))).toBeLessThan(1_000_000)
    const content = bufferOf(Buffer.concat(pieces))
    expect((await parquetMetadataAsync(content)).row_groups.length).toBeGreaterThan(5)
    const [last] = await parquetReadObjects({ file: content, rowStart: count - 1, rowEnd: count })
    expect(last).toMatchObject({ position: BigInt(count - 1), 'answer.label': 'good' })
  })

  test('refuses a value that is not what its run says, rather than leaving it out', async () => {
    const [example] = (await stage.mephisto.caller(RITA).data.export({ run: stage.mail.id })).rows
    async function* pages(): AsyncGenerator<readonly ExportRow[]> { if (example) yield await Promise.resolve([{ ...example, answer: { label: 7 } }]) }
    const write = async () => { for await (const _ of exportParquet(stage.mephisto.db, pages(), { versions: [stage.mail] })); }
    await expect(write()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('answer.label') as string })
  })
})

describe('mephisto export', () => {
  const run = () => ['export', '--db', file, '--run', stage.mail.id, '--format', 'parquet']

  test('writes a Parquet file and a dataset card without personal data beside it', async () => {
    mkdirSync(join(folder, 'set'))
    const out = join(folder, 'set', 'answers.parquet')
    expect(await mephisto(...run(), '--out', out, '--card', '--license', 'cc-by-4.0')).toEqual({ code: 0, out: `wrote ${out} and ${join(folder, 'set', 'README.md')}: 4 answers of 2 people\n`, err: '' })
    expect(await parquetReadObjects({ file: bufferOf(readFileSync(out)) })).toHaveLength(4)
    const card = readFileSync(join(folder, 'set', 'README.md'), 'utf8')
    expect(card).toMatch(/^---\nlicense: cc-by-4\.0\npretty_name: "mail texts"\nsize_categories:\n- n<1K\ntags:\n- human-annotation\nconfigs:\n- config_name: default\n {2}data_files: "answers\.parquet"\n---\n/)
    for (const said of ['# mail texts', '> Rate texts', '4 answers by 2 people to 4 units of the task `mail`', '$0.10 for each accepted unit', '| `answer.stars` | INT64 |', '| completed | 4 |', stage.mail.id]) expect(card).toContain(said)
    const { rows } = await stage.mephisto.data.page({ run: stage.mail.id })
    for (const personal of ['ann', 'ben', 'Rita', 'lab', ...rows.map(row => row.worker)]) expect(card).not.toMatch(new RegExp(`\\b${personal}\\b`))
    expect(card).toContain(`Answers from ${rows[0]?.submittedAt ?? ''} to ${rows.at(-1)?.submittedAt ?? ''}.`)
    expect((await mephisto(...run(), '--out', out, '--card')).code).toBe(0)
    expect(readFileSync(join(folder, 'set', 'README.md'), 'utf8')).toContain('None was named.')
  })

  test.each([
    ['a card without a file', () => ['--card'], 'name that with --out'],
    ['a card in place of a README', () => { writeFileSync(join(folder, 'README.md'), '# Mine'); return ['--card', '--out', join(folder, 'x.parquet')] }, 'stays as it is'],
    ['a licence that is none', () => ['--card', '--out', join(folder, 'x.parquet'), '--license', 'a: b'], 'is no licence identifier'],
    ['a licence without a card', () => ['--out', join(folder, 'x.parquet'), '--license', 'cc-by-4.0'], 'add --card'],
    ['a card in place of the export', () => ['--card', '--out', join(folder, 'README.md')], 'give the export another name'],
    ['a folder there is not', () => ['--out', join(folder, 'none', 'x.parquet')], 'ENOENT'],
    ['a folder as the file', () => ['--out', folder], 'EISDIR'],
  ])('refuses %s', async (_, words, message) => {
    const { code, err } = await mephisto(...run(), ...words())
    expect([code, err]).toEqual([1, expect.stringContaining(message)])
    expect(existsSync(join(folder, 'x.parquet'))).toBe(false)
  })

  test('leaves what was there as it was when it fails, and nothing half written beside it', async () => {
    const out = join(folder, 'answers.parquet')
    writeFileSync(out, 'before')
    const { client, close } = await openEmbeddedClient({ file })
    await client.$executeRawUnsafe(`UPDATE mephisto_submission SET answer = '{"label":7}'`)
    await close()
    const files = readdirSync(folder)
    expect(await mephisto(...run(), '--out', out)).toMatchObject({ code: 1, err: expect.stringContaining('answer.label') as string })
    expect(await mephisto(...run(), '--out', join(folder, 'other.parquet'))).toMatchObject({ code: 1 })
    expect(readFileSync(out, 'utf8')).toBe('before')
    expect(readdirSync(folder)).toEqual(files)
  })

  test('writes into the file that is named, with its permissions, and into what is no file', async () => {
    const [out, link] = [join(folder, 'answers.jsonl'), join(folder, 'link.jsonl')]
    writeFileSync(out, 'before')
    chmodSync(out, 0o600)
    symlinkSync(out, link)
    expect((await mephisto(...run(), '--format', 'jsonl', '--out', link)).code).toBe(0)
    expect(readFileSync(out, 'utf8').trim().split('\n')).toHaveLength(4)
    expect(statSync(out).mode & 0o777).toBe(0o600)
    expect((await mephisto(...run(), '--format', 'jsonl', '--out', '/dev/null')).code).toBe(0)
    expect(statSync('/dev/null').isFile()).toBe(false)
  })

  test('refuses a run there is not, and a format there is not', async () => {
    expect(await mephisto('export', '--db', file, '--run', 'nowhere', '--format', 'parquet')).toMatchObject({ code: 1, err: expect.stringContaining('no task run nowhere') as string })
    expect(await mephisto('export', '--db', file, '--run', stage.mail.id, '--format', 'xml')).toMatchObject({ code: 2, err: expect.stringContaining('jsonl, csv, parquet') as string })
  })
})
