import { Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { bar, withBusyLine } from '../../sdk/cli/busy-line.js'
import { showsColours } from '../../sdk/cli/colours.js'
import { brokenTo, createScreen } from '../../sdk/cli/screen.js'

function terminal(more: { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number } = {}) {
  const written: string[] = []
  const out = Object.assign(new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk))
      done()
    },
  }), { isTTY: true, columns: 40, ...more })
  return { out, written }
}
const wait = (ms: number) => new Promise<void>(resolve => { setTimeout(resolve, ms) })

describe('a busy line', () => {
  test('says what goes on, fits the terminal, and is gone at the end', async () => {
    const { out, written } = terminal()
    expect(await withBusyLine(out, { text: 'reading' }, async tell => {
      await wait(350)
      tell(`writing ${'x'.repeat(100)}`)
      await expect.poll(() => written.join('')).toContain('writing xxx')
      return 5
    })).toBe(5)
    expect(written[0]).toMatch(/^\r\u001B\[2K[|/\\-] reading$/)
    for (const text of written) expect(text.replaceAll(/\r|\u001B\[2K/g, '').length).toBeLessThan(40)
    expect(written.at(-1)).toBe('\r\u001B[2K')
  })

  test('is gone when the work fails', async () => {
    const { out, written } = terminal()
    await expect(withBusyLine(out, { text: 'reading' }, async () => {
      await wait(350)
      throw new Error('no')
    })).rejects.toThrow('no')
    expect(written.at(-1)).toBe('\r\u001B[2K')
  })

  test('says nothing of what is over at once, in a pipe, or where it is quiet', async () => {
    for (const [more, isQuiet, ms] of [[{}, false, 0], [{ isTTY: false }, false, 350], [{}, true, 350]] as const) {
      const { out, written } = terminal(more)
      await withBusyLine(out, { text: 'reading', isQuiet }, () => wait(ms))
      expect(written).toEqual([])
    }
  })

  test('has a bar', () => {
    expect([bar(0, 0), bar(0, 4), bar(2, 4), bar(9, 4)].map(text => text.match(/#/g)?.length ?? 0)).toEqual([0, 0, 15, 30])
  })
})

describe('a screen', () => {
  test('breaks lines that are too long, and never goes beyond the terminal', () => {
    const { out, written } = terminal({ columns: 20, rows: 4 })
    const screen = createScreen(out)
    screen?.show(['one two three four five six seven', 'eight'])
    screen?.show(['short'])
    expect(written).toEqual(['one two three four\n  five six seven\neight\n', '\u001B[3A\u001B[0Jshort\n'])
    screen?.show(Array.from({ length: 9 }, (_, index) => String(index)))
    expect(written.at(-1)).toBe('\u001B[1A\u001B[0J0\n1\n2\n')
  })

  test.each([['', 5, ['']], ['abc', 5, ['abc']], ['abcdefgh', 5, ['abcde', '  fgh']], ['ab cdefgh', 5, ['ab', '  cde', '  fgh']], ['abcdef', 1, ['a', 'b', 'c', 'd', 'e', 'f']]])('"%s" in %i columns', (line, width, lines) => {
    expect(brokenTo(line, width)).toEqual(lines)
  })
})

test('colours are shown on a terminal, unless NO_COLOR or TERM say otherwise', () => {
  expect([showsColours({ isTTY: true }, {}), showsColours({}, {}), showsColours({ isTTY: true }, { NO_COLOR: '1' }), showsColours({ isTTY: true }, { NO_COLOR: '' }), showsColours({ isTTY: true }, { TERM: 'dumb' })]).toEqual([true, false, false, true, false])
})
