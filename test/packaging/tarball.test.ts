import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { linkPackages, NEEDS } from './installed-packages.js'
import { commandFile, printed, ROOT, runNode } from './run-tool.js'
import { makeScratchApp, type ScratchApp } from './scratch-app.js'

/** What a consumer has: what the package brings with it, its peers, and the types of those. */
const PACKAGES = [...new Set([...NEEDS.always, ...NEEDS.peers, 'react-dom', '@types/node', '@types/react', '@types/express'])]

/** The README's code as files, each named by its first line: what the README shows must compile. */
function writeReadmeCode(folder: string): void {
  mkdirSync(folder)
  const blocks = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/```tsx?\n\/\/ (\S+)\n([^]*?)```/g)]
  for (const [, name = '', code = ''] of blocks) writeFileSync(join(folder, name), code)
  expect(blocks.map(([, name]) => name)).toEqual([
    'server.ts', 'task.ts', 'launch-file.ts', 'task-page.tsx', 'review-page.tsx', 'labels.ts', 'html-task.ts', 'photos.ts', 'photo-page.tsx', 'drafting.ts', 'drafting-server.ts', 'drafting-page.tsx', 'tea-talk.ts', 'tea-talk-server.ts', 'tea-talk-page.tsx', 'counting.ts', 'chain.ts',
    'change-a-run.ts', 'tweets.run.ts',
    'who-may-work.ts', 'leave-no-trace.ts', 'checked-run.ts',
    'tell-others.ts', 'read-data.ts', 'telemetry.ts',
    'databases.ts', 'with-prisma.ts', 'task.test.ts',
  ])
  // What the reader's own app brings.
  writeFileSync(join(folder, 'your-app.ts'), `import type { Principal } from 'mephisto-sdk'
export const currentUser = (request: Request): Principal | null => (request.headers.has('x') ? { id: 'a', name: 'A', roles: ['reviewer'] } : null)
export const rows = [{ text: 'good' }]
export const secret: string = 'at least thirty-two characters of it'
export const askYourModel = (text: string, signal: AbortSignal): Promise<string> => (signal.aborted ? Promise.reject(new Error('late')) : Promise.resolve(text))
export const metricsToken: string = 'another text of thirty-two characters'
`)
}

describe('the tarball', () => {
  let consumer: ScratchApp

  beforeAll(async () => {
    consumer = await makeScratchApp()
    consumer.bring('consumer', '.')
    writeReadmeCode(join(consumer.folder, 'readme'))
    linkPackages(consumer.folder, PACKAGES)
    return consumer.remove
  })

  test('passes publint, strictly', () => {
    expect(printed(runNode(commandFile('publint/src/cli.js'), [consumer.tarball, '--strict']))).toContain('All good')
  })

  test('has types that match its code for every way of ESM', () => {
    const { status, output } = runNode(commandFile('@arethetypeswrong/cli/dist/index.js'), [
      consumer.tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji', '--exclude-entrypoints', 'react/task.css', 'react/chat.css', 'react/review.css',
    ])
    expect(status, output).toBe(0)
  })

  test.each([
    ['NodeNext', []],
    ['a bundler', ['--module', 'preserve', '--moduleResolution', 'bundler']],
  ])('type-checks in a consumer under %s, with every declaration checked', (_, flags) => {
    const { status, output } = runNode(commandFile('typescript/bin/tsc'), ['-p', '.', ...flags], { cwd: consumer.folder })
    expect(status, output).toBe(0)
  })

  test('a consumer gets an error for a wrong row, so the types above are not any', () => {
    consumer.write('wrong.ts', `
      import { client } from './tool.js'
      import { sentiment } from './task.js'
      const options = { task: 't', requester: 'r', provider: 'inhouse', unitsPerAssignment: 1, pay: { minor: 1, currency: 'USD' } }
      export const wrong = () => client.launch(sentiment, { ...options, data: [{ text: 1 }] })
    `)
    try {
      const { status, output } = runNode(commandFile('typescript/bin/tsc'), ['-p', '.', '--noEmit', '--emitDeclarationOnly', 'false'], { cwd: consumer.folder })
      expect(status).not.toBe(0)
      expect(output).toMatch(/^wrong\.ts\(5,\d+\): error TS2322: Type 'number' is not assignable to type 'string'/)
    } finally {
      rmSync(join(consumer.folder, 'wrong.ts'))
    }
  })

  test('can be required', () => {
    expect(JSON.parse(printed(runNode('require-entries.cjs', [], { cwd: consumer.folder })))).toMatchObject({
      'mephisto-sdk': expect.arrayContaining(['createMephisto', 'implement']) as string[],
      'mephisto-sdk/data': ['csvRows', 'jsonRows', 'jsonlRows'],
      'mephisto-sdk/embedded': ['embeddedDb'],
      'mephisto-sdk/mysql': ['mysqlDb'],
      'mephisto-sdk/postgres': ['postgresBus', 'postgresDb'],
    })
  })

  test('brings the mephisto command', () => {
    expect(printed(consumer.npx('mephisto', '--help'))).toContain('mephisto')
  })
})
