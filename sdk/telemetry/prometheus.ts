import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { MephistoError } from '../errors.js'
import { INSTRUMENTS, instrument, prometheusName, QUICK_S, type InstrumentName, type LevelName, type RecordedName } from '../ports/instruments.js'
import type { Exposition, ReadLevels, Telemetry } from '../ports/telemetry.js'

/** How metrics are exposed. */
export interface PrometheusOptions {
  /**
   * A bearer token that may read the path `metrics` of the mount, for a scraper without a login; at least 32 characters without
   * blanks. Principals with the role viewer may read it too. @default none: principals alone
   */
  readonly token?: string
  /** Where the metrics are registered, such as that of your own metrics, which then exposes them too. @default a registry of their own, never the global one */
  readonly registry?: Registry
}

/** Metrics for Prometheus. */
export interface Prometheus extends Telemetry {
  /** Add what else is to be read at the same path: `collectDefaultMetrics({ register: registry })`. */
  readonly registry: Registry
  readonly exposition: Exposition
}

const TOKEN = /^\S{32,}$/
const NAMES = Object.keys(INSTRUMENTS) as InstrumentName[]

/**
 * Metrics for Prometheus: `createMephisto({ …, telemetry: [prometheus({ token })] })` answers `GET <mount>/metrics` with what this
 * process counted and what the database holds. Make one for each instance: the database is that of the instance made last.
 * @throws MephistoError `invalid_options` for a short token, or a registry that has these metrics already
 */
export function prometheus({ token, registry = new Registry() }: PrometheusOptions = {}): Prometheus {
  if (token !== undefined && !TOKEN.test(token)) {
    throw new MephistoError('invalid_options', 'prometheus: token must be a random text of at least 32 characters without blanks.')
  }
  const taken = NAMES.map(prometheusName).find(name => registry.getSingleMetric(name) !== undefined)
  if (taken !== undefined) throw new MephistoError('invalid_options', `prometheus: the registry has ${taken} already; give each instance a registry of its own.`)
  const [histograms, counters, gauges] = [new Map<RecordedName, Histogram>(), new Map<RecordedName, Counter>(), new Map<RecordedName, Gauge>()]
  let readLevels: ReadLevels | null = null
  for (const name of NAMES) {
    const { kind, attributes, description, buckets = QUICK_S } = instrument(name)
    const configuration = { name: prometheusName(name), help: description, labelNames: [...attributes], registers: [registry] }
    if (kind === 'histogram') histograms.set(name as RecordedName, new Histogram({ ...configuration, buckets: [...buckets] }))
    else if (kind === 'counter') counters.set(name as RecordedName, new Counter(configuration))
    else if (kind === 'active') gauges.set(name as RecordedName, new Gauge(configuration))
    else levelGauge(configuration, name as LevelName)
  }

  /** A gauge that is filled when it is read: what is gone by then is not told any more. */
  function levelGauge(configuration: { readonly name: string; readonly help: string; labelNames: string[]; registers: Registry[] }, name: LevelName): void {
    const gauge = new Gauge({
      ...configuration,
      async collect() {
        const levels = (await readLevels?.()) ?? []
        gauge.reset()
        for (const level of levels) if (level.name === name) gauge.set(level.attributes, level.value)
        // A gauge without attributes is 0 after its reset, which nobody has read.
        if (configuration.labelNames.length === 0 && !levels.some(level => level.name === name)) gauge.remove()
      },
    })
  }

  return {
    specVersion: 1,
    registry,
    record(name, value, attributes) {
      histograms.get(name)?.observe(attributes, value)
      counters.get(name)?.inc(attributes, value)
      gauges.get(name)?.inc(attributes, value)
    },
    observe(read) {
      readLevels = read
      return () => {
        if (readLevels === read) readLevels = null
      }
    },
    exposition: { contentType: registry.contentType, token: token ?? null, text: () => registry.metrics() },
  }
}
