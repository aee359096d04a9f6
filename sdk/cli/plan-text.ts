import { formatMoney } from '../data-model/money.js'
import type { RunPlan } from '../operations/run-plan.js'

/** What a launch would be, for people, a few lines. */
export function planLines({ items, isCut, units, pay, fees, cost, checks, unitsCovered, minutesPerUnit, minutesFrom, hourlyPay, warnings }: RunPlan): readonly string[] {
  return [
    `${isCut ? 'at least ' : ''}${String(items)} items, ${String(units)} units${unitsCovered < units ? `, ${String(unitsCovered)} of them within the budget` : ''}`,
    `${costText({ cost, checks })}: ${formatMoney(pay)} pay and ${formatMoney(fees)} fees${checksText(checks)}`,
    minutesPerUnit === null ? 'nobody knows yet how long a unit takes'
      : `${String(Math.round(minutesPerUnit * 10) / 10)} minutes a unit ${minutesFrom === 'estimate' ? 'as you expect it' : 'in earlier runs'}${hourlyPay === null ? '' : `, so an hour pays ${formatMoney(hourlyPay)}`}`,
    ...warnings.map(({ message }) => `! ${message}`),
  ]
}

/** What it costs: at most, where something bounds training, screening and gold as well. */
export function costText({ cost, checks: { mostCost, costPerWorker } }: Pick<RunPlan, 'cost' | 'checks'>): string {
  if (mostCost === null && costPerWorker.minor > 0) return `${formatMoney(cost)} for these`
  return `at most ${formatMoney({ minor: cost.minor + (mostCost ?? costPerWorker).minor, currency: cost.currency })}`
}

function checksText({ mostCost, costPerWorker }: RunPlan['checks']): string {
  const most = mostCost ?? costPerWorker
  if (most.minor === 0) return ''
  return mostCost === null ? `; and up to ${formatMoney(costPerWorker)} a person for training, screening and gold` : `, and ${formatMoney(most)} for training, screening and gold`
}
