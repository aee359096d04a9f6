import type { Money } from '../../../sdk/data-model/money.js'
import type { RollUpView } from '../../../sdk/protocol/project-views.js'
import type { RunView } from '../../../sdk/protocol/run-views.js'

/** Where the money of some work is, in one currency. */
export interface WorkMoney {
  readonly spent: Money
  /** Null where an earlier server does not say. */
  readonly owed: Money | null
  readonly reserved: Money
  readonly cap: Money | null
}

/** That of a project or task; a budget is of one currency, also where nothing was spent yet. Pure. */
export function sumMoney(money: RollUpView['money'], budget: Money | null): readonly WorkMoney[] {
  const known = money.map(({ spent, owed, reserved }) => ({ spent, owed, reserved, cap: budget?.currency === spent.currency ? budget : null }))
  if (budget === null || known.some(({ cap }) => cap !== null)) return known
  const none = { minor: 0, currency: budget.currency }
  return [...known, { spent: none, owed: none, reserved: none, cap: budget }]
}

/** That of a run. Pure. */
export function runMoney({ spent, owed, reserved, budget }: RunView['money']): WorkMoney {
  return { spent, owed, reserved, cap: budget }
}
