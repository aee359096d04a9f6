import type { ProjectSummaryView } from '../../../sdk/protocol/project-views.js'
import { useFormats, useTexts } from '../texts/review-texts.js'

/** What is spent and reserved of a project's budget. */
export function BudgetLine({ project: { budget, money } }: { readonly project: Pick<ProjectSummaryView, 'budget' | 'money'> }) {
  const texts = useTexts().projects
  const formats = useFormats()
  if (budget === null) return <span className="mephisto-review-hint">{texts.noBudget}</span>
  const used = money.filter(({ spent }) => spent.currency === budget.currency).reduce((sum, { spent, reserved }) => sum + spent.minor + reserved.minor, 0)
  return (
    <span>
      <progress className="mephisto-review-progress" value={Math.min(used, budget.minor)} max={Math.max(1, budget.minor)} aria-hidden="true" />
      {texts.ofBudget(formats.money({ minor: used, currency: budget.currency }), formats.money(budget))}
    </span>
  )
}
