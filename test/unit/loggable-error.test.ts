import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { MephistoError } from '../../sdk/errors.js'
import { loggableError } from '../../sdk/operations/observing/loggable-error.js'
import { safeLogger } from '../../sdk/operations/observing/safe-logger.js'

const SECRET = 'Josefine Planted'

function shown(error: unknown): string {
  return inspect(loggableError(error), { depth: 10, showHidden: true })
}

test('what others throw keeps its class, its code and where it came from, and loses what it says', () => {
  const error = Object.assign(new TypeError(`no label in "${SECRET}"`), { code: 'E_LABEL', answer: SECRET })
  const safe = loggableError(error)
  expect(safe).toBeInstanceOf(Error)
  expect(safe).toMatchObject({ name: 'TypeError', code: 'E_LABEL', message: expect.stringContaining('left out') as string })
  expect(safe.stack).toMatch(/^TypeError: [^\n]*\n\s+at .*loggable-error\.test\.ts:\d+:\d+/)
  expect(shown(error)).not.toContain('Josefine')
})

test('our own errors about the server keep their words, and lose those of their causes', () => {
  const cause = new Error(`Key (external_id)=(${SECRET}) exists`, { cause: { kind: 'UniqueConstraintViolation', originalCode: '23505', originalMessage: SECRET } })
  const safe = loggableError(new MephistoError('unavailable', 'The database was lost.', { cause }))
  expect(safe).toMatchObject({ name: 'MephistoError', code: 'unavailable', message: 'The database was lost.', cause: { name: 'Error', cause: { name: 'UniqueConstraintViolation', code: '23505' } } })
  expect(inspect(safe, { depth: 10 })).not.toContain('Josefine')
})

test('a failure of a database keeps the database\'s own code, also inside Prisma\'s errors', () => {
  const prisma = Object.assign(new Error(SECRET), { name: 'PrismaClientKnownRequestError', code: 'P2010', meta: { driverAdapterError: Object.assign(new Error(SECRET), { name: 'DriverAdapterError', cause: { kind: 'postgres', originalCode: '42P01' } }) } })
  expect(loggableError(prisma)).toMatchObject({ code: 'P2010', cause: { name: 'DriverAdapterError', cause: { code: '42P01' } } })
  expect(shown(prisma)).not.toContain('Josefine')
})

test.each([
  ['an error of ours about somebody\'s input', new MephistoError('invalid_input', `There is no worker "${SECRET}".`, { problems: [{ path: SECRET, rule: 'x', message: SECRET }] })],
  ['a message of several lines that look like frames', new Error(`${SECRET}\n    at ${SECRET} (file.ts:1:2)`)],
  ['a message that was changed later', Object.assign(new Error(SECRET), { message: 'another' })],
  ['a class and a code with blanks', Object.assign(new Error('x'), { name: SECRET, code: SECRET })],
  ['a text', SECRET],
  ['an object', { message: SECRET, stack: SECRET, toString: (): string => SECRET }],
  ['several errors in one', new AggregateError([new Error(SECRET)], SECRET)],
  ['nothing', undefined],
])('%s leaves nothing behind', (_, error) => {
  expect(shown(error)).not.toContain('Josefine')
})

test('causes that go round end, and an error that cannot be read is logged all the same', () => {
  const round = new Error('x')
  round.cause = round
  expect(shown(round)).toContain('left out')
  const lines: unknown[] = []
  const logger = safeLogger({ info: () => undefined, warn: () => undefined, error: fields => { lines.push(fields) } }, { withMessages: false })
  logger.error({ err: new Proxy({}, { get: () => { throw new Error(SECRET) } }), runId: 'r' }, 'text')
  expect(lines).toMatchObject([{ runId: 'r', err: { message: '(an error that cannot be read)' } }])
})

test('messages are there for whoever asks for them, and other fields always', () => {
  const lines: [unknown, string][] = []
  const plain = { info: (fields: object, text: string) => { lines.push([fields, text]) }, warn: () => undefined, error: () => undefined }
  const err = new Error('in full')
  safeLogger(plain, { withMessages: true }).info({ err, runId: 'r' }, 'one')
  safeLogger(plain, { withMessages: false }).info({ runId: 'r' }, 'two')
  expect(lines).toEqual([[{ err, runId: 'r' }, 'one'], [{ runId: 'r' }, 'two']])
})
