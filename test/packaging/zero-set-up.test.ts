import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createDatabase, isServing } from '../databases.js'
import { copyPackages, NEEDS } from './installed-packages.js'
import { printed, runNode } from './run-tool.js'
import { makeScratchApp, type ScratchApp } from './scratch-app.js'

// The databases that need no Prisma project, in a plain Node script, with the packages that they are said to need.

/** The package to install for each server's database. */
const DRIVERS = { postgresql: 'pg', mysql: 'mysql2' } as const

/** An app with what npm installs for the package, and these; Prisma cannot be reached from it. */
async function makeApp(...more: readonly string[]): Promise<ScratchApp> {
  const app = await makeScratchApp()
  copyPackages(app.folder, [...NEEDS.always, ...NEEDS.optional, ...more])
  app.bring('scripts', '.')
  for (const name of ['prisma', '@prisma']) expect(existsSync(join(app.folder, 'node_modules', name))).toBe(false)
  return app
}

const open = (app: ScratchApp, kind: string, at: string): unknown => JSON.parse(printed(runNode('zero-set-up.mjs', [kind, at], { cwd: app.folder })))

const RUN = `
  import { defineRun, usd } from 'mephisto-sdk'
  import { defineBlueprint } from 'mephisto-sdk/blueprint'
  import * as z from 'zod'
  const mood = defineBlueprint({ type: 'mood', input: z.object({ text: z.string() }), output: z.object({ label: z.enum(['positive', 'negative']) }) })
  export default defineRun(mood, () => ({
    task: 'moods', requester: 'lab', provider: 'inhouse', data: Array.from({ length: 30 }, (_, index) => ({ text: 'text ' + index })), pay: usd('0.10'), budget: usd('9'), unitsPerAssignment: 3,
  }), { plan: { minutesPerUnit: 0.5 } })`

/** As a terminal with colours sets it, whatever these tests run in. */
const TERMINAL = { ...process.env, TERM: 'xterm', NO_COLOR: '' }

/** What a command shows at a pseudo-terminal where somebody types. */
function atTerminal(command: string, { typed, cwd }: { readonly typed: string; readonly cwd: string }): string {
  return spawnSync('script', ['-qec', command, '/dev/null'], { cwd, env: TERMINAL, input: typed, encoding: 'utf8', timeout: 60_000 }).stdout
}

/** Two people answer an item each of the run that there is. */
const ANSWERS = `
  import { createTestMephisto } from 'mephisto-sdk/testing'
  import definition from './run.mjs'
  const { implementation } = definition
  const mephisto = await createTestMephisto({ blueprints: [implementation], file: 'moods.db' })
  mephisto.runtime.advance(Date.now() - mephisto.runtime.now())
  const [run] = await mephisto.operator.runs()
  for (const name of ['ann', 'ben']) await (await mephisto.worker(name).accept(implementation.blueprint, run)).submit({ label: 'positive' })
  await mephisto.close()
  console.log(run.id)`

/** What a command shows at a pseudo-terminal until it ends by itself, and what is done once it has shown something. */
async function watchedAtTerminal(command: string, { cwd, meanwhile }: { readonly cwd: string; readonly meanwhile: () => void }): Promise<string> {
  const child = spawn('script', ['-qec', command, '/dev/null'], { cwd, env: TERMINAL, stdio: ['ignore', 'pipe', 'ignore'], timeout: 60_000 })
  let shown = ''
  for await (const piece of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
    if (shown === '') meanwhile()
    shown += piece
  }
  return shown
}

describe('without a driver of a server', () => {
  let app: ScratchApp
  beforeAll(async () => {
    app = await makeApp()
    return app.remove
  })

  test('embeddedDb runs, in a folder that it makes', () => {
    expect(open(app, 'embedded', 'data/mephisto.db')).toMatchObject({ run: expect.any(String) as string })
    expect(printed(app.npx('mephisto', 'verify', '--db', 'data/mephisto.db'))).toContain('agrees with its log: 2 units, 2 agents, 2 answers')
  })

  test('a run in a file is launched at a terminal, after it was asked', () => {
    app.write('run.mjs', RUN)
    expect(printed(app.npx('mephisto', 'migrate', '--db', 'moods.db'))).toContain('applied')
    expect(printed(app.npx('mephisto', 'doctor', '--db', 'moods.db'))).toContain('The tables are up to date.')
    expect(printed(app.npx('mephisto', 'plan', 'run.mjs', '--db', 'moods.db'))).toContain('30 items, 90 units\nat most $9.00')
    const launch = (typed: string): string => atTerminal('npx mephisto launch run.mjs --db moods.db', { typed, cwd: app.folder })
    expect(launch('no\n')).toContain('Nothing was launched.')
    const said = launch('y\n')
    expect(said).toContain('Launch it? [y/N] ')
    expect(said).toMatch(/30 of 30 items written\r\n(?:.*\r\n)*launched [\da-f-]{36}: 90 units/)
    expect(printed(app.npx('mephisto', 'runs', '--db', 'moods.db')).match(/moods/g)).toHaveLength(1)
  })

  test('answers are reviewed and a run is watched at a terminal', async () => {
    app.write('answers.mjs', ANSWERS)
    const run = printed(runNode('answers.mjs', [], { cwd: app.folder })).trim()
    const reviewed = atTerminal(`npx mephisto review ${run} --db moods.db`, { typed: '?\na\nu\nr not so\nq\n', cwd: app.folder })
    expect(reviewed).toMatch(/item 0, by \S+ in \d+ s, \$0\.10\r\n {2}asked\r\n {4}text: text 0\r\n {2}answered\r\n {4}label: positive\r\n/)
    expect(reviewed).toContain('A, S, R the same for all answers of this worker')
    expect(reviewed).toContain('1 wait again')
    expect(reviewed).toMatch(/\r\ndecided 1, skipped 0; 1 wait for review\r\n/)
    const watched = await watchedAtTerminal(`npx mephisto watch ${run} --db moods.db`, { cwd: app.folder, meanwhile: () => { printed(app.npx('mephisto', 'expire', run, '--db', 'moods.db')) } })
    const lines = watched.split('\r\n')
    expect(lines[0]).toMatch(new RegExp(`\u001B\\[1m.*${run}.*running`))
    // Each showing goes up over the one before.
    expect(watched).toMatch(/\u001B\[\d+A\u001B\[0J/)
    expect(lines.find(line => line.includes('\u001B[0J') && line.includes('expired'))).toBeDefined()
  })

  test.each(Object.entries(DRIVERS))('%s says to install %s', (kind, driver) => {
    const message = `This database needs the package ${driver}, which is not installed. Run: npm install ${driver}`
    expect(open(app, kind, `${kind}://127.0.0.1/app`)).toEqual({ code: 'unavailable', message })
    const { status, output } = app.npx('mephisto', 'runs', '--db', `${kind}://127.0.0.1/app`)
    expect({ status, output }).toEqual({ status: 1, output: expect.stringContaining(`mephisto: ${message}\n`) as string })
  })
})

describe.each(Object.entries(DRIVERS) as [keyof typeof DRIVERS, string][])('with %s and the package %s', async (kind, driver) => {
  test.skipIf(!await isServing(kind))('runs', async () => {
    const app = await makeApp(driver)
    onTestFinished(() => { app.remove() })
    const database = await createDatabase(kind)
    onTestFinished(() => database.drop())
    expect(open(app, kind, database.url)).toEqual({ run: expect.any(String) as string, sqlite: [] })
    expect(printed(app.npx('mephisto', 'verify', '--db', database.url))).toContain('agrees with its log: 2 units, 2 agents, 2 answers')
  })
})
