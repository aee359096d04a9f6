import { isErasureMark } from '../../data-model/erasure.js'
import type { UnitStatus } from '../../data-model/lifecycle.js'
import type { TaskRow } from '../../ports/entity-rows.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { FieldStatisticsView } from '../../protocol/data-views.js'
import { fieldsOfSchema, type SchemaField } from '../schema-fields.js'
import { createAnswerTally, type TalliedAnswer } from './answer-tally.js'
import { runsFrom } from './finished-work.js'

/** Rejected answers are not what the task found out. */
const TALLIED: readonly UnitStatus[] = ['completed', 'accepted', 'soft_rejected']
/** Units that are looked at at a time. */
const PAGE = 1_000

/** How the answers of a task are spread, and how far those who answered the same items agree. */
export async function tallyOf(db: MephistoDb, { id, blueprintType }: Pick<TaskRow, 'id' | 'blueprintType'>): Promise<{ answers: number; fields: FieldStatisticsView[] }> {
  const tally = createAnswerTally()
  const versions = new Map<string, readonly SchemaField[]>()
  const fieldsOf = async (schemaHash: string): Promise<readonly SchemaField[]> => {
    const known = versions.get(schemaHash) ?? fieldsOfSchema((await db.tasks.blueprintVersion(blueprintType, schemaHash))?.outputSchema ?? '{}')
    versions.set(schemaHash, known)
    return known
  }
  let answers = 0
  for await (const run of runsFrom(db, { taskId: id }, null)) {
    const limit = Math.max(1, Math.floor(PAGE / run.unitsPerAssignment))
    for (let after = -1, isMore = true; isMore;) {
      const page = await db.data.itemAnswers({ runId: run.id, statuses: TALLIED, after, limit })
      for (const item of page) {
        const given: TalliedAnswer[] = []
        for (const { answer: text, schemaHash } of item.answers) {
          const answer: unknown = JSON.parse(text)
          if (!isErasureMark(answer)) given.push({ fields: await fieldsOf(schemaHash), answer })
        }
        // People who work together at an item do not judge it each by themselves.
        for (const group of run.config.live ? given.map(one => [one]) : [given]) tally.add(group)
        answers += given.length
      }
      after = page.at(-1)?.position ?? after
      isMore = page.length === limit
    }
  }
  return { answers, fields: [...tally.result()] }
}
