import { instant, instantOrNull } from '../../data-model/instant.js'
import { RUN_STATUSES, UNIT_STATUSES, type UnitStatus } from '../../data-model/lifecycle.js'
import type { ProjectRow, TaskRow } from '../../ports/entity-rows.js'
import type { RollUp } from '../../ports/roll-up-operations.js'
import type { ProjectSummaryView, ProjectView, RollUpView, TaskView } from '../../protocol/project-views.js'

/** A project without what it comes to. */
export function toProjectView({ id, name, archivedAt, createdAt, budget }: ProjectRow): ProjectView {
  return { id, name, archivedAt: instantOrNull(archivedAt), createdAt: instant(createdAt), budget }
}

/** A task with the project that it is in. */
export function toTaskView({ id, name, blueprintType, retentionDays, archivedAt, createdAt }: TaskRow, project: ProjectRow | null): TaskView {
  return { id, name, blueprintType, project: nameOf(project), retentionDays, archivedAt: instantOrNull(archivedAt), createdAt: instant(createdAt) }
}

/** What a project is called. */
export function nameOf(project: ProjectRow | null): { id: string; name: string } | null {
  return project && { id: project.id, name: project.name }
}

/** A project with what its tasks come to; undefined when it has none. */
export function toSummaryView(project: ProjectRow, rollUp: RollUp | undefined): ProjectSummaryView {
  return { ...toProjectView(project), tasks: rollUp?.tasks ?? 0, ...toRollUpView(rollUp) }
}

/** What something comes to, with a number for every status. Pure. */
export function toRollUpView(rollUp: RollUp | undefined): RollUpView {
  return {
    runs: everyStatus(RUN_STATUSES, rollUp?.runs), workers: rollUp?.workers ?? 0, units: everyStatus(UNIT_STATUSES, rollUp?.units), approvalRate: approvalRateOf(rollUp?.standardUnits),
    money: (rollUp?.money ?? []).map(({ currency, spentMinor, owedMinor, reservedMinor }) => ({ spent: { minor: spentMinor, currency }, reserved: { minor: reservedMinor, currency }, owed: { minor: owedMinor, currency } })), fileBytes: rollUp?.fileBytes ?? 0,
  }
}

/** A number for every status, 0 for those that none has. Pure. */
export function everyStatus<TStatus extends string>(statuses: readonly TStatus[], counts: ReadonlyMap<TStatus, number> | undefined): Record<TStatus, number> {
  return Object.fromEntries(statuses.map(status => [status, counts?.get(status) ?? 0])) as Record<TStatus, number>
}

function approvalRateOf(units: ReadonlyMap<UnitStatus, number> | undefined): number | null {
  const unitsOf = (status: UnitStatus): number => units?.get(status) ?? 0
  const decided = unitsOf('accepted') + unitsOf('soft_rejected') + unitsOf('rejected')
  return decided === 0 ? null : unitsOf('accepted') / decided
}
