import type { QualificationRange, WorkScope } from '../../ports/data-operations.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import { requireProject, requireRun, requireTask } from '../named-place.js'
import { requireQualification } from '../../review/people/qualification-acts.js'

/** How work is named: by a run, or by the name or id of a task or project. */
export interface NamedWork {
  readonly project?: string | undefined
  readonly task?: string | undefined
  readonly run?: string | undefined
}

/** The narrowest work that is named; null when none is. @throws MephistoError `not_found` */
export async function scopeOf(db: MephistoDb, { project, task, run }: NamedWork): Promise<WorkScope | null> {
  if (run !== undefined) return { of: 'run', id: (await requireRun(db, run)).id }
  if (task !== undefined) return { of: 'task', id: (await requireTask(db, task)).id }
  return project === undefined ? null : { of: 'project', id: (await requireProject(db, project)).id }
}

/** A qualification as a query names it, with the ends of the values that are meant. */
export interface NamedRange {
  readonly qualification: string
  readonly minimum?: number | undefined
  readonly maximum?: number | undefined
}

/** The range that a query names, at this instant. @throws MephistoError `not_found` */
export async function rangeOf(db: MephistoDb, { qualification, minimum, maximum }: NamedRange): Promise<QualificationRange> {
  return { qualificationId: (await requireQualification(db, qualification)).id, minimum: minimum ?? null, maximum: maximum ?? null, at: await db.now() }
}

/** Instants of a query as the database has them. */
export function whenOf({ from, before }: { readonly from?: string | undefined; readonly before?: string | undefined }): { from?: number; before?: number } {
  return { ...(from === undefined ? {} : { from: Date.parse(from) }), ...(before === undefined ? {} : { before: Date.parse(before) }) }
}
