import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureBuilt, pack } from './ensure-built.js'
import { commandFile, ROOT, run, runNode } from './run-tool.js'

type Names = Readonly<Record<string, string>>
interface Manifest { readonly dependencies: Names; readonly optionalDependencies: Names; readonly peerDependencies: Names }

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest
/** What a consumer has: what the package brings with it, its peers, and the types of those. */
const PACKAGES = [
  ...Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.peerDependencies }),
  'react-dom', '@types/node', '@types/react', '@types/express',
]

/** The README's code as files, each named by its first line: what the README shows must compile. */
function writeReadmeCode(folder: string): void {
  mkdirSync(folder)
  const blocks = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/```tsx?\n\/\/ (\S+)\n([^]*?)```/g)]
  for (const [, name = '', code = ''] of blocks) writeFileSync(join(folder, name), code)
  expect(blocks.map(([, name]) => name)).toEqual(['server.ts', 'task.ts', 'task-page.tsx', 'review-page.tsx', 'task.test.ts'])
  // What the reader's own app brings.
  writeFileSync(join(folder, 'your-app.ts'), `import type { Principal } from 'mephisto-sdk'
export const currentUser = (request: Request): Principal | null => (request.headers.has('x') ? { id: 'a', name: 'A', roles: ['reviewer'] } : null)
export const rows = [{ text: 'good' }]
export const secret: string = 'at least thirty-two characters of it'
`)
}

describe('the tarball', () => {
  let folder = ''
  let tarball = ''
  let consumer = ''

  beforeAll(async () => {
    await ensureBuilt()
    folder = mkdtempSync(join(tmpdir(), 'mephisto-tarball-'))
    tarball = join(folder, pack(['--pack-destination', folder]).filename)
    consumer = join(folder, 'consumer')
    cpSync(join(ROOT, 'test/packaging/consumer'), consumer, { recursive: true })
    writeFileSync(join(consumer, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }))
    writeReadmeCode(join(consumer, 'readme'))
    for (const name of PACKAGES) {
      const link = join(consumer, 'node_modules', name)
      mkdirSync(dirname(link), { recursive: true })
      symlinkSync(join(ROOT, 'node_modules', name), link)
    }
    const installed = join(consumer, 'node_modules/mephisto-sdk')
    mkdirSync(installed)
    const { status, output } = run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1'])
    if (status !== 0) throw new Error(output)
  })
  afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

  test('passes publint, strictly', () => {
    const { status, output } = runNode(commandFile('publint/src/cli.js'), [tarball, '--strict'])
    expect(output).toContain('All good')
    expect(status, output).toBe(0)
  })

  test('has types that match its code for every way of ESM', () => {
    const { status, output } = runNode(commandFile('@arethetypeswrong/cli/dist/index.js'), [
      tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji', '--exclude-entrypoints', 'react/task.css', 'react/review.css',
    ])
    expect(status, output).toBe(0)
  })

  test.each([
    ['NodeNext', []],
    ['a bundler', ['--module', 'preserve', '--moduleResolution', 'bundler']],
  ])('type-checks in a consumer under %s, with every declaration checked', (_, flags) => {
    const { status, output } = runNode(commandFile('typescript/bin/tsc'), ['-p', '.', ...flags], { cwd: consumer })
    expect(status, output).toBe(0)
  })

  test('a consumer gets an error for a wrong row, so the types above are not any', () => {
    writeFileSync(join(consumer, 'wrong.ts'), `
      import { client } from './tool.js'
      import { sentiment } from './task.js'
      const options = { task: 't', requester: 'r', provider: 'inhouse', unitsPerAssignment: 1, pay: { minor: 1, currency: 'USD' } }
      export const wrong = () => client.launch(sentiment, { ...options, data: [{ text: 1 }] })
    `)
    try {
      const { status, output } = runNode(commandFile('typescript/bin/tsc'), ['-p', '.', '--noEmit', '--emitDeclarationOnly', 'false'], { cwd: consumer })
      expect(status).not.toBe(0)
      expect(output).toMatch(/^wrong\.ts\(5,\d+\): error TS2322: Type 'number' is not assignable to type 'string'/)
    } finally {
      rmSync(join(consumer, 'wrong.ts'))
    }
  })

  test('runs: an embedded database, a launch, a worker, an export, a second opening', () => {
    const { status, stdout, output } = runNode('run-embedded.mjs', [join(folder, 'data/mephisto.db')], { cwd: consumer })
    expect(status, output).toBe(0)
    expect(JSON.parse(stdout)).toEqual([
      { text: 'good', label: 'positive', status: 'completed', pay: { minor: 10, currency: 'USD' } },
      { text: 'bad', label: 'negative', status: 'completed', pay: { minor: 10, currency: 'USD' } },
    ])
  })

  test('can be required', () => {
    const { status, stdout, output } = runNode('require-entries.cjs', [], { cwd: consumer })
    expect(status, output).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      'mephisto-sdk': expect.arrayContaining(['createMephisto', 'implement']) as string[],
      'mephisto-sdk/embedded': ['embeddedDb'],
    })
  })

  test('brings the mephisto command', () => {
    const { status, stdout, output } = runNode(join(consumer, 'node_modules/mephisto-sdk/dist/sdk/cli/main.js'), ['--help'], { cwd: consumer })
    expect(status, output).toBe(0)
    expect(stdout).toContain('mephisto')
  })
})
