import type * as z from 'zod'
import { fileIdsIn } from '../data-model/file.js'
import { describeProblems, MephistoError, problemsOf } from '../errors.js'
import type { DbOperations } from '../ports/mephisto-db.js'
import type { SubmitReply } from '../protocol/worker-views.js'
import { withKnownFiles } from './files/answer-files.js'
import { isTooDeep, MOST_LEVELS } from './json-text.js'

/** What a page sent: of which attempt, under the page's own id. */
export interface SentAnswer {
  readonly agentId: string
  readonly submissionId: string
  readonly answer: unknown
}

/** An answer after its schema ran; or the reply to one that was stored before its schema became stricter (promise P6). */
export type CheckedAgainst = { readonly value: unknown; readonly fileIds: readonly string[]; readonly reply: null } | { readonly reply: SubmitReply }

/**
 * Checks an answer, its files as the server knows them, against a schema.
 * @throws MephistoError `invalid_answer`, with what is wrong, for a new one that does not fit
 */
export async function checkedAgainst(schema: z.ZodType, { agentId, submissionId, answer }: SentAnswer, db: DbOperations): Promise<CheckedAgainst> {
  if (isTooDeep(answer)) throw new MephistoError('invalid_answer', `This answer does not fit: answer: is nested more than ${String(MOST_LEVELS)} levels deep.`)
  const sent = await withKnownFiles(db, agentId, answer)
  const parsed = sent.problems.length > 0 ? null : await schema.safeParseAsync(sent.answer)
  if (parsed?.success) return { value: parsed.data, fileIds: [...new Set([...fileIdsIn(sent.answer), ...fileIdsIn(parsed.data)])], reply: null }
  const [stored] = (await db.submissions.replies([{ agentId, clientId: submissionId }])).values()
  if (stored !== undefined) return { reply: JSON.parse(stored) as SubmitReply }
  const problems = parsed === null ? sent.problems : problemsOf(parsed.error.issues, 'answer')
  throw new MephistoError('invalid_answer', `This answer does not fit: ${describeProblems(problems)}`, { problems })
}
