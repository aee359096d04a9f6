import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createDatabase, isServing, type ServerKind } from '../databases.js'
import { makeConsumer } from './consumer-app.js'
import { commandFile, printed, runNode, type Outcome } from './run-tool.js'
import type { ScratchApp } from './scratch-app.js'

// An app's own tests with what `mephisto-sdk/testing` has for them, from the tarball: compiled against its types, and run.

let app: ScratchApp
beforeAll(async () => {
  app = await makeConsumer()
  printed(runNode(commandFile('typescript/bin/tsc'), ['-p', '.', '--emitDeclarationOnly', 'false', '--outDir', 'out'], { cwd: app.folder }))
})
afterAll(() => { app.remove() })

const runApp = (file: string, ...words: string[]): Outcome => runNode(join('out', file), words, { cwd: app.folder })
const saidBy = (file: string, ...words: string[]): unknown => JSON.parse(printed(runApp(file, ...words)))

test.each(['task.test.js', 'faults.test.js'])('the README\'s %s passes', file => {
  printed(runApp(`readme/${file}`))
})

async function emptyDatabase(kind: 'sqlite' | ServerKind): Promise<string> {
  if (kind === 'sqlite') return 'faults.db'
  const database = await createDatabase(kind)
  onTestFinished(() => database.drop())
  return database.url
}

describe('faults under an app, and the promises checked', async () => {
  const done = { units: 2, broken: [] }
  for (const kind of ['sqlite', 'postgresql', 'mysql'] as const) test.skipIf(kind !== 'sqlite' && !await isServing(kind))(`on ${kind}`, async () => {
    const at = await emptyDatabase(kind)
    const struckBy = (fault: string): unknown => saidBy('faults.js', at, fault, fault)
    expect(struckBy('conflict')).toEqual({ struck: 1, told: [], outcomes: ['completed', 'completed'], ...done })
    expect(struckBy('lost_before')).toEqual({ struck: 1, told: ['unavailable'], outcomes: ['completed', 'completed'], ...done })
    expect(struckBy('lost_after')).toEqual({ struck: 1, told: ['unavailable'], outcomes: ['completed', 'completed'], ...done })
    // Of what was committed the next process has nothing to do any more.
    for (const [fault, outcomes] of [['kill_before', ['completed', 'completed']], ['kill_after', ['completed']]] as const) {
      expect(runApp('faults.js', at, fault, fault)).toMatchObject({ status: null, stdout: '' })
      expect(saidBy('faults.js', at, fault, 'none')).toEqual({ struck: 0, told: [], outcomes, ...done })
    }
    const { id, before, after } = saidBy('break-by-hand.js', at) as { id: string; before: unknown; after: unknown }
    expect(before).toEqual([])
    expect(after).toContainEqual({ promise: 'P1', what: `unit is not answered, and an answer counts for it: ${id}` })
  })
})
