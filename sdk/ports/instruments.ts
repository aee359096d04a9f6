/** What is measured: how it adds up, its unit, what tells its values apart, and what it says. */
export interface Instrument {
  /** `counter` goes up, `active` up and down, `histogram` takes durations, `level` is read from the database: the same in every process. */
  readonly kind: 'counter' | 'active' | 'histogram' | 'level'
  /** In UCUM, as OpenTelemetry writes it: `s` for seconds, braces for what is counted. */
  readonly unit: string
  /** Each has few values: words of ours and the host's own names of blueprints and topics, never an id. */
  readonly attributes: readonly string[]
  readonly description: string
  /** Upper ends of the buckets of a histogram, seconds. @default {@link QUICK_S} */
  readonly buckets?: readonly number[]
}

/** Buckets of what takes milliseconds, seconds. */
export const QUICK_S: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
/** Buckets of what people do, seconds. */
const BY_PEOPLE_S: readonly number[] = [5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400]
/** Buckets of calls to the outside world, seconds. */
const OUTSIDE_S: readonly number[] = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Everything that is measured, once for all telemetries: the names are OpenTelemetry's, Prometheus has them as {@link prometheusName} says. */
export const INSTRUMENTS = {
  'mephisto.events': { kind: 'counter', unit: '{event}', attributes: ['event', 'blueprint', 'reason'], description: 'What this process did in runs, as their logs say it; the reason is that of an answer set aside.' },
  'mephisto.placements': { kind: 'counter', unit: '{placement}', attributes: ['outcome', 'blueprint', 'reason'], description: 'What workers got who asked this process for work: assigned, resumed, onboarding, or refused for a reason.' },
  'mephisto.answer.duration': { kind: 'histogram', unit: 's', attributes: ['blueprint'], buckets: BY_PEOPLE_S, description: 'From taking a unit to its answer that counts.' },
  'mephisto.http.duration': { kind: 'histogram', unit: 's', attributes: ['route', 'method', 'status'], description: 'Requests under the mount, until their reply begins.' },
  'mephisto.procedure.duration': { kind: 'histogram', unit: 's', attributes: ['procedure', 'outcome'], description: 'Calls of procedures, over HTTP and in process; the outcome is ok or the code of the error.' },
  'mephisto.db.transaction.duration': { kind: 'histogram', unit: 's', attributes: ['outcome'], description: 'Transactions with all their tries.' },
  'mephisto.db.transaction.retries': { kind: 'counter', unit: '{retry}', attributes: [], description: 'Transactions that were begun anew after a conflict or a lost connection.' },
  'mephisto.db.operation.duration': { kind: 'histogram', unit: 's', attributes: ['operation', 'outcome'], description: 'Operations on the database, inside of transactions and outside.' },
  'mephisto.group_commit.items': { kind: 'counter', unit: '{item}', attributes: [], description: 'Claims, answers and extensions that went through shared transactions.' },
  'mephisto.group_commit.transactions': { kind: 'counter', unit: '{transaction}', attributes: [], description: 'Transactions that claims, answers and extensions shared.' },
  'mephisto.outbox.call.duration': { kind: 'histogram', unit: 's', attributes: ['topic', 'outcome'], buckets: OUTSIDE_S, description: 'Tries of calls to the outside world: done, retried (tried again later), failed (given up) or unrecorded.' },
  'mephisto.outbox.calls.active': { kind: 'active', unit: '{call}', attributes: ['topic'], description: 'Calls to the outside world that this process is making.' },
  'mephisto.hook.duration': { kind: 'histogram', unit: 's', attributes: ['hook', 'blueprint', 'outcome'], buckets: OUTSIDE_S, description: 'Hooks of blueprints that came to an end: ok or failed.' },
  'mephisto.hooks.active': { kind: 'active', unit: '{hook}', attributes: ['hook', 'blueprint'], description: 'Hooks of blueprints under way; one that hangs stays.' },
  'mephisto.upkeep.duration': { kind: 'histogram', unit: 's', attributes: ['round', 'outcome'], buckets: OUTSIDE_S, description: 'Rounds of upkeep: leases (every half second) or all (every ten minutes).' },
  'mephisto.connections.active': { kind: 'active', unit: '{connection}', attributes: ['way'], description: 'Connections of task pages that packets are pushed over in this process: socket or events.' },
  'mephisto.packets.pushed': { kind: 'counter', unit: '{packet}', attributes: ['way'], description: 'Packets that this process pushed to task pages, one for each reader: socket or events.' },
  'mephisto.database.up': { kind: 'level', unit: '{database}', attributes: [], description: '1 when the levels could be read from the database, 0 when not.' },
  'mephisto.runs': { kind: 'level', unit: '{run}', attributes: ['status'], description: 'Task runs.' },
  'mephisto.units.open': { kind: 'level', unit: '{unit}', attributes: ['blueprint'], description: 'Units of runs under way that have no answer yet.' },
  'mephisto.units.unreviewed': { kind: 'level', unit: '{unit}', attributes: [], description: 'Answered units that wait for a decision, counted up to 10,000.' },
  'mephisto.leases': { kind: 'level', unit: '{lease}', attributes: ['kind'], description: 'Units in workers\' hands, counted up to 10,000.' },
  'mephisto.leases.overdue': { kind: 'level', unit: '{lease}', attributes: [], description: 'Leases that ran out and were not taken back yet: many of them mean that nobody does upkeep.' },
  'mephisto.onboardings': { kind: 'level', unit: '{onboarding}', attributes: ['status'], description: 'Onboardings of runs under way: onboarding (with the worker) or waiting (for their validation), counted up to 10,000.' },
  'mephisto.money': { kind: 'level', unit: '{minor_unit}', attributes: ['account', 'currency'], description: 'Money of runs under way, in minor units: reserved, owed, paid.' },
  'mephisto.outbox.calls': { kind: 'level', unit: '{call}', attributes: ['topic', 'status'], description: 'Calls to the outside world that are pending, held or given up (failed), counted up to 10,000 of each status.' },
  'mephisto.outbox.overdue': { kind: 'level', unit: 's', attributes: ['topic'], description: 'How long the call that is due longest has been due.' },
} as const satisfies Readonly<Record<string, Instrument>>

/** A name in {@link INSTRUMENTS}. */
export type InstrumentName = keyof typeof INSTRUMENTS
type NameOf<K extends Instrument['kind']> = { [N in InstrumentName]: (typeof INSTRUMENTS)[N]['kind'] extends K ? N : never }[InstrumentName]
/** Names of what is counted and timed in a process. */
export type RecordedName = NameOf<'counter' | 'active' | 'histogram'>
/** Names of durations. */
export type HistogramName = NameOf<'histogram'>
/** Names of what is read from the database. */
export type LevelName = NameOf<'level'>

/** An instrument without its literal types. */
export function instrument(name: InstrumentName): Instrument {
  return INSTRUMENTS[name]
}

/** What Prometheus calls an instrument, by OpenTelemetry's own rules: `mephisto.http.duration` is `mephisto_http_duration_seconds`. */
export function prometheusName(name: InstrumentName): string {
  const { kind, unit } = instrument(name)
  return `${name.replaceAll('.', '_')}${unit === 's' ? '_seconds' : ''}${kind === 'counter' ? '_total' : ''}`
}
