import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dump, implement, importDump, type TaskRun } from '../../sdk/index.js'
import { createTestMephisto, TEST_PRINCIPAL, type TestMephisto } from '../../sdk/testing/index.js'
import { assigneeActs } from '../assignee-acts.js'
import { withRows, type TextLine } from '../dump-text.js'
import { expectSound } from '../run-checks.js'
import { sentiment } from '../sentiment.js'

// Whom items are for travels with a run, and so does where they stand.

let folder: string
let there: TestMephisto
let here: TestMephisto
let run: TaskRun
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mephisto-assignees-'))
  there = await createTestMephisto({ blueprints: [implement(sentiment)] })
  here = await createTestMephisto({ blueprints: [implement(sentiment)], seed: 2 })
  run = await thereActs.launchFor([['ann'], ['ann', 'ben'], ['cem']])
  expect(await thereActs.answerAll('ann', run)).toEqual([0, 1])
  await there.operator.expire(run.id)
})
afterEach(async () => {
  await here.close()
  await there.close()
  rmSync(folder, { recursive: true, force: true })
})

const [thereActs, hereActs] = [assigneeActs(() => there), assigneeActs(() => here)]

let dumps = 0
async function bring(change: (line: TextLine) => readonly TextLine[] = line => [line]): Promise<void> {
  dumps += 1
  const [whole, file] = ['whole', 'changed'].map(name => join(folder, `${name} ${String(dumps)}.jsonl`)) as [string, string]
  await dump(there.db, { file: whole })
  writeFileSync(file, withRows(readFileSync(whole, 'utf8'), change))
  await importDump(here.db, here.runtime, { file, actorId: 'olga' })
}

test('a run that came with a dump goes on for whom its items are', async () => {
  // Ben is known here by another id than there.
  await hereActs.answerAll('ben', await hereActs.launch())
  await bring()
  expect([await hereActs.assigneesOf(run, 0), await hereActs.assigneesOf(run, 1), await hereActs.assigneesOf(run, 2)]).toEqual([['ann is done'], ['ann is done', 'ben'], ['cem']])
  expect(await here.operator.requeue(run.id)).toMatchObject({ added: 1 })
  expect(await hereActs.told('ann', run)).toBe('none_suitable')
  expect(await hereActs.answerAll('cem', run)).toEqual([2])
  await here.operator.topUp(run.id, { topUpId: 'more-data-1', data: [{ text: 'text 3' }], assignees: () => ['ben'] })
  expect(await hereActs.answerAll('ben', run)).toEqual([3])
  await expectSound(here, { isSettled: true })
})

test('whom an item is for is merged with who was erased here', async () => {
  await bring()
  await here.privacy.erase(TEST_PRINCIPAL, { requestId: crypto.randomUUID(), person: { provider: 'inhouse', externalId: 'cem' } })
  await bring()
  expect((await hereActs.assigneesOf(run, 2))[0]).toMatch(/^erased:/)
  expect(await here.operator.requeue(run.id)).toMatchObject({ added: 1 })
  expect((await hereActs.progress(run)).stranded).toMatchObject({ units: 1 })
})

test('a dump cannot say whom items of another run are for', async () => {
  const mine = await hereActs.launchFor([['dan']])
  const [item = ''] = await hereActs.itemsOf(mine)
  let isForged = false
  await expect(bring(line => {
    if (line.table !== 'assignee' || isForged) return [line]
    isForged = true
    return [line, { ...line, row: { ...line.row, assignment_id: item } }]
  })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('names in assignment_id what is not of that run') as string })
  expect(await hereActs.assigneesOf(mine, 0)).toEqual(['dan'])
  for (const change of [{ status: 'odd' }, { rank: 'x' }, { worker_id: null }]) {
    await expect(bring(line => [line.table === 'assignee' ? { ...line, row: { ...line.row, ...change } } : line])).rejects.toMatchObject({ code: 'invalid_input' })
  }
  await expectSound(here)
})
