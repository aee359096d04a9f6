import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commandFile, ROOT, runNode } from './run-tool.js'

const FOLDERS = ['sdk', 'adapters', 'react', 'prisma', 'examples']
const CONFIG = '.dependency-cruiser.cjs'

/** Files that break the layering table, and the rule that must find each; null where none may. */
const PLANTED: Readonly<Record<string, { readonly code: string; readonly rule: string | null }>> = {
  'sdk/data-model/planted-operations.ts': { code: "import '../operations/keys.js'", rule: 'layer-data-model' },
  'sdk/data-model/planted-type.ts': { code: "import type { Operator } from '../operations/operator.js'\nexport type Planted = Operator", rule: 'layer-data-model' },
  'sdk/blueprints/index.ts': { code: "export { implement } from './implement.js'", rule: 'browser-blueprints' },
  'sdk/protocol/planted-built-in.ts': { code: "import { readFileSync } from 'node:fs'\nexport const planted = readFileSync", rule: 'no-node-in-browser' },
  'sdk/operations/planted-express.ts': { code: "import express from 'express'\nexport const planted = express", rule: 'layer-operations' },
  'sdk/operations/planted-data.ts': { code: "import { csvRows } from '../data/index.js'\nexport const planted = csvRows", rule: 'layer-operations' },
  'sdk/planted-top.ts': { code: "import './errors.js'", rule: 'no-layer' },
  'sdk/client/planted-router.ts': { code: "import type { AppRouter } from '../rpc/router.js'\nimport { createCaller } from '../rpc/router.js'\nexport const planted: AppRouter = createCaller", rule: 'type-only-client' },
  'sdk/client/planted-router-type.ts': { code: "import type { AppRouter } from '../rpc/router.js'\nexport type Planted = AppRouter", rule: null },
  'sdk/client/planted-implement.ts': { code: "import { implement } from '../blueprints/implement.js'\nexport const planted = implement", rule: 'layer-client' },
  'sdk/task-page/planted-implement.ts': { code: "import { implement } from '../blueprints/implement.js'\nexport const planted = implement", rule: 'layer-task-page' },
  'sdk/task-page/planted-style.ts': { code: "import css from '../../react/task.css'\nexport const planted = css", rule: null },
  'sdk/rpc/planted-react.ts': { code: "import { useState } from 'react'\nexport const planted = useState", rule: 'layer-rpc-and-http' },
  'sdk/http/planted-prisma.ts': { code: "import { prismaDb } from '../../prisma/prisma-db.js'\nexport const planted = prismaDb", rule: 'layer-rpc-and-http' },
  'react/planted-operations.ts': { code: "import '../sdk/operations/keys.js'", rule: 'layer-react' },
  'adapters/planted-instance.ts': { code: "import { createMephisto } from '../sdk/create-mephisto.js'\nexport const planted = createMephisto", rule: 'type-only-adapters' },
  'prisma/planted-rpc.ts': { code: "import '../sdk/rpc/router.js'", rule: 'layer-prisma' },
  'prisma/planted-a.ts': { code: "import './planted-b.js'", rule: 'no-circular' },
  // A circle is told once, at its first file.
  'prisma/planted-b.ts': { code: "import './planted-a.js'", rule: null },
  'prisma/planted-missing.ts': { code: "import './planted-nowhere.js'", rule: 'unresolvable' },
  'examples/planted-inside.ts': { code: "import { money } from '../sdk/data-model/money.js'\nexport const planted = money", rule: 'examples-use-entries' },
}

interface Violation { readonly from: string; readonly rule: { readonly name: string } }

function violations(folder: string): readonly Violation[] {
  const tool = commandFile('dependency-cruiser/bin/dependency-cruise.mjs')
  const { stdout, output } = runNode(tool, ['--config', CONFIG, '--output-type', 'json', ...FOLDERS], { cwd: folder })
  if (!stdout.startsWith('{')) throw new Error(output)
  return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations
}

describe('the layering table', () => {
  let copy = ''
  let found: readonly Violation[] = []

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'mephisto-layers-'))
    for (const folder of FOLDERS) {
      cpSync(join(ROOT, folder), join(copy, folder), { recursive: true, filter: path => path === join(ROOT, 'sdk/data') || !['dist', 'data'].includes(basename(path)) })
    }
    for (const file of ['package.json', CONFIG]) writeFileSync(join(copy, file), readFileSync(join(ROOT, file)))
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
    for (const [file, { code }] of Object.entries(PLANTED)) writeFileSync(join(copy, file), `${code}\n`)
    found = violations(copy)
  })
  afterAll(() => { rmSync(copy, { recursive: true, force: true }) })

  test('holds for the tree', () => {
    expect(violations(ROOT).map(({ from, rule }) => `${rule.name}: ${from}`)).toEqual([])
  })

  test.each(Object.entries(PLANTED))('%s', (file, { rule }) => {
    const rules = found.filter(({ from }) => from === file).map(violation => violation.rule.name)
    if (rule === null) expect(rules).toEqual([])
    else expect(rules).toContain(rule)
  })

  test('finds nothing but what was planted', () => {
    expect(found.filter(({ from }) => !(from in PLANTED)).map(({ from, rule }) => `${rule.name}: ${from}`)).toEqual([])
  })
})
