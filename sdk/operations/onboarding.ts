import { isErasedName } from '../data-model/erasure.js'
import type { BlueprintImplementation } from '../blueprints/implement.js'
import { createBoundedMap } from '../data-model/bounded-map.js'
import { MephistoError } from '../errors.js'
import type { NewSubmission } from '../ports/answer-operations.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { OnboardingAttempt } from '../ports/onboarding-operations.js'
import type { Runtime } from '../ports/runtime.js'
import { SET_ASIDE_TEXTS } from '../protocol/refusals.js'
import type { SubmitReply } from '../protocol/worker-views.js'
import type { Answer } from './answers.js'
import { backoffMs } from './backoff.js'
import { checkedAgainst } from './checked-answer.js'
import { answerDigest } from './event-hash.js'
import { handInFiles } from './files/answer-files.js'
import type { HookParts } from './hook-parts.js'
import { jsonText } from './json-text.js'
import type { BlueprintRegistry } from './registry.js'
import { holdRuns, type RunHold } from './run-hold.js'
import { withinMs } from './time-limit.js'

/** Takes what onboarding pages hand in, and sees to it that each is validated. */
export interface Onboarding {
  /**
   * Stores what was handed in before it replies, and lets the blueprint validate it: at once where that is quick, else in
   * the background. Rejects with `invalid_answer` when it does not fit the schema, and `not_found` for an unknown agent.
   */
  submit(answer: Answer): Promise<SubmitReply>
  /** Validates what was left by processes that are gone. Returns how many attempts it looked at. */
  resume(): Promise<number>
}

interface Parts {
  readonly db: MephistoDb
  readonly runtime: Runtime
  readonly blueprints: BlueprintRegistry
  readonly hookParts: HookParts
}

/** How long a page waits for its validation before it is told that it goes on in the background. */
const QUICK_MS = 1_000
/** The longest that a validation may take. */
const LONGEST_MS = 30_000
/** When a validation that failed is tried again. */
const BACKOFF = { firstMs: 2_000, mostMs: 300_000 }
/** Failures that are remembered; one that is forgotten is tried again at once. */
const MOST_FAILURES = 10_000
const PORTION = 100

/** Onboarding over a database. */
export function createOnboarding(parts: Parts): Onboarding {
  const { db, runtime, blueprints, hookParts } = parts
  const underWay = new Map<string, Promise<void>>()
  const failures = createBoundedMap<string, { readonly tries: number; readonly until: number }>(MOST_FAILURES)

  async function validated(implementation: BlueprintImplementation, attempt: OnboardingAttempt, output: unknown): Promise<boolean> {
    const { validateOnboarding } = implementation.server
    if (!validateOnboarding) return true
    const config = (await db.runs.get(attempt.runId))?.config
    const input: unknown = JSON.parse(config?.features.onboarding?.input ?? 'null')
    const own = await hookParts.of(attempt.runId)
    const verdict: unknown = await withinMs(LONGEST_MS, () => validateOnboarding(output, { ...own, input, worker: attempt.workerName }))
    if (typeof verdict !== 'boolean') throw new MephistoError('internal', `it gave ${typeof verdict} where true or false was expected`)
    return verdict
  }

  /** Validates one attempt and writes what came of it; never rejects. */
  function validate(implementation: BlueprintImplementation, attempt: OnboardingAttempt, output: unknown): Promise<void> {
    const known = underWay.get(attempt.agentId)
    if (known) return known
    const work = (async () => {
      try {
        const hasPassed = await validated(implementation, attempt, output)
        await holdRuns(parts, [attempt.runId], hold => settle(hold, runtime, { agentId: attempt.agentId, hasPassed }))
      } catch (error) {
        const tries = (failures.get(attempt.agentId)?.tries ?? 0) + 1
        failures.set(attempt.agentId, { tries, until: runtime.now() + backoffMs(BACKOFF, tries, 1) })
        runtime.logger.error({ err: error, blueprint: implementation.blueprint.type, runId: attempt.runId, agentId: attempt.agentId }, 'the validation of an onboarding failed; it is tried again')
      } finally {
        underWay.delete(attempt.agentId)
      }
    })()
    underWay.set(attempt.agentId, work)
    return work
  }

  return {
    async submit(answer) {
      const implementation = blueprints.get(answer.blueprintType)
      const { blueprint: { type, onboarding } } = implementation
      if (!onboarding) throw new MephistoError('not_found', `Blueprint "${type}" has no onboarding any more.`)
      const checked = await checkedAgainst(onboarding.output, answer, db)
      if (checked.reply) return checked.reply
      const { value: output, fileIds } = checked
      const { reply, attempt } = await holdRuns(parts, [answer.runId], hold => store(hold, runtime, { answer, implementation, fileIds, text: jsonText(output, 'answer') }))
      if (attempt) await withinMs(QUICK_MS, () => validate(implementation, attempt, output)).catch(() => undefined)
      return reply
    },
    async resume() {
      const now = runtime.now()
      // Others are for the instances that have their blueprints.
      const waiting = (await db.onboardings.waiting(blueprints.names, PORTION)).filter(attempt => !underWay.has(attempt.agentId) && (failures.get(attempt.agentId)?.until ?? 0) <= now)
      const work = waiting.map(attempt => validate(blueprints.get(attempt.blueprintType), attempt, JSON.parse(attempt.answer ?? 'null')))
      await withinMs(QUICK_MS, () => Promise.all(work)).catch(() => undefined)
      return waiting.length
    },
  }
}

interface Submitted {
  readonly answer: Answer
  readonly implementation: BlueprintImplementation
  readonly text: string
  readonly fileIds: readonly string[]
}

/** Stores what was handed in, once for each submission id. The attempt is returned when it waits for its validation from now on. */
async function store(hold: RunHold, runtime: Runtime, submitted: Submitted): Promise<{ reply: SubmitReply; attempt: OnboardingAttempt | null }> {
  const { tx, at } = hold
  const { answer: { agentId, submissionId, pageBuild }, implementation, text, fileIds } = submitted
  const [known] = (await tx.submissions.replies([{ agentId, clientId: submissionId }])).values()
  if (known !== undefined) return { reply: JSON.parse(known) as SubmitReply, attempt: null }
  const [attempt] = await tx.onboardings.byAgent([agentId])
  if (!attempt || isErasedName(attempt.workerName)) throw new MephistoError('not_found', `There is no agent ${agentId}; the attempt this answer belongs to does not exist.`)
  const withoutFiles = await handInFiles(tx, { agentId, fileIds, at })
  if (withoutFiles) throw withoutFiles
  const isFirst = attempt.status === 'onboarding'
  const reply: SubmitReply = {
    outcome: isFirst ? 'completed' : 'set_aside', reason: isFirst ? null : 'already_submitted', submissionId, receivedAt: new Date(at).toISOString(), pay: null, feedback: null,
    message: isFirst ? 'Thank you. This has been received.' : SET_ASIDE_TEXTS.already_submitted,
  }
  const row: NewSubmission = {
    id: runtime.newId(), runId: attempt.runId, agentId, unitId: agentId, workerId: attempt.workerId, clientId: submissionId, outcome: isFirst ? 'onboarding' : 'set_aside',
    reason: reply.reason, answer: text, schemaHash: implementation.schemaHash, pageBuild, fence: 0, reply: JSON.stringify(reply), at,
  }
  await tx.submissions.insert([row])
  const body = { submission: row.id, digest: answerDigest(text) }
  if (isFirst) hold.log(attempt.runId, attempt.head, { type: 'wait', body, status: 'waiting' })
  else hold.log(attempt.runId, attempt.head, { type: 'set_aside', body: { ...body, reason: reply.reason }, status: attempt.status })
  return { reply, attempt: isFirst ? { ...attempt, answer: text } : null }
}

/** Writes what came of a validation; nothing when somebody else has, the run has no onboarding or the worker was erased. */
async function settle(hold: RunHold, runtime: Runtime, { agentId, hasPassed }: { readonly agentId: string; readonly hasPassed: boolean }): Promise<void> {
  const [attempt] = await hold.tx.onboardings.byAgent([agentId])
  const qualificationId = attempt && hold.run(attempt.runId)?.config.features.onboarding?.qualificationId
  if (attempt?.status !== 'waiting' || qualificationId === undefined || isErasedName(attempt.workerName)) return
  hold.log(attempt.runId, attempt.head, { type: hasPassed ? 'pass' : 'fail', body: {}, status: hasPassed ? 'approved' : 'rejected' })
  await hold.tx.grants.grant({
    id: runtime.newId(), qualificationId, workerId: attempt.workerId, value: hasPassed ? 1 : 0, actorId: 'mephisto:onboarding', reason: `onboarding attempt ${agentId}`, at: hold.at,
  })
}
