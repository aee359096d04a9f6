import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import type { Command } from 'commander'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createProgram, runCli } from '../../sdk/cli/run-cli.js'
import { keptText, runCommand } from '../run-command.js'

// What holds for every command there is, read from the tree of commands: one that is added is tested too.

const nowhere = new Writable({ write(_chunk, _encoding, done) { done() } })
const program = createProgram({ stdout: nowhere, stderr: nowhere }, () => undefined)

interface Leaf { readonly words: readonly string[]; readonly command: Command }

function leavesOf(command: Command, words: readonly string[] = []): readonly Leaf[] {
  const inner = command.createHelp().visibleCommands(command).filter(one => one.name() !== 'help')
  return inner.length === 0 ? [{ words, command }] : inner.flatMap(one => leavesOf(one, [...words, one.name()]))
}
const LEAVES = leavesOf(program).map(leaf => ({ ...leaf, name: leaf.words.join(' ') }))
/** Write one thing and are done. */
const WITHOUT_JSON = ['completion']
/** Look at files before they look at a database. */
const FILES_FIRST = ['plan', 'launch']

let folder = ''
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'mephisto-every-')) })
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeEach(() => { for (const name of ['MEPHISTO_DB', 'MEPHISTO_URL', 'MEPHISTO_HEADER', 'MEPHISTO_SECRET', 'NO_COLOR']) vi.stubEnv(name, undefined) })
afterEach(() => { vi.unstubAllEnvs() })

/** Words that a command can begin with: something for each argument and option that it must have. */
const MORE: Readonly<Record<string, readonly string[]>> = { unblock: ['x'], export: ['--run', 'x'], transcripts: ['--run', 'x'], 'projects retention': ['--none'], 'projects move': ['--out'], 'projects budget': ['--none'], 'projects discard-files': ['--yes'], review: ['--json'] }
function needed({ words, command }: Leaf): string[] {
  const options = command.options.filter(option => option.mandatory).flatMap(option => [option.long ?? '', option.argChoices?.[0] ?? (option.long === '--lease-ms' ? '60000' : 'x')])
  return [...MORE[words.join(' ')] ?? [], ...command.registeredArguments.filter(argument => argument.required).map(argument => argument.argChoices?.[0] ?? 'x'), ...options]
}

async function atTerminal(columns: number, ...words: string[]): Promise<string> {
  const terminal = keptText(columns)
  await runCli(words, { stdout: terminal, stderr: terminal })
  return terminal.text()
}

test('the commands that there must be', () => {
  const names = new Set(LEAVES.map(({ words }) => words[0]))
  for (const name of ['init', 'migrate', 'doctor', 'plan', 'launch', 'watch', 'runs', 'pause', 'resume', 'drain', 'expire', 'review', 'export', 'files', 'import', 'workers', 'qualifications', 'verify', 'completion']) expect(names).toContain(name)
  expect(LEAVES.length).toBeGreaterThan(35)
})

describe.each(LEAVES)('mephisto $name', leaf => {
  const { words, command, name } = leaf
  const has = (long: string): boolean => command.options.some(option => option.long === long)

  test('has help: what it does, and each of its options and arguments with a text', async () => {
    const { code, out, err } = await runCommand(...words, '--help')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain(`Usage: mephisto ${name}`)
    expect(command.description()).toMatch(/^[A-Z].*\.$|bash\)$/)
    for (const option of command.options) {
      expect(out).toContain(option.long)
      expect(option.description, option.long ?? '').not.toBe('')
    }
    expect(out).not.toMatch(/\u001B/)
  })

  test('refuses an option that there is not, and suggests one', async () => {
    const { code, out, err } = await runCommand(...words, ...needed(leaf), '--jsn')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain("unknown option '--jsn'")
    expect(err).toContain('mephisto <command> --help')
  })

  if (has('--limit')) {
    test.each(['0', '-5', 'many', '1.5'])('refuses a limit of %s', async limit => {
      expect(await runCommand(...words, ...needed(leaf), `--limit=${limit}`)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/'--limit <number>' argument .* is invalid/) as string })
    })
  }

  if (!WITHOUT_JSON.includes(name)) test('writes JSON where it is asked', () => { expect(has('--json')).toBe(true) })

  if (has('--db') && !FILES_FIRST.includes(name)) {
    test('asks which database, and says which file there is not', async () => {
      expect(await runCommand(...words, ...needed(leaf))).toMatchObject({ code: 1, out: name === 'doctor' ? expect.any(String) as string : '', err: expect.stringMatching(/^mephisto: (Which database\?|Under which secret)/) as string })
      if (name === 'migrate') return
      const missing = join(folder, 'none.db')
      expect(await runCommand(...words, ...needed(leaf), '--db', missing, ...(has('--secret') ? ['--secret', 'x'.repeat(32)] : []))).toMatchObject({ code: 1, err: `mephisto: There is no database file ${missing}. Check --db or MEPHISTO_DB.\n` })
    })
  }

  if (has('--url') && !FILES_FIRST.includes(name)) {
    test('says that an app is not there', async () => {
      const { code, out, err } = await runCommand(...words, ...needed(leaf), '--url', 'http://127.0.0.1:1/mephisto/')
      expect(code).toBe(1)
      expect(out + err).toContain('Nothing answers at http://127.0.0.1:1/mephisto/')
    })
  }

  test('fits a narrow terminal', async () => {
    const lines = (await atTerminal(40, ...words, '--help')).replaceAll(/\u001B\[\d+m/g, '').split('\n')
    // Commander leaves the line of the usage whole, and nobody breaks a word.
    for (const line of lines) if (!line.startsWith('Usage') && line.trim().includes(' ')) expect(line.length, line).toBeLessThan(40)
  })
})

describe('colours', () => {
  test('are on a terminal alone, and not where NO_COLOR or TERM say so', async () => {
    expect(await atTerminal(80, '--help')).toMatch(/\u001B\[1m/)
    expect(await atTerminal(80, 'runs')).toMatch(/\u001B\[31mmephisto:\u001B\[39m Which database\?/)
    vi.stubEnv('NO_COLOR', '1')
    for (const words of [['--help'], ['runs'], ['doctor', '--db', join(folder, 'none.db')]]) expect(await atTerminal(80, ...words)).not.toMatch(/\u001B/)
    vi.stubEnv('NO_COLOR', '')
    vi.stubEnv('TERM', 'dumb')
    expect(await atTerminal(80, 'runs')).not.toMatch(/\u001B/)
  })
})

test('a database that cannot be reached is told, without its password', async () => {
  await Promise.all([['runs'], ['migrate', '--check']].map(async words => {
    const { code, out, err } = await runCommand(...words, '--db', 'postgresql://ann:secret@127.0.0.1:1/nowhere')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain('cannot be reached')
    expect(err).not.toContain('secret')
  }))
}, 60_000)

test('the version is that of the package', async () => {
  expect(await runCommand('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string })
})

test('a command that there is not is refused, and one that is like it suggested', async () => {
  expect(await runCommand('lanch')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Did you mean launch?') as string })
})
