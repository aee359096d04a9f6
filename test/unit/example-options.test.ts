import { describe, expect, it } from 'vitest'
import { HELP, parseOptions } from '../../examples/express-static-task/options.js'
import { checkName } from '../../examples/express-static-task/person-name.js'
import { createThrottle } from '../../examples/express-static-task/throttle.js'

const parse = (...words: string[]) => parseOptions(words, '/default/data')

describe('parseOptions', () => {
  it('has defaults for everything', () => {
    expect(parse()).toEqual({ kind: 'run', options: { port: 3000, data: '/default/data', fresh: false } })
  })

  it('reads every option', () => {
    expect(parse('--port', '4100', '--data=/tmp/x', '--fresh'))
      .toEqual({ kind: 'run', options: { port: 4100, data: '/tmp/x', fresh: true } })
  })

  it('shows the help, which names every option', () => {
    expect(parse('--help')).toEqual({ kind: 'help' })
    for (const name of ['--port', '--data', '--fresh', '--help']) expect(HELP).toContain(name)
  })

  it.each([
    [['--prot', '1'], '--prot'],
    [['--port'], '--port'],
    [['--port', 'abc'], '--port'],
    [['--port', '65536'], '--port'],
    [['--port', '-1'], '--port'],
    [['--port', '30.5'], '--port'],
    [['--data', ' '], '--data'],
    [['--fresh=yes'], '--fresh'],
    [['surprise'], 'surprise'],
  ])('answers %j with one line that names it', (words, named) => {
    const parsed = parse(...words)
    expect(parsed.kind).toBe('wrong')
    const message = parsed.kind === 'wrong' ? parsed.message : ''
    expect(message).toContain(named)
    expect(message).not.toContain('\n')
  })
})

describe('checkName', () => {
  it('trims and cleans', () => {
    expect(checkName('  Ann   Lee ')).toEqual({ name: 'Ann Lee', problem: null })
    expect(checkName('x'.repeat(60)).problem).toBeNull()
  })

  it.each([[''], ['   '], [undefined], [['a']], ['x'.repeat(61)], ['a\u0000b'], ['a\u202eb']])('says what is wrong with %j', value => {
    expect(checkName(value).problem).toMatch(/\.$/)
  })
})

describe('createThrottle', () => {
  it('makes a caller wait after too many failures, and only that caller', () => {
    let now = 1_000_000
    const throttle = createThrottle({ tries: 2, withinMs: 60_000, now: () => now })
    throttle.fail('a')
    expect(throttle.waitOf('a')).toBe(0)
    throttle.fail('a')
    expect(throttle.waitOf('a')).toBe(60)
    expect(throttle.waitOf('b')).toBe(0)
    now += 60_000
    expect(throttle.waitOf('a')).toBe(0)
  })
})
