import type { AnyBlueprint, InferRawInput } from '../blueprints/blueprint.js'
import { ERASED_TEXT } from '../data-model/erasure.js'
import { isOver, isStanding } from '../data-model/lifecycle.js'
import { MephistoError } from '../errors.js'
import type { AssignmentRow } from '../ports/entity-rows.js'
import type { Page } from '../ports/find-query.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { requireRun } from './named-place.js'
import { byAssignment } from './replacing.js'

/** Items that are looked at together. */
const PORTION = 500

/** The inputs of a run's items that have fewer answers than were wanted of each; see `Operator.itemsLeft`. */
export async function* itemsLeft<B extends AnyBlueprint>(db: MephistoDb, blueprint: B, runId: string): AsyncGenerator<InferRawInput<B>> {
  const run = await requireRun(db, runId)
  if (run.blueprintType !== blueprint.type) throw new MephistoError('conflict', `Task run ${runId} is of the blueprint "${run.blueprintType}", not "${blueprint.type}"; give that one.`)
  if (!isOver(run)) throw new MephistoError('illegal_move', `Task run ${runId} is ${run.status}, and its open work may still be done; drain or expire it first, and wait until it is over.`)
  const removed = (): MephistoError => new MephistoError('illegal_move', `The data of task run ${runId} was removed, so nobody knows what its items were. Launch with the data itself.`)
  if (run.dataRemovedAt !== null) throw removed()
  for (let after: string | null | undefined; after !== null;) {
    const { rows, nextCursor }: Page<AssignmentRow> = await db.assignments.find({ filter: { runId }, sort: 'position', limit: PORTION, ...(after === undefined ? {} : { after }) })
    const ordinary = rows.filter(({ position }) => position >= 0)
    const units = byAssignment(await db.replacements.ofAssignments(ordinary.map(({ id }) => id)))
    for (const { id, input } of ordinary) {
      // It may be removed meanwhile.
      if (input === ERASED_TEXT) throw removed()
      const done = (units.get(id) ?? []).filter(({ status }) => isStanding(status)).length
      if (done < run.unitsPerAssignment) yield JSON.parse(input) as InferRawInput<B>
    }
    after = nextCursor
  }
}
