import { metrics, trace } from '@opentelemetry/api'
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterEach, expect, test } from 'vitest'
import { openTelemetry } from '../../sdk/telemetry/open-telemetry.js'

afterEach(() => {
  metrics.disable()
  trace.disable()
})

test('without an SDK nothing happens; one that the host starts later is told everything from then on', async () => {
  const telemetry = openTelemetry()
  let reads = 0
  const stop = telemetry.observe?.(() => { reads += 1; return Promise.resolve([{ name: 'mephisto.runs', value: 3, attributes: { status: 'running' } }]) })
  telemetry.record?.('mephisto.db.transaction.retries', 1, {})
  expect(await telemetry.span?.('early', { attributes: {} }, () => Promise.resolve(1))).toBe(1)
  const spans = new InMemorySpanExporter()
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }))
  const reader = new PeriodicExportingMetricReader({ exporter: new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE), exportIntervalMillis: 3_600_000 })
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
  telemetry.record?.('mephisto.db.transaction.retries', 2, {})
  telemetry.record?.('mephisto.upkeep.duration', 0.2, { round: 'leases', outcome: 'ok' })
  expect(await telemetry.span?.('late', { attributes: { 'mephisto.topic': 'pay' } }, () => Promise.resolve(2))).toBe(2)
  expect(spans.getFinishedSpans().map(({ name, attributes }) => [name, attributes])).toEqual([['late', { 'mephisto.topic': 'pay' }]])
  const collect = async () => (await reader.collect()).resourceMetrics.scopeMetrics.flatMap(scope => scope.metrics)
  const found = await collect()
  expect(found.find(({ descriptor }) => descriptor.name === 'mephisto.db.transaction.retries')?.dataPoints).toMatchObject([{ value: 2 }])
  expect(found.find(({ descriptor }) => descriptor.name === 'mephisto.upkeep.duration')?.dataPoints).toMatchObject([{ value: { count: 1, buckets: { boundaries: expect.arrayContaining([0.01, 30]) as number[] } } }])
  expect(found.find(({ descriptor }) => descriptor.name === 'mephisto.runs')?.dataPoints).toMatchObject([{ value: 3, attributes: { status: 'running' } }])
  stop?.()
  await collect()
  expect(reads).toBe(1)
})
