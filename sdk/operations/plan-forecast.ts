import { formatMoney, type Money } from '../data-model/money.js'
import { freeIn } from './caps.js'
import type { CheckedLaunch } from './launch-checks.js'
import { refusedLaunch } from './launch-refusal.js'

/** What a launch comes to. */
export interface Forecast {
  /** Rows of data. */
  readonly items: number
  /** Whether there is more data than the plan has read. */
  readonly isCut: boolean
  /** Ordinary units. Training, screening and gold units come on top; see `checks`. */
  readonly units: number
  /** Pay of all ordinary units. */
  readonly pay: Money
  /** What the provider takes for them beside the pay; it does not count towards the budget. */
  readonly fees: Money
  /** Pay and fees together: the most that its ordinary units can cost. */
  readonly cost: Money
  /** What training, screening and gold come to. */
  readonly checks: PlannedChecks
  /** Units that the budget, and that of the project, cover now; all of them at most. */
  readonly unitsCovered: number
  /** How long one unit takes; null when nobody knows. */
  readonly minutesPerUnit: number | null
  /** What somebody earns who works for an hour at that; null when nobody knows. */
  readonly hourlyPay: Money | null
}

/** Training, screening and gold units, which are paid as the others are: how many there will be depends on who comes. */
export interface PlannedChecks {
  /** Of one person, who gets each item once at most. */
  readonly unitsPerWorker: number
  /** Of all: what `mostUnits` and the number of people who are invited (`workers`) allow; null where nothing bounds them. */
  readonly mostUnits: number | null
  /** Pay and fees of one person's, and of all. */
  readonly costPerWorker: Money
  readonly mostCost: Money | null
}

/** What the provider takes for one unit, 0 where it takes nothing. @throws MephistoError `invalid_input` where that is no amount */
export function unitFeeOf({ options: { pay }, provider }: CheckedLaunch): number {
  if (!provider.fees) return 0
  const forUnit = `its fees for a unit that pays ${formatMoney(pay)}`
  let given: unknown
  try {
    given = provider.fees(pay.minor, pay.currency)
  } catch (cause) {
    throw refusedLaunch('provider', `"${provider.type}" could not say ${forUnit}: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
  }
  if (Number.isSafeInteger(given) && Number(given) >= 0) return Number(given)
  // One that rejects must not end the process.
  if (given instanceof Promise) given.catch(() => undefined)
  const shown = typeof given === 'string' ? JSON.stringify(given.slice(0, 100)) : typeof given === 'number' ? String(given) : typeof given
  throw refusedLaunch('provider', `"${provider.type}" gave ${shown} as ${forUnit}; fees() must give whole minor units of ${pay.currency}, 0 or more`)
}

/** How many special units one person gets at most, and how many there can be; null for no bound. */
function checkUnits(options: CheckedLaunch['options'], { items }: CheckedLaunch['features']): { readonly perWorker: number; readonly most: number | null } {
  // Whom rows are for is known when they are read.
  const people = options.workers === undefined || options.assignees !== undefined ? Infinity : new Set(options.workers).size
  const kinds = [
    { each: items.training.length, most: Infinity },
    { each: Math.min(1, items.screening.length), most: options.screening?.mostUnits ?? Infinity },
    { each: items.gold.length, most: options.gold?.mostUnits ?? Infinity },
  ].filter(({ each }) => each > 0)
  const most = kinds.reduce((sum, kind) => sum + Math.min(kind.most, kind.each * people), 0)
  return { perWorker: kinds.reduce((sum, { each }) => sum + each, 0), most: most === Infinity ? null : most }
}

/** What a launch comes to with so many items. @throws MephistoError `invalid_input` where it is more than can be counted */
export function forecastOf({ options, features, provider, projectBudget }: CheckedLaunch, { items, isCut, minutesPerUnit, unitFee }: Pick<Forecast, 'items' | 'isCut' | 'minutesPerUnit'> & { readonly unitFee: number }): Forecast {
  const { pay, budget, unitsPerAssignment } = options
  const { currency } = pay
  const units = items * unitsPerAssignment
  const fees = units * unitFee
  const { perWorker, most } = checkUnits(options, features)
  const unitCost = pay.minor + unitFee
  if (![units, perWorker, most ?? 0].every(count => Number.isSafeInteger(count * unitCost))) {
    throw refusedLaunch('provider', `"${provider.type}" takes ${String(unitFee)} minor units of ${currency} for each unit, which is more than can be counted for ${String(Math.max(units, perWorker, most ?? 0))} units`)
  }
  // Somebody who is done in no time earns without limit, which is no number.
  const hourlyPay = minutesPerUnit === null || minutesPerUnit === 0 ? null : Math.floor(pay.minor * 60 / minutesPerUnit)
  const bounds = [...(budget ? [budget.minor] : []), ...(projectBudget ? [freeIn(projectBudget, currency)] : [])]
  const unitsCovered = pay.minor === 0 ? units : Math.min(units, ...bounds.map(minor => Math.floor(minor / pay.minor)))
  return {
    items, isCut, units, unitsCovered, minutesPerUnit,
    pay: { minor: units * pay.minor, currency }, fees: { minor: fees, currency }, cost: { minor: units * unitCost, currency },
    checks: { unitsPerWorker: perWorker, mostUnits: most, costPerWorker: { minor: perWorker * unitCost, currency }, mostCost: most === null ? null : { minor: most * unitCost, currency } },
    hourlyPay: hourlyPay !== null && Number.isSafeInteger(hourlyPay) ? { minor: hourlyPay, currency } : null,
  }
}
