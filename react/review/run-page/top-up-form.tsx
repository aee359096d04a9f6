import { useState, type SubmitEvent } from 'react'
import type { Money } from '../../../sdk/data-model/money.js'
import type { RunView } from '../../../sdk/protocol/run-views.js'
import { TextField } from '../text-field.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { majorText, topUpPreview } from './top-up.js'

interface TopUpFormProps {
  readonly run: RunView
  /** Undefined while nobody knows. */
  readonly items: number | undefined
  readonly onTopUp: (more: { readonly unitsPerAssignment?: number; readonly budget?: Money }) => void
  readonly onCancel: () => void
}

/** Asks what a run gets more of, and says what follows of it while it is filled in. */
export function TopUpForm({ run, items, onTopUp, onCancel }: TopUpFormProps) {
  const { common, controls: texts } = useTexts()
  const formats = useFormats()
  const { unitsPerAssignment, money: { pay, spent, reserved, budget } } = run
  const [units, setUnits] = useState(String(unitsPerAssignment))
  const [cap, setCap] = useState(budget ? majorText(budget) : '')
  const { more, problems, effects } = topUpPreview({ unitsPerAssignment: units, budget: cap }, { run, items }, { texts, formats })
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault()
    if (more) onTopUp(more)
  }
  return (
    <form className="mephisto-review-form" onSubmit={submit} noValidate>
      <TextField label={texts.unitsAnItem} hint={texts.unitsHint(unitsPerAssignment)} problem={problems.unitsPerAssignment} value={units} onChange={setUnits} inputMode="numeric" />
      <TextField label={texts.budget(pay.currency)} hint={texts.budgetHint(formats.money({ minor: spent.minor + reserved.minor, currency: pay.currency }))} problem={problems.budget} value={cap} onChange={setCap} inputMode="decimal" />
      <ul className="mephisto-review-effect" aria-live="polite">{effects.map(sentence => <li key={sentence}>{sentence}</li>)}</ul>
      <p className="mephisto-review-page-actions">
        <button type="submit" className="mephisto-button mephisto-button-primary" disabled={more === null}>{texts.names.top_up}</button>
        <button type="button" className="mephisto-button" onClick={onCancel}>{common.cancel}</button>
      </p>
    </form>
  )
}
