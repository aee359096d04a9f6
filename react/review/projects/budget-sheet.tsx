import { useState } from 'react'
import { isCurrency } from '../../../sdk/data-model/money.js'
import type { ProjectSummaryView } from '../../../sdk/protocol/project-views.js'
import { majorText } from '../kit/typed-money.js'
import { TextField } from '../kit/fields.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { ActSheet } from '../kit/act-sheet.js'
import { budgetPreview } from './budget-preview.js'
import type { ProjectActs } from './use-project-acts.js'

interface BudgetSheetProps {
  readonly project: ProjectSummaryView
  readonly acts: ProjectActs
  readonly onClose: () => void
}

/** Asks what a project may spend, after saying what it has. */
export function BudgetSheet({ project, acts, onClose }: BudgetSheetProps) {
  const texts = useTexts().projects
  const formats = useFormats()
  const known = project.money[0]?.spent.currency ?? project.budget?.currency
  const [cap, setCap] = useState(project.budget ? majorText(project.budget) : '')
  const [typedCurrency, setTypedCurrency] = useState(known ?? 'USD')
  const currency = typedCurrency.trim().toUpperCase()
  const { budget, problem, effects, now } = budgetPreview({ cap, currency }, project, { texts, formats })
  const step = budget === undefined ? null : { verb: 'set_budget' as const, project: project.id, budget }
  return (
    <ActSheet title={texts.titles.set_budget} doIt={texts.names.set_budget} acts={acts} step={step} effects={effects} onClose={onClose}>
      {now.map(sentence => <p key={sentence}>{sentence}</p>)}
      {known === undefined && <TextField label={texts.currency} hint={texts.currencyHint} problem={isCurrency(currency) ? null : texts.notCurrency} value={typedCurrency} onChange={setTypedCurrency} />}
      {project.money.length <= 1 && <TextField label={texts.budgetAmount(currency)} hint={texts.budgetHint} problem={problem} value={cap} onChange={setCap} inputMode="decimal" />}
    </ActSheet>
  )
}
