import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base'
import type { Telemetry } from '../sdk/index.js'
import { openTelemetry } from '../sdk/telemetry/open-telemetry.js'

/** A value of a metric, with what tells it apart. */
export interface Point {
  readonly name: string
  readonly attributes: Readonly<Record<string, unknown>>
  /** The sum or the level; the number of values of a histogram. */
  readonly value: number
}

/** A host's OpenTelemetry SDK that keeps what it is told. */
export interface TelemetryStage {
  readonly telemetry: Telemetry
  spans(): readonly ReadableSpan[]
  points(): Promise<readonly Point[]>
  /** What OpenTelemetry's own exporter for Prometheus makes of the metrics. */
  exported(): Promise<string>
  close(): Promise<void>
}

/** Starts an OpenTelemetry SDK in memory. */
export function startTelemetry(): TelemetryStage {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const spans = new InMemorySpanExporter()
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })
  const reader = new PeriodicExportingMetricReader({ exporter: new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE), exportIntervalMillis: 3_600_000 })
  const meterProvider = new MeterProvider({ readers: [reader] })
  return {
    telemetry: openTelemetry({ tracerProvider, meterProvider }),
    spans: () => spans.getFinishedSpans(),
    async points() {
      const { resourceMetrics, errors } = await reader.collect()
      if (errors.length > 0) throw new AggregateError(errors)
      return resourceMetrics.scopeMetrics.flatMap(scope => scope.metrics).flatMap(({ descriptor, dataPoints }) => dataPoints.map(({ attributes, value }): Point =>
        ({ name: descriptor.name, attributes, value: typeof value === 'number' ? value : value.count })))
    },
    exported: async () => new PrometheusSerializer().serialize((await reader.collect()).resourceMetrics),
    async close() {
      await meterProvider.shutdown()
      await tracerProvider.shutdown()
      context.disable()
    },
  }
}
