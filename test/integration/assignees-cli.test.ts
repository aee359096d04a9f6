// Whom items are for, on the command line: launched from a run file, seen and changed on a database and through an app.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { TestMephisto } from '../../sdk/testing/index.js'
import type { AppServer } from '../app-server.js'
import { assigneeActs } from '../assignee-acts.js'
import { expectSound } from '../run-checks.js'
import { cliEachTest } from '../cli-each-test.js'
import { runCommand } from '../run-command.js'
import { sentiment } from '../sentiment.js'

const at = (path: string): string => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)))

let mephisto: TestMephisto
let app: AppServer
let folder: string
cliEachTest(given => { ({ mephisto, app, folder } = given) })

const { launch: launchPlain, launchFor, answerAll, itemsOf, assigneesOf } = assigneeActs(() => mephisto)

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const runFile = (name: string, assignees: string): string => file(name, `
  import { defineRun, splitAmong } from ${at('../../sdk/index.ts')}
  import { sentiment } from ${at('../sentiment.ts')}
  export default defineRun(sentiment, () => ({ task: 'tweets', requester: 'lab', provider: 'inhouse', data: [0, 1, 2, 3].map(number => ({ text: \`text \${number}\` })), assignees: ${assignees} }))`)
const atFile = (...words: string[]) => runCommand(...words, '--db', mephisto.file)

describe('mephisto launch', () => {
  test('splits the rows of a run file among people, and top-up those of a data file', async () => {
    const path = runFile('split.run.js', "splitAmong(['ann', 'ben'])")
    expect(await atFile('plan', path)).toMatchObject({ code: 0 })
    expect(await atFile('launch', path, '--yes')).toMatchObject({ code: 0 })
    const [run] = await mephisto.operator.runs()
    if (!run) throw new Error('nothing was launched')
    expect(await answerAll('ann', run)).toEqual([0, 2])
    expect(await atFile('top-up', run.id, '--with', path, '--data', file('more.json', JSON.stringify([{ text: 'text 4' }, { text: 'text 5' }])), '--top-up-id', 'more-data-1')).toMatchObject({ code: 0 })
    expect(await answerAll('ann', run)).toEqual([4])
    expect(await answerAll('ben', run)).toEqual([1, 3, 5])
    await expectSound(mephisto, { isSettled: true })
  })

  test('names the row of a run file that does not say whom it is for', async () => {
    const path = runFile('bad.run.js', "(row, index) => index === 2 ? [] : ['ann']")
    for (const command of ['plan', 'launch']) expect(await atFile(command, path, ...(command === 'launch' ? ['--yes'] : []))).toMatchObject({ code: 1, err: expect.stringContaining('names nobody for data row 3') as string })
    expect(await mephisto.operator.runs()).toEqual([])
  })

  test('says that code cannot be sent to an app', async () => {
    expect(await runCommand('launch', runFile('split.run.js', "splitAmong(['ann'])"), '--yes', '--url', app.url)).toMatchObject({ code: 1, err: expect.stringContaining('"assignees" is code, which cannot be sent to an app') as string })
  })

  test('top-up needs a run file that says whom rows are for', async () => {
    const run = await launchFor([['ann']])
    const path = file('plain.run.js', `
      import { defineRun } from ${at('../../sdk/index.ts')}
      import { sentiment } from ${at('../sentiment.ts')}
      export default defineRun(sentiment, () => ({ task: 'tweets', requester: 'lab', provider: 'inhouse', data: [] }))`)
    expect(await atFile('top-up', run.id, '--with', path, '--data', file('more.json', '[{"text":"text 4"}]'))).toMatchObject({ code: 1, err: expect.stringContaining('assignees: is needed with data') as string })
  })
})

describe.each([['a database', () => ['--db', mephisto.file]], ['an app', () => ['--url', app.url]]] as const)('at %s', (_, place) => {
  const command = (...words: string[]) => runCommand(...words, ...place())

  test('mephisto assignees and reassign show and change whom an item is for', async () => {
    const run = await launchFor([['ann'], ['ann']])
    await answerAll('ann', run, 1)
    const [one = '', two = ''] = await itemsOf(run)
    expect(await command('assignees', one)).toMatchObject({ code: 0, err: '', out: expect.stringMatching(new RegExp(`^${one} of run ${run.id} is for\nann \\([\\da-f-]{36}\\), who can have no more of it\n$`)) as string })
    expect(await command('reassign', two, 'ben', 'cem')).toEqual({ code: 0, err: '', out: `${two} is for ben, cem now\n` })
    expect(await assigneesOf(run, 1)).toEqual(['ben', 'cem'])
    const { code, out } = await command('assignees', two, '--json')
    expect({ code, view: JSON.parse(out) as unknown }).toMatchObject({ code: 0, view: { run: run.id, assignment: two, assignees: [{ worker: { provider: 'inhouse' }, isDone: false }, { isDone: false }] } })
    const { code: again, out: reply } = await command('reassign', two, 'ben', '--json')
    expect({ code: again, reply: JSON.parse(reply) as unknown }).toEqual({ code: 0, reply: { run: run.id, assignment: two, people: 1, added: 0 } })
    expect((await mephisto.audit.list({ action: 'reassign' })).entries).toHaveLength(2)
  })

  test('mephisto progress tells what nobody can do, and what to do about it', async () => {
    const run = await launchFor([['ann']])
    await (await mephisto.worker('ann').accept(sentiment, run)).giveBack()
    const { out } = await command('progress', run.id)
    expect(out).toContain(`1 units can be done by nobody whom their items are for: ${(await itemsOf(run))[0] ?? ''} (see mephisto reassign)`)
  })

  test.each([
    ['too few people', async () => { const run = await launchFor([['ann', 'ben']], { unitsPerAssignment: 2 }); return [(await itemsOf(run))[0] ?? '', 'ann'] }, 'has still to be done 2 times, and 1 of these people can do it'],
    ['somebody twice', async () => [(await itemsOf(await launchFor([['ann']])))[0] ?? '', 'ann', 'ann'], 'names somebody twice'],
    ['an item for everybody', async () => [(await itemsOf(await launchPlain()))[0] ?? '', 'ann'], 'are for everybody'],
    ['no item', () => Promise.resolve([crypto.randomUUID(), 'ann']), 'There is no assignment'],
  ] as const)('refuse %s', async (_what, words, message) => {
    expect(await command('reassign', ...await words())).toMatchObject({ code: 1, out: '', err: expect.stringContaining(message) as string })
  })
})
