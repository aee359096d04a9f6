import { beforeEach, describe, expect, test } from 'vitest'
import type { MetricAttributes, Telemetry, TelemetrySpan } from '../../sdk/index.js'
import { MephistoError } from '../../sdk/errors.js'
import { createObserver, SILENT } from '../../sdk/operations/observing/observer.js'
import { silentLogger } from '../../sdk/ports/system-runtime.js'

let logged: unknown[]
beforeEach(() => { logged = [] })
const logger = { ...silentLogger, error: (fields: object, text: string) => { logged.push({ ...fields, text }) } }
const quiet: TelemetrySpan = { set: () => undefined, event: () => undefined, fail: () => undefined }
const observing = (...telemetries: Omit<Telemetry, 'specVersion'>[]) => createObserver(telemetries.map(one => ({ specVersion: 1, ...one })), logger)
const failing = (): never => { throw new Error('the exporter is down') }

describe('an observer', () => {
  test('hands everything on to everybody who listens, with the time it took and how it ended', async () => {
    const records: [string, MetricAttributes][] = []
    const spans: unknown[] = []
    const span = { ...quiet, fail: (type: string) => { spans.push(type) } }
    const observer = observing({ record: (name, value, attributes) => { records.push([name, attributes]); expect(value).toBeGreaterThanOrEqual(0) } }, {
      record: name => { records.push([name, {}]) },
      span: (name, { attributes, links }, work) => {
        spans.push([name, attributes, links])
        return work(span)
      },
    })
    const timed = { instrument: 'mephisto.procedure.duration', attributes: { procedure: 'x' }, span: 'mephisto.x' } as const
    expect(await observer.timed(timed, () => Promise.resolve(5))).toBe(5)
    await expect(observer.timed({ ...timed, links: [] }, () => Promise.reject(new MephistoError('conflict', 'no')))).rejects.toMatchObject({ code: 'conflict' })
    await expect(observer.timed({ ...timed, failure: 'failed' }, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(records.filter(([, attributes]) => 'outcome' in attributes)).toEqual(['ok', 'conflict', 'failed'].map(outcome => ['mephisto.procedure.duration', { procedure: 'x', outcome }]))
    expect(records).toHaveLength(6)
    expect(spans).toEqual([['mephisto.x', {}, undefined], ['mephisto.x', {}, []], 'conflict', ['mephisto.x', {}, undefined], 'internal'])
  })

  test.each<[string, Telemetry['span']]>([
    ['before the work', failing],
    ['before the work, later', () => Promise.reject(new Error('the exporter is down'))],
    ['after the work', async (_name, _start, work) => { await work(quiet); return failing() }],
    ['in what the work says of itself', async (_name, _start, work) => work({ set: failing, event: failing, fail: failing })],
    ['after work that failed', async (_name, _start, work) => { await work(quiet).catch(() => undefined); return failing() }],
  ])('lets work be done once and end as it ends when a telemetry fails %s, and logs that once', async (_, span) => {
    const observer = observing({ record: failing, here: failing, ...(span === undefined ? {} : { span }) })
    let times = 0
    const work = (end: () => Promise<number>) => observer.timed({ instrument: 'mephisto.upkeep.duration', span: 'mephisto.x' }, inner => {
      times += 1
      inner.set({})
      inner.event('retry')
      return end()
    })
    expect(await work(() => Promise.resolve(7))).toBe(7)
    await expect(work(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
    expect(observer.here()).toBeUndefined()
    expect(times).toBe(2)
    expect(logged).toHaveLength(1)
    expect(logged).toMatchObject([{ text: expect.stringContaining('telemetry') as string }])
  })

  test('does the work once for a telemetry that calls it late, and outlives one that is async against its type', async () => {
    let times = 0
    const late = observing({ span: (_name, _start, work) => {
      setTimeout(() => { void work(quiet) }, 20)
      return Promise.resolve() as never
    } })
    await late.span('mephisto.x', { attributes: {} }, () => Promise.resolve(times += 1))
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(times).toBe(1)
    const rejecting: unknown = () => Promise.reject(new Error('later'))
    observing({ record: rejecting as () => undefined }).record('mephisto.events', 1)
    await new Promise(resolve => setTimeout(resolve, 5))
    expect(logged).toEqual([expect.objectContaining({ err: expect.objectContaining({ message: 'later' }) as Error })])
  })

  test('has all telemetries watch the levels and stop, also where one fails at it, and logs that once', () => {
    const told: string[] = []
    const fine: Omit<Telemetry, 'specVersion'> = {
      observe() {
        told.push('watches')
        return () => { told.push('stops') }
      },
    }
    const stop = observing({ observe: failing }, { observe: () => failing }, fine).observe(() => Promise.resolve([]))
    expect(told).toEqual(['watches'])
    stop()
    stop()
    expect(told).toEqual(['watches', 'stops'])
    expect(logged).toHaveLength(2)
  })

  test('takes a failure of the work for no failure of the telemetry', async () => {
    const observer = observing({ span: async (_name, _start, work) => work(quiet) })
    await expect(observer.span('mephisto.x', { attributes: {} }, () => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
    expect(logged).toEqual([])
  })

  test('does nothing but the work where nobody listens', async () => {
    expect(observing()).toBe(SILENT)
    expect(await SILENT.timed({ instrument: 'mephisto.upkeep.duration' }, () => Promise.resolve(1))).toBe(1)
    expect(await SILENT.span('x', { attributes: {} }, span => { span.set({}); return Promise.resolve(2) })).toBe(2)
  })
})
