import { useState } from 'react'
import type { RunView } from '../../../sdk/protocol/run-views.js'
import { ActSheet } from '../kit/act-sheet.js'
import { TextField } from '../kit/fields.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { majorText } from '../kit/typed-money.js'
import { topUpPreview } from './top-up.js'
import type { RunControl } from './use-run-control.js'

interface TopUpSheetProps {
  readonly run: RunView
  /** Undefined while nobody knows. */
  readonly items: number | undefined
  readonly acts: RunControl
  readonly onClose: () => void
}

/** Asks what a run gets more of, and says what follows of it while it is filled in. */
export function TopUpSheet({ run, items, acts, onClose }: TopUpSheetProps) {
  const { controls: texts } = useTexts()
  const formats = useFormats()
  const { unitsPerAssignment, money: { pay, spent, reserved, budget } } = run
  const [units, setUnits] = useState(String(unitsPerAssignment))
  const [cap, setCap] = useState(budget ? majorText(budget) : '')
  const { more, problems, effects } = topUpPreview({ unitsPerAssignment: units, budget: cap }, { run, items }, { texts, formats })
  return (
    <ActSheet title={texts.titles.top_up} doIt={texts.names.top_up} acts={acts} step={more && { verb: 'top_up', ...more }} effects={effects} onClose={onClose}>
      <TextField label={texts.unitsAnItem} hint={texts.unitsHint(unitsPerAssignment)} problem={problems.unitsPerAssignment} value={units} onChange={setUnits} inputMode="numeric" />
      <TextField label={texts.budget(pay.currency)} hint={texts.budgetHint(formats.money({ minor: spent.minor + reserved.minor, currency: pay.currency }))} problem={problems.budget} value={cap} onChange={setCap} inputMode="decimal" />
    </ActSheet>
  )
}
