import type * as z from 'zod'
import type { ProjectRow } from '../../ports/entity-rows.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { projectSummariesQuery } from '../../protocol/data-requests.js'
import type { ProjectSummaryListView, ProjectSummaryView } from '../../protocol/data-views.js'
import { spendOf } from './task-statistics.js'

/** What came of a project. */
export async function projectSummary(db: MephistoDb, { id, name, archivedAt }: ProjectRow): Promise<ProjectSummaryView> {
  const { tasks, runs, units, workers, money } = await db.data.sums({ of: 'project', id })
  const decided = units.accepted + units.soft_rejected + units.rejected
  return {
    project: { id, name, isArchived: archivedAt !== null }, tasks, runs, units, workers, approvalRate: decided === 0 ? null : units.accepted / decided, spend: spendOf(money),
  }
}

/** A page of projects with what came of them, in the order of their names. */
export async function projectSummaries(db: MephistoDb, { cursor, limit }: z.output<typeof projectSummariesQuery>): Promise<ProjectSummaryListView> {
  const { rows, nextCursor } = await db.projects.find({ sort: 'name', limit, ...(cursor === undefined ? {} : { after: cursor }) })
  const projects: ProjectSummaryView[] = []
  for (const row of rows) projects.push(await projectSummary(db, row))
  return { projects, nextCursor }
}
