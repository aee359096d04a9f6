import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvRows, jsonlRows, jsonRows, type DataSource } from '../../sdk/data/index.js'
import { cut, refusal, rowsOf, streamOf } from '../data-reading.js'

const value = fc.string({ unit: fc.constantFrom('a', ' ', ',', ';', '"', '\\', '\n', '\r', '\r\n', '[', '{', '}', ']', ':', 'é', '€', '😀', '\ufeff', '\u2028'), maxLength: 12 })
const READERS: readonly ((source: DataSource) => AsyncIterable<unknown>)[] = [source => csvRows(source), source => jsonRows(source), source => jsonlRows(source)]
const places = fc.array(fc.nat(), { maxLength: 8 })
const encoding = fc.constantFrom('utf8' as const, 'utf16le' as const)

/** What is read of bytes that are cut anywhere, and of a text that is cut anywhere. */
async function readCut<T>(read: (source: AsyncIterable<Uint8Array | string>) => AsyncIterable<T>, text: string, how: { at: readonly number[]; encoding: 'utf8' | 'utf16le' }): Promise<[T[], T[]]> {
  const bytes = Buffer.from(`\ufeff${text}`, how.encoding)
  return [await rowsOf(read(streamOf(cut(bytes, how.at)))), await rowsOf(read(streamOf(cut(text, how.at))))]
}

describe('wherever the pieces end', () => {
  test('CSV gives the rows that were written', async () => {
    const rows = fc.array(fc.record({ a: value, 'b,"': value }), { minLength: 1, maxLength: 6 })
    await fc.assert(fc.asyncProperty(rows, fc.constantFrom('\n', '\r\n', '\r'), fc.record({ at: places, encoding }), async (written, lineBreak, how) => {
      const text = stringify(written, { header: true, columns: ['a', 'b,"'], record_delimiter: lineBreak, quoted_empty: true, quoted_match: /[\r\n]/ })
      for (const read of await readCut(source => csvRows(source), text, how)) expect(read).toEqual(written)
    }), { numRuns: 300 })
  })

  test('JSON and JSONL give what JSON.parse gives', async () => {
    const rows = fc.array(fc.dictionary(value, fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme' })), { minLength: 1, maxLength: 5 })
    await fc.assert(fc.asyncProperty(rows, fc.constantFrom(0, 2), fc.record({ at: places, encoding }), async (written, spaces, how) => {
      const parsed = JSON.parse(JSON.stringify(written)) as unknown
      const read = [
        ...await readCut(source => jsonRows(source), JSON.stringify(written, null, spaces), how),
        ...await readCut(source => jsonRows(source, { key: 'a"]' }), JSON.stringify({ before: written, 'a"]': written, after: written }, null, spaces), how),
        ...await readCut(source => jsonlRows(source), written.map(row => JSON.stringify(row)).join(spaces === 0 ? '\n' : ' \r\n\n'), how),
      ]
      for (const one of read) expect(JSON.stringify(one)).toBe(JSON.stringify(parsed))
    }), { numRuns: 200 })
  })

  test('one error is told, the same as for the whole', async () => {
    const broken = fc.constantFrom('a,b\n1,"2\r\n"\r\n3,4,5\n', 'a,b\n\n1,"2"x\n', 'a\n1\n2\xe9\n3', 'a\n1\n\xe9', 'a\r\n1\r\n2\r\n\xe9', 'a\r\n\r\n"1\r\n', '[{"a":1},\n{"a":1,}]', '{"a":1}\n\n{"a"}\n', '[{"a":"\xe9"}]', '[{},{"a":1', '{"a":1}\n\xe9')
    await fc.assert(fc.asyncProperty(broken, places, async (text, at) => {
      const bytes = Buffer.from(text, 'latin1')
      for (const read of READERS) {
        const whole = await refusal(read(bytes))
        expect(await refusal(read(streamOf(cut(bytes, at))))).toBe(whole)
      }
    }), { numRuns: 300 })
  })

  test('whatever the bytes, there are rows or a sentence that says what is wrong', async () => {
    await fc.assert(fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.string({ unit: fc.constantFrom('[', ']', '{', '}', ':', ',', '"', '\\', 'a', '1', ' ', '\n') }).map(text => Buffer.from(text))), async bytes => {
      for (const read of READERS) expect(await refusal(read(bytes))).toMatch(/^It was read: \[\{|^Data(, (row \d+ \()?line \d+\)?)?: ./)
    }), { numRuns: 500 })
  })
})

describe('many rows', () => {
  const count = 200_000
  const line = (index: number) => `row ${String(index)} ${'x'.repeat(150)}`

  test.each<[string, (source: AsyncIterable<string>) => AsyncIterable<Record<string, unknown>>, { start: string; row: (index: number) => string; end: string }]>([
    ['CSV', source => csvRows(source), { start: 'text\n', row: index => `"${line(index)}"\n`, end: '' }],
    ['JSON', source => jsonRows(source), { start: '[', row: index => `${index === 0 ? '' : ','}\n{"text":"${line(index)}"}`, end: ']' }],
    ['JSONL', source => jsonlRows(source), { start: '', row: index => `{"text":"${line(index)}"}\n`, end: '' }],
  ])('of %s are read as they are asked for', async (_, read, { start, row, end }) => {
    let written = 0
    async function* source() {
      yield start
      for (; written < count; written += 100) yield await Promise.resolve(Array.from({ length: 100 }, (__, index) => row(written + index)).join(''))
      yield end
    }
    const before = process.memoryUsage().heapUsed
    let [rows, lead, heap] = [0, 0, 0]
    for await (const { text } of read(source())) {
      if (text !== line(rows)) throw new Error(`Row ${String(rows)} is ${String(text)}`)
      rows += 1
      lead = Math.max(lead, written - rows)
      if (rows % 10_000 === 0) heap = Math.max(heap, process.memoryUsage().heapUsed - before)
    }
    expect(rows).toBe(count)
    // Of 33 MB of text never more than a few pieces of it were read ahead; the heap also holds what waits to be collected.
    expect(lead).toBeLessThan(1_000)
    expect(heap).toBeLessThan(150_000_000)
  })
})
