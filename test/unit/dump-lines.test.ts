import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dumpLines } from '../../sdk/operations/transfer/dump-lines.js'

const MIB = 1_048_576
let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'mephisto-lines-')) })
afterEach(() => { rmSync(folder, { recursive: true, force: true }) })

async function linesOf(content: string | Buffer, range = {}): Promise<{ text: string; number: number; start: number; end: number }[]> {
  const file = join(folder, 'file')
  writeFileSync(file, content)
  const lines = []
  for await (const { bytes, ...place } of dumpLines(file, range)) lines.push({ text: bytes.length > 100 ? String(bytes.length) : bytes.toString(), ...place })
  return lines
}

test('lines are told with where they are, also across what is read at once, and empty and unfinished ones', async () => {
  expect(await linesOf('')).toEqual([])
  expect(await linesOf('a\n\nü\u2028b')).toEqual([{ text: 'a', number: 1, start: 0, end: 2 }, { text: '', number: 2, start: 2, end: 3 }, { text: 'ü\u2028b', number: 3, start: 3, end: 9 }])
  expect(await linesOf('a\nbb\nc\n', { start: 2, end: 5 })).toEqual([{ text: 'bb', number: 1, start: 2, end: 5 }])
  const long = 'x'.repeat(600_000)
  expect(await linesOf(`a\n${long}\nb\n`)).toEqual([{ text: 'a', number: 1, start: 0, end: 2 }, { text: '600000', number: 2, start: 2, end: 600_003 }, { text: 'b', number: 3, start: 600_003, end: 600_005 }])
})

test('a first line that is longer than any of a dump is refused, whether it ends or not; a stretch has no first line', async () => {
  const refused = { code: 'invalid_input', message: expect.stringContaining('line 1: this is no dump of Mephisto SDK') as string }
  await expect(linesOf(`${'x'.repeat(65_537)}\n`)).rejects.toMatchObject(refused)
  await expect(linesOf(Buffer.alloc(MIB))).rejects.toMatchObject(refused)
  expect(await linesOf(`${'x'.repeat(65_536)}\n`)).toHaveLength(1)
  expect(await linesOf(`a\n${'x'.repeat(65_537)}\n`, { start: 2 })).toHaveLength(1)
})

test('a line of 64 MiB is read in the time that it takes to read it, and a longer one is refused', async () => {
  const began = performance.now()
  expect((await linesOf(Buffer.concat([Buffer.from('a\n'), Buffer.alloc(64 * MIB, 'x')])))[1]).toMatchObject({ text: String(64 * MIB), end: 64 * MIB + 2 })
  // Copying and searching all that came before with each chunk took 8 GiB of copies.
  expect(performance.now() - began).toBeLessThan(5_000)
  await expect(linesOf(Buffer.concat([Buffer.from('a\n'), Buffer.alloc(64 * MIB + 1, 'x')]))).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('line 2: it is longer than any line') as string })
})
