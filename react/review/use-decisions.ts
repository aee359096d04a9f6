import { useMutation } from '@tanstack/react-query'
import { useCallback, useRef, useState } from 'react'
import { newId } from '../../sdk/client/new-id.js'
import type { ReviewUnitView, VerdictInput } from '../../sdk/protocol/review-views.js'
import { STATUS_AFTER, type DecideStep, type UndoStep } from './decisions-under-way.js'
import type { Extras } from './extras/extras-draft.js'
import { keepOutcomes, refreshRun } from './queue-list/queue-cache.js'
import { reviewFailureOf } from './review-failure.js'
import { decidedNews, notDecidedNews, notUndoneNews, outcomeNews, undoneNewsOf, type NewsContent, type ReviewNews } from './review-news.js'
import { useReviewStore, type ReviewSource } from './review-store.js'
import { failureSentence } from './texts/failure-sentence.js'
import { useTexts } from './texts/review-texts.js'

const TRIES_WHILE_AWAY = 8
const LONGEST_DELAY_MS = 5_000

/** A verdict on units, at most 500. The note is for the record, and for the worker where the provider passes it on. */
export interface Decision {
  readonly units: readonly ReviewUnitView[]
  readonly verdict: VerdictInput
  readonly note?: string | undefined
  /** What goes with the verdict. @default nothing */
  readonly extras?: Extras | undefined
}

/** Deciding in one run, and what came of it. */
export interface Decisions {
  readonly decide: (decision: Decision) => void
  readonly undo: () => void
  /** What happened last. */
  readonly news: ReviewNews | null
}

/**
 * Sends decisions and undos of one run, one after the other. While the server is away a step is tried again for about
 * half a minute with the same decision id; then, or when it is refused, it is taken back and the news says so.
 */
export function useDecisions(options: ReviewSource & { run: string }): Decisions {
  const { run } = options
  const store = useReviewStore(options)
  const { client, queryClient, keys } = store
  const texts = useTexts()
  const [news, setNews] = useState<ReviewNews | null>(null)
  const tell = useCallback((content: NewsContent) => { setNews(before => ({ ...content, id: (before?.id ?? 0) + 1 })) }, [])
  const decided = useRef(new Map<string, ReviewUnitView>())

  const { mutate } = useMutation({
    mutationKey: keys.decisions(run),
    scope: { id: keys.decisions(run).join('/') },
    networkMode: 'always',
    retry: (failures, error) => failures < TRIES_WHILE_AWAY && reviewFailureOf(error).kind === 'away',
    retryDelay: failures => Math.min(LONGEST_DELAY_MS, 500 * 2 ** failures),
    mutationFn: (step: DecideStep | UndoStep) => (step.kind === 'undo'
      ? client.review.undo.mutate({ decisionId: step.decisionId, run })
      : client.review.decide.mutate({
          decisionId: step.decisionId, unitIds: step.units.map(({ unitId }) => unitId), verdict: step.verdict,
          ...(step.note === '' ? {} : { note: step.note }), ...step.extras,
        })),
    onSuccess: async ({ outcomes }, step) => {
      const known = step.kind === 'decide' ? step.units : outcomes.flatMap(({ unitId }) => decided.current.get(unitId) ?? [])
      await keepOutcomes(store, run, { outcomes, known })
      if (step.kind === 'decide') tell(outcomeNews(step, outcomes, texts))
      else tell(undoneNewsOf(outcomes, texts))
    },
    onError: (error, step) => {
      const failure = reviewFailureOf(error)
      const why = failure.kind === 'away' ? texts.news.away : failureSentence(failure, texts.places)
      tell(step.kind === 'decide'
        ? notDecidedNews(step.units, `${why} ${texts.news.inQueueAgain(step.units.length)}`, texts)
        : notUndoneNews(texts.news.notTakenBack(why)))
    },
    onSettled: () => {
      if (queryClient.isMutating({ mutationKey: keys.decisions(run) }) <= 1) refreshRun(store, run)
    },
  }, queryClient)

  const decide = useCallback(({ units, verdict, note = '', extras = {} }: Decision) => {
    const status = STATUS_AFTER[verdict]
    for (const unit of units) decided.current.set(unit.unitId, { ...unit, status })
    tell(decidedNews({ units, verdict }, false, texts))
    mutate({ kind: 'decide', decisionId: newId(), units, verdict, note: note.trim(), extras, status })
  }, [mutate, tell, texts])
  const undo = useCallback(() => { mutate({ kind: 'undo', decisionId: newId() }) }, [mutate])
  return { decide, undo, news }
}
