import type { TaskRun } from '../data-model/entities.js'
import { formatMoney, type Money } from '../data-model/money.js'
import { MephistoError } from '../errors.js'
import type { BudgetOperations, ProjectBudget } from '../ports/budget-operations.js'
import type { DbOperations } from '../ports/mephisto-db.js'
import type { RefusalReason } from '../protocol/refusals.js'

/** Something that bounds what a run may spend and reserve: its own budget, or that of the project that its task is in. */
export interface Cap {
  readonly of: 'run' | 'project'
  /** The run's id, or the project's. */
  readonly id: string
  /** What may still be reserved under it, minor units of the run's currency; less than nothing never. */
  readonly freeMinor: number
}

type Spending = Pick<TaskRun, 'id' | 'currency' | 'budgetMinor' | 'reservedMinor' | 'owedMinor' | 'paidMinor'>

/** What bounds the money of a run; none where nothing does. A budget in another currency covers nothing of it. Pure. */
export function capsOf(run: Spending, project: ProjectBudget | null): readonly Cap[] {
  return [
    ...(run.budgetMinor === null ? [] : [{ of: 'run' as const, id: run.id, freeMinor: Math.max(0, run.budgetMinor - run.reservedMinor - run.owedMinor - run.paidMinor) }]),
    ...(project === null ? [] : [{ of: 'project' as const, id: project.projectId, freeMinor: freeIn(project, run.currency) }]),
  ]
}

/** What a project's budget has left for runs in a currency, minor units. Pure. */
export function freeIn({ currency, budgetMinor, usedMinor }: ProjectBudget, ofCurrency: string): number {
  return currency === ofCurrency ? Math.max(0, budgetMinor - usedMinor) : 0
}

/** How many more units the caps of a run let it reserve; Infinity without a cap or without pay. Pure. */
export function affordableUnits({ payMinor }: Pick<TaskRun, 'payMinor'>, caps: readonly Cap[]): number {
  if (payMinor === 0) return Infinity
  return Math.min(...caps.map(({ freeMinor }) => Math.floor(freeMinor / payMinor)))
}

/** Why nobody more can have a unit: the cap that has the least left, of two the run's own. Pure. */
export function capRefusal(caps: readonly Cap[]): RefusalReason {
  const least = Math.min(...caps.map(({ freeMinor }) => freeMinor))
  return caps.find(({ freeMinor }) => freeMinor === least)?.of === 'project' ? 'project_budget_exhausted' : 'budget_exhausted'
}

/** The caps of a run that nobody holds, as they are now. */
export async function capsNow({ budgets }: { readonly budgets: BudgetOperations }, run: Spending & Pick<TaskRun, 'cappedBy'>): Promise<readonly Cap[]> {
  return capsOf(run, run.cappedBy === null ? null : await budgets.of(run.cappedBy))
}

/** Says that a project's budget does not cover what work in it still needs, minor units; null when it does. Pure. */
export function shortProject(project: ProjectBudget | null, need: Money): string | null {
  if (project === null || freeIn(project, need.currency) >= need.minor) return null
  const [left, needed] = [formatMoney({ minor: freeIn(project, need.currency), currency: need.currency }), formatMoney(need)]
  return `The budget of project "${project.name}" has ${left} left, and all units of this run need ${needed}; other runs of the project spend from it as well.`
}

/** As {@link shortProject}, for the units of a run that nobody has or has had yet. */
export async function shortNow({ budgets, rollUps }: Pick<DbOperations, 'budgets' | 'rollUps'>, run: TaskRun): Promise<string | null> {
  if (run.cappedBy === null) return null
  const units = await rollUps.unitsOfRun(run.id)
  return shortProject(await budgets.of(run.cappedBy), { minor: ((units.get('created') ?? 0) + (units.get('launched') ?? 0)) * run.payMinor, currency: run.currency })
}

/**
 * Held projects whose budgets, tasks or runs have been changed keep what a budget promises; said where they do not.
 * @throws MephistoError `conflict` for runs in another currency; `budget_exhausted` when they have spent and reserved more
 */
export async function mustFit({ budgets }: { readonly budgets: BudgetOperations }, projectId: string): Promise<void> {
  const [budget] = await budgets.lock([projectId])
  if (!budget) return
  const { name, currency, budgetMinor, usedMinor, otherCurrencies } = budget
  if (otherCurrencies.length > 0) throw new MephistoError('conflict', `Project "${name}" would have runs in ${otherCurrencies.join(', ')} under a budget in ${currency}, and currencies are never mixed; keep those tasks out of it, or give it no budget.`)
  if (usedMinor <= budgetMinor) return
  const [used, cap] = [formatMoney({ minor: usedMinor, currency }), formatMoney({ minor: budgetMinor, currency })]
  throw new MephistoError('budget_exhausted', `The runs of project "${name}" would have spent and reserved ${used}, more than its budget of ${cap}; give it at least ${used}.`)
}
