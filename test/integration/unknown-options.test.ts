// What is misspelt over HTTP is refused by its name, as it is in code: it would else be left out without a word.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestMephisto, mockData, TEST_PRINCIPAL, type TestMephisto } from '../../sdk/testing/index.js'

let mephisto: TestMephisto
let run: string
beforeAll(async () => {
  mephisto = await createTestMephisto()
  run = (await caller().runs.launch(launch)).id
})
afterAll(() => mephisto.close())

const launch = { blueprint: 'mock', task: 'numbers', requester: 'lab', provider: 'inhouse', data: mockData(1) }
const caller = () => mephisto.caller(TEST_PRINCIPAL)

type Call = (extra: object) => Promise<unknown>
test.each<[string, Call, object]>([
  ['runs.launch', extra => caller().runs.launch({ ...launch, ...extra }), { budgt: { minor: 100, currency: 'USD' } }],
  ['runs.launch, with code', extra => caller().runs.launch({ ...launch, ...extra }), { priority: 1 }],
  ['runs.plan', extra => caller().runs.plan({ ...launch, ...extra }), { unitPerAssignment: 3 }],
  ['runs.list', extra => caller().runs.list(extra), { taskk: 'numbers' }],
  ['runs.progress', extra => caller().runs.progress({ run, ...extra }), { since: 1 }],
  ['runs.pause', extra => caller().runs.pause({ run, ...extra }), { reason: 'lunch' }],
  ['runs.invite', extra => caller().runs.invite({ run, worker: 'ann', ...extra }), { expiresInMS: 1 }],
  ['review.queue', extra => caller().review.queue({ run, ...extra }), { status: 'completed' }],
  ['review.decide', extra => caller().review.decide({ decisionId: 'decision-1', unitIds: [run], verdict: 'approve', ...extra }), { notes: 'fine' }],
  ['data.export', extra => caller().data.export({ run, ...extra }), { setAside: true }],
])('%s refuses what it does not know', async (_, call, extra) => {
  const [key = ''] = Object.keys(extra)
  await expect(call(extra)).rejects.toMatchObject({ code: 'BAD_REQUEST', message: expect.stringContaining(key) as string })
  expect((await mephisto.operator.runs()).map(({ status }) => status)).toEqual(['running'])
})
