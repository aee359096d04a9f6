import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { beforeAll, describe, expect, test } from 'vitest'
import { copyPackages, NEEDS } from './installed-packages.js'
import { commandFile, printed, run, runNode } from './run-tool.js'
import { makeScratchApp, type ScratchApp } from './scratch-app.js'

// The embedded database is Node's own SQLite on Node 24 and libsql on Node 20. MEPHISTO_NODE_24 is the file of a Node 24, which
// .ci/run installs.

const NODE_24 = process.env['MEPHISTO_NODE_24'] ?? ''
const isThere = NODE_24 !== '' && run(NODE_24, ['--version']).stdout.startsWith('v24.')
if (!isThere && process.env['MEPHISTO_CI'] === '1') throw new Error(`MEPHISTO_NODE_24 is not the file of a Node 24: "${NODE_24}"`)

/** The SQLite that each has, its name and its file. */
const NODES: [sqlite: string, version: string, node: string][] = [
  [process.version.startsWith('v20.') ? 'libsql' : 'node:sqlite', process.version, process.execPath],
  ['node:sqlite', 'v24', NODE_24],
]

describe.runIf(isThere)('the embedded database', () => {
  let app: ScratchApp
  beforeAll(async () => {
    app = await makeApp(...NEEDS.optional)
    return app.remove
  })

  test.each(NODES)('is %s on Node %s', (sqlite, version, node) => {
    expect(wholeRun(app, node, `${version}.db`)).toMatchObject({ sqlite: [sqlite] })
  })

  test('is one file for both: what one wrote, the other reads and continues', () => {
    const runs = [...NODES, ...NODES].map(([, , node]) => wholeRun(app, node, 'both.db').run)
    for (const [, , node] of NODES) {
      const lines = mephisto(node, 'verify', '--db', 'both.db')
      expect(lines.map(line => line.replace(/, \d+ events$/, '')).sort()).toEqual(runs.map(id => `${String(id)}  agrees with its log: 2 units, 2 agents, 2 answers`).sort())
    }
  })

  test.each(NODES)('%s on Node %s keeps what was acknowledged before a kill, and another process goes on', async (_, version, node) => {
    const file = `killed-${version}.db`
    const first = await answersUntilKilled(node, file)
    expect(first.length).toBeGreaterThanOrEqual(40)
    const second = linesOf(printed(runNode('answer-all.mjs', [file, 'negative'], { node, cwd: app.folder })))
    const [run] = mephisto(node, 'runs', '--db', file, '--json').map(line => JSON.parse(line) as { id: string; unitsAnswered: number })
    expect(run).toMatchObject({ unitsAnswered: 200 })
    const rows = mephisto(node, 'export', '--db', file, '--run', run?.id ?? '').map(line => JSON.parse(line) as { input: { text: string }; answer: { label: string } })
    const labelled = (label: string): string[] => rows.filter(({ answer }) => answer.label === label).map(({ input }) => input.text)
    expect(rows).toHaveLength(200)
    // The process may have died between a commit and its acknowledgement.
    expect(labelled('positive')).toEqual(expect.arrayContaining(first))
    expect(labelled('negative').sort()).toEqual(second.sort())
    expect(mephisto(node, 'verify', '--db', file)).toEqual([expect.stringContaining('agrees with its log: 200 units')])
  })

  const mephisto = (node: string, ...words: string[]): string[] => linesOf(printed(runNode('node_modules/.bin/mephisto', words, { node, cwd: app.folder })))

  /** The items that a process acknowledged before it was killed in the middle of its work. */
  async function answersUntilKilled(node: string, file: string): Promise<string[]> {
    const child = spawn(node, ['answer-all.mjs', file, 'positive', '100'], { cwd: app.folder, stdio: ['ignore', 'pipe', 'inherit'] })
    const lines: string[] = []
    createInterface({ input: child.stdout }).on('line', line => {
      lines.push(line)
      if (lines.length === 40) child.kill('SIGKILL')
    })
    const [, signal] = await once(child, 'close') as [number | null, NodeJS.Signals | null]
    expect(signal).toBe('SIGKILL')
    return lines
  }
})

describe.runIf(isThere)('the embedded database without libsql', () => {
  let app: ScratchApp
  beforeAll(async () => {
    app = await makeApp()
    return app.remove
  })

  test.each(NODES)('where it is %s on Node %s', (sqlite, _, node) => {
    const needed = { code: 'unavailable', message: expect.stringContaining('or install it: npm install libsql') as string }
    expect(wholeRun(app, node, 'alone.db')).toMatchObject(sqlite === 'libsql' ? needed : { sqlite: [sqlite] })
  })
})

test.runIf(isThere)('the contract suite and the adapter tests hold on Node 24', () => {
  const files = ['contract/sqlite', 'unit/sqlite-adapter', 'unit/migrate', 'integration/sqlite-processes'].map(name => join('test', `${name}.test.ts`))
  const env = { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST'))), NO_COLOR: '1' }
  // Every test: none was skipped.
  expect(printed(runNode(commandFile('vitest/vitest.mjs'), ['run', ...files], { node: NODE_24, env }))).toMatch(/Tests {2}(\d+) passed \(\1\)/)
})

async function makeApp(...more: readonly string[]): Promise<ScratchApp> {
  const app = await makeScratchApp()
  copyPackages(app.folder, [...NEEDS.always, ...more])
  app.bring('scripts', '.')
  return app
}

const linesOf = (text: string): string[] => text.trim().split('\n')

/** What `zero-set-up.mjs` prints: the run, or what went wrong. */
function wholeRun({ folder }: ScratchApp, node: string, file: string): { readonly run?: string } {
  return JSON.parse(printed(runNode('zero-set-up.mjs', ['embedded', file], { node, cwd: folder }))) as { run?: string }
}
