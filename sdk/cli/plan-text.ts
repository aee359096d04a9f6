import { formatMoney } from '../data-model/money.js'
import type { RunPlan } from '../operations/run-plan.js'

/** What a launch would be, for people, a few lines. */
export function planLines({ items, isCut, units, pay, fees, cost, checks, unitsCovered, minutesPerUnit, minutesFrom, hourlyPay, warnings }: RunPlan): readonly string[] {
  return [
    `${isCut ? 'at least ' : ''}${String(items)} items, ${String(units)} units${unitsCovered < units ? `, ${String(unitsCovered)} of them within the budget` : ''}`,
    costLine({ pay, fees, cost, checks }),
    minutesPerUnit === null ? 'nobody knows yet how long a unit takes'
      : `${String(Math.round(minutesPerUnit * 10) / 10)} minutes a unit ${minutesFrom === 'estimate' ? 'as you expect it' : 'in earlier runs'}${hourlyPay === null ? '' : `, so an hour pays ${formatMoney(hourlyPay)}`}`,
    ...warnings.map(({ message }) => `! ${message}`),
  ]
}

/** The most that it can cost, where anything says so. */
function costLine({ pay, fees, cost, checks }: Pick<RunPlan, 'pay' | 'fees' | 'cost' | 'checks'>): string {
  const parts = `${formatMoney(pay)} pay and ${formatMoney(fees)} fees`
  if (checks.mostCost === null && checks.costPerWorker.minor > 0) return `${formatMoney(cost)} for these: ${parts}; and up to ${formatMoney(checks.costPerWorker)} a person for training, screening and gold`
  const ofChecks = checks.mostCost ?? checks.costPerWorker
  const all = { minor: cost.minor + ofChecks.minor, currency: cost.currency }
  return `at most ${formatMoney(all)}: ${parts}${ofChecks.minor === 0 ? '' : `, and ${formatMoney(ofChecks)} for training, screening and gold`}`
}
