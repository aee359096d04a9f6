import { describe, expect, test } from 'vitest'
import { launchOptions } from '../../sdk/operations/launch-option-list.js'
import { optionsSchema } from '../../sdk/operations/launch-options.js'
import { runCommand } from '../run-command.js'

const options = launchOptions()
const named = (name: string) => options.find(option => option.name === name)

describe('the list of launch options', () => {
  test('has every option that a launch is checked for, and no other', () => {
    const tops = options.filter(({ name }) => !name.includes('.')).map(({ name }) => name)
    expect([...tops].sort()).toEqual(Object.keys(optionsSchema.shape).sort())
    expect(new Set(options.map(({ name }) => name)).size).toBe(options.length)
  })

  test.each(options)('says of $name what it is and what it is for, in a sentence', ({ type, description, bounds }) => {
    expect(type).toMatch(/^\S.*\S$/)
    expect(description).toMatch(/^[A-Z<].*\.$/)
    expect(description.length).toBeLessThan(160)
    expect(bounds ?? '').not.toMatch(/9007199254740991/)
  })

  test('reads types, defaults and bounds from the schema', () => {
    expect(named('task')).toMatchObject({ type: 'text', isRequired: true, bounds: '1 to 200 characters' })
    expect(named('task')).not.toHaveProperty('default')
    expect(named('unitsPerAssignment')).toMatchObject({ type: 'whole number', isRequired: false, default: 1, bounds: '1 to 1000' })
    expect(named('order')).toMatchObject({ type: 'fifo | breadth_first | random', default: 'fifo', bounds: null })
    expect(named('pay')).toMatchObject({ type: 'money', default: { minor: 0, currency: 'USD' } })
    expect(named('workers')).toMatchObject({ type: 'list of text', bounds: '1 to 100000 of them, each 1 to 200 characters' })
    expect(named('maxLiveUnits')).toMatchObject({ bounds: '1 or more' })
    expect(named('data')).toMatchObject({ type: 'rows, or a feed', isRequired: true })
    expect(named('gold.minimumRight')).toMatchObject({ type: 'whole number', isRequired: false, default: 1, bounds: '0 to 1000000' })
    expect(named('gold.rate')).toMatchObject({ type: 'number', bounds: '0 to 1' })
    expect(named('live.lobbyPay')).toMatchObject({ type: 'money' })
    // Money is one thing, and not two options.
    expect(named('pay.minor')).toBeUndefined()
  })

  test('begins with what must be given', () => {
    const required = options.filter(({ name, isRequired }) => isRequired && !name.includes('.')).map(({ name }) => name)
    expect(options.slice(0, required.length).map(({ name }) => name)).toEqual(required)
    expect(required).toEqual(['task', 'requester', 'provider', 'data'])
  })
})

describe('mephisto options', () => {
  test('lists them, with their parts', async () => {
    const { code, out, err } = await runCommand('options')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out.split('\n')).toHaveLength(options.length * 2 + 1)
    expect(out).toContain('\nleaseMs  whole number; 5000 to 2592000000; default 600000\n    How long a worker holds a unit without extending, ms.\n')
    expect(out).toContain('\ngold.qualification  text; 1 to 190 characters; must be given\n')
  })

  test('shows one with its parts', async () => {
    expect((await runCommand('options', 'attention')).out.match(/^\S+/gm)).toEqual(['attention', 'attention.qualification', 'attention.mostFailed'])
    expect((await runCommand('options', 'gold.rate')).out).toMatch(/^gold\.rate {2}number; 0 to 1\n {4}\S.*\n$/)
  })

  test('writes JSON', async () => {
    expect((await runCommand('options', '--json')).out.trim().split('\n').map(line => JSON.parse(line) as unknown)).toEqual(options)
  })

  test('says which there is not', async () => {
    expect(await runCommand('options', 'payment')).toEqual({ code: 1, out: '', err: 'mephisto: A launch has no option "payment". Leave the name out to see all of them.\n' })
  })
})
