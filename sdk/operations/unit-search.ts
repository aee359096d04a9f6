import type { TaskRun } from '../data-model/entities.js'
import type { Standing } from '../ports/unit-operations.js'

/** Workers who were let in and are to have a unit of a run, in the order in which they came. */
export interface Search {
  readonly run: TaskRun
  readonly seeking: readonly Standing[]
}
