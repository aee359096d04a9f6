import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import { fileIdsIn, fileProblem, keptFileName, keptMediaType } from '../../sdk/data-model/file.js'
import { fileSchema, takesFiles } from '../../sdk/data-model/file-schema.js'
import { createMephisto, implement, isMephistoError } from '../../sdk/index.js'
import { inhouse } from '../../sdk/providers/inhouse.js'

describe('a file\'s name', () => {
  test.each([
    ['photo.png', 'photo.png'],
    ['C:\\Users\\ann\\photo.png', 'photo.png'],
    ['../../etc/passwd', 'passwd'],
    ['/', 'file'],
    ['', 'file'],
    ['...', 'file'],
    ['.htaccess', 'htaccess'],
    ['a\nb\0c.txt', 'abc.txt'],
    ['photo\u202Egnp.exe', 'photognp.exe'],
    ['a<b>:"|?*.png', 'a_b______.png'],
    ['u\u0308ber.png', 'über.png'],
    [`${'x'.repeat(400)}.jpeg`, `${'x'.repeat(145)}.jpeg`],
    [`${'😀'.repeat(100)}.png`, `${'😀'.repeat(73)}.png`],
    ['half\uD800.png', 'half.png'],
  ])('%j is kept as %j', (given, kept) => {
    expect(keptFileName(given)).toBe(kept)
  })
})

test.each([
  ['Image/PNG; charset=x', 'image/png'], ['', 'application/octet-stream'], ['nonsense', 'application/octet-stream'], ['text/html\r\nx: y', 'application/octet-stream'],
  ['application/vnd.oasis.opendocument.text', 'application/vnd.oasis.opendocument.text'],
])('the media type %j is kept as %j', (given, kept) => {
  expect(keptMediaType(given)).toBe(kept)
})

describe('the schema of a file', () => {
  const file = { $file: 'f', name: 'Photo.PNG', mediaType: 'image/png', bytes: 2_000, sha256: 'a' }

  test('says what is wrong in words for a worker', () => {
    expect(fileProblem(file, {})).toBeNull()
    expect(fileProblem(file, { accept: ['.png'] })).toBeNull()
    expect(fileProblem(file, { accept: [' image/* ', '.csv'] })).toBeNull()
    expect(fileProblem(file, { accept: ['application/pdf'], maxBytes: 10 })).toBe('"Photo.PNG" is too large: at most 10 bytes can be handed in here.')
    expect(fileProblem(file, { accept: ['audio/*', 'video/*', 'model/gltf+json'] })).toBe('"Photo.PNG" cannot be handed in here; choose a sound, a film or model/gltf+json.')
    expect(fileProblem(file, { accept: ['application/pdf', '.csv'] })).toBe('"Photo.PNG" cannot be handed in here; choose a PDF or a file that ends with .csv.')
    expect(fileSchema({ maxBytes: 1_999 }).safeParse(file).error?.issues[0]?.message).toBe('"Photo.PNG" is too large: at most 2 kB can be handed in here.')
  })

  test('tells JSON Schema that it is one, wherever it stands', () => {
    const schema = (output: z.ZodType): string => JSON.stringify(z.toJSONSchema(output, { io: 'output' }))
    expect(takesFiles(schema(z.object({ a: fileSchema() })))).toBe(true)
    expect(takesFiles(schema(z.object({ a: z.array(z.object({ b: fileSchema({ maxBytes: 5 }).optional() })) })))).toBe(true)
    expect(takesFiles(schema(z.object({ a: z.string() })))).toBe(false)
  })

  test('files are found wherever they stand in an answer, each once', () => {
    expect(fileIdsIn({ a: file, b: [{ c: { ...file, $file: 'g' } }, file], d: null, e: '$file', f: { $file: 3 } })).toEqual(['f', 'g'])
    expect(fileIdsIn('text')).toEqual([])
  })
})

test('an instance whose answers have files must be told where they go', () => {
  const blueprint = (type: string) => defineBlueprint({ type, input: z.object({}), output: z.object({ photo: fileSchema() }) })
  const options = {
    db: { specVersion: 1, transaction: () => undefined, runs: {} } as never, architect: { specVersion: 1 as const, type: 'test', baseUrl: 'http://x.invalid/', basePath: '/', taskUrl: 'http://x.invalid/work' },
    providers: [inhouse()], blueprints: [implement(blueprint('pictures'))], secret: 'a secret for tests that is long enough', authorize: () => null,
  }
  expect(() => createMephisto(options)).toThrow(`files: is missing, and answers of blueprint "pictures" have files; say where they are kept, such as files: { store: diskFiles({ folder: './data/files' }) }`)
  for (const [files, path] of [[{}, 'files.store'], [{ store: {} }, 'files.store'], [{ store: storeOf(), maxBytes: 0 }, 'files.maxBytes'], [{ store: storeOf(), maxPerAttempt: 1.5 }, 'files.maxPerAttempt'], [{ store: storeOf(), folder: 'x' }, 'files'], [3, 'files']] as const) {
    const refused = attempt(() => createMephisto({ ...options, files: files as never }))
    expect(isMephistoError(refused) && [refused.code, refused.problems[0]?.path]).toEqual(['invalid_options', path])
  }
})

function storeOf() {
  return { specVersion: 1 as const, put: () => Promise.resolve(), get: () => Promise.resolve(null), remove: () => Promise.resolve() }
}

function attempt(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}
