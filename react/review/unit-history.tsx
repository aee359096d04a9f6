import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { UnitHistoryView } from '../../sdk/protocol/review-views.js'
import { DecisionFacts } from './extras/decision-facts.js'
import { LIVE, useReviewStore, type ReviewSource } from './review-store.js'
import { useFormats, useTexts } from './texts/review-texts.js'

interface UnitHistoryProps {
  readonly source: ReviewSource
  readonly unitId: string
}

/** What happened at a unit, attempt by attempt, once somebody opens it. */
export function UnitHistory({ source, unitId }: UnitHistoryProps) {
  const texts = useTexts().history
  const [isOpen, setIsOpen] = useState(false)
  return (
    <details className="mephisto-review-history" onToggle={event => { setIsOpen(event.currentTarget.open) }}>
      <summary>{texts.title}</summary>
      {isOpen && <Events source={source} unitId={unitId} />}
    </details>
  )
}

function Events({ source, unitId }: UnitHistoryProps) {
  const texts = useTexts()
  const formats = useFormats()
  const { client, queryClient, keys } = useReviewStore(source)
  const { data, error } = useQuery({ ...LIVE, queryKey: keys.history(unitId), queryFn: () => client.review.history.query({ unit: unitId }) }, queryClient)
  if (!data) return <p className="mephisto-review-hint" role="status">{error ? texts.history.away : texts.common.loading}</p>
  return (
    <ol className="mephisto-review-events">
      {data.events.map((event, index) => (
        <li key={index}><time className="mephisto-review-hint" dateTime={event.at}>{formats.moment(event.at)}</time> <span>{sentenceOf(event, texts)}</span>{event.decision && <DecisionFacts decision={event.decision} />}</li>
      ))}
    </ol>
  )
}

function sentenceOf({ what, pseudonym, decision, reason }: UnitHistoryView['events'][number], { history, returns }: ReturnType<typeof useTexts>): string {
  if (decision) return history.decided[decision.verdict](decision.byName)
  const happened = pseudonym === null ? capitalized(history.events[what](history.somebody)) : history.events[what](pseudonym)
  return reason === null ? happened : returns.because(happened, reason)
}

function capitalized(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}
