import { useState, type ReactNode } from 'react'
import { isErasureMark } from '../../sdk/data-model/erasure.js'
import type { ReviewUnitView } from '../../sdk/protocol/review-views.js'
import { AutomaticView } from './automatic-view.js'
import type { ReviewView } from './define-review.js'
import { DecisionFacts } from './extras/decision-facts.js'
import { ItemAnswers } from './item-answers.js'
import type { QueueSearch } from './queue-search/queue-search.js'
import type { ReviewSource } from './review-store.js'
import { useFormats, useTexts } from './texts/review-texts.js'
import { StatusTag } from './status-tag.js'
import { UnitHistory } from './unit-history.js'
import { UnitRemarks } from './unit-remarks.js'
import { UnitTranscript } from './unit-transcript.js'
import { useWholeUnit } from './use-whole-unit.js'
import { ViewBoundary } from './view-boundary.js'

interface UnitCardProps {
  readonly unit: ReviewUnitView
  readonly view: ReviewView | undefined
  readonly source: ReviewSource
  /** Narrows what is listed. */
  readonly onSearch: (more: QueueSearch) => void
  /** Somebody else took the unit off the list while it was shown. */
  readonly isGone: boolean
}

/** One unit, large: what was asked, what was answered, by whom, and what was decided. */
export function UnitCard({ unit, view, source, onSearch, isGone }: UnitCardProps) {
  const { desk, queue: texts } = useTexts()
  const formats = useFormats()
  const { pseudonym } = unit
  return (
    <>
      {isGone && (
        <p className="mephisto-review-notice" role="status">{desk.gone}</p>
      )}
      <div className="mephisto-review-content">
        <UnitContent key={unit.unitId} unit={unit} view={view} source={source} />
      </div>
      <dl className="mephisto-review-facts">
        <Fact name={desk.worker}>{pseudonym ?? desk.isBlind}</Fact>
        <Fact name={desk.timeTaken}>{formats.length(unit.durationMs)}</Fact>
        <Fact name={desk.answered}><time dateTime={unit.submittedAt}>{formats.moment(unit.submittedAt)}</time></Fact>
        <Fact name={desk.pay}>{formats.money(unit.pay)}</Fact>
        {unit.kind !== 'standard' && <Fact name={texts.kind}>{texts.kinds[unit.kind]}</Fact>}
      </dl>
      <p className="mephisto-review-narrow">
        {pseudonym !== null && <button type="button" className="mephisto-review-link" onClick={() => { onSearch({ worker: { pseudonym } }) }}>{texts.onlyWorker}</button>}
        <button type="button" className="mephisto-review-link" onClick={() => { onSearch({ assignment: unit.assignmentId }) }}>{texts.onlyItem}</button>
      </p>
      <ItemAnswers unit={unit} source={source} />
      <UnitTranscript unitId={unit.unitId} />
      <UnitRemarks unitId={unit.unitId} />
      <UnitHistory key={unit.unitId} source={source} unitId={unit.unitId} />
      {unit.decision && unit.status !== 'completed' && (
        <div className="mephisto-review-decision">
          <p>
            <StatusTag status={unit.status} /> {desk.by} <strong><bdi>{unit.decision.byName}</bdi></strong>{desk.afterName}<time dateTime={unit.decision.at}>{formats.moment(unit.decision.at)}</time>
          </p>
          <DecisionFacts decision={unit.decision} />
        </div>
      )}
    </>
  )
}

/** What is asked for by itself, without anybody's wish, characters. */
const EASY_CHARACTERS = 300_000

/** The item and the answer: drawn by the task's own view if there is one that fits, as plain values otherwise. */
function UnitContent({ unit, view, source }: Pick<UnitCardProps, 'unit' | 'view' | 'source'>) {
  const { common, desk } = useTexts()
  const formats = useFormats()
  const [isAsked, setIsAsked] = useState(false)
  // Of what is erased no view knows, nor of what a later version of its task does not say.
  const isOwn = view !== undefined && !unit.isOlder && !isErasureMark(unit.input) && !isErasureMark(unit.answer)
  const isWanted = isAsked || isOwn || (unit.shortenedFrom ?? 0) <= EASY_CHARACTERS
  const { whole, isAway } = useWholeUnit({ ...source, unit, isWanted })
  if (whole && isOwn) {
    return <ViewBoundary fallback={<Plain unit={whole} hint={desk.viewFailed} />}><div className="mephisto-review-view">{view.render(whole)}</div></ViewBoundary>
  }
  return (
    <>
      {whole === null && (
        <p className="mephisto-review-hint" role="status">
          {desk.shortened(formats.count(unit.shortenedFrom ?? 0))} {isAway ? desk.wholeAway : isWanted ? common.loading : <button type="button" className="mephisto-button" onClick={() => { setIsAsked(true) }}>{desk.showAll}</button>}
        </p>
      )}
      <Plain unit={whole ?? unit} hint={unit.isOlder ? desk.older : undefined} />
    </>
  )
}

function Plain({ unit, hint }: { readonly unit: ReviewUnitView; readonly hint?: string | undefined }) {
  const texts = useTexts().desk
  return (
    <div className="mephisto-review-plain">
      {hint !== undefined && <p className="mephisto-review-hint">{hint}</p>}
      <h2 className="mephisto-review-label">{texts.item}</h2>
      <AutomaticView value={unit.input} />
      <h2 className="mephisto-review-label">{texts.answer}</h2>
      <AutomaticView value={unit.answer} />
      {unit.derived !== null && (
        <>
          <h2 className="mephisto-review-label">{texts.derived}</h2>
          <AutomaticView value={unit.derived} />
        </>
      )}
    </div>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return <div className="mephisto-review-fact"><dt>{name}</dt><dd>{children}</dd></div>
}
