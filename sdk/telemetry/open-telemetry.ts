import {
  metrics, ROOT_CONTEXT, SpanStatusCode, trace, context as activeContext, type BatchObservableCallback, type Counter, type Histogram, type Link, type Meter, type MeterProvider,
  type ObservableGauge, type Span, type TracerProvider, type UpDownCounter,
} from '@opentelemetry/api'
import { INSTRUMENTS, instrument, QUICK_S, type InstrumentName, type LevelName } from '../ports/instruments.js'
import type { SpanStart, Telemetry, TelemetrySpan } from '../ports/telemetry.js'

/** Whose tracer and meter are used. */
export interface OpenTelemetryOptions {
  /** @default the one that your OpenTelemetry SDK registered, whenever it does; without any nothing is recorded */
  readonly tracerProvider?: TracerProvider
  /** @default the one that your OpenTelemetry SDK registered, whenever it does; without any nothing is recorded */
  readonly meterProvider?: MeterProvider
}

const SCOPE = 'mephisto-sdk'

/** Spans and metrics through the API of OpenTelemetry: `createMephisto({ …, telemetry: [openTelemetry()] })`. */
export function openTelemetry({ tracerProvider, meterProvider }: OpenTelemetryOptions = {}): Telemetry {
  return {
    specVersion: 1,
    ...createMeters(() => meterProvider ?? metrics.getMeterProvider()),
    span: (name, start, work) => {
      const tracer = (tracerProvider ?? trace.getTracerProvider()).getTracer(SCOPE)
      const { attributes, links } = start
      const parent = links === undefined ? activeContext.active() : ROOT_CONTEXT
      return tracer.startActiveSpan(name, { attributes: { ...attributes }, links: linksTo(links) }, parent, async span => {
        try {
          return await work(spanOf(span))
        } catch (error) {
          // Neither its message nor its stack: they may quote what somebody wrote. Whoever knows a code has set it.
          span.setStatus({ code: SpanStatusCode.ERROR })
          throw error
        } finally {
          span.end()
        }
      })
    },
    here: () => trace.getActiveSpan()?.spanContext(),
  }
}

function linksTo(links: SpanStart['links'] = []): Link[] {
  return links.flatMap(link => (link === undefined ? [] : [{ context: link as Link['context'] }]))
}

function spanOf(span: Span): TelemetrySpan {
  return {
    set: attributes => { span.setAttributes({ ...attributes }) },
    event: name => { span.addEvent(name) },
    fail: type => {
      span.setAttribute('error.type', type)
      span.setStatus({ code: SpanStatusCode.ERROR })
    },
  }
}

interface Made {
  readonly provider: MeterProvider
  readonly meter: Meter
  readonly adding: ReadonlyMap<InstrumentName, Counter | UpDownCounter>
  readonly histograms: ReadonlyMap<InstrumentName, Histogram>
  readonly levels: ReadonlyMap<LevelName, ObservableGauge>
}

/** The instruments of one meter provider after the other: the API hands out a silent one until an SDK is registered, and instruments of that one stay silent. */
function createMeters(provider: () => MeterProvider): Required<Pick<Telemetry, 'record' | 'observe'>> {
  const callbacks = new Set<BatchObservableCallback>()
  let latest: Made | null = null

  function current(): Made {
    const now = provider()
    if (latest?.provider === now) return latest
    latest = instrumentsOf(now)
    // Whoever was read by the one before is read by this one.
    for (const callback of callbacks) latest.meter.addBatchObservableCallback(callback, [...latest.levels.values()])
    return latest
  }

  return {
    record(name, value, attributes) {
      const { adding, histograms } = current()
      adding.get(name)?.add(value, attributes)
      histograms.get(name)?.record(value, attributes)
    },
    observe(read) {
      const callback: BatchObservableCallback = async observed => {
        const { levels } = current()
        for (const { name, value, attributes } of await read()) {
          const gauge = levels.get(name)
          if (gauge) observed.observe(gauge, value, attributes)
        }
      }
      const { meter, levels } = current()
      callbacks.add(callback)
      meter.addBatchObservableCallback(callback, [...levels.values()])
      return () => {
        callbacks.delete(callback)
        const made = current()
        made.meter.removeBatchObservableCallback(callback, [...made.levels.values()])
      }
    },
  }
}

function instrumentsOf(provider: MeterProvider): Made {
  const meter = provider.getMeter(SCOPE)
  const [adding, histograms, levels] = [new Map<InstrumentName, Counter | UpDownCounter>(), new Map<InstrumentName, Histogram>(), new Map<LevelName, ObservableGauge>()]
  for (const name of Object.keys(INSTRUMENTS) as InstrumentName[]) {
    const { kind, unit, description, buckets = QUICK_S } = instrument(name)
    if (kind === 'histogram') histograms.set(name, meter.createHistogram(name, { unit, description, advice: { explicitBucketBoundaries: [...buckets] } }))
    else if (kind === 'counter') adding.set(name, meter.createCounter(name, { unit, description }))
    else if (kind === 'active') adding.set(name, meter.createUpDownCounter(name, { unit, description }))
    else levels.set(name as LevelName, meter.createObservableGauge(name, { unit, description }))
  }
  return { provider, meter, adding, histograms, levels }
}
