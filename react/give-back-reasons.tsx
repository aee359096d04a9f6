import { useId } from 'react'
import { RETURN_QUESTION } from '../sdk/client/task-text.js'
import { LONGEST_RETURN_TEXT, type WhyReturned } from '../sdk/data-model/return-reason.js'

/** Asks why a unit is given back. Nobody has to say, and who does need not write anything. */
export function GiveBackReasons({ why, onChange }: { why: WhyReturned | undefined; onChange: (why: WhyReturned) => void }) {
  const name = useId()
  return (
    <>
      <fieldset className="mephisto-reasons">
        <legend>{RETURN_QUESTION.why}</legend>
        {RETURN_QUESTION.reasons.map(([reason, label]) => (
          <label key={reason}>
            <input type="radio" name={name} checked={why?.reason === reason} onChange={() => { onChange({ ...why, reason }) }} />
            {label}
          </label>
        ))}
      </fieldset>
      {why && (
        <label className="mephisto-reasons">
          {RETURN_QUESTION.more}
          <textarea className="mephisto-control" rows={2} maxLength={LONGEST_RETURN_TEXT} value={why.text ?? ''} onChange={event => { onChange({ ...why, text: event.target.value }) }} />
        </label>
      )}
    </>
  )
}
