import type { Worker } from '../../data-model/entities.js'
import { isEnded } from '../../data-model/lifecycle.js'
import { eraseAnswers } from '../../operations/erase-answers.js'
import { askToLook } from '../../operations/live/ask-to-look.js'
import { holdRuns, type RunHold } from '../../operations/run-hold.js'
import { actOnPerson, type HeldPerson } from './act-on-person.js'
import { attemptsOf } from './attempts-of.js'
import type { PrivacyDesk } from './privacy-desk.js'
import type { WorkParts } from '../../ports/work-parts.js'
import { removeName } from './removing-names.js'
import { endWork } from './work-under-way.js'

/** Attempts whose answers one transaction erases, and grants that one statement reads. */
const [PORTION, GRANTS] = [200, 1_000]

/**
 * Taking a worker's name and texts away. Answers first, a portion at a time, so that nobody waits long for a run; then the
 * rest and what came meanwhile in one transaction with the audit row. The name goes last: until then a repeat finds them.
 */
export function erasing(parts: WorkParts): PrivacyDesk['erase'] {
  return actOnPerson(parts, {
    action: 'erase',
    prepare: worker => eraseMostAnswers(parts, worker),
    async work(person) {
      const { hold, worker } = person
      await endWork(hold, worker.id)
      // Those too that no answer names.
      await hold.tx.files.discardOf({ workerId: worker.id }, hold.at)
      await hold.tx.sessions.erase({ workerId: worker.id })
      await hold.tx.remarks.erase({ workerId: worker.id })
      await tellOthers(hold, worker.id)
      for (const runId of await hold.tx.privacy.runsOf(worker.id)) while (await eraseSome(hold, worker, runId));
      const view = await removeName(person)
      // After the texts: others' reasons of the same act are found by theirs.
      await removeStanding(parts, person)
      return { worker: view, answers: await hold.tx.privacy.countAnswers(worker.id) }
    },
  })
}

/** Those who are at an item together with a worker are told that what they shared is gone. */
async function tellOthers(hold: RunHold, workerId: string): Promise<void> {
  for await (const { id, runId, assignmentId } of attemptsOf(hold.tx, { workerId })) {
    const run = hold.run(runId)
    if (run && !isEnded(run.status) && assignmentId !== null) askToLook(hold, { runId, assignmentId, cause: `${id}/erased` })
  }
}

async function eraseMostAnswers(parts: WorkParts, worker: Worker): Promise<void> {
  for (const runId of await parts.db.privacy.runsOf(worker.id)) while (await holdRuns(parts, [runId], hold => eraseSome(hold, worker, runId)));
}

/** False when nothing of the worker is left in the run. */
async function eraseSome(hold: RunHold, worker: Worker, runId: string): Promise<boolean> {
  const agentIds = await hold.tx.privacy.answeredBy(worker.id, runId, PORTION)
  await eraseAnswers(hold, { runId, agentIds, isWhole: true })
  return agentIds.length === PORTION
}

/** Removes what was decided about a worker for later: grants, which their history says, and blocks. */
async function removeStanding({ runtime }: WorkParts, { hold: { tx, at }, worker, actorId }: HeldPerson): Promise<void> {
  await tx.privacy.removeBlocks(worker.id)
  for (let isMore = true; isMore;) {
    const { rows, nextCursor } = await tx.grants.find({ filter: { workerId: worker.id }, limit: GRANTS })
    for (const { qualificationId } of rows) await tx.grants.revoke({ id: runtime.newId(), qualificationId, workerId: worker.id, actorId, at })
    isMore = nextCursor !== null
  }
}
