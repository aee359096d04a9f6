import { expect, test } from 'vitest'
import { createMephisto, implement, type MephistoDb } from '../../sdk/index.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { expressArchitect } from '../../adapters/express.js'
import { openTelemetry } from '../../sdk/telemetry/open-telemetry.js'
import { prometheus } from '../../sdk/telemetry/prometheus.js'
import { sentiment } from '../sentiment.js'

const touched: string[] = []
const db = new Proxy({ specVersion: 1, transaction: null, runs: null }, {
  get: (target, key) => {
    if (!(key in target)) touched.push(String(key))
    return (target as Record<PropertyKey, unknown>)[key]
  },
}) as unknown as MephistoDb

const good = {
  db, architect: expressArchitect({ baseUrl: 'https://app.example/mephisto', taskUrl: '/work' }), providers: [inhouse()], blueprints: [implement(sentiment)],
  secret: 'thirty-two characters of a secret!', authorize: () => null,
}

test('good options make an instance and touch nothing', () => {
  expect(createMephisto(good).architect.basePath).toBe('/mephisto/')
  expect(touched).toEqual([])
})

test.each([
  ['db', undefined, /db: is missing or not a database; pass await embeddedDb/],
  ['db', { specVersion: 2 }, /db: /],
  ['architect', undefined, /architect: is missing or not an architect; pass the adapter/],
  ['providers', undefined, /providers: is missing; pass an array/],
  ['providers', [], /providers: is empty/],
  ['providers', [{ type: 'mine' }], /providers\[0\]: is not a crowd provider/],
  ['providers', [inhouse(), inhouse()], /two entries named "inhouse"/],
  ['blueprints', undefined, /blueprints: is missing/],
  ['blueprints', [], /blueprints: is empty/],
  ['blueprints', [sentiment], /blueprints\[0\]: is not implemented; wrap the blueprint/],
  ['blueprints', [implement(sentiment), implement(sentiment)], /two entries named "sentiment"/],
  ['secret', undefined, /secret: is missing; pass a random string/],
  ['secret', 'short', /secret: is too short/],
  ['authorize', undefined, /authorize: is missing; pass a function/],
  ['authorize', 'me', /authorize: /],
  ['runtime', 'clock', /runtime: must be an object/],
  ['origins', 'https://crowd.example', /origins: must be an array such as/],
  ['origins', ['https://crowd.example/'], /origins\[0\]: must be an origin, without a path/],
  ['origins', ['crowd.example'], /origins\[0\]: must be an origin/],
  ['limits', { maxBodyBytes: 10 }, /limits\.maxBodyBytes: must be at least 1024/],
  ['limits', { maxBodyByte: 10_000 }, /limits.*maxBodyByte/],
  ['webhooks', 'all', /webhooks: must be an object/],
  ['webhooks', { allowPrivate: '127.0.0.1' }, /webhooks\.allowPrivate: must be an array such as/],
  ['webhooks', { allowPrivate: ['http://127.0.0.1:1'] }, /webhooks\.allowPrivate\[0\]: must be host or host:port/],
  ['webhooks', { timeoutMs: 1 }, /webhooks\.timeoutMs: must be at least 100 ms/],
  ['webhooks', { timeout: 500 }, /webhooks.*timeout/],
  ['console', true, /console: must be false, or an object such as/],
  ['console', { loginHref: 'javascript:alert(1)' }, /console: must be false, or .*loginHref is a path such as/],
  ['console', { loginHref: '//other.example' }, /console: must be false/],
  ['console', { login: '/login' }, /console: must be false/],
  ['console', { language: 'tlh' }, /console: must be false, or .*language is "en" or "ar"/],
  ['outbox', {}, /outbox: must be an array of handlers/],
  ['outbox', [{ topic: 'x' }], /outbox\[0\]: is not a handler of calls; pass/],
  ['outbox', [{ specVersion: 1, topic: 'webhook', call: null }], /two handlers of the topic "webhook"/],
  ['telemetry', {}, /telemetry: must be an array such as/],
  ['telemetry', [{ record: () => undefined }], /telemetry\[0\]: is not a telemetry; pass for example/],
  ['telemetry', [prometheus(), prometheus()], /telemetry: has two that want to be read/],
  ['telemetry', [openTelemetry(), openTelemetry()], /telemetry: has two that make spans/],
  ['logErrorMessages', 'yes', /logErrorMessages: must be true or false/],
  ['secrets', 'typo', /Unrecognized key: "secrets"/],
])('option %s = %j is refused with its own message', (name, value, message) => {
  const options = { ...good, [name]: value }
  expect(() => createMephisto(options as never)).toThrow(expect.objectContaining({ code: 'invalid_options', message: expect.stringMatching(message) as string }) as Error)
  expect(touched).toEqual([])
})

test.each([null, '', 'work', '/mephisto/work', '/#/work', 'https://app.example/mephisto'])('task page %j is refused', taskUrl => {
  expect(() => expressArchitect({ baseUrl: 'https://app.example/mephisto/', taskUrl: taskUrl as string })).toThrow(expect.objectContaining({ code: 'invalid_options', message: expect.stringContaining('taskUrl') as string }) as Error)
})

test.each(['', '/mephisto', 'ftp://app.example/', 'app.example'])('base address "%s" is refused', baseUrl => {
  expect(() => expressArchitect({ baseUrl, taskUrl: '/work' })).toThrow(expect.objectContaining({ code: 'invalid_options', message: expect.stringContaining('baseUrl') as string }) as Error)
})
