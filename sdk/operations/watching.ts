import { isEnded, isOver } from '../data-model/lifecycle.js'
import type { MephistoDb, RunPulse } from '../ports/mephisto-db.js'
import { readProgress, type RunProgress } from './run-progress.js'
import { unknownRun } from './named-place.js'

/** How a run is watched. */
export interface WatchOptions {
  /** Ends the watching; whoever waits gets its reason. */
  readonly signal?: AbortSignal
  /** How often it is looked whether anything has happened, ms: one row by its key. @default 50 */
  readonly everyMs?: number
}

/**
 * The progress of a run: at once, after each change, and last when the run is over, with everything in it at rest.
 * @throws MephistoError `not_found`, also for a run whose launch fails meanwhile; what the signal says
 */
export async function* watchRun(db: MephistoDb, runId: string, { signal, everyMs = 50 }: WatchOptions = {}): AsyncGenerator<RunProgress, void, undefined> {
  let seen = ''
  for (;;) {
    signal?.throwIfAborted()
    const pulse = await db.runs.pulse(runId)
    if (!pulse) throw unknownRun(runId)
    if (keyOf(pulse) !== seen) {
      seen = keyOf(pulse)
      yield await readProgress(db, runId)
      if (isOver(pulse)) return
    }
    await pause(everyMs, signal)
  }
}

/** Waits until a run is over, and returns its progress then; see {@link watchRun}. */
export async function untilRunIsOver(db: MephistoDb, runId: string, { signal, everyMs = 50 }: WatchOptions = {}): Promise<RunProgress> {
  for (;;) {
    signal?.throwIfAborted()
    const pulse = await db.runs.pulse(runId)
    if (!pulse) throw unknownRun(runId)
    if (isOver(pulse)) return readProgress(db, runId)
    await pause(everyMs, signal)
  }
}

/** Waits until workers can have a unit of a run, or it is over, and returns its progress then; see {@link watchRun}. */
export async function untilRunIsLive(db: MephistoDb, runId: string, { signal, everyMs = 50 }: WatchOptions = {}): Promise<RunProgress> {
  for (;;) {
    signal?.throwIfAborted()
    const pulse = await db.runs.pulse(runId)
    if (!pulse) throw unknownRun(runId)
    if (isEnded(pulse.status)) return readProgress(db, runId)
    if (pulse.status !== 'launching') {
      const { launched, assigned } = await db.units.anyOpen(runId)
      if (launched || assigned) return readProgress(db, runId)
    }
    await pause(everyMs, signal)
  }
}

function keyOf({ status, feed, unitsTotal, unitsOpen }: RunPulse): string {
  return `${status} ${String(feed)} ${String(unitsTotal)} ${String(unitsOpen)}`
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const wake = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', wake)
      if (signal?.aborted) reject(signal.reason as Error)
      else resolve()
    }
    const timer = setTimeout(wake, ms)
    signal?.addEventListener('abort', wake)
  })
}
