import { fileIdsIn, isFileRef } from '../../data-model/file.js'
import { MephistoError, type Problem } from '../../errors.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import { fileRef } from './receive-file.js'

/**
 * An answer with its files as the server knows them, so that a schema checks what came and not what a page says; a problem for
 * each that is not there, or is somebody else's.
 */
export async function withKnownFiles(db: DbOperations, agentId: string, answer: unknown): Promise<{ readonly answer: unknown; readonly problems: readonly Problem[] }> {
  const ids = fileIdsIn(answer)
  if (ids.length === 0) return { answer, problems: [] }
  const known = new Map((await db.files.forAttempt(agentId, ids)).map(file => [file.id, fileRef(file)]))
  const problems: Problem[] = []
  const replaced = (value: unknown, path: string): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (isFileRef(value)) {
      const file = known.get(value.$file)
      if (file === undefined) problems.push({ path, rule: 'file', message: 'This file is not here any more; choose it again.' })
      return file
    }
    if (Array.isArray(value)) return value.map((item, index) => replaced(item, `${path}[${String(index)}]`))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, `${path}.${key}`)]))
  }
  return { answer: replaced(answer, 'answer'), problems }
}

/** Marks the files of an answer that is about to be stored, in the same transaction; why that cannot be when one was discarded meanwhile. */
export async function handInFiles(tx: DbOperations, { agentId, fileIds, at }: { readonly agentId: string; readonly fileIds: readonly string[]; readonly at: number }): Promise<MephistoError | null> {
  if (fileIds.length === 0 || await tx.files.handIn(agentId, fileIds, at) === fileIds.length) return null
  const message = 'A file of this answer is not here any more; choose it again.'
  return new MephistoError('invalid_answer', message, { problems: [{ path: 'answer', rule: 'file', message }] })
}
