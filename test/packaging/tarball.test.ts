import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { makeConsumer } from './consumer-app.js'
import { commandFile, printed, runNode } from './run-tool.js'
import type { ScratchApp } from './scratch-app.js'

describe('the tarball', () => {
  let consumer: ScratchApp

  beforeAll(async () => {
    consumer = await makeConsumer()
    return consumer.remove
  })

  test('passes publint, strictly', () => {
    expect(printed(runNode(commandFile('publint/src/cli.js'), [consumer.tarball, '--strict']))).toContain('All good')
  })

  test('has types that match its code for every way of ESM', () => {
    const { status, output } = runNode(commandFile('@arethetypeswrong/cli/dist/index.js'), [
      consumer.tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji', '--exclude-entrypoints', 'react/task.css', 'react/chat.css', 'react/console.css', 'react/form.css', 'react/remarks.css', 'react/review.css',
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
