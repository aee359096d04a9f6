import { instant } from '../data-model/instant.js'
import { MephistoError } from '../errors.js'
import type { RunHold } from '../operations/run-hold.js'
import type { DecisionRow } from '../ports/answer-operations.js'

/** For how long a reviewer can take a verdict back where the launch says nothing, ms: a day. */
export const UNDO_FOR_MS = 86_400_000

/** @throws MephistoError `illegal_move` where one of these was decided too long ago to be taken back; an opinion moved nothing and can be at any time */
export function requireInTime(hold: RunHold, runId: string, decisions: readonly Pick<DecisionRow, 'verdict' | 'createdAt'>[]): void {
  const most = hold.run(runId)?.config.undoForMs ?? UNDO_FOR_MS
  const tooLate = decisions.find(({ verdict, createdAt }) => verdict !== 'opine' && hold.at - createdAt >= most)
  if (!tooLate) return
  throw new MephistoError('illegal_move', most === 0 ? 'In this run decisions are not taken back.' : `This could be taken back until ${instant(tooLate.createdAt + most)}, and stands now. A rejection can still be overturned.`)
}
