import type { RunPublishing, TaskRun } from '../../data-model/entities.js'
import { isEnded } from '../../data-model/lifecycle.js'
import { UP } from '../../data-model/publication.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { NewCall } from '../../ports/outbox-operations.js'
import type { PublicationRow } from '../../ports/publication-operations.js'
import type { WithdrawingUnit } from '../../providers/publishing.js'
import { publishingCall, UNIT_NUMBERS, type PublishingStep, type Subject } from './publishing-calls.js'

/** A transaction that holds the run. */
export interface Holder {
  readonly tx: DbOperations
  readonly at: number
  newId(): string
}

/** What a transaction did to a run that has to do with its provider. */
export interface RunStep {
  readonly run: TaskRun
  readonly before: TaskRun
  /** Units that nobody is to have any more, and why. */
  readonly over: ReadonlyMap<string, WithdrawingUnit['reason']>
}

/** Units of a run that are being published at a time: a long run fills neither the outbox nor a transaction. */
export const MOST_PUBLISHING = 100
/**
 * With so many units given up the provider has a trouble that is not theirs, an empty account say: no more are published until
 * somebody has looked, or all would be given up one after the other. Places are given up together.
 */
const MOST_GIVEN_UP = { units: 20, places: 1 } as const

/**
 * Brings what a run's provider shows in step with the run, in the transaction that changed it: units that are over are withdrawn, the next
 * ones are published, a run that has ended is closed and one that goes on again is opened. Writes the calls; they are made afterwards.
 */
export async function followRun(holder: Holder, { run, before, over }: RunStep): Promise<void> {
  const { publishing } = run.config.supply
  if (!publishing) return
  const calls: NewCall[] = []
  const call = (step: PublishingStep, subject: Subject): void => void calls.push(publishingCall(step, run, { ...subject, callId: holder.newId() }))
  const withdrawn = publishing.publishesUnits ? await withdraw(holder, over, publishing) : []
  if (!publishing.countsPlaces) for (const [id, reason] of withdrawn) call('unit.withdraw', { id, number: UNIT_NUMBERS.withdraw, reason })
  const container = publishing.opensRun ? await holder.tx.publications.get(run.id) : null
  if (isEnded(run.status)) {
    const number = container !== null ? await close(holder, run, container) : null
    if (number !== null) call('run.close', { id: run.id, number })
  } else {
    const reopening = isEnded(before.status) && publishing.opensRun ? await open(holder, run, container) : null
    if (reopening !== null) call('run.open', { id: run.id, number: reopening })
    const isOpen = !publishing.opensRun || container?.status === 'published'
    const number = publishing.countsPlaces ? (container?.number ?? 0) + 1 : UNIT_NUMBERS.publish
    const next = publishing.publishesUnits && isOpen && run.status === 'running' ? await publishNext(holder, run, number) : []
    if (!publishing.countsPlaces) for (const id of next) call('unit.publish', { id, number })
    else if (isOpen && (next.length > 0 || withdrawn.some(([, reason]) => reason === 'expired'))) {
      await holder.tx.publications.move([run.id], { from: ['published'], to: 'published', number, at: holder.at })
      call('run.places', { id: run.id, number })
    }
  }
  await holder.tx.outbox.enqueue(calls, holder.at)
}

/** Has a run that was launched opened at its provider, which must be done before it can begin. */
export async function openAtProvider(holder: Holder, run: TaskRun): Promise<void> {
  const number = await open(holder, run, null)
  if (number !== null) await holder.tx.outbox.enqueue([publishingCall('run.open', run, { id: run.id, number, callId: holder.newId() })], holder.at)
}

/** Places go with the number of places: there is nothing to take down. */
async function withdraw({ tx, at }: Holder, over: RunStep['over'], { countsPlaces }: RunPublishing): Promise<[id: string, reason: WithdrawingUnit['reason']][]> {
  if (over.size === 0) return []
  const moved = await tx.publications.move([...over.keys()], countsPlaces ? { from: UP, to: 'withdrawn', at } : { from: UP, to: 'withdrawing', number: UNIT_NUMBERS.withdraw, at })
  return [...over].filter(([id]) => moved.has(id))
}

/** The number of the call that opens a run; null where it is open, or about to be. */
async function open({ tx, at }: Holder, run: TaskRun, container: PublicationRow | null): Promise<number | null> {
  if (container === null) {
    await tx.publications.add(run.id, [run.id], { number: 1, at })
    return 1
  }
  if (container.status === 'published' || container.status === 'publishing') return null
  await tx.publications.move([run.id], { from: [container.status], to: 'publishing', number: container.number + 1, at })
  return container.number + 1
}

/** The number of the call that closes a run; null while units stand in it, where it was closed or never there, and where providers close none. */
async function close({ tx, at }: Holder, run: TaskRun, container: PublicationRow): Promise<number | null> {
  // One that could not be opened again stands there still, from when it was opened before.
  const mayStand = container.status === 'published' || container.status === 'publishing' || (container.status === 'publish_failed' && container.number > 1)
  if (!mayStand || await tx.publications.countUnits(run.id, [...UP, 'withdrawing'], 1) > 0) return null
  const isCalled = run.config.supply.publishing?.closesRun === true
  await tx.publications.move([run.id], { from: [container.status], to: isCalled ? 'withdrawing' : 'withdrawn', number: container.number + 1, at })
  return isCalled ? container.number + 1 : null
}

/** The units that are published next: as many as may be live, without those that are or are about to be. */
async function publishNext({ tx, at }: Holder, { id: runId, config: { supply: { maxLiveUnits, publishing: how } } }: TaskRun, number: number): Promise<readonly string[]> {
  if (await tx.publications.countUnits(runId, ['publish_failed']) >= MOST_GIVEN_UP[how?.countsPlaces ? 'places' : 'units']) return []
  const publishing = await tx.publications.countUnits(runId, ['publishing'])
  const wanted = maxLiveUnits === null ? Infinity : maxLiveUnits - await tx.publications.countLive(runId)
  const room = Math.min(wanted, MOST_PUBLISHING) - publishing
  if (room <= 0) return []
  const ids = await tx.publications.unpublished(runId, room)
  await tx.publications.add(runId, ids, { number, at })
  return ids
}
