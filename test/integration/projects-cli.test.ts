import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { implement, usd } from '../../sdk/index.js'
import { createTestMephisto } from '../../sdk/testing/index.js'
import { runCommand } from '../run-command.js'
import { sentiment, sentimentRun } from '../sentiment.js'

let folder: string
let file: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mephisto-projects-'))
  file = join(folder, 'projects.db')
  const instance = await createTestMephisto({ blueprints: [implement(sentiment)], file })
  const run = await instance.operator.launch(sentiment, { ...sentimentRun(2), project: 'study', pay: usd('0.25') })
  await (await instance.worker('ann').accept(sentiment, run)).submit({ label: 'positive' })
  await instance.close()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const mephisto = (...words: string[]) => runCommand('projects', ...words, '--db', file)
const json = async (...words: string[]): Promise<unknown> => JSON.parse((await mephisto(...words, '--json')).out) as unknown

test('projects are listed with what they come to, shown, made, renamed, archived, and tasks moved', async () => {
  expect((await mephisto('list')).out).toMatch(/^[0-9a-f-]{36} {2}study: 1 tasks; runs: 1 running; 1 workers; units: 1 launched, 1 completed; \$0\.00 spent, \$0\.25 reserved\n$/)
  expect((await mephisto('show', 'study')).out).toMatch(/^study \(.*\), made .*\n1 tasks; .*\n {2}tweets \(sentiment\): runs: 1 running; .*\n$/)
  expect(await json('show', 'study')).toMatchObject({ project: { name: 'study', workers: 1 }, tasks: [{ name: 'tweets' }] })
  expect((await mephisto('agreement', 'study')).out).toMatch(/^study \(.*\): no item has two answers to a choice\n {2}tweets \(sentiment\): 1 answers, none to the same item\n$/)
  expect(await json('agreement', 'study')).toMatchObject({ project: { name: 'study' }, observed: null, tasks: [{ task: { name: 'tweets' }, fields: [] }] })
  expect((await mephisto('create', 'pilot')).out).toMatch(/^Made project "pilot" \([0-9a-f-]{36}\)\.\n$/)
  expect((await mephisto('rename', 'pilot', 'Pilot')).out).toMatch(/ is called "Pilot" now\.\n$/)
  expect((await mephisto('move', 'tweets', '--to', 'Pilot')).out).toBe('Moved task "tweets" from project "study" to project "Pilot".\n')
  expect(await json('move', 'tweets', '--out')).toMatchObject({ from: { name: 'Pilot' }, to: null })
  expect((await mephisto('budget', 'study', '40.00')).out).toBe('The runs of project "study" may spend $40.00 together.\n')
  expect((await mephisto('show', 'study')).out).toMatch(/, budget \$40\.00\n/)
  expect((await mephisto('retention', 'tweets', '30', '--yes')).out).toBe('The answers of task "tweets" are kept for 30 days at most.\n')
  expect(await mephisto('retention', 'tweets', '1')).toMatchObject({ code: 1, err: expect.stringContaining('--yes') as string })
  expect(await json('retention', 'tweets', '--none')).toMatchObject({ name: 'tweets', retentionDays: null })
  expect(await json('budget', 'study', '--none')).toMatchObject({ name: 'study', budget: null })
  expect((await mephisto('budget', 'study', '--none')).out).toBe('The runs of project "study" have no budget together.\n')
  expect((await mephisto('archive', 'study')).out).toBe('Archived project "study".\n')
  expect(await mephisto('discard-files', 'study')).toMatchObject({ code: 1, err: expect.stringContaining('--yes') as string })
  expect((await mephisto('discard-files', 'study', '--yes')).out).toBe('Discarded 0 files of project "study"; upkeep removes what is in the file store.\n')
  expect(await json('list', '--archived')).toMatchObject({ name: 'study', tasks: 0 })
  expect((await mephisto('archive', 'study', '--undo')).out).toBe('Brought back project "study".\n')
  expect((await mephisto('archive', 'tweets', '--task')).out).toBe('Archived task "tweets".\n')
})

test('says how far people agree, field by field', async () => {
  file = join(folder, 'pairs.db')
  const instance = await createTestMephisto({ file, blueprints: [implement(sentiment)] })
  const run = await instance.operator.launch(sentiment, { ...sentimentRun(2), task: 'pairs', project: 'both', unitsPerAssignment: 2 })
  for (const [name, ...labels] of [['ann', 'positive', 'positive'], ['ben', 'positive', 'negative']] as const) {
    for (const label of labels) await (await instance.worker(name).accept(sentiment, run)).submit({ label })
  }
  await instance.close()
  expect((await mephisto('agreement', 'both')).out).toMatch(/^both \(.*\): 50\.0 % equal in choices\n {2}pairs \(sentiment\): 4 answers\n {4}label: 50\.0 % equal, alpha 0\.000 \(4 answers to 2 items\)\n$/)
  expect(await mephisto('agreement', 'nothing')).toMatchObject({ code: 1, err: expect.stringContaining('no project "nothing"') as string })
})

test('what does not do is refused in a sentence', async () => {
  for (const words of [['tweets'], ['tweets', '5', '--none']]) expect(await mephisto('retention', ...words)).toMatchObject({ code: 1, err: expect.stringContaining('days or --none') as string })
  for (const words of [['study'], ['study', '5', '--none']]) expect(await mephisto('budget', ...words)).toMatchObject({ code: 1, err: expect.stringContaining('an amount or --none') as string })
  expect(await mephisto('move', 'tweets')).toMatchObject({ code: 1, err: expect.stringContaining('--to <project> or --out') as string })
  expect(await mephisto('move', 'tweets', '--to', 'x', '--out')).toMatchObject({ code: 1 })
  expect(await mephisto('show', 'nothing')).toMatchObject({ code: 1, err: expect.stringContaining('no project "nothing"') as string })
  expect(await mephisto('create', 'study')).toMatchObject({ code: 1, err: expect.stringContaining('"study" already') as string })
  expect(await mephisto('rename', 'study')).toMatchObject({ code: 2 })
})

test('archiving is offered for what is in lists and bringing back for what is not, when the command line is completed', async () => {
  for (const name of ['over', 'pilot']) await mephisto('create', name)
  await mephisto('archive', 'over')
  const offered = async (...words: string[]) => (await runCommand('complete', '--', 'projects', ...words, '--db', file, '')).out.split('\n').flatMap(line => line === '' ? [] : [line.split('\t')[0]])
  expect(await offered('archive')).toEqual(['pilot', 'study'])
  expect(await offered('archive', '--undo')).toEqual(['over'])
  expect(await offered('show')).toEqual(['over', 'pilot', 'study'])
  expect(await offered('archive', '--task')).toEqual(['tweets'])
  await mephisto('archive', '--task', 'tweets')
  expect(await offered('archive', '--task')).toEqual([])
  expect(await offered('archive', '--task', '--undo')).toEqual(['tweets'])
})
