import { isErasureMark } from '../../data-model/erasure.js'
import type { UnitStatus } from '../../data-model/lifecycle.js'
import type { AnswerText } from '../../ports/data-operations.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { FieldStatisticsView } from '../../protocol/data-views.js'
import { answerFields } from './answer-fields.js'
import { createAnswerTally, type TalliedAnswer } from './answer-tally.js'

/** Statuses of units whose answers are added up: rejected answers are not what was found out. */
export const TALLIED: readonly UnitStatus[] = ['completed', 'accepted', 'soft_rejected']
/** Units whose answers are looked at at a time. */
export const TALLY_PAGE = 1_000

/** How answers are spread, and how far those who answered the same items agree. */
export interface SpreadOfAnswers {
  /** Those that were added, without erased ones. */
  readonly answers: number
  readonly fields: FieldStatisticsView[]
}

/** Adds up answers as they are stored. */
export interface StoredAnswers {
  /** Answers to one item. People who work together at an item (`areTogether`) do not judge it each by themselves: their agreement is none. */
  add(item: readonly AnswerText[], areTogether: boolean): Promise<void>
  result(): SpreadOfAnswers
}

/** A tally of stored answers to a blueprint, each with the fields of the version that it was given under. Erased ones are left out. */
export function tallyOfStored(db: MephistoDb, blueprintType: string): StoredAnswers {
  const tally = createAnswerTally()
  const fieldsOf = answerFields(db, blueprintType)
  let answers = 0
  return {
    async add(item, areTogether) {
      const given: TalliedAnswer[] = []
      for (const { answer: text, schemaHash } of item) {
        const answer: unknown = JSON.parse(text)
        if (!isErasureMark(answer)) given.push({ fields: await fieldsOf(schemaHash), answer })
      }
      for (const group of areTogether ? given.map(one => [one]) : [given]) tally.add(group)
      answers += given.length
    },
    result: () => ({ answers, fields: [...tally.result()] }),
  }
}
