import type { BlockScope } from '../../data-model/block-scope.js'
import type { Worker } from '../../data-model/entities.js'
import { MephistoError } from '../../errors.js'
import type { BlockRow } from '../../ports/entity-rows.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import { blockRequest, liftRequest } from '../../protocol/people-requests.js'
import type { BlocksReply } from '../../protocol/people-views.js'
import type { Done } from '../done-once.js'
import { actOf } from './act-once.js'
import { futureInstant } from './future-instant.js'
import { heldPeople } from './named-people.js'
import type { PeopleDesk } from './people-desk.js'
import type { PeopleParts } from './people-parts.js'
import { toBlockView } from './people-rows.js'

/** Keeping people away from work and letting them back. */
export function blockActs(parts: PeopleParts): Pick<PeopleDesk, 'block' | 'lift'> {
  return {
    block: actOf(parts, { action: 'block', schema: blockRequest }, async ({ tx }, { principal, request: { requestId, people, scope, isSoft, reason, ...request } }) => {
      const scopeId = request.scopeId === null ? null : await placeOf(tx, scope, request.scopeId)
      const workers = await heldPeople(parts, tx, people)
      const at = await tx.now()
      const until = request.forMs !== null ? at + request.forMs : request.until === null ? null : futureInstant('until', request.until, at)
      const blocks = workers.map(({ id }) => ({ id: parts.runtime.newId(), workerId: id, scope, scopeId, isSoft, reason, actorId: principal.id, until }))
      for (const block of blocks) await tx.blocks.create({ ...block, at })
      return about(requestId, blocks.map(block => ({ ...block, liftedAt: null, createdAt: at })), { workers, at })
    }),

    lift: actOf(parts, { action: 'lift', schema: liftRequest }, async ({ tx, at }, { request: { requestId, blockIds } }) => {
      const ids = [...new Set(blockIds)].sort()
      for (const id of ids) await tx.blocks.lift(id, at)
      const { rows } = await tx.blocks.find({ filter: { ids }, limit: ids.length })
      const workers = (await tx.workers.find({ filter: { ids: rows.map(block => block.workerId) }, limit: ids.length })).rows
      return about(requestId, rows, { workers, at })
    }),
  }
}

/** The id of a run, task or project, which may have been given by its name where it has one. @throws MephistoError `not_found` */
async function placeOf(db: DbOperations, scope: BlockScope, named: string): Promise<string> {
  if (scope === 'task' || scope === 'project') {
    const places = scope === 'task' ? db.tasks : db.projects
    const found = await places.get(named) ?? (await places.find({ filter: { name: named }, limit: 1 })).rows[0]
    if (found) return found.id
  } else if (await db.runs.get(named)) return named
  throw new MephistoError('not_found', `There is no ${scope} "${named}" to block anybody in. Check its ${scope === 'run' ? 'id' : 'id or name'}.`)
}

/** What was done, in the trail of the block, or of the request that was about several. */
function about(requestId: string, blocks: readonly BlockRow[], { workers, at }: { readonly workers: readonly Worker[]; readonly at: number }): Done<BlocksReply> {
  const byId = new Map(workers.map(worker => [worker.id, worker]))
  const [only] = blocks
  const reply = { blocks: blocks.flatMap(block => {
    const worker = byId.get(block.workerId)
    return worker ? [toBlockView(block, worker, at)] : []
  }) }
  return { subject: 'block', subjectId: only && blocks.length === 1 ? only.id : requestId, reply }
}
