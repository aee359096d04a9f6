import { MephistoError } from '../../sdk/errors.js'
import type { BudgetOperations, ProjectBudget } from '../../sdk/ports/budget-operations.js'
import { DriverFailure } from '../drivers/driver-failure.js'
import { sql, verbatim, type Sql } from './sql.js'
import { integer, text, textOrNull, type Row, type Statements } from './statements.js'

/** Budgets of projects: adding up what counts against them, and holding it still. */
export function budgetOperations(db: Statements): BudgetOperations {
  const { grammar } = db
  const [project, task, run] = [db.table('project'), db.table('task'), db.table('task_run')]

  /** Runs that never began and never will have no money, and no currency to keep apart. */
  async function budgets(projectIds: readonly string[]): Promise<readonly ProjectBudget[]> {
    const rows = await db.rows(
      sql`SELECT p.id, p.name, p.budget_minor, p.budget_currency, r.currency, sum(r.reserved_minor + r.owed_minor + r.paid_minor) AS used
            FROM ${project} p LEFT JOIN ${task} t ON t.project_id = p.id LEFT JOIN ${run} r ON r.task_id = t.id AND (r.started_at IS NOT NULL OR r.status NOT IN ('failed', 'expired'))
           WHERE ${grammar.among('p.id', projectIds)} AND p.budget_minor IS NOT NULL
           GROUP BY p.id, p.name, p.budget_minor, p.budget_currency, r.currency ORDER BY p.id, r.currency`)
    return [...new Set(rows.map(row => text(row, 'id')))].flatMap(id => budgetIn(rows.filter(row => text(row, 'id') === id)))
  }
  const runsOf = async (which: Sql): Promise<void> => {
    await db.rows(sql`SELECT r.id FROM ${run} r WHERE ${which} ORDER BY r.id ${grammar.forUpdate}`)
  }
  const tasksIn = async (projectId: string, hold = verbatim('')): Promise<string[]> =>
    (await db.rows(sql`SELECT t.id FROM ${task} t WHERE t.project_id = ${projectId} ORDER BY t.id ${hold}`)).map(row => text(row, 'id'))
  const lockProjects = (projectIds: readonly string[]) => db.rows(sql`SELECT p.id FROM ${project} p WHERE ${grammar.among('p.id', projectIds)} ORDER BY p.id ${grammar.forUpdate}`)

  return {
    async of(projectId) {
      return (await budgets([projectId]))[0] ?? null
    },

    async lock(projectIds) {
      if (projectIds.length === 0) return []
      await lockProjects(projectIds)
      // Added up by a statement of its own: one that waited for a row has read everything else before.
      return budgets(projectIds)
    },

    async lockTask(taskId) {
      const found = await db.rows(sql`SELECT t.id FROM ${task} t WHERE t.id = ${taskId} ${grammar.forUpdate}`)
      if (found.length === 0) throw new MephistoError('not_found', `There is no task ${taskId}.`)
      await runsOf(sql`r.task_id = ${taskId}`)
    },

    async lockProject(projectId) {
      const held = await tasksIn(projectId, grammar.forUpdate)
      await runsOf(grammar.among('r.task_id', held))
      await lockProjects([projectId])
      // Nobody brings a task in from here on; one that came in before is to be held first.
      const missed = (await tasksIn(projectId)).filter(id => !held.includes(id))
      if (missed.length > 0) throw new DriverFailure('TransactionWriteConflict', new Error(`task ${missed[0] ?? ''} came into project ${projectId} while it was being held`))
    },
  }
}

/** A budget from its rows, one for each currency. */
function budgetIn(rows: readonly Row[]): ProjectBudget[] {
  const [row] = rows
  if (!row) return []
  const currency = text(row, 'budget_currency')
  const own = rows.find(other => textOrNull(other, 'currency') === currency)
  return [{
    projectId: text(row, 'id'), name: text(row, 'name'), currency, budgetMinor: integer(row, 'budget_minor'), usedMinor: own ? integer(own, 'used') : 0,
    otherCurrencies: rows.flatMap(other => textOrNull(other, 'currency') ?? []).filter(other => other !== currency),
  }]
}

/** The project whose budget holds for a run as well, by the id of the run's task; NULL for none. */
export function cappedBy(db: Statements, taskId: 'r.task_id'): Sql {
  return sql`(SELECT k.id FROM ${db.table('task')} c JOIN ${db.table('project')} k ON k.id = c.project_id WHERE c.id = ${verbatim(taskId)} AND k.budget_minor IS NOT NULL)`
}
