import { useEffect, useRef, useState } from 'react'
import { newId } from '../../../sdk/client/new-id.js'
import { refreshRun } from '../queue-list/queue-cache.js'
import { reviewFailureOf, type ReviewFailure } from '../review-failure.js'
import { useReviewStore, type ReviewSource } from '../review-store.js'
import type { SamplingGoal } from './use-sampling.js'

/** What is approved, and on the strength of what. */
interface RestOptions extends ReviewSource {
  readonly run: string
  readonly goal: SamplingGoal
  /** Answers up to this instant, ISO 8601, as the sample says of when it tells. */
  readonly before: string
  /** For the record. */
  readonly note: string
}

/** Approving what waits without reading it, 500 answers at a time. */
export interface ApproveRest {
  /** `asked` before it begins; `stopped` with something left to do, by whoever asked or by a failure; `done` at the end; `taken_back` when all of it waits again. */
  readonly phase: 'asked' | 'under_way' | 'stopped' | 'done' | 'taken_back'
  readonly approved: number
  /** Answers that were left to reviewers. */
  readonly left: number
  readonly failure: ReviewFailure | null
  /** Begins, or goes on where it stopped: what nobody knows to be done is sent again under the same id. */
  readonly go: () => void
  /** Stops after what is under way. */
  readonly stop: () => void
  readonly takeBack: () => void
}

/** See {@link ApproveRest}. It stops when whoever asked leaves the screen; what is approved stays approved. */
export function useApproveRest({ run, goal, before, note, ...source }: RestOptions): ApproveRest {
  const store = useReviewStore(source)
  const { review } = store.client
  const [state, setState] = useState<Pick<ApproveRest, 'phase' | 'approved' | 'left' | 'failure'>>({ phase: 'asked', approved: 0, left: 0, failure: null })
  const isStopped = useRef(false)
  const next = useRef<{ readonly decisionId: string; readonly cursor?: string } | null>({ decisionId: newId() })
  const made = useRef<readonly string[]>([])
  // What is under way, and goes on after a failure.
  const isTakingBack = useRef(false)
  const undoing = useRef<{ readonly undoes: string; readonly decisionId: string } | null>(null)
  const stop = (): void => { isStopped.current = true }
  const hasStopped = (): boolean => isStopped.current
  useEffect(() => {
    isStopped.current = false
    return stop
  }, [])

  const work = async (step: () => Promise<ApproveRest['phase'] | null>): Promise<void> => {
    isStopped.current = false
    setState(before => ({ ...before, phase: 'under_way', failure: null }))
    try {
      let phase = await step()
      while (phase === null) phase = hasStopped() ? 'stopped' : await step()
      const reached = phase
      setState(before => ({ ...before, phase: reached }))
    } catch (error) {
      setState(before => ({ ...before, phase: 'stopped', failure: reviewFailureOf(error) }))
    }
    refreshRun(store, run)
  }
  const approve = async (): Promise<ApproveRest['phase'] | null> => {
    if (!next.current) return 'done'
    const { decisionId } = next.current
    const { approved, left, nextCursor } = await review.approveRest.mutate({ run, before, note, ...goal, ...next.current })
    next.current = nextCursor === null ? null : { decisionId: newId(), cursor: nextCursor }
    if (approved > 0) made.current = [...made.current, decisionId]
    setState(before => ({ ...before, approved: before.approved + approved, left: before.left + left }))
    return next.current ? null : 'done'
  }
  const takeBack = async (): Promise<ApproveRest['phase'] | null> => {
    const last = made.current.at(-1)
    if (last === undefined) return 'taken_back'
    if (undoing.current?.undoes !== last) undoing.current = { undoes: last, decisionId: newId() }
    const { outcomes } = await review.undo.mutate({ ...undoing.current, run })
    made.current = made.current.slice(0, -1)
    setState(before => ({ ...before, approved: before.approved - outcomes.filter(({ decided }) => decided).length }))
    return null
  }
  return { ...state, go: () => { void work(isTakingBack.current ? takeBack : approve) }, stop, takeBack: () => { isTakingBack.current = true; void work(takeBack) } }
}
