import type { Money } from '../../../sdk/data-model/money.js'
import type { RunView } from '../../../sdk/protocol/run-views.js'
import { typedMoney } from '../kit/typed-money.js'
import { isOver, type Language } from './verb-effect.js'

/** What was filled in. */
export interface TopUpDraft {
  readonly unitsPerAssignment: string
  readonly budget: string
}

/** What the draft would do: what to ask for, null while it is nothing or wrong; what is wrong with each field; what follows, a sentence each. */
export interface TopUpPreview {
  readonly more: { readonly unitsPerAssignment?: number; readonly budget?: Money } | null
  readonly problems: { readonly unitsPerAssignment: string | null; readonly budget: string | null }
  readonly effects: readonly string[]
}

const MOST_UNITS = 1_000

/** What a top-up would do to a run with so many items, where that is known. Pure. */
export function topUpPreview(draft: TopUpDraft, { run, items }: { readonly run: RunView; readonly items: number | undefined }, { texts, formats }: Language): TopUpPreview {
  const { unitsPerAssignment: now, money: { pay, spent, reserved, budget: cap } } = run
  const each = draft.unitsPerAssignment.trim() === '' ? now : Number(draft.unitsPerAssignment)
  const isWrong = !Number.isInteger(each) || each < now || each > MOST_UNITS
  const budget = typedMoney(draft.budget, pay.currency)
  const least = { minor: spent.minor + reserved.minor, currency: pay.currency }
  const problems = {
    unitsPerAssignment: isWrong ? texts.tooSmall(formats.count(now)) : null,
    budget: budget === 'wrong' ? texts.notMoney(pay.currency) : budget !== null && budget.minor < least.minor ? texts.tooSmall(formats.money(least)) : null,
  }
  const more = {
    ...(isWrong || each === now ? {} : { unitsPerAssignment: each }),
    ...(budget === null || budget === 'wrong' || budget.minor === cap?.minor ? {} : { budget }),
  }
  if (problems.unitsPerAssignment !== null || problems.budget !== null) return { more: null, problems, effects: [] }
  if (Object.keys(more).length === 0) return { more: null, problems, effects: [texts.nothingMore] }
  const added = items === undefined || more.unitsPerAssignment === undefined ? 0 : items * (each - now)
  return {
    more, problems,
    effects: [
      ...(added === 0 ? [] : [texts.moreUnits(added, formats.money({ minor: added * pay.minor, currency: pay.currency })), ...(isOver(run.status) ? [texts.reopens] : [])]),
      ...(more.budget === undefined ? [] : [texts.newCap(formats.money(more.budget), formats.money({ minor: more.budget.minor - least.minor, currency: pay.currency }))]),
    ],
  }
}
