import { useId, type ReactNode, type SubmitEvent } from 'react'
import { ModalSheet } from '../modal-sheet.js'
import { useTexts } from '../texts/review-texts.js'
import type { PeopleAct, PeopleStep } from './use-people-act.js'

/** What is asked for, as far as it is filled in. */
export interface Draft {
  /** Null while something is missing. */
  readonly step: PeopleStep | null
  /** What it does, a sentence each. */
  readonly effects: readonly string[]
}

interface ActSheetProps extends Draft {
  readonly title: string
  /** The name of the button that does it. */
  readonly doIt: string
  readonly isBad?: boolean
  readonly act: PeopleAct
  readonly onClose: () => void
  readonly children?: ReactNode
}

/** Asks about an act and tells what it does while it is filled in; stays, with what was written, until the server has done it. */
export function ActSheet({ title, doIt, isBad = false, act, step, effects, onClose, children }: ActSheetProps) {
  const { common, people: texts } = useTexts()
  const effectsId = useId()
  const { failure, isUnderWay } = act
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault()
    if (step && !isUnderWay) act.act(step, onClose)
  }
  return (
    <ModalSheet title={title} onClose={onClose}>
      <form className="mephisto-review-form" onSubmit={submit} noValidate>
        {children}
        <section className="mephisto-review-told" aria-labelledby={effectsId}>
          <h3 id={effectsId} className="mephisto-review-label">{texts.effects}</h3>
          <ul className="mephisto-review-effect" aria-live="polite">{effects.map(sentence => <li key={sentence}>{sentence}</li>)}</ul>
        </section>
        <p className={failure ? 'mephisto-review-trouble' : 'mephisto-review-hint'} role="status">
          {isUnderWay && texts.onItsWay}
          {!isUnderWay && failure && (failure.kind === 'away' ? texts.unknown : texts.refused(failure.message))}
        </p>
        <p className="mephisto-review-page-actions">
          <button type="submit" className={`mephisto-button ${isBad ? 'mephisto-button-bad' : 'mephisto-button-primary'}`} disabled={step === null || isUnderWay}>{doIt}</button>
          <button type="button" className="mephisto-button" onClick={onClose}>{common.cancel}</button>
        </p>
      </form>
    </ModalSheet>
  )
}
