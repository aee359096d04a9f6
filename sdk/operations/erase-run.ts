import type { SubmissionOutcome } from '../data-model/entities.js'
import { isEnded } from '../data-model/lifecycle.js'
import { eraseAnswers } from './erase-answers.js'
import { eraseItems } from './erase-items.js'
import { holdRuns } from './run-hold.js'
import type { WorkParts } from '../ports/work-parts.js'

/** Answers that one transaction erases. */
const PORTION = 500
const OUTCOMES: readonly SubmissionOutcome[] = ['completed', 'set_aside', 'onboarding']

/**
 * Erases the texts of all answers of a run that has ended, what was said in it and its files; of one whose data is removed also its
 * items. A portion at a time, each with its events; killed in between, it goes on with what is left. Returns how many answers.
 */
export async function eraseRun(parts: WorkParts, runId: string): Promise<number> {
  let erased = 0
  for (const outcome of OUTCOMES) {
    for (let from: number | null = 0; from !== null;) {
      const portion = await erasePortion(parts, runId, { outcome, from })
      erased += portion.erased
      from = portion.next
    }
  }
  const run = await parts.db.runs.get(runId)
  const withItems = run !== null && run.dataRemovedAt !== null
  if (withItems) await eraseItems(parts.db, run)
  await closeErasure(parts, runId, { answers: erased, withItems })
  return erased
}

/** `next` is when the next portion was received; null when there is none. */
async function erasePortion(parts: WorkParts, runId: string, { outcome, from }: { readonly outcome: SubmissionOutcome; readonly from: number }): Promise<{ erased: number; next: number | null }> {
  return holdRuns(parts, [runId], async hold => {
    const run = hold.run(runId)
    // It may have been reopened meanwhile: then its time begins anew when it ends.
    if (!run || !isEnded(run.status)) return { erased: 0, next: null }
    const answers = await hold.tx.privacy.standingAnswers({ runId, outcome, from, limit: PORTION })
    if (answers.length === 0) return { erased: 0, next: null }
    const agentIds = [...new Set(answers.map(answer => answer.agentId))]
    const erased = await eraseAnswers(hold, { runId, agentIds, isWhole: false })
    // Nobody can validate what is gone: should the run go on, its worker begins anew.
    const waiting = outcome === 'onboarding' ? (await hold.tx.onboardings.byAgent(agentIds)).filter(attempt => attempt.status === 'waiting') : []
    for (const { head } of waiting) hold.log(runId, head, { type: 'expire', body: {}, status: 'expired' })
    return { erased, next: answers.length < PORTION ? null : answers.at(-1)?.receivedAt ?? null }
  })
}

/** Says in the run's stream that nothing is left, so that later rounds need not look. What comes in late is looked for again. */
async function closeErasure(parts: WorkParts, runId: string, { answers, withItems }: { readonly answers: number; readonly withItems: boolean }): Promise<void> {
  await holdRuns(parts, [runId], async hold => {
    const run = hold.run(runId)
    if (!run || !isEnded(run.status)) return
    // It was marked while its answers were being erased: its items are still there.
    if (run.dataRemovedAt !== null && !withItems) return
    for (const outcome of OUTCOMES) {
      if ((await hold.tx.privacy.standingAnswers({ runId, outcome, from: 0, limit: 1 })).length > 0) return
    }
    // Those too that no answer named.
    await hold.tx.files.discardOf({ runId }, hold.at)
    await hold.tx.sessions.erase({ runId })
    await hold.tx.remarks.erase({ runId })
    hold.note(runId, { type: 'erase', body: { agents: null, answers } })
  })
}
