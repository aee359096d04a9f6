import type { KeyboardEvent, RefObject } from 'react'
import { dropTyping } from './drop-typing.js'
import { useTexts } from './texts/review-texts.js'
import { WithKeys } from './with-keys.js'

interface NoteFieldProps {
  readonly note: string
  readonly fieldRef: RefObject<HTMLTextAreaElement | null>
  /** A rejection waits for its reason. */
  readonly isAsking: boolean
  readonly onChange: (note: string) => void
  /** Goes on with the verdict: Ctrl or Cmd with Enter, or R in the empty field while a reason is asked for. */
  readonly onDecide: () => void
  /** Drops the rejection that was asked about: Escape, or Cancel. */
  readonly onKeep: () => void
}

const HELP_ID = 'mephisto-review-note-help'

/** The optional note to a verdict; while a rejection waits for its reason it asks for one and says why. */
export function NoteField({ note, fieldRef, isAsking, onChange, onDecide, onKeep }: NoteFieldProps) {
  const { common, desk: texts } = useTexts()
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const isSend = event.key === 'Enter' && (event.ctrlKey || event.metaKey)
    const isAgain = isAsking && note === '' && event.key === 'r' && !event.repeat && !event.ctrlKey && !event.metaKey && !event.altKey
    if (isSend || isAgain) {
      event.preventDefault()
      // Whoever began a note with a small r goes on typing: those letters must not decide the next unit.
      if (isAgain) dropTyping()
      onDecide()
    } else if (event.key === 'Escape') {
      event.preventDefault()
      if (isAsking) onKeep()
      else event.currentTarget.blur()
    }
  }
  return (
    <div className={`mephisto-review-note${isAsking ? ' mephisto-review-note-asking' : ''}`}>
      <label className="mephisto-review-note-label">
        {isAsking
          ? <span>{texts.whyRejected}</span>
          : <span>{texts.note} <span className="mephisto-review-optional">{common.optional}</span> <kbd aria-hidden="true">N</kbd></span>}
        <textarea
          ref={fieldRef} className="mephisto-review-note-field" rows={2} maxLength={2000} value={note}
          aria-describedby={isAsking ? HELP_ID : undefined} onKeyDown={press} onChange={event => { onChange(event.target.value) }}
        />
      </label>
      {isAsking && (
        <div className="mephisto-review-note-asked">
          <p id={HELP_ID}>{texts.whyAsked} <WithKeys text={texts.howToGoOn} /></p>
          <p className="mephisto-review-note-actions">
            <button type="button" className="mephisto-button mephisto-button-bad" onClick={onDecide}>{texts.verdicts.reject.name}</button>
            <button type="button" className="mephisto-button" onClick={onKeep}>{common.cancel}</button>
          </p>
        </div>
      )}
    </div>
  )
}
