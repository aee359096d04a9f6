import { isErasureMark } from '../data-model/erasure.js'
import { answerFields } from '../operations/data-browser/answer-fields.js'
import { valueIn } from '../operations/schema-fields.js'
import type { UnitStatus } from '../data-model/lifecycle.js'
import type { MephistoDb } from '../ports/mephisto-db.js'

/** Rejected answers disagree with nobody. */
const COUNTED: readonly UnitStatus[] = ['completed', 'accepted', 'soft_rejected']

/** Finds those of some items whose answers differ in a field that lists its choices. */
export function disputedItems(db: MephistoDb, blueprintType: string): (assignmentIds: readonly string[]) => Promise<ReadonlySet<string>> {
  const fieldsOf = answerFields(db, blueprintType)
  return async assignmentIds => {
    const disputed = new Set<string>()
    if (assignmentIds.length === 0) return disputed
    for (const [assignmentId, answers] of await db.data.answersToItems(assignmentIds, COUNTED)) {
      const seen = new Map<string | null, unknown>()
      for (const { answer: text, schemaHash } of answers) {
        const answer: unknown = JSON.parse(text)
        if (isErasureMark(answer)) continue
        for (const field of await fieldsOf(schemaHash)) {
          const value = field.choices ? valueIn(answer, field) : undefined
          if (value === undefined || value === null) continue
          if (seen.has(field.name) && seen.get(field.name) !== value) disputed.add(assignmentId)
          seen.set(field.name, value)
        }
      }
    }
    return disputed
  }
}
