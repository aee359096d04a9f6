import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { csvRows, type CsvOptions, type DataSource } from '../../sdk/data/index.js'
import { refusal, rowsOf, streamOf } from '../data-reading.js'

let folder = ''
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'mephisto-data-')) })
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

const fileOf = (name: string, content: string | Uint8Array): string => {
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}
const read = (text: string, options?: CsvOptions) => rowsOf(csvRows({ text }, options))

describe('broken CSV', () => {
  test.each<[string, string, string]>([
    ['an empty text', '', 'Data: has no rows; give at least one.'],
    ['a header alone', 'a,b\n\n', 'Data: has no rows; give at least one.'],
    ['a column without a name', 'a,,c\n1,2,3', 'Data, line 1: column 2 has no name in the header; name it, or remove it.'],
    ['a name that is there twice', '\n a,b,a \n1,2,3', 'Data, line 2: the header has "a" twice; give each column a name of its own.'],
    ['another delimiter', 'a;b\n1;2', 'Data, line 1: the header is one column, "a;b"; say what stands between the fields, as in { delimiter: ";" }.'],
    ['a row with too few fields', 'a,b\n1,2\n\n3\n4,5', 'Data, row 2 (line 4): has 1 field, and the header 2 fields.'],
    ['a row with too many fields', 'a\r\n"1\r\n\r\n"\r\n2,3', 'Data, row 2 (line 5): has 2 fields, and the header 1 field.'],
    ['a quote that never ends', 'a,b\n1,2\n3,"4\n5,6\n', 'Data, row 2 (line 3): begins a quote that never ends. '],
    ['text behind a closing quote', 'a,b\n1,2\n3,"4"5\n', 'Data, row 2 (line 3): has text behind a closing quote. '],
    ['a quote inside a field', 'a,b\n1,2\n3,4"5\n', 'Data, row 2 (line 3): has a quote in the middle of a field. '],
    ['a broken quote in the header', 'a,"b\n1,2\n', 'Data, line 1: begins a quote that never ends. '],
  ])('%s is refused with its place', async (_, text, message) => {
    expect(await refusal(csvRows({ text }))).toContain(message)
  })

  test('a quote that never ends does not fill the memory', async () => {
    async function* endless() {
      yield 'a\n1\n"'
      for (;;) yield await Promise.resolve('words\n'.repeat(10_000))
    }
    expect(await refusal(csvRows(endless()))).toContain('Data, row 2 (line 3): has more than 10,000,000 characters')
  })

  test('what is good is given first, and the error names row and line as a program reads them', async () => {
    const rows = csvRows({ text: 'a,b\n1,2\n3' })[Symbol.asyncIterator]()
    expect(await rows.next()).toEqual({ done: false, value: { a: '1', b: '2' } })
    await expect(rows.next()).rejects.toMatchObject({ code: 'invalid_input', problems: [{ path: 'row 2', rule: 'broken_data' }] })
  })
})

describe('a source that cannot be read', () => {
  test.each<[string, () => string | URL, string]>([
    ['a missing file', () => join(folder, 'nowhere.csv'), 'nowhere.csv: there is no such file; check the path'],
    ['a file in a file', () => join(fileOf('a.csv', 'a\n1'), 'b.csv'), 'b.csv: there is no such file; check the path'],
    ['a folder', () => folder, ': is a folder; name a file in it.'],
    ['a missing file by URL', () => pathToFileURL(join(folder, 'nö where.csv')), 'nö where.csv: there is no such file'],
  ])('%s', async (_, source, message) => {
    expect(await refusal(csvRows(source()))).toContain(message)
  })

  test('a stream that breaks, or gives something else', async () => {
    async function* breaking() {
      yield 'a\n1\n2'
      yield await Promise.reject<string>(new Error('socket hang up'))
    }
    expect(await refusal(csvRows(breaking(), { name: 'upload.csv' }))).toBe('Data file upload.csv, row 2: the stream broke: socket hang up')
    expect(await refusal(csvRows(streamOf(['a\n', 7 as unknown as string])))).toContain('it gave a number, where bytes or texts are wanted')
  })

  test.each<[string, unknown]>([
    ['nothing', undefined], ['no path', ''], ['a number', 7], ['rows', [{ a: 1 }]], ['no text', { text: 7 }], ['an address', new URL('https://app.example/a.csv')], ['a file elsewhere', new URL('file://elsewhere/a.csv')],
  ])('%s is refused at once', (_, source) => {
    expect(() => csvRows(source as DataSource)).toThrow(expect.objectContaining({ code: 'invalid_input' }) as Error)
  })

  test.each<[string, object, RegExp]>([
    ['an unknown encoding', { encoding: 'utf-9' }, /csvRows options: encoding: is unknown/],
    ['an unknown option', { separator: ';' }, /separator/],
    ['a line break as delimiter', { delimiter: '\n' }, /delimiter: must not hold a line break/],
    ['the quote as delimiter', { delimiter: '"' }, /delimiter: must not hold the quote/],
    ['a long quote', { quote: '""' }, /quote/],
  ])('%s is refused at once', (_, options, message) => {
    expect(() => csvRows('a.csv', options)).toThrow(expect.objectContaining({ code: 'invalid_input', message: expect.stringMatching(message) as string }) as Error)
  })
})

describe('CSV', () => {
  test('is read as RFC 4180 writes it', async () => {
    expect(await read('id, text \r\n1,"a ""quote"", a comma\r\nand a line"\r\n\r\n2, as it is ')).toEqual([
      { id: '1', text: 'a "quote", a comma\r\nand a line' },
      { id: '2', text: ' as it is ' },
    ])
  })

  test('keeps empty fields, rows of one empty field in quotes, and names that objects have', async () => {
    expect(await read('a,b\n,\n')).toEqual([{ a: '', b: '' }])
    expect(await read('a\n""\n')).toEqual([{ a: '' }])
    const [row] = await read('__proto__,constructor\nx,y')
    expect(JSON.stringify(row)).toBe('{"__proto__":"x","constructor":"y"}')
  })

  test('has LF, CR and CRLF as line breaks', async () => {
    expect(await read('a,b\r1,2\n3,4\r\n5,6')).toEqual([{ a: '1', b: '2' }, { a: '3', b: '4' }, { a: '5', b: '6' }])
  })

  test('takes other delimiters and quotes, or none', async () => {
    expect(await read('a;b\n"1;2";3', { delimiter: ';' })).toEqual([{ a: '1;2', b: '3' }])
    expect(await read("a,b\n'1,2',3", { quote: "'" })).toEqual([{ a: '1,2', b: '3' }])
    expect(await read('a\tb\n5" disk\t"', { delimiter: '\t', quote: false })).toEqual([{ a: '5" disk', b: '"' }])
    expect(await read('a;b\nx', { delimiter: ',' })).toEqual([{ 'a;b': 'x' }])
  })

  test('comes from a path, a URL, text, bytes, a stream and a web stream; all but streams again and again', async () => {
    const text = 'a\né\n'
    const file = fileOf('é.csv', text)
    const web = new Response(text).body
    const sources: DataSource[] = [file, pathToFileURL(file), { text }, Buffer.from(text), streamOf([text]), ...(web ? [web] : [])]
    for (const source of sources) expect(await rowsOf(csvRows(source))).toEqual([{ a: 'é' }])
    const rows = csvRows(file)
    expect(await rowsOf(rows)).toEqual(await rowsOf(rows))
  })

  test('opens nothing before it is read, and ends a stream when its reader stops', async () => {
    csvRows('/nowhere')
    let isEnded = false
    async function* source() {
      try {
        for (;;) yield await Promise.resolve('a\n1\n')
      } finally {
        isEnded = true
      }
    }
    for await (const row of csvRows(source())) {
      expect(row).toEqual({ a: '1' })
      break
    }
    expect(isEnded).toBe(true)
  })
})
