import type { SetAsideReason } from '../data-model/entities.js'
import { isSpecial } from '../data-model/features.js'
import { UNDER_WAY_STATUSES } from '../data-model/lifecycle.js'
import { MephistoError } from '../errors.js'
import type { NewSubmission } from '../ports/answer-operations.js'
import type { DbOperations } from '../ports/mephisto-db.js'
import type { Attempt } from '../ports/unit-operations.js'
import type { Runtime } from '../ports/runtime.js'
import { SET_ASIDE_TEXTS } from '../protocol/refusals.js'
import type { JsonPayload, SubmitReply } from '../protocol/worker-views.js'
import { noteAttention } from './attention.js'
import { checkedAgainst } from './checked-answer.js'
import { handInFiles } from './files/answer-files.js'
import type { GroupCommit, Outcome } from './group-commit.js'
import { sharedStateOf } from './live/shared-state.js'
import { judgeAnswer } from './eligibility.js'
import type { HookParts } from './hook-parts.js'
import { answerDigest } from './event-hash.js'
import { noteRightness } from './rightness.js'
import type { RunHold } from './run-hold.js'
import { attentionOf, verdictOn } from './judge.js'
import { jsonText } from './json-text.js'
import type { BlueprintRegistry } from './registry.js'
import { submittedCall } from './submitted-units.js'

/** An answer as it arrives from a page. `submissionId` is the page's own: a repeat gets the same reply. */
export interface Answer {
  readonly runId: string
  readonly agentId: string
  readonly submissionId: string
  readonly answer: unknown
  /** From the agent's token. */
  readonly blueprintType: string
  readonly pageBuild: string | null
  /** Whether it is judged before it is stored: training, screening and gold. @default false */
  readonly isJudged?: boolean
  /** Whether it is looked at for attention. @default false */
  readonly isAttended?: boolean
}

interface CheckedAnswer extends Answer {
  /** Whether it is right, where that is known at once. */
  readonly isRight: boolean | null
  /** Whether it shows that the page was read, where that is looked at and known. */
  readonly isAttentive: boolean | null
  /** What a right answer would have been, JSON text. */
  readonly expected: string | null
  /** JSON text of the answer after its schema ran. */
  readonly text: string
  /** The files that it names. */
  readonly fileIds: readonly string[]
  /** Whether the blueprint wants to be told when it counts. */
  readonly isToBeTold: boolean
  /** The schema it was checked with. */
  readonly schemaHash: string
}

interface AnswerTakerParts {
  readonly db: DbOperations
  readonly group: GroupCommit
  readonly runtime: Runtime
  readonly blueprints: BlueprintRegistry
  readonly hookParts: HookParts
}

/**
 * Takes answers: stored for good before the reply, as the unit's answer or set aside with the reason (promise P4).
 * Rejects with MephistoError `invalid_answer` when the answer does not fit the blueprint's schema (nothing is stored)
 * and `not_found` for an unknown agent.
 */
export function createAnswerTaker({ db, group, runtime, blueprints, hookParts }: AnswerTakerParts): (answer: Answer) => Promise<SubmitReply> {
  const store = group.share<CheckedAnswer, SubmitReply>((hold, batch) => storeAnswers(hold, runtime, batch))
  return async answer => {
    const implementation = blueprints.get(answer.blueprintType)
    const checked = await checkedAgainst(implementation.blueprint.output, answer, db)
    if (checked.reply) return checked.reply
    const { value, fileIds } = checked
    const parts = (): ReturnType<HookParts['of']> => hookParts.of(answer.runId)
    const unit = answer.isJudged || answer.isAttended ? await db.special.judged(answer.agentId) : null
    const { runId, agentId } = answer
    const isRight = unit && answer.isJudged ? await verdictOn(implementation, runtime, { answer: value, unit, runId, agentId, parts }) : null
    const isAttentive = unit && answer.isAttended ? await attentionOf(implementation, runtime, { answer: value, unit, runId, agentId, parts }) : null
    return store({ ...answer, fileIds, isToBeTold: implementation.server.onUnitSubmitted !== undefined, schemaHash: implementation.schemaHash, text: jsonText(value, 'answer'), isRight, isAttentive, expected: unit?.expected ?? null })
  }
}

function unknownAgent(agentId: string): MephistoError {
  return new MephistoError('not_found', `There is no agent ${agentId}; the attempt this answer belongs to does not exist.`)
}

const keyOf = (answer: { agentId: string; submissionId: string }): string => `${answer.agentId}/${answer.submissionId}`

async function storeAnswers(hold: RunHold, runtime: Runtime, batch: readonly CheckedAnswer[]): Promise<Outcome<SubmitReply>[]> {
  const { tx, at } = hold
  const replies = new Map<string, SubmitReply>()
  const refusals = new Map<string, MephistoError>()
  for (const [key, reply] of await tx.submissions.replies(batch.map(({ agentId, submissionId }) => ({ agentId, clientId: submissionId })))) {
    replies.set(key, JSON.parse(reply) as SubmitReply)
  }
  const fresh = new Map<string, CheckedAnswer>()
  for (const answer of batch) if (!replies.has(keyOf(answer)) && !fresh.has(keyOf(answer))) fresh.set(keyOf(answer), answer)
  if (fresh.size > 0) {
    const attempts = new Map((await tx.units.attempts([...new Set([...fresh.values()].map(answer => answer.agentId))])).map(attempt => [attempt.agent.id, attempt]))
    const open = await agentsAtWork(hold, [...attempts.values()])
    for (const [key, { agentId, fileIds }] of fresh) {
      const refusal = refusalOf(hold, agentId, { attempt: attempts.get(agentId), open }) ?? await handInFiles(tx, { agentId, fileIds, at })
      if (refusal) refusals.set(key, refusal)
    }
    const judged = await judgeAll(hold, { answers: [...fresh.values()].filter(answer => !refusals.has(keyOf(answer))), attempts })
    const rows = judged.map(item => {
      const reply = replyTo(item, at)
      replies.set(keyOf(item.answer), reply)
      return submissionRow(item, reply, { id: runtime.newId(), at })
    })
    await tx.submissions.insert(rows)
    judged.forEach((item, index) => { logAnswer(hold, item, rows[index]) })
    const counting = judged.filter(item => item.verdict === 'counts')
    await noteAttention(hold, runtime, counting.map(({ answer, attempt }) => ({ attempt, isAttentive: answer.isAttentive })))
    await noteRightness(hold, runtime, counting.map(({ answer, attempt }) => ({ attempt, isRight: answer.isRight })))
    const calls = counting.flatMap(({ answer, attempt: { agent, run } }) => (answer.isToBeTold ? [submittedCall({ runId: run.id, unitId: agent.unitId, agentId: agent.id, blueprintType: answer.blueprintType }, runtime.newId())] : []))
    if (calls.length > 0) await tx.outbox.enqueue(calls, at)
  }
  return batch.map(answer => {
    const value = replies.get(keyOf(answer))
    return value ? { ok: true, value } : { ok: false, error: refusals.get(keyOf(answer)) ?? unknownAgent(answer.agentId) }
  })
}

interface JudgedAnswer {
  readonly answer: CheckedAnswer
  readonly attempt: Attempt
  readonly verdict: 'counts' | SetAsideReason
}

/** Why an answer is not stored at all; null for nothing. One that comes before anybody can have looked at its item stays with the page, which can send it again. */
function refusalOf(hold: RunHold, agentId: string, { attempt, open }: { readonly attempt: Attempt | undefined; readonly open: ReadonlySet<string> }): MephistoError | null {
  if (!attempt) return unknownAgent(agentId)
  // Who waits has come too late to a session that is over.
  if (open.has(agentId) || attempt.agent.status === 'waiting') return new MephistoError('conflict', 'You can hand this in when the work together is over.')
  const minimumTimeMs = hold.run(attempt.run.id)?.config.features.minimumTimeMs ?? 0
  const takenMs = hold.at - attempt.agent.acceptedAt
  // Below zero the clock was set back meanwhile, and says nothing.
  if (attempt.agent.status !== 'in_task' || takenMs < 0 || takenMs >= minimumTimeMs) return null
  const message = `Please take at least ${String(Math.ceil(minimumTimeMs / 1000))} seconds for this item; look at it once more, and send your answer then.`
  return new MephistoError('invalid_answer', message, { problems: [{ path: 'answer', rule: 'too_soon', message }] })
}

/** Those of these attempts at whose items people work together, and are not through. */
async function agentsAtWork(hold: RunHold, attempts: readonly Attempt[]): Promise<ReadonlySet<string>> {
  const live = attempts.filter(({ agent, run }) => UNDER_WAY_STATUSES.includes(agent.status) && hold.run(run.id)?.config.live)
  const states = await hold.tx.sessions.states([...new Set(live.map(({ unit }) => unit.assignmentId))])
  return new Set(live.filter(({ unit }) => sharedStateOf(states.get(unit.assignmentId)?.state ?? null).phase !== 'over').map(({ agent }) => agent.id))
}

async function judgeAll({ tx, at }: RunHold, batch: { answers: readonly CheckedAnswer[]; attempts: ReadonlyMap<string, Attempt> }): Promise<JudgedAnswer[]> {
  const counting = new Set<string>()
  const judged = batch.answers.flatMap((answer): JudgedAnswer[] => {
    const attempt = batch.attempts.get(answer.agentId)
    if (!attempt) return []
    const verdict = counting.has(answer.agentId) ? 'already_submitted' : judgeAnswer(attempt, at)
    if (verdict === 'counts') counting.add(answer.agentId)
    return [{ answer, attempt, verdict }]
  })
  if (counting.size === 0) return judged
  const leases = [...batch.attempts.values()].filter(({ agent }) => counting.has(agent.id))
  const won = await tx.units.complete(leases.map(({ agent }) => ({ unitId: agent.unitId, agentId: agent.id, fence: agent.fence })), at)
  return judged.map(item => (item.verdict === 'counts' && !won.has(item.answer.agentId) ? { ...item, verdict: 'superseded' } : item))
}

function replyTo({ answer, attempt: { run, unit }, verdict }: JudgedAnswer, at: number): SubmitReply {
  const counts = verdict === 'counts'
  return {
    outcome: counts ? 'completed' : 'set_aside',
    reason: counts ? null : verdict,
    message: counts ? 'Your answer has been received.' : SET_ASIDE_TEXTS[verdict],
    submissionId: answer.submissionId,
    receivedAt: new Date(at).toISOString(),
    pay: counts ? { minor: run.payMinor, currency: run.currency } : null,
    // Only training tells: whoever knew which items are gold would take care over those alone.
    feedback: counts && unit.kind === 'training' && answer.isRight !== null ? { isRight: answer.isRight, expected: answer.expected === null ? null : JSON.parse(answer.expected) as JsonPayload } : null,
  }
}

function submissionRow({ answer, attempt: { agent, run } }: JudgedAnswer, reply: SubmitReply, { id, at }: { id: string; at: number }): NewSubmission {
  return {
    id, runId: run.id, agentId: agent.id, unitId: agent.unitId, workerId: agent.workerId,
    clientId: answer.submissionId, outcome: reply.outcome, reason: reply.reason, answer: answer.text,
    schemaHash: answer.schemaHash, pageBuild: answer.pageBuild, fence: agent.fence, reply: JSON.stringify(reply), at,
  }
}

/** The digest ties the stored answer to the log: a changed byte of either shows. */
function logAnswer(hold: RunHold, { attempt: { agent, run, unit, head }, verdict }: JudgedAnswer, row: NewSubmission | undefined): void {
  if (!row) return
  const body = { submission: row.id, digest: answerDigest(row.answer) }
  if (verdict !== 'counts') {
    hold.log(run.id, head, { type: 'set_aside', body: { ...body, reason: verdict }, status: agent.status })
    return
  }
  hold.log(run.id, head, { type: 'complete', body, status: 'completed' })
  hold.takeDown(run.id, [unit.id], 'answered')
  hold.count(run.id, { unitsOpen: -1, unitsAnswered: 1, areSpecial: isSpecial(unit.kind) })
}
