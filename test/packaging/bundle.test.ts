import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'tsup'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { taskPageText } from '../../scripts/task-page.js'
import { entries } from '../../tsup.config.js'
import { ensureBuilt } from './ensure-built.js'
import { ROOT } from './run-tool.js'

/**
 * What each browser entry may cost a page, bytes: our own code, bundled, minified and gzipped. Packages are left out:
 * they are peers that the page has anyway (react, zod, React Query) or a dependency with a size of its own (@trpc/client; eventsource-parser, 1,500; what is used of idb-keyval, 600).
 */
const BUDGETS: Readonly<Record<string, number>> = {
  './blueprint': 2_000,
  './client': 8_300,
  // What `useTask` and `TaskGate` cost without the rest is below.
  './react': 12_800,
  './react/live': 2_000,
  // With all that a page has: 12.8 kB of it are those of `./react`.
  './react/form': 19_100,
  // With the calls and the money texts that `./react` has anyway, 1,900, for messages of reviewers.
  './react/remarks': 5_100,
  // With those of `TaskShell`, which `./react` has anyway.
  './react/chat': 6_500,
  // All of its screens; the review alone is 42 kB, its hooks 17 kB. Charts, 20 kB, are loaded when there is something to draw.
  './react/review': 78_000,
  // Every text of the screens in another alphabet: what they say grows with them.
  './react/review/arabic': 22_000,
  './react/console': 80_000,
}

/** What a page costs whose look is all its own: `useTask` and `TaskGate` of `./react`, without `TaskShell`. */
const HOOKS_BUDGET = 12_000

/** What the entries load besides when a task needs it: remote procedures and live work 4,600, files 1,600. */
const ON_DEMAND_BUDGET = 6_300

/** What each browser entry may import at run time. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  './blueprint': ['zod'],
  './client': ['@trpc/client', 'eventsource-parser', 'idb-keyval'],
  './react': ['eventsource-parser', 'idb-keyval', 'react', 'react/jsx-runtime'],
  './react/live': ['react', 'react/jsx-runtime'],
  './react/form': ['eventsource-parser', 'idb-keyval', 'react', 'react/jsx-runtime', 'zod'],
  './react/remarks': ['react', 'react/jsx-runtime'],
  './react/chat': ['react', 'react/jsx-runtime', 'zod'],
  './react/review': ['react', 'react-dom', 'react/jsx-runtime', '@tanstack/react-query'],
  './react/review/arabic': [],
  './react/console': ['react', 'react-dom', 'react/jsx-runtime', '@tanstack/react-query'],
}

/** What the script of HTML pages may cost, bytes: all of it, with its styles, minified and gzipped. */
const TASK_PAGE_BUDGET = 22_000

const SERVER_ONLY = ['node:', '@trpc/server', '@prisma', 'PrismaClient', 'libsql', 'better-sqlite3', 'csv-parse', 'createRequire', 'process.env']

interface Import { readonly path: string; readonly kind: string; readonly external?: boolean }
interface Metafile { readonly outputs: Readonly<Record<string, { readonly imports: readonly Import[] }>> }

interface Bundle {
  /** What is loaded at once. */
  readonly code: string
  /** What is loaded when it is needed. */
  readonly onDemand: string
  readonly packages: readonly string[]
}

let folder = ''

/** Where the build puts a source. */
function built(source: string): string {
  return join(ROOT, 'dist', source.replace(/\.tsx?$/, '.js'))
}

async function bundle(name: string, path: string): Promise<Bundle> {
  const outDir = join(folder, name.replace(/\W/g, '-'))
  const entry = { bundle: path }
  // tsup leaves out what package.json lists as dependencies and peers, and nothing else.
  await build({ config: false, entry, outDir, format: 'esm', platform: 'browser', target: 'es2022', minify: true, splitting: true, metafile: true, silent: true, dts: false })
  const { outputs } = JSON.parse(readFileSync(join(outDir, 'metafile-esm.json'), 'utf8')) as Metafile
  const imports = Object.values(outputs).flatMap(output => output.imports)
  const atOnce = new Set(Object.keys(outputs).filter(path => path.endsWith('/bundle.js')))
  for (const path of atOnce) for (const one of outputs[path]?.imports ?? []) if (one.kind === 'import-statement' && one.external !== true) atOnce.add(one.path)
  const textOf = (isAtOnce: boolean): string => Object.keys(outputs).filter(path => atOnce.has(path) === isAtOnce).map(path => readFileSync(join(outDir, basename(path)), 'utf8')).join('\n')
  return { code: textOf(true), onDemand: textOf(false), packages: [...new Set(imports.filter(one => one.external).map(one => one.path))].sort() }
}

describe('what a browser loads', () => {
  const bundles = new Map<string, Bundle>()
  const bundleOf = (name: string): Bundle => bundles.get(name) ?? { code: '', onDemand: '', packages: [] }

  beforeAll(async () => {
    await ensureBuilt()
    folder = mkdtempSync(join(tmpdir(), 'mephisto-bundle-'))
    for (const [name, source] of Object.entries(entries.browser)) bundles.set(name, await bundle(name, built(source)))
  })
  afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

  test('has a budget for every browser entry', () => {
    expect(Object.keys(BUDGETS).sort()).toEqual(Object.keys(entries.browser).sort())
  })

  test.each(Object.entries(PACKAGES))('%s imports only %j', (name, allowed) => {
    expect(bundleOf(name).code).not.toBe('')
    expect(bundleOf(name).packages.filter(path => !allowed.includes(path))).toEqual([])
  })

  test.each(Object.keys(BUDGETS))('%s holds nothing of the server', name => {
    expect(SERVER_ONLY.filter(trace => `${bundleOf(name).code}${bundleOf(name).onDemand}`.includes(trace))).toEqual([])
  })

  test.each(Object.entries(BUDGETS))('%s stays within %i bytes', (name, budget) => {
    const bytes = gzipSync(bundleOf(name).code, { level: 9 }).length
    console.log(`${name}: ${String(bytes)} of ${String(budget)} bytes`)
    expect(bytes).toBeGreaterThan(0)
    expect(bytes).toBeLessThanOrEqual(budget)
  })

  test.each(['./client', './react'])('%s loads the code for remote procedures and for files when a task has some', name => {
    const { code, onDemand } = bundleOf(name)
    const bytes = gzipSync(onDemand, { level: 9 }).length
    console.log(`${name} on demand: ${String(bytes)} of ${String(ON_DEMAND_BUDGET)} bytes`)
    for (const part of ['connectionParams', 'x-mephisto-file-name']) {
      expect(code).not.toContain(part)
      expect(onDemand).toContain(part)
    }
    expect(bytes).toBeLessThanOrEqual(ON_DEMAND_BUDGET)
  })

  test('hooks without the shell stay within theirs', async () => {
    const page = join(folder, 'hooks.js')
    writeFileSync(page, `export { useTask, TaskGate } from ${JSON.stringify(built(entries.browser['./react']))}`)
    const { code } = await bundle('hooks', page)
    const bytes = gzipSync(code, { level: 9 }).length
    console.log(`useTask and TaskGate: ${String(bytes)} of ${String(HOOKS_BUDGET)} bytes`)
    expect(code).toContain('mephisto-card')
    expect(code).not.toContain('mephisto-draft')
    expect(bytes).toBeLessThanOrEqual(HOOKS_BUDGET)
  })

  test('the script of HTML pages stays within its budget, and holds nothing of the server', () => {
    const code = taskPageText()
    const bytes = gzipSync(code, { level: 9 }).length
    console.log(`task page: ${String(bytes)} of ${String(TASK_PAGE_BUDGET)} bytes`)
    expect(bytes).toBeLessThanOrEqual(TASK_PAGE_BUDGET)
    expect([...SERVER_ONLY, 'ZodObject', 'parse5'].filter(trace => code.includes(trace))).toEqual([])
  })
})
