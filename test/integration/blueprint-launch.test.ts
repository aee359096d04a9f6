// What a blueprint says of a launch: whom it is for, and whether it can be, by its options and the first rows of its data.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import { implement, type RequestedLaunch, type Requirement } from '../../sdk/index.js'
import { createTestMephisto, TEST_PRINCIPAL, type TestMephisto } from '../../sdk/testing/index.js'

const common = { task: 'labels', requester: 'lab', provider: 'inhouse' } as const

describe('a launch as its blueprint is asked about it', () => {
  const strict = defineBlueprint({ type: 'strict', args: z.object({ language: z.string(), level: z.int().default(50) }), input: z.object({ text: z.string(), tags: z.array(z.string()).default([]) }), output: z.object({}) })
  let launches: RequestedLaunch<typeof strict>[] = []
  let refuses: string | null = null
  let wanted: unknown = undefined
  let other: TestMephisto
  beforeEach(async () => {
    [launches, refuses, wanted] = [[], null, undefined]
    other = await createTestMephisto({ blueprints: [implement(strict, {
      requirements: ({ args }) => (wanted ?? [{ qualification: args.language, is: 'greater_than', value: args.level }]) as Requirement[],
      validateLaunch(launch) {
        launches.push(launch)
        if (refuses !== null) throw new Error(refuses)
      },
    })] })
    await other.people.makeQualification(TEST_PRINCIPAL, { requestId: 'make-dutch', name: 'dutch', description: null })
    await other.people.makeQualification(TEST_PRINCIPAL, { requestId: 'make-adult', name: 'adult', description: null })
  })
  afterEach(() => other.close())
  const launch = (data: Iterable<{ text: string; tags?: string[] }>, options: { requirements?: Requirement[]; language?: string } = {}) => {
    const { language = 'dutch', ...rest } = options
    return other.operator.launch(strict, { ...common, args: { language }, data, ...rest })
  }

  test('has the first rows as pages get them, and whether there are others', async () => {
    await launch([{ text: 'a' }, { text: 'b', tags: ['x'] }])
    expect(launches[0]).toMatchObject({ firstRows: [{ text: 'a', tags: [] }, { text: 'b', tags: ['x'] }], goesOn: false })
    const run = await launch((function* () { for (let index = 0; index < 1_002; index += 1) yield { text: String(index) } })())
    expect([launches[1]?.firstRows.length, launches[1]?.firstRows[999]?.text, launches[1]?.goesOn]).toEqual([1_000, '999', true])
    // Those that were read ahead are in it like the others.
    expect(run.unitsTotal).toBe(1_002)
    refuses = 'the texts are all alike'
    await expect(launch([{ text: 'a' }])).rejects.toThrow('the blueprint refuses it: the texts are all alike')
    await expect(other.operator.plan(strict, { ...common, args: { language: 'dutch' }, data: [{ text: 'a' }] })).rejects.toThrow('the texts are all alike')
    expect(await other.operator.runs()).toHaveLength(2)
  })

  test('a plan of data that can be read once reads each row once, and names wrong ones wherever they are', async () => {
    let read = 0
    const rows = function* (wrongAt: readonly number[]) {
      for (let index = 0; index < 1_500; index += 1) {
        read += 1
        yield { text: wrongAt.includes(index) ? index as unknown as string : String(index) }
      }
    }
    const plan = (data: Iterable<{ text: string }>, settings: { rows?: number; mostProblems?: number } = {}) => other.operator.plan(strict, { ...common, args: { language: 'dutch' }, data, ...settings })
    expect(await plan(rows([]))).toMatchObject({ items: 1_500, isCut: false })
    expect(read).toBe(1_500)
    expect(await plan(rows([]), { rows: 10 })).toMatchObject({ items: 10, isCut: true })
    expect(launches.at(-1)).toMatchObject({ goesOn: false, firstRows: { length: 10 } })
    expect(read).toBe(1_511)
    await expect(plan(rows([3, 1_400]))).rejects.toMatchObject({ problems: [expect.objectContaining({ path: 'row 4.text' }), expect.objectContaining({ path: 'row 1401.text' })] })
    await expect(plan(rows([1_200, 1_300]), { mostProblems: 1 })).rejects.toThrow('Data row 1201 ')
    await expect(plan(rows([11]), { rows: 10 })).resolves.toMatchObject({ items: 10 })
  })

  test('is for those whom the blueprint wants, too', async () => {
    const grant = (qualification: string, value: number) => other.people.grant(TEST_PRINCIPAL, { requestId: `grant-${qualification}-${String(value)}`, people: [{ provider: 'inhouse', externalId: 'ann' }], qualification, value })
    const run = await launch([{ text: 'a' }], { requirements: [{ qualification: 'adult', is: 'exists' }] })
    expect(launches[0]?.requirements).toEqual([{ qualification: 'adult', is: 'exists' }, { qualification: 'dutch', is: 'greater_than', value: 50 }])
    expect(run.config.gates.requirements.map(({ qualification }) => qualification)).toEqual(['adult', 'dutch'])
    expect(await other.worker('ann').refusal(run)).toBe('not_qualified')
    await grant('adult', 1)
    await grant('dutch', 50)
    expect(await other.worker('ann').refusal(run)).toBe('not_qualified')
    await grant('dutch', 51)
    await (await other.worker('ann').accept(strict, run)).submit({})
  })

  test.each<[string, unknown, RegExp]>([
    ['a qualification that there is not', [{ qualification: 'klingon', is: 'exists' }], /there is no qualification "klingon"/],
    ['no list', 'dutch', /the requirements of the blueprint: .*requirements/],
    ['no comparator', [{ qualification: 'dutch', is: 'better' }], /the requirements of the blueprint: .*requirements\[0\]\.is/],
    ['nothing, in a list', [null], /the requirements of the blueprint: .*requirements\[0\]/],
  ])('is refused where the blueprint wants %s', async (_, given, message) => {
    wanted = given
    await expect(launch([{ text: 'a' }])).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(message) as string })
    expect(await other.operator.runs()).toEqual([])
  })
})
