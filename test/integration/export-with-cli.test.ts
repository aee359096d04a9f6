// Exports on the command line that need the blueprint: what it derives, and answers of earlier versions in its present shape.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import { implement } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { serveApp } from '../app-server.js'
import { runCommand } from '../run-command.js'

const SDK = fileURLToPath(new URL('../../sdk/index.ts', import.meta.url))
const BLUEPRINT = fileURLToPath(new URL('../../sdk/blueprints/index.ts', import.meta.url))
const before = defineBlueprint({ type: 'rating', input: z.object({ text: z.string() }), output: z.object({ stars: z.string() }) })

let folder: string
let t: TestMephisto
let run: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mephisto-with-'))
  t = await createTestMephisto({ blueprints: [implement(before)] })
  run = (await t.operator.launch(before, { task: 'ratings', requester: 'lab', provider: 'inhouse', data: [{ text: 'a' }] })).id
  await (await t.worker('ann').accept(before, { id: run })).submit({ stars: '4' })
})
afterEach(async () => {
  await t.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A run file of the version after, or of another blueprint. */
function runFile({ type = 'rating', migrate = '({ input, answer }) => ({ input, answer: { stars: Number(answer.stars) } })' } = {}): string {
  const path = join(folder, `${type}-${String(migrate.length)}.run.js`)
  writeFileSync(path, `
    import * as z from ${JSON.stringify(fileURLToPath(import.meta.resolve('zod')))}
    import { defineRun } from ${JSON.stringify(SDK)}
    import { defineBlueprint } from ${JSON.stringify(BLUEPRINT)}
    const after = defineBlueprint({ type: '${type}', input: z.object({ text: z.string() }), output: z.object({ stars: z.int() }) })
    export default defineRun(after, () => ({ task: 'ratings', requester: 'lab', provider: 'inhouse', data: [] }), {
      server: { agentState: { migrate: ${migrate}, derive: ({ answer }) => ({ isGood: answer.stars > 3 }) } },
    })`)
  return path
}
const exported = (...words: string[]) => runCommand('export', '--run', run, '--db', t.file, ...words)

test('migrates with the run file of the blueprint, and the card says so', async () => {
  const file = join(folder, 'set.csv')
  expect((await exported('--with', runFile(), '--migrated', '--format', 'csv')).out).toMatch(/answer\.stars,derived\n.*,4,"{""isGood"":true}"\n$/)
  expect((await exported('--with', runFile(), '--format', 'csv')).out).toMatch(/answer\.stars,derived\n.*,4,\n$/)
  expect((await exported('--with', runFile(), '--migrated', '--format', 'parquet', '--card', '--out', file)).code).toBe(0)
  const [, now, launched] = /version `([\da-f]{16})`, into which .* was migrated \(launched as `([\da-f]{16})`\)/.exec(readFileSync(join(folder, 'README.md'), 'utf8')) ?? []
  expect(launched).toBe(implement(before).schemaHash)
  expect(now).not.toBe(launched)
})

test.each([
  ['--migrated alone', () => ['--migrated'], /name it with --with/],
  ['a file of another blueprint', () => ['--with', runFile({ type: 'other' }), '--migrated'], /is of the blueprint "rating", and .* is of "other"/],
  ['no file', () => ['--with', join(folder, 'nothing.js')], /There is no file/],
  ['answers that cannot be migrated', () => ['--with', runFile({ migrate: '() => { throw new Error("no idea") }' }), '--migrated'], /migrating it failed: no idea/],
])('refuses %s and writes nothing', async (_, words, message) => {
  const file = join(folder, 'set.jsonl')
  const { code, err } = await exported(...words(), '--out', file)
  expect([code, err]).toEqual([1, expect.stringMatching(message) as string])
  expect(existsSync(file)).toBe(false)
})

test('an app migrates by itself, and takes no file', async () => {
  const app = await serveApp(t)
  try {
    expect((await runCommand('export', '--run', run, '--url', app.url, '--migrated')).out).toContain('"stars":"4"')
    expect((await runCommand('export', '--run', run, '--url', app.url, '--with', runFile())).err).toContain('The app has its own blueprints')
  } finally {
    await app.close()
  }
})
