import { isMephistoError } from '../../errors.js'
import type { HistogramName, RecordedName } from '../../ports/instruments.js'
import type { Logger } from '../../ports/runtime.js'
import type { MetricAttributes, ReadLevels, SpanAttributes, SpanStart, Telemetry, TelemetrySpan } from '../../ports/telemetry.js'

/** Work that is timed, in a span of its own where it has a name. */
export interface Timed<T> {
  readonly instrument: HistogramName
  /** What is known of it before. */
  readonly attributes?: MetricAttributes
  /** What is known of it afterwards. @default `{ outcome: 'ok' }` */
  readonly outcomeOf?: (result: T) => MetricAttributes
  /** The outcome of a failure. @default its code */
  readonly failure?: string
  /** @default no span */
  readonly span?: string
  readonly spanAttributes?: SpanAttributes
  /** See {@link SpanStart}. @default a child of the span under way */
  readonly links?: readonly unknown[]
}

/** What the SDK tells of its work. Hands everything on to the telemetries of the instance; without any it costs a call. */
export interface Observer {
  /** False where nobody listens. */
  readonly isOn: boolean
  /** See {@link Telemetry.record}. @default attributes none */
  record(name: RecordedName, value: number, attributes?: MetricAttributes): void
  /** Does `work` in a span, which fails when that does. */
  span<T>(name: string, start: SpanStart, work: (span: TelemetrySpan) => Promise<T>): Promise<T>
  /** Does `work` and takes its time. */
  timed<T>(what: Timed<T>, work: (span: TelemetrySpan) => Promise<T>): Promise<T>
  /** The span under way, for links; undefined for none. */
  here(): unknown
  /** See {@link Telemetry.observe}, of all telemetries, until the returned function is called. */
  observe(read: ReadLevels): () => void
}

const OK: MetricAttributes = { outcome: 'ok' }
const NO_SPAN: TelemetrySpan = { set: () => undefined, event: () => undefined, fail: () => undefined }

/** An observer that nobody listens to. */
export const SILENT: Observer = {
  isOn: false, record: () => undefined, span: (_name, _start, work) => work(NO_SPAN), timed: (_what, work) => work(NO_SPAN), here: () => undefined, observe: () => () => undefined,
}

/** What went wrong as a word of ours: never what a message says. */
export function errorType(error: unknown): string {
  return isMephistoError(error) ? error.code : 'internal'
}

/** The observer of an instance. A telemetry that fails is logged once and changes nothing of what is observed. */
export function createObserver(telemetries: readonly Telemetry[], logger: Logger): Observer {
  if (telemetries.length === 0) return SILENT
  const faulty = new Set<Telemetry>()

  function note(telemetry: Telemetry, err: unknown): void {
    if (!faulty.has(telemetry)) logger.error({ err }, 'a telemetry failed; what it was told is lost, and nothing else')
    faulty.add(telemetry)
  }

  function guarded<T>(telemetry: Telemetry, tell: () => T): T | undefined {
    try {
      const told = tell()
      // One that is async, against its type.
      if (told instanceof Promise) told.catch((error: unknown) => { note(telemetry, error) })
      return told
    } catch (error) {
      note(telemetry, error)
      return undefined
    }
  }

  function guardedSpan(telemetry: Telemetry, span: TelemetrySpan): TelemetrySpan {
    return {
      set: attributes => { guarded(telemetry, () => { span.set(attributes) }) },
      event: name => { guarded(telemetry, () => { span.event(name) }) },
      fail: type => { guarded(telemetry, () => { span.fail(type) }) },
    }
  }

  /** In a span of one telemetry. Whatever that does with the work's promise, the work is done once and its end is returned. */
  async function within<T>(telemetry: Telemetry, { name, start }: { readonly name: string; readonly start: SpanStart }, work: (span: TelemetrySpan) => Promise<T>): Promise<T> {
    let end: Promise<T> | undefined
    const once = (span: TelemetrySpan): Promise<T> => (end ??= work(guardedSpan(telemetry, span)))
    try {
      await telemetry.span?.(name, start, once)
    } catch (error) {
      const failure: unknown = await end?.then(() => undefined, (reason: unknown) => reason)
      if (failure !== error) note(telemetry, error)
    }
    return (end ??= work(NO_SPAN))
  }

  const spanning = telemetries.filter(telemetry => telemetry.span !== undefined)
  const recording = telemetries.filter(telemetry => telemetry.record !== undefined)
  const observer: Observer = {
    isOn: true,
    record(name, value, attributes = {}) {
      for (const telemetry of recording) guarded(telemetry, () => telemetry.record?.(name, value, attributes))
    },
    span(name, start, work) {
      const [telemetry] = spanning
      if (telemetry === undefined) return work(NO_SPAN)
      return within(telemetry, { name, start }, span => work(span).catch((error: unknown) => {
        span.fail(errorType(error))
        throw error
      }))
    },
    timed({ instrument, attributes, outcomeOf, failure, span: name, spanAttributes = {}, links }, work) {
      const started = performance.now()
      const record = (outcome: MetricAttributes): void => { observer.record(instrument, (performance.now() - started) / 1000, { ...attributes, ...outcome }) }
      const run = (span: TelemetrySpan): ReturnType<typeof work> => work(span).then(result => {
        record(outcomeOf ? outcomeOf(result) : OK)
        return result
      }, (error: unknown) => {
        record({ outcome: failure ?? errorType(error) })
        throw error
      })
      return name === undefined ? run(NO_SPAN) : observer.span(name, { attributes: spanAttributes, ...(links === undefined ? {} : { links }) }, run)
    },
    observe(read) {
      const observing = telemetries.map(telemetry => ({ telemetry, stop: guarded(telemetry, () => telemetry.observe?.(read)) }))
      return () => { for (const { telemetry, stop } of observing.splice(0)) guarded(telemetry, () => stop?.()) }
    },
    here: () => spanning.map(telemetry => guarded(telemetry, () => telemetry.here?.())).find(span => span !== undefined),
  }
  return observer
}
