import type { Money } from '../../../sdk/data-model/money.js'
import { ModalSheet } from '../kit/modal-sheet.js'
import type { ReviewSource } from '../review-store.js'
import { failureSentence } from '../texts/failure-sentence.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { useApproveRest, type ApproveRest } from './use-approve-rest.js'
import type { SamplingGoal } from './use-sampling.js'

/** What is to be approved without reading it. */
export interface Rest {
  readonly goal: SamplingGoal
  /** Answers up to this instant, ISO 8601. */
  readonly before: string
  /** How many wait, at most so many of which are approved. */
  readonly waiting: number
  /** Of one answer. */
  readonly pay: Money
  /** Of the sample, for the record. */
  readonly note: string
}

interface RestSheetProps {
  readonly source: ReviewSource
  readonly run: string
  readonly rest: Rest
  readonly onClose: () => void
}

/** Approves the rest of a run after its effect was read, tells how far it is, and takes it back. */
export function RestSheet({ source, run, rest: { goal, before, waiting, pay, note }, onClose }: RestSheetProps) {
  const { common, places, sampling: { rest: texts } } = useTexts()
  const formats = useFormats()
  const rest = useApproveRest({ ...source, run, goal, before, note })
  const { phase, approved, failure } = rest
  const main = {
    asked: { label: texts.approve, run: rest.go }, under_way: { label: texts.stop, run: rest.stop }, stopped: { label: texts.goOn, run: rest.go },
    done: { label: texts.close, run: onClose }, taken_back: { label: texts.close, run: onClose },
  }[phase]
  const isAsking = phase === 'asked'
  return (
    <ModalSheet title={texts.title(waiting)} onClose={onClose}>
      <div className="mephisto-review-form">
        {isAsking && (
          <ul className="mephisto-review-effect">
            <li>{texts.paid(formats.money({ ...pay, minor: pay.minor * waiting }))}</li>
            <li>{texts.unread}</li>
            <li>{texts.left}</li>
          </ul>
        )}
        {!isAsking && <progress className="mephisto-review-progress" aria-label={texts.label} value={phase === 'done' ? waiting : approved} max={Math.max(1, waiting)} />}
        {!isAsking && <p role="status">{sentenceOf(rest, texts)}</p>}
        {failure && <p className="mephisto-review-trouble" role="alert">{failureSentence(failure, places)}</p>}
        <p className="mephisto-review-page-actions">
          <button type="button" className="mephisto-button mephisto-button-primary" onClick={main.run}>{main.label}</button>
          {isAsking && <button type="button" className="mephisto-button" onClick={onClose}>{common.cancel}</button>}
          {(phase === 'done' || phase === 'stopped') && approved > 0 && <button type="button" className="mephisto-button" onClick={rest.takeBack}>{texts.takeBack}</button>}
        </p>
      </div>
    </ModalSheet>
  )
}

function sentenceOf({ phase, approved, left }: ApproveRest, texts: ReturnType<typeof useTexts>['sampling']['rest']): string {
  if (phase === 'taken_back') return texts.takenBack
  return `${texts.approved(approved)}${left > 0 ? ` ${texts.remaining(left)}` : ''}`
}
