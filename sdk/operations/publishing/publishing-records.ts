import { TO_PUBLISH, TO_WITHDRAW } from '../../data-model/publication.js'
import type { TaskRun } from '../../data-model/entities.js'
import { isEnded } from '../../data-model/lifecycle.js'
import type { Runtime } from '../../ports/runtime.js'
import { beginRun } from '../begin-run.js'
import { unitsFreed } from '../freeing.js'
import type { OutboxHandler } from '../outbox-handler.js'
import { holdWithin, type RunHold } from '../run-hold.js'
import { MOST_PUBLISHING } from './follow-run.js'
import type { ProviderResult } from './provider-outcome.js'
import { subjectOf, type Subject } from './publishing-calls.js'

/** A call that was made, or given up. */
interface Ended {
  readonly run: TaskRun
  readonly subject: Subject
  readonly isDone: boolean
  /** JSON of what the provider calls what was made; null for nothing. */
  readonly ref: string | null
  /** The first try was refused: nothing can be there. */
  readonly isNothingThere: boolean
}

type Recording = (runtime: Runtime) => NonNullable<OutboxHandler['record']>

/** Writes what comes of the end of a call, while its run is held. A try that is made again changes nothing, and so does a call that nobody wanted. */
function recording(write: (hold: RunHold, ended: Ended) => Promise<void>): Recording {
  return runtime => async (tx, call, { status, result }) => {
    const outcome = result as ProviderResult
    if (status === 'pending' || 'skipped' in outcome) return
    const runId = call.subjectId ?? ''
    await holdWithin({ tx, runtime }, [runId], async hold => {
      const run = hold.run(runId)
      if (!run) return
      const isRefused = 'error' in outcome && outcome.isRefused === true
      const ref = 'ref' in outcome && outcome.ref !== null ? JSON.stringify(outcome.ref) : null
      await write(hold, { run, subject: subjectOf(call), isDone: status === 'done', ref, isNothingThere: isRefused && call.tries === 1 && call.result === null })
    })
  }
}

/** A run that waited for its provider begins; one that its provider does not open fails, and is closed there if it may be there all the same. */
export const recordOpened = recording(async (hold, { run, subject: { id, number }, isDone, ref, isNothingThere }) => {
  const { tx, at } = hold
  hold.follow(id)
  const isCurrent = (await tx.publications.get(id))?.number === number
  if (!isDone) {
    if (isCurrent && (isNothingThere || run.status !== 'launching')) await tx.publications.move([id], { from: ['publishing'], to: 'publish_failed', at })
    if (run.status === 'launching') hold.move(id, 'fail')
    return
  }
  if (ref !== null) await tx.publications.keepRef(id, ref)
  if (isCurrent) await tx.publications.move([id], { from: TO_PUBLISH, to: 'published', at })
  if (run.status === 'launching') await beginRun(hold, run)
})

/** A unit that its provider shows can be handed out; one that was given up leaves its place to the next. */
export const recordPublished = recording(async (hold, { run, subject: { id }, isDone, ref }) => {
  const { tx, at } = hold
  const wasOnItsWay = (await tx.publications.move([id], { from: ['publishing'], to: isDone ? 'published' : 'publish_failed', at })).has(id)
  // Where only so many may be live, one that was on its way and is launched leaves room for no other, unless fewer were on their way.
  if (!isDone || !wasOnItsWay || (run.config.supply.maxLiveUnits ?? Infinity) > MOST_PUBLISHING) hold.follow(run.id)
  if (!isDone) return
  if (ref !== null) await tx.publications.keepRef(id, ref)
  const isWanted = wasOnItsWay || (await tx.publications.move([id], { from: ['publish_failed'], to: 'published', at })).has(id)
  if (!isWanted) return
  if (await tx.publications.launch([id]) !== 1) throw new Error(`unit ${id} was published and is no longer created while its run is held`)
  await unitsFreed(hold, [id])
})

/** Units that there are places for can be handed out; those that were given up leave theirs to the next. */
export const recordPlaced = recording(async (hold, { run, subject: { number }, isDone }) => {
  const { tx, at } = hold
  hold.follow(run.id)
  const unitIds = await tx.publications.upTo(run.id, number)
  if (!isDone) {
    await tx.publications.move(unitIds, { from: ['publishing'], to: 'publish_failed', at })
    return
  }
  await tx.publications.move(unitIds, { from: TO_PUBLISH, to: 'published', at })
  if (await tx.publications.launch(unitIds) !== unitIds.length) throw new Error(`units of run ${run.id} that were to have places are no longer created while it is held`)
  await unitsFreed(hold, unitIds)
})

/** What was taken down is gone; what was given up may still be there. */
export const recordWithdrawn = recording(async (hold, { run, subject: { id }, isDone }) => {
  const { tx, at } = hold
  // One that has ended may be closed now.
  if (isEnded(run.status)) hold.follow(run.id)
  await tx.publications.move([id], isDone ? { from: TO_WITHDRAW, to: 'withdrawn', at } : { from: ['withdrawing'], to: 'withdraw_failed', at })
})
