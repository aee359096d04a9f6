import type { TaskRow } from '../../ports/entity-rows.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import { runsFrom } from './finished-work.js'
import { TALLIED, TALLY_PAGE, tallyOfStored, type SpreadOfAnswers } from './stored-answers.js'

/** How the answers of a task are spread, and how far those who answered the same items agree. */
export async function tallyOf(db: MephistoDb, { id, blueprintType }: Pick<TaskRow, 'id' | 'blueprintType'>): Promise<SpreadOfAnswers> {
  const tally = tallyOfStored(db, blueprintType)
  for await (const run of runsFrom(db, { taskId: id }, null)) {
    const limit = Math.max(1, Math.floor(TALLY_PAGE / run.unitsPerAssignment))
    for (let after = -1, isMore = true; isMore;) {
      const page = await db.data.itemAnswers({ runId: run.id, statuses: TALLIED, after, limit })
      for (const { answers } of page) await tally.add(answers, run.config.live !== undefined)
      after = page.at(-1)?.position ?? after
      isMore = page.length === limit
    }
  }
  return tally.result()
}
