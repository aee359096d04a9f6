import { spawnSync } from 'node:child_process'
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

/** What a command shows at a pseudo-terminal where somebody types. */
function atTerminal(command: string, { typed, cwd }: { readonly typed: string; readonly cwd: string }): string {
  return spawnSync('script', ['-qec', command, '/dev/null'], { cwd, input: typed, encoding: 'utf8', timeout: 60_000 }).stdout
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
