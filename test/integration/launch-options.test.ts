import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { moneySchema } from '../../sdk/data-model/money-schema.js'
import { implement, usd } from '../../sdk/index.js'
import { optionsSchema } from '../../sdk/operations/launch-options.js'
import { PLAN_SHAPE } from '../../sdk/operations/run-plan.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { sentiment, sentimentRun } from '../sentiment.js'

// At least one bad value for every option of `launch` and `plan`, down to those of its parts. Which options there are is read from
// their schemas: an option that is added without a line here fails the first test.

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => mephisto.close())

const euro = { minor: 500, currency: 'EUR' }
const item = { input: { text: 'known' }, expected: { label: 'positive' } }
const LONG = 'x'.repeat(6_000)
const training = (part: object) => ({ training: { qualification: 'q', items: [item], ...part } })
const screening = (part: object) => ({ screening: { passed: 'p', failed: 'f', items: [item], ...part } })
const gold = (part: object) => ({ gold: { qualification: 'q', items: [item], ...part } })

type Bad = Readonly<Record<string, readonly (readonly [what: string, options: object, message: RegExp])[]>>

/** By option: what is wrong, the options, and what the refusal says. */
const BAD: Bad = {
  task: [['blank', { task: '  ' }, /task/], ['of two lines', { task: 'a\nb' }, /task/], ['too long', { task: LONG }, /task/], ['left out', { task: undefined }, /task/]],
  project: [['blank', { project: '' }, /project/], ['the reserved name', { project: 'NO_PROJECT' }, /project: must not be NO_PROJECT/], ['no text', { project: 7 }, /project/]],
  requester: [['blank', { requester: '' }, /requester/], ['left out', { requester: undefined }, /requester/]],
  provider: [['left out', { provider: undefined }, /provider/], ['no text', { provider: ['inhouse'] }, /provider/]],
  order: [['one that there is not', { order: 'best' }, /order/]],
  seed: [['below nothing', { seed: -1 }, /seed/], ['half', { seed: 0.5 }, /seed/], ['too large', { seed: 2 ** 29 }, /seed/]],
  maxLiveUnits: [['none', { maxLiveUnits: 0 }, /maxLiveUnits/], ['without end', { maxLiveUnits: Infinity }, /maxLiveUnits/]],
  unitsPerAssignment: [['none', { unitsPerAssignment: 0 }, /unitsPerAssignment/], ['half', { unitsPerAssignment: 1.5 }, /unitsPerAssignment/], ['too many', { unitsPerAssignment: 1001 }, /unitsPerAssignment/]],
  pay: [
    ['half a cent', { pay: { minor: 0.5, currency: 'USD' } }, /pay\.minor/], ['below nothing', { pay: { minor: -1, currency: 'USD' } }, /pay\.minor/], ['of a currency that is none', { pay: { minor: 1, currency: 'XYZ' } }, /pay\.currency/],
    ['a number', { pay: 0.1 }, /pay/], ['a sum that cannot be kept', { data: sentimentRun(10).data, unitsPerAssignment: 1000, pay: { minor: 1_000_000_000_000, currency: 'USD' } }, /pay: is too large/],
  ],
  budget: [['in another currency', { pay: usd('1'), budget: euro }, /budget: must be in the currency of pay/], ['below one unit', { pay: usd('1'), budget: usd('0.99') }, /budget: must cover at least one unit/]],
  leaseMs: [['of no time', { leaseMs: 10 }, /leaseMs/], ['of two months', { leaseMs: 60 * 86_400_000 }, /leaseMs/], ['no number', { leaseMs: '600000' }, /leaseMs/]],
  title: [['without end', { title: 'x'.repeat(201) }, /title/], ['that cannot be kept', { title: '\0' }, /title/]],
  description: [['without end', { description: LONG }, /description/]],
  requirements: [
    ['one that is none', { requirements: [{ qualification: 'x', is: 'liked' }] }, /requirements\[0\]\.is/], ['without a value', { requirements: [{ qualification: 'x', is: 'less_than' }] }, /requirements\[0\]\.value/],
    ['of what there is not', { requirements: [{ qualification: 'nobody has it', is: 'exists' }] }, /there is no qualification/], ['too many', { requirements: Array.from({ length: 51 }, () => ({ qualification: 'x', is: 'exists' })) }, /requirements/],
  ],
  workers: [['nobody', { workers: [] }, /workers/], ['a blank name', { workers: [' '] }, /workers\[0\]/]],
  unitsPerWorker: [['none', { unitsPerWorker: 0 }, /unitsPerWorker/], ['half', { unitsPerWorker: 1.5 }, /unitsPerWorker/]],
  unitsPerWorkerOfTask: [['none', { unitsPerWorkerOfTask: 0 }, /unitsPerWorkerOfTask/]],
  undoForMs: [['less than none', { undoForMs: -1 }, /undoForMs/]],
  isReviewedBlind: [['a word', { isReviewedBlind: 'yes' }, /isReviewedBlind/]],
  secondOpinions: [['more than all', { secondOpinions: 1.1 }, /secondOpinions/], ['less than none', { secondOpinions: -0.1 }, /secondOpinions/]],
  concurrentUnits: [['none', { concurrentUnits: 0 }, /concurrentUnits/], ['half', { concurrentUnits: 0.5 }, /concurrentUnits/]],
  earningsPerDay: [['in another currency', { pay: usd('1'), earningsPerDay: euro }, /earningsPerDay: must be in the currency of pay/], ['below one unit', { pay: usd('1'), earningsPerDay: usd('0.50') }, /earningsPerDay: must allow at least one unit/]],
  patienceMs: [['less than a minute', { patienceMs: 59_999 }, /patienceMs/], ['longer than ten years', { patienceMs: 11 * 365 * 86_400_000 }, /patienceMs/]],
  mostRows: [['none', { mostRows: 0 }, /mostRows/], ['fewer than there are', { mostRows: 2, data: sentimentRun(3).data }, /more than 2 rows.*mostRows/]],
  retentionDays: [['none', { retentionDays: 0 }, /retentionDays/], ['a thousand years', { retentionDays: 365_000 }, /retentionDays/]],
  live: [['of a blueprint in which nothing is', { live: {} }, /live: blueprint "sentiment" has nothing live; leave it out/], ['a word', { live: 'yes' }, /live/], ['with a part that there is not', { live: { people: 2 } }, /people/]],
  'live.minPeople': [['nobody', { live: { minPeople: 0 } }, /live\.minPeople/], ['half of one', { live: { minPeople: 0.5 } }, /live\.minPeople/]],
  'live.lobbyMs': [['no time', { live: { lobbyMs: 999 } }, /live\.lobbyMs/], ['two days', { live: { lobbyMs: 2 * 86_400_000 } }, /live\.lobbyMs/]],
  'live.whenTooFew': [['what there is not', { live: { whenTooFew: 'go' } }, /live\.whenTooFew/]],
  'live.lobbyPay': [['no money', { live: { lobbyPay: 0.2 } }, /live\.lobbyPay/], ['below nothing', { live: { lobbyPay: { minor: -1, currency: 'USD' } } }, /live\.lobbyPay/]],
  'live.whenSomebodyLeaves': [['what there is not', { live: { whenSomebodyLeaves: 'wait' } }, /live\.whenSomebodyLeaves/]],
  'live.replacementsPerAssignment': [['below nothing', { live: { replacementsPerAssignment: -1 } }, /live\.replacementsPerAssignment/]],
  'live.absenceMs': [['no time', { live: { absenceMs: 4_999 } }, /live\.absenceMs/], ['two hours', { live: { absenceMs: 7_200_000 } }, /live\.absenceMs/]],
  blockQualifications: [['blank', { blockQualifications: [' '] }, /blockQualifications\[0\]/], ['a name alone', { blockQualifications: 'bad' }, /blockQualifications/], ['too many', { blockQualifications: Array.from({ length: 51 }, () => 'x') }, /blockQualifications/]],
  onboarding: [['one that the blueprint does not have', { onboarding: { qualification: 'q', input: {} } }, /onboarding/], ['with a part that there is not', { onboarding: { qualification: 'q', input: {}, page: 1 } }, /page/]],
  'onboarding.qualification': [['blank', { onboarding: { qualification: '', input: {} } }, /onboarding\.qualification/]],
  'onboarding.input': [['where there is no onboarding', { onboarding: { qualification: 'q', input: 7 } }, /onboarding/]],
  training: [['of nothing', { training: {} }, /training/]],
  'training.qualification': [['blank', training({ qualification: '' }), /training\.qualification/]],
  'training.items': [['none', training({ items: [] }), /training\.items/], ['one that does not fit', training({ items: [{ input: { text: 3 }, expected: {} }] }), /training\.items\[0\].*input\.text/]],
  'training.minimumRight': [['more than there are', training({ minimumRight: 2 }), /training\.minimumRight/], ['below nothing', training({ minimumRight: -1 }), /training\.minimumRight/]],
  screening: [['of real units, which nobody judges', { screening: { passed: 'p', failed: 'f' } }, /judge/]],
  'screening.passed': [['blank', screening({ passed: '' }), /screening\.passed/]],
  'screening.failed': [['the same as passed', screening({ failed: 'p' }), /screening\.failed/]],
  'screening.items': [['none', screening({ items: [] }), /screening\.items/]],
  'screening.mostUnits': [['none', screening({ mostUnits: 0 }), /screening\.mostUnits/]],
  gold: [['a list', { gold: [item] }, /gold/]],
  'gold.qualification': [['too long', gold({ qualification: 'x'.repeat(191) }), /gold\.qualification/]],
  'gold.items': [['one of which nobody knows the answer', gold({ items: [{ input: { text: 'a' } }] }), /gold\.items\[0\].*expected/], ['a field that no answer has', gold({ items: [{ ...item, expected: { lable: 'positive' } }] }), /"lable"/]],
  'gold.minimumRight': [['more than there are', gold({ minimumRight: 2 }), /gold\.minimumRight/]],
  'gold.mostWrong': [['below nothing', gold({ mostWrong: -1 }), /gold\.mostWrong/]],
  'gold.rate': [['above one', gold({ rate: 2 }), /gold\.rate/], ['below nothing', gold({ rate: -0.1 }), /gold\.rate/]],
  'gold.mostUnits': [['none', gold({ mostUnits: 0 }), /gold\.mostUnits/]],
  attention: [['that nobody looks at', { attention: { qualification: 'q' } }, /passesAttention/]],
  'attention.qualification': [['blank', { attention: { qualification: ' ' } }, /attention\.qualification/]],
  'attention.mostFailed': [['below nothing', { attention: { qualification: 'q', mostFailed: -1 } }, /attention\.mostFailed/]],
  minimumTimeMs: [['above the lease', { minimumTimeMs: 600_000 }, /minimumTimeMs/], ['below nothing', { minimumTimeMs: -1 }, /minimumTimeMs/]],
  args: [['of a blueprint that takes none', { args: { a: 1 } }, /args: blueprint "sentiment" takes none/], ['a list', { args: [1] }, /args: must be an object/]],
  data: [['none', { data: [] }, /data: has no rows/], ['no list', { data: 7 }, /data: must be an array/], ['a row that does not fit', { data: [{ text: 'a' }, { text: 7 }] }, /Data row 2.*row 2\.text/], ['left out', { data: undefined }, /data/]],
  assignees: [['no function', { assignees: ['ann'] }, /assignees: must be a function/], ['nobody', { assignees: () => [] }, /"assignees" names nobody for data row 1/], ['too few at a time', { assignees: () => ['ann'], maxLiveUnits: 5 }, /maxLiveUnits/]],
  priority: [['no function', { priority: 1 }, /priority: must be a function/], ['above the highest', { priority: () => 10 }, /priority/], ['half', { priority: () => 0.5 }, /priority/]],
  onProgress: [['no function', { onProgress: 'log' }, /onProgress: must be a function/]],
}

/** Of `plan` alone. */
const BAD_PLAN: Bad = {
  rows: [['none', { rows: 0 }, /rows/], ['half', { rows: 1.5 }, /rows/]],
  mostProblems: [['none', { mostProblems: 0 }, /mostProblems/], ['too many', { mostProblems: 101 }, /mostProblems/]],
  minutesPerUnit: [['no time', { minutesPerUnit: 0 }, /minutesPerUnit/], ['no number', { minutesPerUnit: NaN }, /minutesPerUnit/]],
  hourlyPayFloor: [['in another currency', { hourlyPayFloor: euro }, /hourlyPayFloor: must be in the currency of pay/], ['no money', { hourlyPayFloor: 7 }, /hourlyPayFloor/]],
}

/** The options of a schema, and those of the objects in it; money is one value. */
function pathsOf(shape: Readonly<Record<string, z.core.$ZodType>>, lead = ''): string[] {
  return Object.entries(shape).flatMap(([key, schema]) => {
    let inner = schema
    while ('innerType' in inner._zod.def) inner = inner._zod.def.innerType as z.core.$ZodType
    return [`${lead}${key}`, ...(inner instanceof z.ZodObject && inner !== moneySchema ? pathsOf(inner.shape, `${lead}${key}.`) : [])]
  })
}

const linesOf = (bad: Bad) => Object.entries(bad).flatMap(([option, lines]) => lines.map(([what, options, message]) => ({ option, what, options, message })))
const launch = (options: object) => mephisto.operator.launch(sentiment, { ...sentimentRun(1), ...options })
const plan = (options: object) => mephisto.operator.plan(sentiment, { ...sentimentRun(1), ...options })

/** Rows of every table that a launch writes to. */
async function rowsWritten(): Promise<number> {
  const { db } = mephisto
  const found = await Promise.all([db.runs.find({}), db.tasks.find(), db.requesters.find(), db.projects.find(), db.qualifications.find()])
  return found.reduce((sum, { rows }) => sum + rows.length, 0)
}

test('every option has a bad value here', () => {
  expect(Object.keys(BAD).sort()).toEqual(pathsOf(optionsSchema.shape).sort())
  expect(Object.keys(BAD_PLAN).sort()).toEqual(pathsOf(PLAN_SHAPE).sort())
})

describe('both plan and launch refuse, naming the option, and leave no run behind:', () => {
  test.each(linesOf(BAD))('$option $what', async ({ option, options, message }) => {
    const refusal = { code: 'invalid_input', message: expect.stringMatching(message) as string }
    // Who is told of progress is no matter of a plan, which makes none; it is checked all the same.
    await expect(plan(options)).rejects.toMatchObject(refusal)
    expect(await rowsWritten()).toBe(0)
    await expect(launch(options)).rejects.toMatchObject(refusal)
    expect(await mephisto.operator.runs()).toEqual([])
    // What is found before the data is read has written nothing at all.
    if (!['data', 'priority', 'assignees', 'pay'].includes(option)) expect(await rowsWritten()).toBe(0)
  })

  test('an option that there is not', async () => {
    for (const act of [plan, launch]) await expect(act({ unitPerAssignment: 2 })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('unitPerAssignment') as string })
    expect(await rowsWritten()).toBe(0)
  })
})

describe('plan refuses, naming the option:', () => {
  test.each(linesOf(BAD_PLAN))('$option $what', async ({ options, message }) => {
    await expect(plan(options)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(message) as string })
    expect(await rowsWritten()).toBe(0)
  })
})
