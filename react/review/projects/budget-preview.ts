import { isCurrency, type Money } from '../../../sdk/data-model/money.js'
import type { ProjectSummaryView } from '../../../sdk/protocol/project-views.js'
import { typedMoney } from '../kit/typed-money.js'
import type { ReviewTexts } from '../texts/english.js'
import type { Formats } from '../texts/review-texts.js'

/** What was filled in: an amount, and a currency in upper case. */
export interface BudgetDraft {
  readonly cap: string
  readonly currency: string
}

/** What it would do: the budget to ask for, null for none, undefined while nothing would change or it does not do. */
export interface BudgetPreview {
  readonly budget: Money | null | undefined
  readonly problem: string | null
  /** What follows, a sentence each. */
  readonly effects: readonly string[]
  /** How it stands, a sentence each. */
  readonly now: readonly string[]
}

interface Language {
  readonly texts: ReviewTexts['projects']
  readonly formats: Formats
}

/** What a budget would mean for a project as it stands. Pure. */
export function budgetPreview({ cap, currency }: BudgetDraft, { money, budget: standing }: Pick<ProjectSummaryView, 'money' | 'budget'>, { texts, formats }: Language): BudgetPreview {
  const now = [...money.map(({ spent, reserved }) => texts.budgetNow(formats.money(spent), formats.money(reserved))), texts.budgetStill(standing && formats.money(standing))]
  const wrong = (problem: string | null): BudgetPreview => ({ budget: undefined, problem, effects: [], now })
  if (money.length > 1) return { ...wrong(null), effects: [texts.budgetMixed(money.map(one => one.spent.currency).join(', '))] }
  if (!isCurrency(currency)) return wrong(null)
  const typed = typedMoney(cap, currency)
  if (typed === 'wrong') return wrong(texts.notMoney(currency))
  if (typed === null) return standing ? { budget: null, problem: null, effects: [texts.budgetGone], now } : { ...wrong(null), effects: [texts.budgetSame] }
  const used = (money[0]?.spent.minor ?? 0) + (money[0]?.reserved.minor ?? 0)
  if (typed.minor < used) return wrong(texts.budgetTooSmall(formats.money({ minor: used, currency })))
  if (typed.minor === standing?.minor && standing.currency === currency) return { ...wrong(null), effects: [texts.budgetSame] }
  return { budget: typed, problem: null, effects: [texts.budgetLeaves(formats.money(typed), formats.money({ minor: typed.minor - used, currency }))], now }
}
