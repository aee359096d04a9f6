import { unreachablePage } from '../blueprints/host-page.js'
import { formatMoney, type Money } from '../data-model/money.js'
import { shortProject } from './caps.js'
import type { CheckedLaunch, LaunchPlace } from './launch-checks.js'
import type { Forecast } from './plan-forecast.js'

/** Something that a launch would do all the same, and that is worth a second look. */
export interface PlanWarning {
  readonly code: 'budget_short' | 'project_budget_short' | 'lease_short' | 'hourly_pay_low' | 'data_cut' | 'feed_goes_on' | 'paid_checks' | 'gold_short' | 'page_unreachable'
  /** One sentence with the numbers and what to do. */
  readonly message: string
}

/** A page that a builder found has been opened, and those that a blueprint brings are ours; the architect's is looked at here. */
export async function pageWarning({ implementation, config }: CheckedLaunch, architect: LaunchPlace | null): Promise<PlanWarning[]> {
  const url = implementation.pages || config.page ? null : architect?.taskUrl ?? null
  const reason = url === null ? null : await unreachablePage(url)
  return reason === null ? [] : [{ code: 'page_unreachable', message: `The page where workers do the task may not be there: from here, ${reason}` }]
}

/** What else a plan was told, and whether its feed may have more later. */
interface Planned {
  readonly rows: number
  readonly hourlyPayFloor?: Money | undefined
  readonly goesOn: boolean
}

/** What may not be wanted of a launch that comes to this. */
export function warningsOf({ options, features, projectBudget }: CheckedLaunch, { items, units, minutesPerUnit, hourlyPay, pay, checks, isCut }: Forecast, { hourlyPayFloor, rows, goesOn }: Planned): PlanWarning[] {
  const { budget, leaseMs } = options
  const inBudget = budget ? Math.floor(budget.minor / Math.max(1, options.pay.minor)) : units
  const short = shortProject(projectBudget, pay)
  const minutes = String(Math.round((minutesPerUnit ?? 0) * 10) / 10)
  return [
    ...(isCut ? [{ code: 'data_cut' as const, message: `The plan has read ${String(rows)} rows, and there are more; raise "rows" to plan with all of them.` }] : []),
    ...(goesOn ? [{ code: 'feed_goes_on' as const, message: `The feed has ${String(items)} rows so far and may have more later; this is what those would be.` }] : []),
    ...(short === null ? [] : [{ code: 'project_budget_short' as const, message: short }]),
    ...(budget && budget.minor < pay.minor ? [{
      code: 'budget_short' as const, message: `The budget of ${formatMoney(budget)} covers ${String(inBudget)} of ${String(units)} units; all of them need ${formatMoney(pay)}.`,
    }] : []),
    ...(checks.mostCost === null && checks.costPerWorker.minor > 0 ? [{
      code: 'paid_checks' as const, message: `Training, screening and gold come on top, up to ${formatMoney(checks.costPerWorker)} for each person who comes, and nothing says how many that are${budget ? '; they are paid out of the same budget' : '; set a "budget" to bound them'}.`,
    }] : []),
    ...goldWarning(options, features.items.gold.length),
    ...(minutesPerUnit !== null && leaseMs < minutesPerUnit * 60_000 ? [{
      code: 'lease_short' as const, message: `A lease of ${String(leaseMs / 60_000)} minutes is shorter than a unit takes, which is ${minutes} minutes; raise "leaseMs".`,
    }] : []),
    ...(hourlyPay && hourlyPayFloor && hourlyPay.minor < hourlyPayFloor.minor ? [{
      code: 'hourly_pay_low' as const, message: `At ${minutes} minutes a unit, an hour pays ${formatMoney(hourlyPay)}, less than ${formatMoney(hourlyPayFloor)}; raise "pay".`,
    }] : []),
  ]
}

/** Whether there is gold for everybody who must have some right before other work: items for who is wrong as often as one may be, and units for who is invited. */
function goldWarning({ gold, workers }: CheckedLaunch['options'], items: number): PlanWarning[] {
  if (!gold || gold.minimumRight === 0) return []
  const { minimumRight, mostWrong, mostUnits } = gold
  const invited = workers ? new Set(workers).size : null
  const needed = minimumRight * (invited ?? 1)
  return [
    ...(items < minimumRight + mostWrong ? [{
      code: 'gold_short' as const, message: `There are ${String(items)} gold items, and somebody may need ${String(minimumRight + mostWrong)}: ${String(minimumRight)} right ones after ${String(mostWrong)} wrong ones, which "mostWrong" allows. Who has answered all of them with fewer right ones is refused; give more gold items, or lower "mostWrong".`,
    }] : []),
    ...(mostUnits !== undefined && mostUnits < needed ? [{
      code: 'gold_short' as const, message: `"gold.mostUnits" allows ${String(mostUnits)} gold units, and ${invited !== null ? `the ${String(invited)} people who are invited need ${String(needed)} right ones` : `each person needs ${String(needed)} right ones`} before other work: somebody will get none. Raise it, or lower "minimumRight".`,
    }] : []),
  ]
}
