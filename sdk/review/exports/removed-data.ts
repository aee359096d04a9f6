import type { TaskRun } from '../../data-model/entities.js'
import { ERASED_TEXT } from '../../data-model/erasure.js'
import { instant } from '../../data-model/instant.js'
import { MephistoError } from '../../errors.js'
import type { AnswerRow } from '../../ports/answer-operations.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'

/** The header of a download that says how many runs are left out because their data was removed. */
export const REMOVED_HEADER = 'mephisto-runs-without-data'

/** Refuses a run whose data was removed: its rows would be blank. @throws MephistoError `conflict` */
export function requireData({ id, dataRemovedAt }: Pick<TaskRun, 'id' | 'dataRemovedAt'>): void {
  if (dataRemovedAt === null) return
  throw new MephistoError('conflict', `The data of task run ${id} was removed on ${instant(dataRemovedAt)}, so there is nothing to export. Its counts and its money are still there: look at its progress.`)
}

/** Does so for a run whose data is removed while it is exported, by answers that were read of it just now. @throws MephistoError `conflict` */
export async function requireDataStill(db: MephistoDb, { id }: Pick<TaskRun, 'id'>, answers: readonly AnswerRow[]): Promise<void> {
  // The run is marked before anything of it goes. Single answers may be gone for other reasons.
  if (!answers.some(({ input, answer }) => input === ERASED_TEXT || answer === ERASED_TEXT)) return
  const run = await db.runs.get(id)
  if (run) requireData(run)
}

/** Says of how many runs an export has nothing, because their data was removed; null when of none. Pure. */
export function leftOutText(removed: number): string | null {
  return removed === 0 ? null : `Left out: ${String(removed)} ${removed === 1 ? 'run' : 'runs'} whose data was removed.`
}
