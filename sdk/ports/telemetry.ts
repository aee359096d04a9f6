import type { LevelName, RecordedName } from './instruments.js'

/** What tells values of an instrument apart: those that the instrument lists, as far as they apply. */
export type MetricAttributes = Readonly<Record<string, string>>

/**
 * What a span may say: ids, words of ours and numbers. Never a worker's name, an answer, a token or the message of an error;
 * the keys are listed so that nothing else is handed on by accident.
 */
export interface SpanAttributes {
  readonly 'mephisto.run.id'?: string
  readonly 'mephisto.unit.id'?: string
  readonly 'mephisto.agent.id'?: string
  readonly 'mephisto.call.id'?: string
  readonly 'mephisto.blueprint'?: string
  readonly 'mephisto.procedure'?: string
  readonly 'mephisto.outcome'?: string
  readonly 'mephisto.reason'?: string
  readonly 'mephisto.topic'?: string
  readonly 'mephisto.tries'?: number
  readonly 'mephisto.items'?: number
  readonly 'http.route'?: string
  readonly 'http.request.method'?: string
  readonly 'http.response.status_code'?: number
}

/** A span under way. */
export interface TelemetrySpan {
  set(attributes: SpanAttributes): void
  /** Something happened at this instant, such as `retry`. */
  event(name: string): void
  /** What the span is about went wrong; `type` is the code of the error. */
  fail(type: string): void
}

/** How a span begins. */
export interface SpanStart {
  readonly attributes: SpanAttributes
  /**
   * Other spans that it does the work of, as {@link Telemetry.here} gave them: it then has no parent, nor has it one with an
   * empty list. @default a child of the span under way
   */
  readonly links?: readonly unknown[]
}

/** A value of a level, as the database says it. */
export interface Level {
  readonly name: LevelName
  readonly value: number
  readonly attributes: MetricAttributes
}

/** Reads the levels: at most every few seconds from the database, however often it is asked. Never rejects. */
export type ReadLevels = () => Promise<readonly Level[]>

/** What is answered at the path `metrics` of the mount, to whoever may see it. */
export interface Exposition {
  readonly contentType: string
  /** A bearer token that may see it, besides principals with the role viewer; null for none. */
  readonly token: string | null
  text(): Promise<string>
}

/**
 * Where measurements and spans go: `openTelemetry()`, `prometheus()`, or your own. What it throws is logged once and changes
 * nothing else.
 */
export interface Telemetry {
  readonly specVersion: 1
  /** Adds to a counter or to what is active, or takes a duration, seconds. */
  record?(name: RecordedName, value: number, attributes: MetricAttributes): void
  /** Runs `work` in a span; its result or its failure is that of `work`. */
  span?<T>(name: string, start: SpanStart, work: (span: TelemetrySpan) => Promise<T>): Promise<T>
  /** The span under way, for links; undefined for none. */
  here?(): unknown
  /** Called by each instance that is made with it: levels are read so, until the returned function is called. */
  observe?(read: ReadLevels): () => void
  readonly exposition?: Exposition
}
