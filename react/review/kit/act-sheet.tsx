import { useId, type ReactNode, type SubmitEvent } from 'react'
import { useTexts } from '../texts/review-texts.js'
import { ModalSheet } from './modal-sheet.js'
import type { Acts } from './use-acts.js'

/** An act as far as it is filled in. */
export interface ActDraft<TStep> {
  /** What is asked for; null while something is missing or wrong. */
  readonly step: TStep | null
  /** What it does, a sentence each. */
  readonly effects: readonly string[]
}

interface ActSheetProps<TStep> extends ActDraft<TStep> {
  readonly title: string
  /** The name of the button that does it. */
  readonly doIt: string
  readonly isBad?: boolean
  readonly acts: Pick<Acts<TStep, unknown>, 'act' | 'isUnderWay' | 'failure'>
  readonly onClose: () => void
  readonly children?: ReactNode
}

/** Asks about an act and tells what it does while it is filled in; stays, with what was written, until the server has done it. */
export function ActSheet<TStep>({ title, doIt, isBad = false, acts, step, effects, onClose, children }: ActSheetProps<TStep>) {
  const { common, acts: texts } = useTexts()
  const effectsId = useId()
  const { act, failure, isUnderWay } = acts
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault()
    if (step !== null && !isUnderWay) act(step, onClose)
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
          {isUnderWay && texts.underWay}
          {!isUnderWay && failure && (failure.kind === 'away' ? texts.unknown : texts.notDone(failure.message))}
        </p>
        <p className="mephisto-review-page-actions">
          <button type="submit" className={`mephisto-button ${isBad ? 'mephisto-button-bad' : 'mephisto-button-primary'}`} disabled={step === null || isUnderWay}>{doIt}</button>
          <button type="button" className="mephisto-button" onClick={onClose}>{common.cancel}</button>
        </p>
      </form>
    </ModalSheet>
  )
}
