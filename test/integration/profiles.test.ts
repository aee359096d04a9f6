// A run in a file that can be launched in several ways.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { defineRun, usd } from '../../sdk/index.js'
import type { RunView } from '../../sdk/protocol/run-views.js'
import type { TestMephisto } from '../../sdk/testing/index.js'
import type { AppServer } from '../app-server.js'
import { cliEachTest } from '../cli-each-test.js'
import { runCommand } from '../run-command.js'
import { sentiment } from '../sentiment.js'

const at = (path: string): string => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)))

let mephisto: TestMephisto
let app: AppServer
let folder: string
cliEachTest(given => { ({ mephisto, app, folder } = given) })

function runFile(profiles: string): string {
  const path = join(folder, 'tweets.run.js')
  writeFileSync(path, `
    import { defineRun, usd } from ${at('../../sdk/index.ts')}
    import { sentiment } from ${at('../sentiment.ts')}
    const rows = count => Array.from({ length: count }, (_, index) => ({ text: 'text ' + index }))
    export default defineRun(sentiment, () => ({
      task: 'tweets', requester: 'lab', provider: 'inhouse', data: rows(5), unitsPerAssignment: 3, pay: usd('0.10'), budget: usd('9'), title: 'Tweets',
    }), { ${profiles} })`)
  return path
}
const PROFILES = "profiles: { pilot: { data: rows(2), unitsPerAssignment: 1, budget: usd('1') }, late: async () => ({ data: (function* () { yield* rows(1) })() }) }"

describe.each([['a database', () => ['--db', mephisto.file]], ['an app', () => ['--url', app.url]]] as const)('a profile, on %s,', (_, place) => {
  const json = async <T>(...words: string[]): Promise<T> => {
    const { code, out, err } = await runCommand(...words, ...place(), '--json')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    return JSON.parse(out) as T
  }

  test('goes before the options of the run, in the plan and in the launch', async () => {
    const path = runFile(PROFILES)
    expect(await json('plan', path)).toMatchObject({ items: 5, units: 15 })
    expect(await json('plan', path, '--profile', 'pilot')).toMatchObject({ items: 2, units: 2, cost: usd('0.20') })
    const { id } = await json<RunView>('launch', path, '--profile', 'pilot', '--yes')
    expect((await mephisto.operator.progress(id)).run).toMatchObject({ unitsTotal: 2, unitsPerAssignment: 1, budgetMinor: 100, config: { title: 'Tweets' } })
    expect(await json('launch', path, '--yes')).toMatchObject({ unitsTotal: 15 })
  })

  test('that is a function is called for each reading of its data', async () => {
    expect(await json('launch', runFile(PROFILES), '--profile', 'late', '--yes')).toMatchObject({ unitsTotal: 3 })
  })

  test.each([
    ['a name that there is not', PROFILES, 'pilto', 'There is no profile "pilto". There are: pilot, late.'],
    ['a name of what every object has', PROFILES, 'constructor', 'There is no profile "constructor"'],
    ['a file without profiles', '', 'pilot', 'The run has none: add "profiles" to its defineRun'],
    ['an option that a launch has not', 'profiles: { pilot: { budgt: usd(\'1\') } }', 'pilot', 'budgt'],
    ['options that do not fit the others', 'profiles: { pilot: { budget: usd(\'0.05\') } }', 'pilot', 'must cover at least one unit'],
    ['a function that throws', 'profiles: { pilot: () => { throw new Error(\'no data today\') } }', 'pilot', 'no data today'],
    ['a function that returns nothing', 'profiles: { pilot: () => undefined }', 'pilot', 'Profile "pilot" returned no launch options'],
    ['a profile that is none', 'profiles: { pilot: 5 }', 'pilot', '"pilot" must be launch options'],
    ['a name that is none', 'profiles: { \'the pilot\': {} }', 'pilot', '"the pilot" is no name of a profile'],
  ])('is told when it is %s, and nothing is launched', async (_what, profiles, profile, message) => {
    const path = runFile(profiles)
    for (const words of [['plan', path], ['launch', path, '--yes']]) {
      expect(await runCommand(...words, '--profile', profile, ...place())).toMatchObject({ code: 1, out: '', err: expect.stringContaining(message) as string })
    }
    expect(await mephisto.operator.runs()).toEqual([])
  })
})

test('a doctor plans with it', async () => {
  const path = runFile(PROFILES)
  expect((await runCommand('doctor', path, '--profile', 'pilot')).out).toContain('2 items, 2 units, at most $0.20')
  expect(await runCommand('doctor', path, '--profile', 'pilto')).toMatchObject({ code: 1, out: expect.stringContaining('There are: pilot, late.') as string })
})

test('a definition says its profiles, and is not changed by them', async () => {
  const definition = defineRun(sentiment, () => ({ task: 'tweets', requester: 'lab', provider: 'inhouse', data: [{ text: 'a' }] }), { profiles: { pilot: { unitsPerAssignment: 2 } } })
  expect(definition.profiles).toEqual(['pilot'])
  expect(await definition.options('pilot')).toMatchObject({ task: 'tweets', unitsPerAssignment: 2 })
  expect(await definition.options()).not.toHaveProperty('unitsPerAssignment')
})
