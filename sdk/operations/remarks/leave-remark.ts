import { isErasedName } from '../../data-model/erasure.js'
import { fileIdsIn } from '../../data-model/file.js'
import { instant } from '../../data-model/instant.js'
import { MOST_REMARKS } from '../../data-model/remark.js'
import { MephistoError } from '../../errors.js'
import type { NewRemark } from '../../ports/remark-operations.js'
import type { WorkParts } from '../../ports/work-parts.js'
import type { RemarkBody } from '../../protocol/remark-requests.js'
import type { RemarkReply } from '../../protocol/remark-views.js'
import type { AgentClaims } from '../agent-tokens.js'
import type { PlaceFinder } from '../agent-places.js'
import { handInFiles, withKnownFiles } from '../files/answer-files.js'
import { holdRuns, type RunHold } from '../run-hold.js'

/** A remark as a page sends it. */
export interface LeftRemark {
  /** The page's own id of it: sent again it is left once. */
  readonly remarkId: string
  readonly remark: RemarkBody
}

/** How long after an attempt something can be said about it, ms: what a run's retention erases is complete by then. */
const LONGEST_AFTER_MS = 3_600_000

/**
 * Keeps what a worker says about their work: while they are at it, and for an hour after. Sent again under the same id it is kept once, and has the same reply whatever
 * became of its files. The run is held, so that what is erased at the same moment is erased whole. An error of a page is logged too.
 * @throws MephistoError `invalid_answer` for a file that is not there, `conflict` for more of a kind than an attempt can leave, `illegal_move` when the attempt is over
 * for longer or its run's data was removed, `not_found` for an unknown attempt
 */
export async function leaveRemark(parts: WorkParts & { readonly findPlace: PlaceFinder }, { agentId }: AgentClaims, left: LeftRemark): Promise<RemarkReply> {
  const { runtime, findPlace } = parts
  const { runId } = await findPlace(agentId)
  const { isNew, at } = await holdRuns(parts, [runId], hold => keep(hold, left, { id: runtime.newId(), runId, agentId }))
  // Not what it said: that may quote an answer.
  if (isNew && left.remark.kind === 'error') runtime.logger.warn({ runId, agentId, remarkId: left.remarkId }, 'a task page told of an error; it is among the remarks')
  return { remarkId: left.remarkId, receivedAt: instant(at) }
}

async function keep(hold: RunHold, { remarkId, remark }: LeftRemark, { id, runId, agentId }: Pick<NewRemark, 'id' | 'runId' | 'agentId'>): Promise<{ readonly isNew: boolean; readonly at: number }> {
  const { tx, at } = hold
  const { kind } = remark
  const known = await tx.remarks.byClientId(agentId, remarkId)
  if (known) return { isNew: false, at: known.createdAt }
  const [run, agent] = [hold.run(runId), await tx.agents.get(agentId)]
  const worker = agent && await tx.workers.get(agent.workerId)
  if (!run || !worker || isErasedName(worker.externalId)) throw new MephistoError('not_found', `There is no agent ${agentId}; the attempt this is about does not exist.`)
  if (run.dataRemovedAt !== null) throw new MephistoError('illegal_move', 'The data of this task was removed; nothing is kept of it any more.')
  if (agent.endedAt !== null && agent.endedAt + LONGEST_AFTER_MS < at) throw new MephistoError('illegal_move', 'This was over an hour ago or longer; nothing can be said about it any more.')
  if (await tx.remarks.count(agentId, kind) >= MOST_REMARKS[kind]) {
    throw new MephistoError('conflict', `An attempt can have ${String(MOST_REMARKS[kind])} remarks of the kind "${kind}", and this one has them; this was not kept.`)
  }
  const { answer: body, problems } = await withKnownFiles(tx, agentId, remark)
  if (problems.length > 0) throw new MephistoError('invalid_answer', 'A file of this is not here any more; choose it again.', { problems })
  const refusal = await handInFiles(tx, { agentId, fileIds: fileIdsIn(body), at })
  if (refusal) throw refusal
  await tx.remarks.add({ id, taskId: run.taskId, runId, agentId, workerId: worker.id, clientId: remarkId, kind, body: JSON.stringify(body), at })
  return { isNew: true, at }
}
