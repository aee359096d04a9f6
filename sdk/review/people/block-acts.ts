import type { Worker } from '../../data-model/entities.js'
import { namedPlace } from '../../operations/named-place.js'
import type { BlockRow } from '../../ports/entity-rows.js'
import { blockRequest, liftRequest } from '../../protocol/people-requests.js'
import type { BlocksReply } from '../../protocol/people-views.js'
import type { Done } from '../done-once.js'
import { actOf } from '../act-once.js'
import { futureInstant } from './future-instant.js'
import { heldPeople } from './named-people.js'
import type { PeopleDesk } from './people-desk.js'
import type { PeopleParts } from './people-parts.js'
import { toBlockView } from './people-rows.js'

/** Keeping people away from work and letting them back. */
export function blockActs(parts: PeopleParts): Pick<PeopleDesk, 'block' | 'lift'> {
  return {
    block: actOf(parts, { action: 'block', schema: blockRequest }, async ({ tx }, { principal, request: { requestId, people, scope, isSoft, reason, ...request } }) => {
      const scopeId = scope === 'everywhere' || request.scopeId === null ? null : await namedPlace(tx, { scope, named: request.scopeId, purpose: 'to block anybody in' })
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
