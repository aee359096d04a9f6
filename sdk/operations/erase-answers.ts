import type { RunHold } from './run-hold.js'

/** Attempts of one run, and whether nobody is to recognise their submissions again; see `PrivacyOperations.eraseAnswers`. */
export interface AnswersToErase {
  readonly runId: string
  readonly agentIds: readonly string[]
  readonly isWhole: boolean
}

/**
 * Erases the texts of all answers and packets of these attempts, and discards their files, while their run is held, and says so in the run's own stream: an `erase`
 * of attempts is about every answer of them that the log knows by then. Without that event the log finds the texts changed;
 * with it, it finds whatever else stands there than the mark.
 */
export async function eraseAnswers(hold: RunHold, { runId, agentIds, isWhole }: AnswersToErase): Promise<number> {
  const erased = await hold.tx.privacy.eraseAnswers({ agentIds, isWhole })
  await hold.tx.files.discardOf({ agentIds }, hold.at)
  await hold.tx.sessions.erase({ agentIds })
  await hold.tx.remarks.erase({ agentIds })
  // One event for all of them: whoever verifies the run reads its own stream as a whole.
  if (agentIds.length > 0) hold.note(runId, { type: 'erase', body: { agents: agentIds } })
  return erased
}
