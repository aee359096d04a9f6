import type { ReactNode, SubmitEvent } from 'react'
import { ModalSheet } from '../modal-sheet.js'
import { useTexts } from '../texts/review-texts.js'
import type { ProjectActs, ProjectStep } from './use-project-acts.js'

interface ActSheetProps {
  readonly title: string
  /** What the button says. */
  readonly label: string
  readonly acts: ProjectActs
  /** What is asked for; null while what was filled in does not do. */
  readonly step: ProjectStep | null
  /** What would follow, a sentence each. */
  readonly effects: readonly string[]
  readonly onClose: () => void
  readonly children?: ReactNode
}

/** Asks before something is done, with what follows of it. It stays open, with all that was typed, until the server has done it. */
export function ActSheet({ title, label, acts, step, effects, onClose, children }: ActSheetProps) {
  const { common, places } = useTexts()
  const { isUnderWay, failure } = acts
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault()
    if (step && !isUnderWay) acts.act(step, onClose)
  }
  return (
    <ModalSheet title={title} onClose={onClose}>
      <form className="mephisto-review-form" onSubmit={submit} noValidate>
        {children}
        {effects.length > 0 && <ul className="mephisto-review-effect" aria-live="polite">{effects.map(sentence => <li key={sentence}>{sentence}</li>)}</ul>}
        {isUnderWay && <p className="mephisto-review-hint" role="status">{places.underWay}</p>}
        {!isUnderWay && failure && <p className="mephisto-review-trouble" role="alert">{failure.kind === 'away' ? places.unknown : places.notDone(failure.message)}</p>}
        <p className="mephisto-review-page-actions">
          <button type="submit" className="mephisto-button mephisto-button-primary" disabled={step === null || isUnderWay}>{label}</button>
          <button type="button" className="mephisto-button" onClick={onClose}>{common.cancel}</button>
        </p>
      </form>
    </ModalSheet>
  )
}
