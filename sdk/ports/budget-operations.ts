/** A project with a budget: what its runs may spend and reserve together, and what they have, minor units. */
export interface ProjectBudget {
  readonly projectId: string
  readonly name: string
  readonly currency: string
  readonly budgetMinor: number
  /** Spent and reserved by its runs in this currency. */
  readonly usedMinor: number
  /** Currencies of its runs besides. While a budget stands there is none. */
  readonly otherCurrencies: readonly string[]
}

/**
 * Budgets of projects (promise P7). What counts against one is added up from the runs of its tasks when somebody needs it, so
 * no counter can be wrong. Whoever holds rows takes tasks first, then runs, then projects, each in the order of their ids.
 */
export interface BudgetOperations {
  /** The budget of a project now; null for a project without one. */
  of(projectId: string): Promise<ProjectBudget | null>
  /** Holds these projects until the transaction ends, and returns those with a budget: nobody else spends from it meanwhile. */
  lock(projectIds: readonly string[]): Promise<readonly ProjectBudget[]>
  /** Holds a task and its runs until the transaction ends: no money of it moves, and no run is added. @throws MephistoError `not_found` */
  lockTask(taskId: string): Promise<void>
  /** Holds a project, its tasks and their runs until the transaction ends: no money of it moves, and no task or run is added. */
  lockProject(projectId: string): Promise<void>
}
