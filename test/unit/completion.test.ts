import { Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { behindBreak, wordsOfLine } from '../../sdk/cli/completion/line-words.js'
import { candidatesFor } from '../../sdk/cli/completion/known-values.js'
import { completionScript, SHELLS } from '../../sdk/cli/completion/shell-scripts.js'
import { wantedAt } from '../../sdk/cli/completion/wanted.js'
import { createProgram } from '../../sdk/cli/run-cli.js'
import { runCommand } from '../run-command.js'

const nowhere = new Writable({ write(_chunk, _encoding, done) { done() } })
const program = createProgram({ stdout: nowhere, stderr: nowhere }, () => undefined)
const at = (...words: string[]) => wantedAt(program, words)
/** What completes without a database. */
const values = async (...words: string[]): Promise<string[]> => (await candidatesFor(at(...words), {})).map(({ value }) => value)

describe('what can stand where the cursor is', () => {
  test('commands, and those inside of one', async () => {
    expect(await values('')).toEqual(expect.arrayContaining(['init', 'migrate', 'doctor', 'plan', 'launch', 'watch', 'runs', 'pause', 'resume', 'drain', 'expire', 'review', 'export', 'import', 'workers', 'qualifications', 'verify', 'completion']))
    expect(await values('')).not.toContain('complete')
    expect(await values('re')).toEqual(['reassign', 'remarks', 'remove-data', 'requeue', 'resume', 'resume-feed', 'review', 'revoke'].sort((a, b) => order(a) - order(b)))
    expect(await values('webhooks', 'd')).toEqual(['delete', 'deliveries'])
    expect(await values('workers', '')).toEqual(['list', 'show', 'help'])
    expect(at('runs', '').candidates).toEqual([])
  })

  test('options, but not again those that were given', async () => {
    expect(await values('runs', '--')).toEqual(['--db', '--db-schema', '--prefix', '--url', '--header', '--json', '--task', '--status', '--archived', '--limit', '--help'])
    expect(await values('runs', '--json', '--j')).toEqual([])
    expect(await values('runs', '--header', 'a: b', '--he')).toEqual(['--header', '--help'])
    // A group alone is its list.
    expect(await values('workers', '--ps')).toEqual(['--pseudonym'])
  })

  test('values of which there are few', async () => {
    expect(await values('export', '--run', 'x', '--format', '')).toEqual(['jsonl', 'csv', 'parquet'])
    expect(await values('export', '--format=c')).toEqual(['--format=csv'])
    expect(await values('runs', '--status', 'paused', 'dr')).toEqual(['draining'])
    expect(await values('runs', '--status', 'paused', '--l')).toEqual(['--limit'])
    expect(await values('completion', '')).toEqual(['bash', 'zsh', 'fish'])
    expect(await values('block', 'ann', '--scope', 'e')).toEqual(['everywhere'])
  })

  test('names of files, where there is one', async () => {
    for (const words of [['launch', ''], ['plan', './r'], ['runs', '--db', ''], ['export', '--out', 'x'], ['export', '--with', 'x'], ['top-up', 'r', '--data', ''], ['doctor', ''], ['import', ''], ['import-original', ''], ['init', '--schema', '']]) expect(await values(...words), words.join(' ')).toEqual([':files'])
  })

  test('names of what is in the database, by what the option or argument is called', () => {
    const names = (...words: string[]) => [at(...words).name, at(...words).commands.join(' ')]
    expect(names('pause', '')).toEqual(['run', 'pause'])
    expect(names('pause', '--db', 'x.db', '')).toEqual(['run', 'pause'])
    expect(names('pause', 'x', '')).toEqual([null, 'pause'])
    expect(names('export', '--run', '')).toEqual(['run', 'export'])
    expect(['--task', '--project', '--worker'].map(option => names('export', option, '')[0])).toEqual(['task', 'project', 'worker'])
    expect(names('grant', 'english', 'ann', 'be')).toEqual(['people', 'grant'])
    expect(names('grant', '')).toEqual(['qualification', 'grant'])
    expect(names('workers', 'show', '')).toEqual(['person', 'workers show'])
    expect(names('compensate', 'x', '')).toEqual(['worker', 'compensate'])
    expect(names('webhooks', 'pause', '')).toEqual(['webhook', 'webhooks pause'])
    expect(names('projects', 'move', 'tweets', '--to', '')).toEqual(['to', 'projects move'])
    expect(at('grant', '--by', 'id', '--provider=lab', '--', '').given).toEqual(new Map([['by', ['id']], ['provider', ['lab']]]))
  })

  test('each with what it says, on a line of its own', async () => {
    expect((await runCommand('complete', '--', 'paus')).out).toBe('pause\tStop handing out units; work under way can be finished.\n')
    expect((await runCommand('complete', '--line', 'mephisto export --format=c', '--word', 'c')).out).toBe('csv\thow to write them\n')
    expect((await runCommand('complete', '--', 'launch', '')).out).toBe(':files\n')
  })

  test('nothing where the place is none, fails or takes long', async () => {
    expect(await values('pause', '')).toEqual([])
    expect(await values('pause', '--db', '/there/is/no.db', '')).toEqual([])
    expect(await values('pause', '--db', 'mongodb://x/y', '')).toEqual([])
    expect(await values('pause', '--db', 'x', '--url', 'http://y/', '')).toEqual([])
    // Nothing is there, and nothing says so. The best of three: a busy machine takes its own time.
    const times: number[] = []
    for (let round = 0; round < 3; round += 1) {
      const before = performance.now()
      expect(await values('pause', '--url', 'http://192.0.2.1/', '')).toEqual([])
      times.push(performance.now() - before)
    }
    expect(Math.min(...times)).toBeLessThan(1_500)
    expect(await runCommand('complete', '--', 'pause', '--db', '/there/is/no.db', '')).toEqual({ code: 0, out: '', err: '' })
  })
})

const order = (name: string): number => program.commands.findIndex(command => command.name() === name)

test.each<[string, readonly string[]]>([
  ['mephisto ', ['mephisto', '']], ['mephisto pau', ['mephisto', 'pau']], ['mephisto grant "two words" a', ['mephisto', 'grant', 'two words', 'a']],
  ["mephisto grant 'it is' ", ['mephisto', 'grant', 'it is', '']], ['mephisto grant two\\ words', ['mephisto', 'grant', 'two words']], ['mephisto  --db=x:y  ', ['mephisto', '--db=x:y', '']],
  ['mephisto grant "two wo', ['mephisto', 'grant', 'two wo']], ['mephisto grant ""', ['mephisto', 'grant', '']], ["a 'b\\' c", ['a', 'b\\', 'c']], ['', ['']], ['a\\', ['a\\']],
])('the words of %s', (line, words) => {
  expect(wordsOfLine(line)).toEqual(words)
})

test('bash replaces what is behind the last break of the word', () => {
  expect(behindBreak('--format=csv', '--format=c', 'c')).toBe('csv')
  expect(behindBreak('--format=csv', '--format=', '=')).toBe('csv')
  expect(behindBreak('anonymous:12', 'anonymous:1', '1')).toBe('12')
  expect(behindBreak('anonymous:12', 'anonymous:', ':')).toBe('12')
  expect(behindBreak('csv', 'c', 'c')).toBe('csv')
  expect(behindBreak('csv', '', '')).toBe('csv')
})

describe('a script', () => {
  test.each(SHELLS)('for %s asks the command that was typed, and hides what goes wrong', shell => {
    const script = completionScript(shell)
    expect(script).toContain('mephisto completion ' + shell)
    expect(script).toMatch(/ complete .*2>\/dev\/null/)
    expect(script).toContain("':files'")
    expect(script).toMatch({ bash: /^complete -F _mephisto mephisto$/m, zsh: /^#compdef mephisto\n[^]*compdef _mephisto mephisto/, fish: /^complete -c mephisto -f -a '\(__mephisto\)'$/m }[shell])
    // What begins ends.
    const count = (pattern: RegExp): number => script.match(pattern)?.length ?? 0
    expect(count(/\{/g)).toBe(count(/\}/g))
    if (shell === 'fish') expect(count(/^\s*(function|if|for|while|switch)\b/gm)).toBe(count(/^\s*end$/gm))
    else expect(count(/^\s*(if)\b/gm)).toBe(count(/^\s*fi$/gm))
  })

  test('is printed, and no other shell is known', async () => {
    expect(await runCommand('completion', 'bash')).toEqual({ code: 0, err: '', out: completionScript('bash') })
    expect(await runCommand('completion', 'tcsh')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Allowed choices are bash, zsh, fish') as string })
    expect(await runCommand('completion')).toMatchObject({ code: 2, err: expect.stringContaining("missing required argument 'shell'") as string })
  })
})
