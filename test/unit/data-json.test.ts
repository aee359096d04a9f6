import { describe, expect, test } from 'vitest'
import { jsonlRows, jsonRows, type JsonOptions } from '../../sdk/data/index.js'
import { refusal, rowsOf, streamOf } from '../data-reading.js'

const json = (text: string, options?: JsonOptions) => jsonRows({ text }, options)

describe('broken JSON', () => {
  test.each<[string, string, string]>([
    ['an empty text', ' \n', 'Data: has no rows; give at least one.'],
    ['a list of nothing', '[ ]', 'Data: has no rows; give at least one.'],
    ['something else', 'id,text\n1,a', 'Data, line 1: is no JSON list of rows, [{ "field": value }].'],
    ['an object', '\n{"rows":[{}]}', 'Data, line 2: is an object; say under which key its list of rows is, as in { key: "rows" }. For one object a line there is jsonlRows.'],
    ['a broken row', '[{"a":1},\n{"a":,}]', "Data, row 2 (line 2): is no JSON: Unexpected token ','"],
    ['a row that is no object', '[{},\n\n[1]]', 'Data, row 2 (line 3): is a list; a row must be an object, { "field": value }.'],
    ['a row of null', '[null]', 'Data, row 1 (line 1): is null; a row must be an object'],
    ['a row too many', '[{"a":1},]', 'Data, row 2 (line 1): is no JSON: Unexpected end of JSON input.'],
    ['no row before a comma', '[,{"a":1}]', 'Data, row 1 (line 1): is no JSON: Unexpected end of JSON input.'],
    ['a comma that is missing', '[{"a":1}\n{"a":2}]', 'Data, row 1 (line 1): is no JSON: '],
    ['a list that is cut off', '[{"a":1},\n{"a":"x\n', 'Data, row 2 (line 2): ends before its JSON does: it was cut off'],
    ['a list that another bracket ends', '[{"a":1}}', 'Data, row 1 (line 1): has a "}" where it cannot be.'],
    ['text behind the list', '[{"a":1}]\n[]', 'Data, line 2: has more text behind its JSON.'],
    ['a line break in a text', '[{"a":"x\ny"}]', 'Data, row 1 (line 1): is no JSON: Bad control character in string literal in JSON at character 8 of the row.'],
  ])('%s is refused with its place', async (_, text, message) => {
    expect(await refusal(json(text))).toContain(message)
  })

  test.each<[string, string, string]>([
    ['a list at the top', '[{}]', 'Data, line 1: is a list at the top; leave the key out.'],
    ['no such key', '{"row":[{}],\n"a":{"rows":[{}]}}', 'Data, line 2: has no list under the key "rows".'],
    ['a value that is no list', '{"rows":{"a":[]}}', 'Data, line 1: has no list under the key "rows".'],
    ['a broken row', '{"rows":[{},\n{a}]}', 'Data, row 2 (line 2): is no JSON: '],
    ['an object that is cut off behind the list', '{"rows":[{}],\n"a":', 'Data, line 2: ends before its JSON does'],
    ['an object that another bracket ends', '{"rows":[{}]\n]', 'Data, line 2: has a "]" where it cannot be.'],
    ['an empty list', '{"rows":[]}', 'Data: has no rows; give at least one.'],
  ])('under a key, %s is refused with its place', async (_, text, message) => {
    expect(await refusal(json(text, { key: 'rows' }))).toContain(message)
  })

  test.each(['[{"a":"', '[{"a":[', '{"rows":[{"a":{'])('%s without an end does not fill the memory', async start => {
    async function* endless() {
      yield start
      for (;;) yield await Promise.resolve('[1, 2], '.repeat(8_000))
    }
    expect(await refusal(jsonRows(endless(), start.startsWith('{') ? { key: 'rows' } : {}))).toContain('Data, row 1 (line 1): has more than 10,000,000 characters')
  })
})

describe('JSON', () => {
  test('gives the rows of a list, as JSON.parse does', async () => {
    const text = ' [ {"a":"]},\\"[\\\\"} ,{"a":{"b":[{},[]]}},{"__proto__":{"a":1},"n":1e400,"t":"\\ud83d"}\n]\r\n'
    expect(JSON.stringify(await rowsOf(json(text)))).toBe(JSON.stringify(JSON.parse(text)))
  })

  test('gives the rows under a key, however it is written, and passes over the rest', async () => {
    const text = '{"about":{"rows":[{"a":0}],"x":"{["},"rows!":[{"a":0}],"a":"rows","n":[1,[2]],"\\u0072ows" : [{"a":1},{"a":2}], "after":[{}], "rows2":[]}'
    expect(await rowsOf(json(text, { key: 'rows' }))).toEqual([{ a: 1 }, { a: 2 }])
    expect(await rowsOf(json('{"":[{"a":1}]}', { key: '' }))).toEqual([{ a: 1 }])
  })

  test('keeps nothing of a large value beside the list', async () => {
    async function* large() {
      yield '{"big":["'
      for (let piece = 0; piece < 300; piece += 1) yield await Promise.resolve('x'.repeat(65_536))
      yield '"],"rows":[{"a":1}]}'
    }
    expect(await rowsOf(jsonRows(large(), { key: 'rows' }))).toEqual([{ a: 1 }])
  })
})

describe('JSONL', () => {
  test.each<[string, string, string]>([
    ['an empty text', '\n\n', 'Data: has no rows; give at least one.'],
    ['a line that is no JSON', '{"a":1}\n\n{"a":}\n', "Data, row 2 (line 3): is no JSON: Unexpected token '}'"],
    ['a row over two lines', '{"a":1}\n{"a":\n2}', 'Data, row 2 (line 2): is no JSON: Unexpected end of JSON input.'],
    ['a line that is no object', '{"a":1}\n"a"', 'Data, row 2 (line 2): is a text; a row must be an object, { "field": value }.'],
    ['a list', '[{"a":1}]', 'Data, row 1 (line 1): is a list; a row must be an object'],
    ['two rows on a line', '{"a":1} {"a":2}', 'Data, row 1 (line 1): is no JSON: '],
  ])('%s is refused with its place', async (_, text, message) => {
    expect(await refusal(jsonlRows({ text }))).toContain(message)
  })

  test('passes over blank lines, and knows no line break but LF', async () => {
    expect(await rowsOf(jsonlRows({ text: '\ufeff{"a":1}\r\n \r\n\n{"a":"\u2028"}' }))).toEqual([{ a: 1 }, { a: '\u2028' }])
  })

  test('a line without an end does not fill the memory', async () => {
    async function* endless() {
      yield '{"a":1}\n{"a":"'
      for (;;) yield await Promise.resolve('words '.repeat(10_000))
    }
    expect(await refusal(jsonlRows(endless()))).toContain('Data, row 2 (line 2): has more than 10,000,000 characters')
  })

  test('is read while it is written', async () => {
    const rows = jsonlRows(streamOf(['{"a":1}\n{"a"', ':2}\n']))[Symbol.asyncIterator]()
    expect(await rows.next()).toEqual({ done: false, value: { a: 1 } })
    expect(await rows.next()).toEqual({ done: false, value: { a: 2 } })
    expect(await rows.next()).toEqual({ done: true, value: undefined })
  })
})
