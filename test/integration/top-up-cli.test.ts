// More data for a run on the command line: from a file, once under one id, on a database and through an app.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import { implement, usd, type TaskRun } from '../../sdk/index.js'
import type { TestMephisto } from '../../sdk/testing/index.js'
import { startServer, type AppServer } from '../app-server.js'
import { expectSound } from '../run-checks.js'
import { cliEachTest } from '../cli-each-test.js'
import { runCommand } from '../run-command.js'

const at = (path: string): string => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)))
const counting = defineBlueprint({ type: 'counting', input: z.object({ text: z.string(), weight: z.coerce.number() }), output: z.object({ label: z.string() }) })

let mephisto: TestMephisto
let app: AppServer
let run: TaskRun
let folder: string
cliEachTest(given => { ({ mephisto, app, folder } = given) }, { blueprints: [implement(counting)] })
beforeEach(async () => {
  run = await mephisto.operator.launch(counting, { task: 'counts', requester: 'lab', provider: 'inhouse', data: [{ text: 'first', weight: 1 }], pay: usd('0.10'), budget: usd('1') })
})

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const runFile = (type = 'counting', name = `${type}.run.js`): string => file(name, `
  import * as z from ${JSON.stringify(fileURLToPath(import.meta.resolve('zod')))}
  import { defineRun } from ${at('../../sdk/index.ts')}
  import { defineBlueprint } from ${at('../../sdk/blueprints/index.ts')}
  const counting = defineBlueprint({ type: '${type}', input: z.object({ text: z.string(), weight: z.coerce.number() }), output: z.object({ label: z.string() }) })
  export default defineRun(counting, () => ({ task: 'counts', requester: 'lab', provider: 'inhouse', data: [] }))`)
const atFile = (...words: string[]) => runCommand('top-up', run.id, '--db', mephisto.file, ...words)
const atApp = (...words: string[]) => runCommand('top-up', run.id, '--url', app.url, ...words)
const inputs = async (): Promise<unknown[]> => (await mephisto.db.assignments.find({ filter: { runId: run.id }, sort: 'position' })).rows.map(({ input }) => JSON.parse(input) as unknown)
const MORE = [{ text: 'second', weight: 2 }, { text: 'third', weight: 3 }]

describe.each([
  ['a database', (...words: string[]) => atFile('--with', runFile(), ...words)],
  ['an app', atApp],
])('mephisto top-up of %s', (_place, topUp) => {
  test.each([
    ['more.csv', 'text,weight\nsecond,2\nthird,3\n'], ['more.json', JSON.stringify(MORE)], ['more.JSONL', MORE.map(row => JSON.stringify(row)).join('\n')],
  ])('adds the rows of %s, once under one id', async (name, text) => {
    const words = ['--data', file(name, text), '--top-up-id', 'more-data-1']
    expect(await topUp(...words, '--budget', '2')).toEqual({ code: 0, err: '', out: `added 2 units to ${run.id}, which may spend $2.00\n` })
    expect(await inputs()).toEqual([{ text: 'first', weight: 1 }, ...MORE])
    const again = await topUp(...words, '--budget', '2', '--json')
    expect({ code: again.code, view: JSON.parse(again.out) as unknown }).toMatchObject({ code: 0, view: { rowsAdded: 0, unitsAdded: 0, run: { unitsTotal: 3 } } })
    expect(await topUp('--data', file('other.csv', 'text,weight\nfourth,4\n'), '--top-up-id', 'more-data-1')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('was used for other data') as string })
    await expectSound(mephisto)
  })

  test('has rows done before the others that are urgent, and says what is no priority', async () => {
    expect(await topUp('--data', file('late.csv', 'text,weight\nsecond,2\n'), '--top-up-id', 'more-data-1')).toMatchObject({ code: 0 })
    expect(await topUp('--data', file('urgent.csv', 'text,weight\nurgent,3\n'), '--priority', '9', '--top-up-id', 'more-data-2')).toMatchObject({ code: 0 })
    const ann = mephisto.worker('ann')
    const texts: string[] = []
    for (let item = 0; item < 3; item += 1) {
      const task = await ann.accept(counting, run)
      texts.push(task.input.text)
      await task.submit({ label: 'a' })
    }
    expect(texts).toEqual(['urgent', 'first', 'second'])
    for (const none of ['10', '-1', 'high']) expect(await topUp('--data', file('more.csv', 'text,weight\nb,2\n'), `--priority=${none}`)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('--priority') as string })
    expect(await topUp('--priority', '3', '--budget', '2')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('--priority is about those of --data') as string })
    await expectSound(mephisto)
  })

  test('says the id that it made, which makes a repeat safe', async () => {
    const data = file('more.csv', 'text,weight\nsecond,2\n')
    const { code, err } = await topUp('--data', data)
    const [, id = ''] = /^top-up id (\S+); give it with --top-up-id to repeat this safely\n$/.exec(err) ?? []
    expect({ code, id }).toEqual({ code: 0, id: expect.stringMatching(/^[\da-f-]{36}$/) as string })
    expect((await topUp('--data', data, '--top-up-id', id)).out).toContain('added 0 units')
  })

  test.each([
    ['a row that does not fit', () => file('bad.csv', 'text,weight\nsecond,2\nthird,many\n'), /Data row 2 does not fit.*Nothing was added/],
    ['a broken file', () => file('bad.csv', 'text,weight\nsecond\n'), /bad\.csv.*row 1/],
    ['a file without rows', () => file('none.jsonl', ''), /has no rows/],
    ['a file that is not there', () => join(folder, 'nothing.json'), /nothing\.json/],
    ['a file of another kind', () => file('more.xlsx', ''), /\.csv, \.json .* or \.jsonl/],
  ])('refuses %s, and adds nothing', async (_what, data, message) => {
    expect(await topUp('--data', data(), '--top-up-id', 'more-data-1')).toEqual({ code: 1, out: '', err: expect.stringMatching(message) as string })
    expect(await inputs()).toEqual([{ text: 'first', weight: 1 }])
  })
})

test.each([
  ['data without the code that checks it', () => atFile('--data', file('more.csv', 'text,weight\nb,2\n')), 'name it with --with'],
  ['the code of another blueprint', () => atFile('--data', file('more.csv', 'text,weight\nb,2\n'), '--with', runFile('other')), 'is of the blueprint "counting", and'],
  ['code for an app, which has its own', () => atApp('--data', file('more.csv', 'text,weight\nb,2\n'), '--with', runFile()), 'leave --with out'],
  ['nothing to give', () => atFile(), 'give what the run gets more of'],
  ['a run that there is not', () => runCommand('top-up', 'nowhere', '--db', mephisto.file, '--data', file('more.csv', 'text,weight\nb,2\n'), '--with', runFile()), 'There is no task run nowhere'],
])('refuses %s', async (_, topUp, message) => {
  expect(await topUp()).toMatchObject({ code: 1, out: '', err: expect.stringContaining(message) as string })
  expect(await inputs()).toHaveLength(1)
})

test('an app that takes no more at once says where more is taken', async () => {
  const proxy = await startServer((_, response) => response.writeHead(413, { 'content-type': 'text/html' }).end('<h1>Too large</h1>'))
  expect(await runCommand('top-up', run.id, '--url', proxy.url, '--data', file('more.csv', 'text,weight\nb,2\n'))).toMatchObject({ code: 1, err: expect.stringMatching(/too large for .*with --db/) as string })
  await proxy.close()
})
