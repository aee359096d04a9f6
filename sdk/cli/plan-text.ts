import { formatMoney } from '../data-model/money.js'
import type { RunPlan } from '../operations/run-plan.js'

/** What a launch would be, for people, a few lines. */
export function planLines({ items, isCut, units, pay, fees, cost, unitsCovered, minutesPerUnit, minutesFrom, hourlyPay, warnings }: RunPlan): readonly string[] {
  return [
    `${isCut ? 'at least ' : ''}${String(items)} items, ${String(units)} units${unitsCovered < units ? `, ${String(unitsCovered)} of them within the budget` : ''}`,
    `at most ${formatMoney(cost)}: ${formatMoney(pay)} pay and ${formatMoney(fees)} fees`,
    minutesPerUnit === null ? 'nobody knows yet how long a unit takes'
      : `${String(Math.round(minutesPerUnit * 10) / 10)} minutes a unit ${minutesFrom === 'estimate' ? 'as you expect it' : 'in earlier runs'}${hourlyPay === null ? '' : `, so an hour pays ${formatMoney(hourlyPay)}`}`,
    ...warnings.map(({ message }) => `! ${message}`),
  ]
}
