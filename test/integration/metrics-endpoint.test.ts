import { collectDefaultMetrics, Counter, register, Registry } from 'prom-client'
import { describe, expect, test } from 'vitest'
import { implement, type MephistoDb, type Principal } from '../../sdk/index.js'
import { createMephisto } from '../../sdk/create-mephisto.js'
import { silentLogger } from '../../sdk/ports/system-runtime.js'
import { inhouse } from '../../sdk/providers/inhouse.js'
import { prometheus } from '../../sdk/telemetry/prometheus.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { closeAfterEach } from '../close-after-each.js'
import { OLGA, RITA, VERA } from '../principals.js'
import { sentiment, sentimentRun } from '../sentiment.js'

const TOKEN = 'a-scrape-token-of-more-than-32-characters'
const keep = closeAfterEach()

async function stage(telemetry = [prometheus({ token: TOKEN })], principal: Principal | null = null): Promise<TestMephisto> {
  return keep(await createTestMephisto({ blueprints: [implement(sentiment)], telemetry, authorize: () => principal }))
}
const scrape = (mephisto: Pick<TestMephisto, 'handler'>, authorization: string | null = `Bearer ${TOKEN}`, method = 'GET') =>
  mephisto.handler(new Request('http://test.invalid/mephisto/metrics', { method, headers: authorization === null ? {} : { authorization } }))
const launch = (mephisto: TestMephisto, items = 5) => mephisto.operator.launch(sentiment, { ...sentimentRun(items), pay: { minor: 10, currency: 'USD' } })

describe('who may read the metrics', () => {
  test('nobody where no telemetry has any', async () => {
    expect((await scrape(await stage([], OLGA))).status).toBe(404)
  })

  test.each<[string, Principal | null, string | null, number]>([
    ['nobody', null, null, 401],
    ['a wrong token', null, `Bearer ${TOKEN}!`, 401],
    ['a part of the token', null, `Bearer ${TOKEN.slice(0, -1)}`, 401],
    ['an empty token', null, 'Bearer ', 401],
    ['the token under another scheme', null, `Basic ${TOKEN}`, 401],
    ['a principal without a role', { ...VERA, roles: [] }, null, 403],
    ['a viewer', VERA, null, 200],
    ['a reviewer', RITA, null, 200],
    ['an operator with a wrong token', OLGA, 'Bearer wrong', 200],
  ])('%s', async (_, principal, authorization, status) => {
    const response = await scrape(await stage([prometheus({ token: TOKEN })], principal), authorization)
    expect(response.status).toBe(status)
    expect(response.headers.get('cache-control')).toBe('no-store')
    if (status !== 200) expect(await response.text()).not.toContain('mephisto_')
  })

  test('not even an empty token where none was set, and nothing but GET', async () => {
    const mephisto = await stage([prometheus()])
    for (const authorization of ['Bearer ', 'Bearer null', 'Bearer undefined', null]) expect((await scrape(mephisto, authorization)).status).toBe(401)
    expect((await scrape(await stage([prometheus({ token: TOKEN })], OLGA), null, 'POST')).status).toBe(404)
  })

  test.each(['', 'short', 5, 'long enough, but with blanks in between'])('a token like %j is refused before anything is made', token => {
    expect(() => prometheus({ token: token as string })).toThrow(expect.objectContaining({ code: 'invalid_options', message: expect.stringContaining('token') as string }) as Error)
  })
})

describe('what the metrics say', () => {
  const text = async (mephisto: TestMephisto) => (await scrape(mephisto, null)).text()
  const value = (text: string, series: string) => text.split('\n').find(line => line.startsWith(`${series} `))?.split(' ').at(-1)

  test('is Prometheus\' own format: what this process counted, and what the database holds for all', async () => {
    const mephisto = await stage([prometheus()], VERA)
    const run = await launch(mephisto)
    await mephisto.worker('ann').accept(sentiment, run)
    await (await mephisto.worker('ben').accept(sentiment, run)).submit({ label: 'positive' })
    const second = keep(await createTestMephisto({ blueprints: [implement(sentiment)], file: mephisto.file, seed: 2, telemetry: [prometheus()], authorize: () => VERA }))
    await second.worker('cem').accept(sentiment, run)
    const response = await scrape(mephisto, null)
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    const [here, there] = [await response.text(), await text(second)]
    for (const one of [here, there]) {
      expect(one).toMatch(/^# HELP mephisto_runs Task runs\.$/m)
      expect(value(one, 'mephisto_database_up')).toBe('1')
      expect(value(one, 'mephisto_runs{status="running"}')).toBe('1')
      expect(value(one, 'mephisto_leases{kind="standard"}')).toBe('2')
      expect(value(one, 'mephisto_units_open{blueprint="sentiment"}')).toBe('4')
      expect(value(one, 'mephisto_units_unreviewed')).toBe('1')
      expect(value(one, 'mephisto_money{account="reserved",currency="USD"}')).toBe('30')
    }
    expect(value(here, 'mephisto_events_total{event="begin",blueprint="sentiment"}')).toBe('2')
    expect(value(there, 'mephisto_events_total{event="begin",blueprint="sentiment"}')).toBe('1')
  })

  test('does not say any more what is gone, and reads the database once for many who ask', async () => {
    const telemetry = prometheus()
    const mephisto = await stage([telemetry], VERA)
    let reads = 0
    const counting: MephistoDb = { ...mephisto.db, levels: { read: (...given) => { reads += 1; return mephisto.db.levels.read(...given) } } }
    const host = createMephisto({ db: counting, telemetry: [telemetry], architect: mephisto.architect, providers: [inhouse()], blueprints: [implement(sentiment)], secret: 'a secret for tests that is long enough', authorize: () => VERA, runtime: { logger: silentLogger, now: mephisto.runtime.now } })
    await launch(mephisto)
    await Promise.all(Array.from({ length: 20 }, () => scrape(host, null)))
    expect(reads).toBe(1)
    await host.close()
    // Nobody reads the database of an instance that was closed.
    expect(value(await (await scrape(host, null)).text(), 'mephisto_runs{status="running"}')).toBeUndefined()
    expect(reads).toBe(1)
  })

  test('is there without the levels while the database is away', async () => {
    const telemetry = prometheus({ token: TOKEN })
    const mephisto = await stage([telemetry])
    await launch(mephisto)
    await mephisto.db.close()
    const response = await scrape(mephisto, `Bearer ${TOKEN}`)
    expect(response.status).toBe(200)
    const text = await response.text()
    expect(value(text, 'mephisto_database_up')).toBe('0')
    expect(text).toMatch(/^mephisto_events_total\{event="run",blueprint="sentiment"\} 1$/m)
    expect(text).not.toMatch(/^mephisto_(runs|leases_overdue|units_unreviewed)\b.* \d/m)
  })

  test('can stand beside the host\'s own metrics, and never in the global registry', async () => {
    const registry = new Registry()
    collectDefaultMetrics({ register: registry })
    new Counter({ name: 'host_logins_total', help: 'of the host', registers: [registry] }).inc()
    const mephisto = await stage([prometheus({ registry })], VERA)
    await launch(mephisto)
    const said = await text(mephisto)
    expect(said).toMatch(/^host_logins_total 1$/m)
    expect(said).toMatch(/^process_cpu_seconds_total/m)
    expect(await registry.metrics()).toContain('mephisto_runs{status="running"} 1')
    expect(register.getMetricsAsArray()).toEqual([])
    expect(() => prometheus({ registry })).toThrow(expect.objectContaining({ code: 'invalid_options', message: expect.stringContaining('has mephisto_') as string }) as Error)
  })
})
