import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import { csvRows, jsonlRows } from '../../sdk/data/index.js'
import { implement } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'

const rating = defineBlueprint({
  type: 'rating',
  input: z.object({ text: z.string(), stars: z.coerce.number().int().min(1).max(5), isNew: z.stringbool().default(true) }),
  output: z.object({ isFair: z.boolean() }),
})
const common = { task: 'ratings', requester: 'lab', provider: 'inhouse' } as const

let mephisto: TestMephisto
let folder = ''
beforeEach(async () => {
  mephisto = await createTestMephisto({ blueprints: [implement(rating)] })
  folder = mkdtempSync(join(tmpdir(), 'mephisto-launch-'))
})
afterEach(async () => {
  await mephisto.close()
  rmSync(folder, { recursive: true, force: true })
})

const fileOf = (name: string, lines: readonly string[]): string => {
  const file = join(folder, name)
  writeFileSync(file, lines.join('\r\n'))
  return file
}
/** A header, a blank line and 12,000 rows, of which the first is on two lines: row N is on line N + 3. */
const csvLines = (change: (number: number) => string | undefined = () => undefined): string[] =>
  ['text,stars', '', ...Array.from({ length: 12_000 }, (_, index) => change(index + 1) ?? (index === 0 ? '"first\r\nrow",5' : `row ${String(index + 1)},${String(1 + index % 5)}`))]

test.each([
  ['a field too many', 'good, but,5', 'row 9999 (line 10002): has 3 fields, and the header 2 fields.'],
  ['a quote that never ends', '"good,5', 'row 9999 (line 10002): begins a quote that never ends.'],
])('a CSV file with %s in row 9,999 leaves nothing behind', async (_, broken, message) => {
  const file = fileOf('ratings.csv', csvLines(number => (number === 9_999 ? broken : undefined)))
  const seen: number[] = []
  const launch = mephisto.operator.launch(rating, { ...common, data: csvRows(file), onProgress: ({ rows }) => seen.push(rows) })
  await expect(launch).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining(`Data file ${file}, ${message}`) as string, problems: [{ path: 'row 9999' }] })
  expect(seen.length).toBeGreaterThan(0)
  expect(await mephisto.operator.runs()).toEqual([])
})

test('the schema and the file count rows alike', async () => {
  const file = fileOf('ratings.csv', csvLines(number => (number === 9_999 ? 'good,six' : undefined)))
  await expect(mephisto.operator.launch(rating, { ...common, data: csvRows(file) })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('Data row 9999 does not fit') as string, problems: [{ path: 'row 9999.stars' }] })
  expect(await mephisto.operator.runs()).toEqual([])
})

test.each([['an empty file', []], ['a header alone', ['text,stars']]])('%s leaves nothing behind', async (_, lines) => {
  const file = fileOf('ratings.csv', lines)
  await expect(mephisto.operator.launch(rating, { ...common, data: csvRows(file) })).rejects.toMatchObject({ code: 'invalid_input', message: `Data file ${file}: has no rows; give at least one.` })
  expect(await mephisto.operator.runs()).toEqual([])
})

test('rows of CSV reach workers as the schema made them, numbers as numbers', async () => {
  const run = await mephisto.operator.launch(rating, { ...common, data: csvRows(fileOf('ratings.csv', csvLines())) })
  expect(run).toMatchObject({ status: 'running', unitsTotal: 12_000 })
  const work = await mephisto.worker('ann').accept(rating, run)
  expect(work.input).toEqual({ text: 'first\r\nrow', stars: 5, isNew: true })
})

test('rows of JSONL are launched', async () => {
  const lines = Array.from({ length: 2_500 }, (_, index) => JSON.stringify({ text: `row ${String(index)}`, stars: 3, isNew: 'no' }))
  const run = await mephisto.operator.launch(rating, { ...common, data: jsonlRows(fileOf('ratings.jsonl', [...lines, ''])), unitsPerAssignment: 2 })
  expect(run).toMatchObject({ status: 'running', unitsTotal: 5_000 })
  const work = await mephisto.worker('ann').accept(rating, run)
  expect(work.input).toEqual({ text: 'row 0', stars: 3, isNew: false })
})
