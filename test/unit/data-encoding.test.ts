import { describe, expect, test } from 'vitest'
import { csvRows, jsonlRows, jsonRows } from '../../sdk/data/index.js'
import { refusal, rowsOf, streamOf } from '../data-reading.js'

const bigEndian = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()
/** Latin letters as single bytes. */
const latin = (text: string): Buffer => Buffer.from(text, 'latin1')

describe('bytes in another encoding', () => {
  const advice = "save it as UTF-8, or name its encoding, as in { encoding: 'windows-1252' }."

  test.each<[string, (bytes: Buffer) => AsyncIterable<unknown>, (count: number) => string]>([
    ['CSV', bytes => csvRows(bytes), count => `a,b\n${'1,2\n'.repeat(count)}é,2\n3,4\n`],
    ['CSV in quotes', bytes => csvRows(bytes), count => `a,b\n${'1,"2"\n'.repeat(count)}"1",é\n3,4\n`],
    ['JSON', bytes => jsonRows(bytes), count => `[\n${'{"a":1},\n'.repeat(count)}{"a":"é"},\n{"a":2}]`],
    ['JSONL', bytes => jsonlRows(bytes), count => `\n${'{"a":1}\n'.repeat(count)}{"a":"é"}\n{"a":2}`],
  ])('are refused with their place in %s', async (_, read, textOf) => {
    for (const count of [0, 1, 9_998]) {
      expect(await refusal(read(latin(textOf(count))))).toBe(`Data, row ${String(count + 1)} (line ${String(count + 2)}): has bytes that are not in utf-8; ${advice}`)
    }
  })

  test('are refused in a header, behind a quote, and at the end of the data', async () => {
    expect(await refusal(csvRows(latin('é\n1')))).toBe(`Data, line 1: has bytes that are not in utf-8; ${advice}`)
    expect(await refusal(csvRows(latin('a\n"1"é\n2\n')))).toBe(`Data, row 1 (line 2): has bytes that are not in utf-8; ${advice}`)
    expect(await refusal(csvRows(Buffer.from('a\n1\nö').subarray(0, -1)))).toBe(`Data, row 2 (line 3): has bytes that are not in utf-8; ${advice}`)
    expect(await refusal(csvRows(Buffer.from('a\n1', 'utf16le').subarray(0, -1), { encoding: 'utf-16le' }))).toContain('(line 2): has bytes that are not in utf-16le')
  })

  test('and text that was damaged before, which is in the encoding, is read as it is', async () => {
    expect(await rowsOf(csvRows(Buffer.from('a\n\ufffd\n')))).toEqual([{ a: '\ufffd' }])
  })

  test('zero bytes are told: UTF-16 without its mark, or no text at all', async () => {
    expect(await refusal(csvRows(Buffer.from('a\n1', 'utf16le')))).toContain("Data, line 1: has a zero byte: this is no text, or it is UTF-16 without a byte order mark, which { encoding: 'utf-16le' } reads.")
    expect(await refusal(jsonlRows({ text: '{"a":1}\n{"a":"\0"}' }))).toContain('Data, row 2 (line 2): has a zero byte')
  })
})

describe('an encoding', () => {
  const text = 'né\n😀,€\n'.replace(',', '')
  const rows = [{ 'né': '😀€' }]

  test.each<[string, Uint8Array, string | undefined]>([
    ['UTF-8', Buffer.from(text), undefined],
    ['UTF-8 with its mark', Buffer.from(`\ufeff${text}`), undefined],
    ['UTF-16LE with its mark', Buffer.from(`\ufeff${text}`, 'utf16le'), undefined],
    ['UTF-16BE with its mark', bigEndian(`\ufeff${text}`), undefined],
    ['UTF-16LE by option', Buffer.from(text, 'utf16le'), 'utf-16le'],
    ['UTF-16BE by option', bigEndian(text), 'UTF-16BE'],
    ['a mark against the option', bigEndian(`\ufeff${text}`), 'windows-1252'],
  ])('%s', async (_, bytes, encoding) => {
    expect(await rowsOf(csvRows(bytes, encoding === undefined ? {} : { encoding }))).toEqual(rows)
    const single = Array.from(bytes, byte => Uint8Array.of(byte))
    expect(await rowsOf(csvRows(streamOf(single), encoding === undefined ? {} : { encoding }))).toEqual(rows)
  })

  test('windows-1252 is what browsers and spreadsheets read, also by its name latin1', async () => {
    for (const encoding of ['windows-1252', 'latin1']) {
      expect(await rowsOf(csvRows(Buffer.from([0x61, 0x0a, 0x80, 0x93, 0xe9]), { encoding }))).toEqual([{ a: '€“é' }])
    }
  })

  test('shift_jis, where letters have bytes that are backslashes in others', async () => {
    expect(await rowsOf(jsonlRows(Buffer.from([...latin('{"a":"'), 0x95, 0x5c, ...latin('"}')]), { encoding: 'shift_jis' }))).toEqual([{ a: '表' }])
  })

  test('texts need none, and lose their mark', async () => {
    expect(await rowsOf(csvRows({ text: '\ufeffa\né' }, { encoding: 'utf-16le' }))).toEqual([{ a: 'é' }])
    expect(await rowsOf(csvRows(streamOf(['', '\ufeff', 'a\n\ud83d', '\ude00'])))).toEqual([{ a: '😀' }])
  })
})
