import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runCli } from '../../sdk/cli/run-cli.js'
import { implement } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { keptText, runCommand } from '../run-command.js'
import { sentiment } from '../sentiment.js'

const SDK = fileURLToPath(new URL('../../sdk/index.ts', import.meta.url))
const SENTIMENT = fileURLToPath(new URL('../sentiment.ts', import.meta.url))

let mephisto: TestMephisto
let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mephisto-launch-'))
  mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] })
})
afterEach(async () => {
  await mephisto.close()
  rmSync(folder, { recursive: true, force: true })
})

let files = 0
/** Writes a file and returns its path: each is a module of its own. */
function file(text: string, name = `run-${String(files += 1)}.js`): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const runFile = (options: string, parts = '{}'): string => file(`
  import { defineRun, usd } from ${JSON.stringify(SDK)}
  import { sentiment } from ${JSON.stringify(SENTIMENT)}
  export default defineRun(sentiment, () => ({ task: 'tweets', requester: 'lab', provider: 'inhouse', data: [{ text: 'one' }, { text: 'two' }], ${options} }), ${parts})`)

const command = (...words: string[]) => runCommand(...words, '--db', mephisto.file)

/** Runs a command at a terminal where somebody types. */
async function atTerminal(typed: string, ...words: string[]): Promise<{ code: number; out: string }> {
  const terminal = keptText(200)
  const stdin = Object.assign(new PassThrough(), { isTTY: true })
  stdin.end(typed)
  return { code: await runCli([...words, '--db', mephisto.file], { stdout: terminal, stderr: terminal, stdin }), out: terminal.text() }
}

describe('mephisto plan', () => {
  test('says what a run would be, and writes nothing', async () => {
    const path = runFile('pay: usd(\'0.10\'), budget: usd(\'0.30\'), unitsPerAssignment: 2', '{ plan: { minutesPerUnit: 0.5, hourlyPayFloor: usd(15) } }')
    expect(await command('plan', path)).toEqual({
      code: 0, err: '', out: [
        '2 items, 4 units, 3 of them within the budget', 'at most $0.40: $0.40 pay and $0.00 fees', '0.5 minutes a unit as you expect it, so an hour pays $12.00',
        '! The budget of $0.30 covers 3 of 4 units; all of them need $0.40.', '! At 0.5 minutes a unit, an hour pays $12.00, less than $15.00; raise "pay".', '',
      ].join('\n'),
    })
    expect(JSON.parse((await command('plan', path, '--json')).out)).toMatchObject({ items: 2, units: 4, unitsCovered: 3 })
    expect(await mephisto.operator.runs()).toEqual([])
  })

  test('says "at most" where something bounds training, screening and gold, and what a person costs where nothing does', async () => {
    const training = 'pay: usd(\'0.10\'), training: { qualification: \'trained\', items: [{ input: { text: \'a\' }, expected: { label: \'positive\' } }] }'
    expect((await command('plan', runFile(`${training}, workers: ['ann', 'ben']`))).out).toContain('at most $0.40: $0.20 pay and $0.00 fees, and $0.20 for training, screening and gold')
    expect((await command('plan', runFile(training))).out).toContain('$0.20 for these: $0.20 pay and $0.00 fees; and up to $0.10 a person for training, screening and gold')
  })

  test('names what is wrong with the data', async () => {
    expect(await command('plan', runFile('data: [{ text: \'one\' }, { text: 2 }]'))).toMatchObject({ code: 1, out: '', err: expect.stringContaining('Data row 2 does not fit') as string })
  })
})

describe('mephisto launch', () => {
  test('launches what the file defines, with its server half', async () => {
    const path = runFile('pay: usd(\'0.10\'), screening: { passed: \'passed\', failed: \'failed\' }', '{ server: { judge: () => true } }')
    const { code, out, err } = await command('launch', path, '--yes')
    const [run] = await mephisto.operator.runs()
    expect({ code, err, last: out.trim().split('\n').at(-1) }).toEqual({ code: 0, err: '', last: `launched ${run?.id ?? ''}: 2 units (see mephisto watch ${run?.id ?? ''})` })
    expect((await mephisto.worker('ann').accept(sentiment, { id: run?.id ?? '' })).input).toEqual({ text: 'one' })
    expect(JSON.parse((await command('launch', path, '--yes', '--json')).out)).toMatchObject({ task: 'tweets', status: 'running' })
  })

  test('asks first at a terminal, and launches nothing for anything but yes', async () => {
    const path = runFile('')
    for (const typed of ['n\n', '\n', 'yess\n', '']) {
      expect(await atTerminal(typed, 'launch', path)).toMatchObject({ code: 1, out: expect.stringContaining('Nothing was launched.') as string })
    }
    expect(await mephisto.operator.runs()).toEqual([])
    const { code, out } = await atTerminal('y\n', 'launch', path)
    expect(out).toContain('2 items, 2 units')
    expect(out).toContain('Launch it? [y/N] ')
    expect(out).toContain('2 of 2 items written')
    expect(code).toBe(0)
    expect(await mephisto.operator.runs()).toHaveLength(1)
  })

  test('launches nothing where nobody can be asked', async () => {
    expect(await command('launch', runFile(''))).toMatchObject({ code: 1, err: expect.stringContaining('Give --yes') as string })
    expect(await mephisto.operator.runs()).toEqual([])
  })

  test('reads its data anew for the plan and for the launch', async () => {
    const path = runFile('data: (function* () { yield { text: \'once\' } })()')
    expect((await command('launch', path, '--yes')).code).toBe(0)
  })
})

test.each([
  ['a file that is not there', () => join(folder, 'nothing.js'), 'There is no file'],
  ['a broken file', () => file('export default {'), 'could not be loaded'],
  ['a file that throws', () => file('throw new Error("no data today")'), 'could not be loaded: no data today'],
  ['a file that imports what is not there', () => file('import "./missing.js"'), 'could not be loaded'],
  ['a file without a run', () => file('export const run = 1'), 'exports no run'],
  ['a file that exports something else', () => file('export default { options: {} }'), 'exports no run'],
  ['data of another schema', () => runFile('data: [{ words: 1 }]'), 'does not fit the input schema'],
  ['options that throw', () => runFile('get pay() { throw new Error("the price is gone") }'), 'the price is gone'],
  ['data that throws', () => runFile('data: (function* () { yield { text: \'one\' }; throw new Error(\'the disk is gone\') })()'), 'its data could not be had: the disk is gone'],
  ['data that is none', () => runFile('data: 5'), 'must be an array, an iterable'],
  ['an unknown provider', () => runFile('provider: \'elsewhere\''), 'There is no provider "elsewhere"'],
])('%s is told, and nothing is launched', async (_what, path, message) => {
  const { code, out, err } = await command('launch', path(), '--yes')
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toContain(message)
  expect(await mephisto.operator.runs()).toEqual([])
})
