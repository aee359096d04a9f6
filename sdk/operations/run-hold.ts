import { awaitsRows, type RunDataFeed } from '../data-model/data-feed.js'
import type { LedgerEntry, TaskRun } from '../data-model/entities.js'
import { isAgentNote, type EventType } from '../data-model/event-types.js'
import { specialRanges } from '../data-model/features.js'
import { isEnded, nextRunStatus, UNDER_WAY_STATUSES, type AgentStatus, type RunVerb } from '../data-model/lifecycle.js'
import { MephistoError } from '../errors.js'
import { totalsOf } from '../ledger/entries.js'
import type { ProjectBudget } from '../ports/budget-operations.js'
import type { EventRow, StreamHead } from '../ports/event-operations.js'
import type { NewCall } from '../ports/outbox-operations.js'
import type { DbOperations, LockedRun, MephistoDb, RunChange, RunSettings } from '../ports/mephisto-db.js'
import type { AgentChange, NewAgent } from '../ports/unit-operations.js'
import type { Runtime } from '../ports/runtime.js'
import type { WithdrawingUnit } from '../providers/publishing.js'
import { capsOf, freeIn, type Cap } from './caps.js'
import { eventHash } from './event-hash.js'
import { publishUnits } from './freeing.js'
import { followRun } from './publishing/follow-run.js'

/** By how much the units of a run change. Whoever closes units closes live ones, unless it is said otherwise. */
export interface UnitCounts {
  readonly unitsTotal?: number
  readonly unitsOpen: number
  readonly unitsAnswered?: number
  /** Units that are launched or assigned. @default what was closed */
  readonly unitsLive?: number
  /** Units that are made for one worker: they come on top of those that may be live. @default false */
  readonly areSpecial?: boolean
}

/** What happened to an agent. */
export interface AgentEvent {
  readonly type: EventType
  /** Small and without answers or names: ids, times, digests. */
  readonly body: Readonly<Record<string, string | number | null | readonly string[]>>
  /** The agent's status from now on; its present one for an event that moves nothing. */
  readonly status: AgentStatus
}

/**
 * Runs that a transaction holds. Whoever moves units or money of a run does it while holding it, so that everything in a
 * run happens one after the other, in the order of its feed, whichever process does it (docs/decisions/0009-run-hold.md).
 * Where the run's project has a budget, the project is held after the runs (docs/decisions/0033-project-caps.md).
 * What is booked and logged here is written once, at the end, in the same transaction.
 */
export interface RunHold {
  readonly tx: DbOperations
  /** The database's clock, read after the runs were held, epoch ms. */
  readonly at: number
  /** A held run as it is now, with what this transaction has done so far; undefined for one that does not exist. */
  run(id: string): TaskRun | undefined
  /** What bounds the money of a held run, after what this transaction has booked. */
  caps(runId: string): readonly Cap[]
  /** Books entries. @throws MephistoError `budget_exhausted` when spent plus reserved would pass a cap of the run (promise P7) */
  book(runId: string, entries: readonly LedgerEntry[]): void
  /** Counts units; the run whose last open unit this was completes, unless it may still get rows. */
  count(runId: string, change: UnitCounts): void
  /** Moves a run. @throws MephistoError `illegal_move` */
  move(runId: string, verb: RunVerb): void
  /** Changes a setting of a run and logs it; nothing when it has this value. @throws MephistoError `budget_exhausted` for a cap below spent plus reserved */
  change<S extends keyof RunSettings>(runId: string, setting: S, value: RunSettings[S]): void
  /** Says how far a run has come with its data feed, and logs it; one that has no open unit and gets no more rows completes. */
  feed(runId: string, dataFeed: RunDataFeed, event: Pick<AgentEvent, 'type' | 'body'>): void
  /** Units are free from now on, none of them below this rank (docs/decisions/0007-handing-out.md). */
  freed(runId: string, rank: number): void
  /** A search leaves no free unit below this rank. */
  searched(runId: string, freeFrom: number): void
  /** Units that nobody is to have any more: where the run's provider shows them to workers, they are withdrawn there. */
  takeDown(runId: string, unitIds: readonly string[], reason: WithdrawingUnit['reason']): void
  /** The run's provider has done something: what follows from it is done at the end. */
  follow(runId: string): void
  /** Something that is to be done soon, as a call of the outbox. */
  call(call: Omit<NewCall, 'id'>): void
  /** Logs an event of a run that moves nothing. */
  note(runId: string, event: Pick<AgentEvent, 'type' | 'body'>): void
  /** Logs an event of a known agent, which gets the event's status. */
  log(runId: string, head: StreamHead, event: AgentEvent): void
  /** Writes what was logged of known agents so far, so that a search sees whose attempts are over. */
  writeAgents(): Promise<void>
  /** Adds an agent with its first event. */
  add(agent: Omit<NewAgent, 'eventCount' | 'eventHash' | 'endedAt' | 'status'>, event: AgentEvent): void
}

/** Runs `work` in one transaction that holds these runs, and writes what it booked and logged. */
export async function holdRuns<T>({ db, runtime }: { db: MephistoDb; runtime: Runtime }, runIds: Iterable<string>, work: (hold: RunHold) => Promise<T>): Promise<T> {
  // The transaction may be tried again, and some ways to name runs can be walked once.
  const ids = [...runIds]
  return db.transaction(tx => holdWithin({ tx, runtime }, ids, work))
}

/** As {@link holdRuns}, in a transaction that there is already and that holds no run yet. */
export async function holdWithin<T>({ tx, runtime }: { tx: DbOperations; runtime: Runtime }, runIds: Iterable<string>, work: (hold: RunHold) => Promise<T>): Promise<T> {
  const locked = await tx.runs.lock([...new Set(runIds)].sort())
  const capped = new Set(locked.flatMap(({ run }) => run.cappedBy ?? []))
  const budgets = capped.size === 0 ? [] : await tx.budgets.lock([...capped])
  const hold = new Holding({ tx, at: await tx.now(), locked, budgets })
  const result = await work(hold)
  await hold.flush(runtime)
  return result
}

interface HeldRun {
  readonly lockedAt: LockedRun
  run: TaskRun
  feed: number
  head: StreamHead
  /** By how many the live units have changed, and the open ones that were made for one worker. */
  live: number
  special: number
  readonly entries: LedgerEntry[]
  /** Units that are over, and why. */
  readonly over: Map<string, WithdrawingUnit['reason']>
  /** Its provider has done something. */
  isToFollow: boolean
}

class Holding implements RunHold {
  readonly tx: DbOperations
  readonly at: number
  readonly #runs: ReadonlyMap<string, HeldRun>
  /** By project; with what this transaction has booked so far. */
  readonly #budgets: Map<string, ProjectBudget>
  readonly #events: EventRow[] = []
  readonly #calls: Omit<NewCall, 'id'>[] = []
  readonly #added = new Map<string, NewAgent>()
  readonly #changed = new Map<string, AgentChange>()
  #unwritten = new Map<string, AgentChange>()

  constructor({ tx, at, locked, budgets }: { readonly tx: DbOperations; readonly at: number; readonly locked: readonly LockedRun[]; readonly budgets: readonly ProjectBudget[] }) {
    this.tx = tx
    this.at = at
    this.#budgets = new Map(budgets.map(budget => [budget.projectId, budget]))
    this.#runs = new Map(locked.map(one => [one.run.id, { lockedAt: one, run: one.run, feed: one.feed, head: one.head, live: 0, special: 0, entries: [], over: new Map(), isToFollow: false }]))
  }

  run(id: string): TaskRun | undefined {
    return this.#runs.get(id)?.run
  }

  caps(runId: string): readonly Cap[] {
    const { run } = this.#held(runId)
    return capsOf(run, this.#budgetOf(run))
  }

  book(runId: string, entries: readonly LedgerEntry[]): void {
    const held = this.#held(runId)
    const withMoney = entries.filter(entry => entry.amountMinor !== 0)
    const change = totalsOf(withMoney)
    const run = {
      ...held.run, reservedMinor: held.run.reservedMinor + change.reservedMinor,
      owedMinor: held.run.owedMinor + change.owedMinor, paidMinor: held.run.paidMinor + change.paidMinor,
    }
    const more = change.reservedMinor + change.owedMinor + change.paidMinor
    if (more > 0 && run.budgetMinor !== null && run.reservedMinor + run.owedMinor + run.paidMinor > run.budgetMinor) throw overBudget(runId)
    const budget = this.#budgetOf(run)
    if (more > 0 && budget && freeIn(budget, run.currency) < more) throw overProjectBudget(budget)
    if (budget) this.#budgets.set(budget.projectId, { ...budget, usedMinor: budget.usedMinor + more })
    held.run = run
    held.entries.push(...withMoney)
  }

  count(runId: string, { unitsTotal = 0, unitsOpen, unitsAnswered = 0, unitsLive = Math.min(0, unitsOpen), areSpecial = false }: UnitCounts): void {
    const held = this.#held(runId)
    if (unitsTotal === 0 && unitsOpen === 0 && unitsAnswered === 0) return
    held.run = {
      ...held.run, unitsTotal: held.run.unitsTotal + unitsTotal, unitsOpen: held.run.unitsOpen + unitsOpen, unitsAnswered: held.run.unitsAnswered + unitsAnswered,
    }
    if (areSpecial) held.special += unitsOpen
    else held.live += unitsLive
    this.#completeIfDone(runId)
  }

  move(runId: string, verb: RunVerb): void {
    const held = this.#held(runId)
    const status = nextRunStatus(held.run.status, verb)
    held.run = {
      ...held.run, status, startedAt: status === 'running' ? held.run.startedAt ?? this.at : held.run.startedAt,
      endedAt: isEnded(status) ? this.at : null,
      // What takes no more rows is never read again.
      dataFeed: held.run.dataFeed && (status === 'draining' || isEnded(status)) ? { ...held.run.dataFeed, status: 'ended' } : held.run.dataFeed,
    }
    this.note(runId, { type: verb, body: { units: held.run.unitsTotal } })
    if (status === 'draining') this.#completeIfDone(runId)
  }

  feed(runId: string, dataFeed: RunDataFeed, event: Pick<AgentEvent, 'type' | 'body'>): void {
    const held = this.#held(runId)
    held.run = { ...held.run, dataFeed }
    this.note(runId, event)
    this.#completeIfDone(runId)
  }

  change<S extends keyof RunSettings>(runId: string, setting: S, value: RunSettings[S]): void {
    const held = this.#held(runId)
    const from = held.run[setting]
    if (from === value) return
    const run = { ...held.run, [setting]: value }
    if (run.budgetMinor !== null && run.reservedMinor + run.owedMinor + run.paidMinor > run.budgetMinor) throw overBudget(runId)
    held.run = run
    this.note(runId, { type: 'change', body: { setting, from, to: value } })
  }

  freed(runId: string, rank: number): void {
    this.searched(runId, Math.min(rank, this.#held(runId).run.freeFrom))
  }

  searched(runId: string, freeFrom: number): void {
    const held = this.#held(runId)
    held.run = { ...held.run, freeFrom }
  }

  takeDown(runId: string, unitIds: readonly string[], reason: WithdrawingUnit['reason']): void {
    const { over } = this.#held(runId)
    for (const id of unitIds) over.set(id, reason)
  }

  follow(runId: string): void {
    this.#held(runId).isToFollow = true
  }

  call(call: Omit<NewCall, 'id'>): void {
    this.#calls.push(call)
  }

  note(runId: string, event: Pick<AgentEvent, 'type' | 'body'>): void {
    const held = this.#held(runId)
    held.head = this.#chain(held, held.head, event)
  }

  log(runId: string, head: StreamHead, { type, body, status }: AgentEvent): void {
    const earlier = this.#changed.get(head.streamId)
    const now = this.#chain(this.#held(runId), earlier ? { streamId: head.streamId, count: earlier.eventCount, hash: earlier.eventHash } : head, { type, body })
    const after = isAgentNote(type) ? earlier?.status ?? status : status
    const change = { id: head.streamId, status: after, endedAt: UNDER_WAY_STATUSES.includes(after) ? null : this.at, eventCount: now.count, eventHash: now.hash }
    this.#changed.set(head.streamId, change)
    this.#unwritten.set(head.streamId, change)
  }

  async writeAgents(): Promise<void> {
    const changed = [...this.#unwritten.values()]
    this.#unwritten = new Map()
    if (changed.length > 0) await this.tx.units.writeAgents({ added: [], changed })
  }

  add(agent: Omit<NewAgent, 'eventCount' | 'eventHash' | 'endedAt' | 'status'>, { type, body, status }: AgentEvent): void {
    const head = this.#chain(this.#held(agent.runId), { streamId: agent.id, count: 0, hash: '' }, { type, body })
    this.#added.set(agent.id, { ...agent, status, endedAt: null, eventCount: head.count, eventHash: head.hash })
  }

  async flush(runtime: Runtime): Promise<void> {
    await this.#replenish()
    await this.#follow(runtime)
    const changes = [...this.#runs.values()].flatMap(held => runChange(held, this.#budgetOf(held.run)?.projectId ?? null))
    if (this.#added.size + this.#unwritten.size > 0) await this.tx.units.writeAgents({ added: [...this.#added.values()], changed: [...this.#unwritten.values()] })
    if (this.#events.length > 0) await this.tx.events.append(this.#events)
    if (this.#calls.length > 0) await this.tx.outbox.enqueue(this.#calls.map(call => ({ ...call, id: runtime.newId() })), this.at)
    const entries = [...this.#runs.values()].flatMap(held => held.entries.map(entry => ({ ...entry, id: runtime.newId(), at: this.at })))
    if (entries.length > 0) await this.tx.ledger.append(entries)
    for (const change of changes) {
      if (!(await this.tx.runs.write(change, this.at))) throw overBudget(change.id)
    }
  }

  /** Where only so many units may be live, launches the next ones: as many are live as may be, or all that are open. */
  async #replenish(): Promise<void> {
    for (const { lockedAt, run, live, special } of this.#runs.values()) {
      const { maxLiveUnits } = run.config.supply
      const isSame = live === 0 && special === 0 && run.unitsOpen === lockedAt.run.unitsOpen
      if (maxLiveUnits === null || run.config.supply.publishing?.publishesUnits || isSame || isEnded(run.status) || run.status === 'draining' || lockedAt.run.status === 'launching') continue
      const specialNow = specialRanges(run.config.features).length > 0 ? await this.tx.special.countOpen(run.id) : 0
      const missing = Math.min(maxLiveUnits, run.unitsOpen - specialNow) - Math.min(maxLiveUnits, lockedAt.run.unitsOpen - (specialNow - special)) - live
      if (missing > 0) await publishUnits(this, run.id, missing)
    }
  }

  #completeIfDone(runId: string): void {
    const { run } = this.#held(runId)
    if (run.unitsOpen === 0 && !isEnded(run.status) && !awaitsRows(run)) this.move(runId, 'complete')
  }

  /** Where a provider is called for units or runs, writes the calls that follow from what was done. */
  async #follow(runtime: Runtime): Promise<void> {
    for (const { lockedAt, run, live, special, over, isToFollow } of this.#runs.values()) {
      const isSame = live === 0 && special === 0 && over.size === 0 && run.unitsOpen === lockedAt.run.unitsOpen && run.status === lockedAt.run.status
      if (run.config.supply.publishing === null || (isSame && !isToFollow)) continue
      await followRun({ tx: this.tx, at: this.at, newId: () => runtime.newId() }, { run, before: lockedAt.run, over })
    }
  }

  #budgetOf({ cappedBy }: TaskRun): ProjectBudget | null {
    return this.#budgets.get(cappedBy ?? '') ?? null
  }

  #held(runId: string): HeldRun {
    const held = this.#runs.get(runId)
    if (!held) throw new Error(`run ${runId} is changed without being held`)
    return held
  }

  #chain(held: HeldRun, head: StreamHead, { type, body }: { type: EventType; body: AgentEvent['body'] }): StreamHead {
    held.feed += 1
    const event = { streamId: head.streamId, number: head.count + 1, runId: held.run.id, feed: held.feed, type, body: JSON.stringify(body), at: this.at }
    const hash = eventHash(head.hash, event)
    this.#events.push({ ...event, hash })
    return { streamId: head.streamId, count: event.number, hash }
  }
}

function runChange({ lockedAt, run, feed, head }: HeldRun, cappedBy: string | null): RunChange[] {
  const before = lockedAt.run
  const settings: Partial<RunSettings> = {
    ...(run.unitsPerAssignment === before.unitsPerAssignment ? {} : { unitsPerAssignment: run.unitsPerAssignment }),
    ...(run.leaseMs === before.leaseMs ? {} : { leaseMs: run.leaseMs }),
    ...(run.budgetMinor === before.budgetMinor || run.budgetMinor === null ? {} : { budgetMinor: run.budgetMinor }),
    ...(run.archivedAt === before.archivedAt ? {} : { archivedAt: run.archivedAt }),
    ...(run.dataRemovedAt === before.dataRemovedAt ? {} : { dataRemovedAt: run.dataRemovedAt }),
  }
  const change: RunChange = {
    id: run.id, fromFeed: lockedAt.feed, feed, head, cappedBy, reservedMinor: run.reservedMinor - before.reservedMinor, owedMinor: run.owedMinor - before.owedMinor,
    paidMinor: run.paidMinor - before.paidMinor, unitsTotal: run.unitsTotal - before.unitsTotal, unitsOpen: run.unitsOpen - before.unitsOpen, unitsAnswered: run.unitsAnswered - before.unitsAnswered,
    ...(run.freeFrom === before.freeFrom ? {} : { freeFrom: run.freeFrom }),
    ...(run.status === before.status ? {} : { status: run.status }),
    ...(run.startedAt === before.startedAt || run.startedAt === null ? {} : { startedAt: run.startedAt }),
    ...(run.endedAt === before.endedAt ? {} : { endedAt: run.endedAt }),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
    ...(run.dataFeed === before.dataFeed || run.dataFeed === null ? {} : { dataFeed: run.dataFeed }),
  }
  const isChanged = feed !== lockedAt.feed || run.freeFrom !== before.freeFrom || [change.reservedMinor, change.owedMinor, change.paidMinor, change.unitsTotal, change.unitsOpen, change.unitsAnswered].some(amount => amount !== 0)
  return isChanged ? [change] : []
}

function overBudget(runId: string): MephistoError {
  return new MephistoError('budget_exhausted', `The budget of run ${runId} does not cover this: spent plus reserved money would pass the cap.`)
}

function overProjectBudget({ name }: ProjectBudget): MephistoError {
  return new MephistoError('budget_exhausted', `The budget of project "${name}" does not cover this: spent plus reserved money of its runs would pass the cap.`)
}
