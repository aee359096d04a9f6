// What `mephisto export` says of a file that it wrote.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/index.js'
import type { TestMephisto } from '../../sdk/testing/index.js'
import { startServer, type AppServer } from '../app-server.js'
import { cliEachTest } from '../cli-each-test.js'
import { runCommand } from '../run-command.js'
import { sentiment, sentimentRun } from '../sentiment.js'

let mephisto: TestMephisto
let app: AppServer
let run: TaskRun
let folder: string
cliEachTest(given => { ({ mephisto, app, folder } = given) })
beforeEach(async () => {
  run = await mephisto.operator.launch(sentiment, sentimentRun(4))
  // A comment of several lines, with the quotes of CSV, is one row.
  for (const [name, comment] of [['ann', 'so "good",\nso long'], ['ann', '🎉'], ['ben', '']] as const) await (await mephisto.worker(name).accept(sentiment, run)).submit({ label: 'positive', comment })
  const late = await mephisto.worker('cem').accept(sentiment, run)
  await mephisto.advance(run.leaseMs + 1)
  await late.submit({ label: 'negative' })
})

const PLACES = [['a database', () => ['--db', mephisto.file]], ['an app', () => ['--url', app.url]]] as const

describe.each(PLACES)('an export of %s', (_name, place) => {
  const exported = (...words: string[]) => runCommand('export', '--run', run.id, ...place(), ...words)

  test.each(['jsonl', 'csv'])('says how many answers of how many people are in the file, as %s', async format => {
    const out = join(folder, `answers.${format}`)
    expect(await exported('--format', format, '--out', out)).toEqual({ code: 0, err: '', out: `wrote ${out}: 3 answers of 2 people\n` })
    expect((await exported('--format', format, '--out', out, '--set-aside')).out).toBe(`wrote ${out}: 3 answers of 2 people, and 1 that was set aside\n`)
    const { code, err, out: text } = await exported('--format', format, '--out', out, '--set-aside', '--card', '--json')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(JSON.parse(text)).toEqual({ files: [out, join(folder, 'README.md')], format, answers: 3, setAside: 1, people: 2, runsWithoutData: 0 })
  })

  test('says that there are none', async () => {
    const none = await mephisto.operator.launch(sentiment, sentimentRun(1))
    for (const format of ['jsonl', 'csv']) {
      const out = join(folder, `none.${format}`)
      expect((await runCommand('export', '--run', none.id, ...place(), '--format', format, '--out', out)).out).toBe(`wrote ${out}: 0 answers of 0 people\n`)
    }
  })

  test('is nothing but the answers on standard output', async () => {
    expect((await exported()).out.trim().split('\n').map(line => (JSON.parse(line) as { run: string }).run)).toEqual([run.id, run.id, run.id])
  })

  test('as JSON about nothing is refused, with the way to JSON', async () => {
    expect(await exported('--json')).toEqual({ code: 1, out: '', err: expect.stringMatching(/name it with --out.*--format jsonl/) as string })
    expect(readdirSync(folder)).toEqual([])
  })
})

test('Parquet is counted on a database alone, and an app\'s says so', async () => {
  const out = join(folder, 'answers.parquet')
  const exported = (...words: string[]) => runCommand('export', '--run', run.id, '--format', 'parquet', '--out', out, ...words)
  expect((await exported('--db', mephisto.file)).out).toBe(`wrote ${out}: 3 answers of 2 people\n`)
  expect((await exported('--url', app.url)).out).toMatch(/^wrote .*: how many answers are in it cannot be told from its bytes \(mephisto export --db counts them\)\n$/)
  expect(JSON.parse((await exported('--url', app.url, '--json')).out)).toEqual({ files: [out], format: 'parquet', answers: null, setAside: null, people: null, runsWithoutData: 0 })
})

test('what an app sends that is no export is written as it is, and not counted', async () => {
  const other = await startServer((_, response) => { response.writeHead(200, { 'content-disposition': 'attachment; filename="x"' }).end('no JSON\n"at all') })
  for (const format of ['jsonl', 'csv']) {
    const { code, out } = await runCommand('export', '--run', run.id, '--format', format, '--out', join(folder, 'x'), '--json', '--url', other.url)
    expect({ code, written: JSON.parse(out) as unknown }).toMatchObject({ code: 0, written: { answers: null, people: null } })
  }
  await other.close()
})
