import type { Worker } from '../../data-model/entities.js'
import { namedPlace } from '../../operations/named-place.js'
import type { BlockRow } from '../../ports/entity-rows.js'
import { blockRequest, liftRequest } from '../../protocol/people-requests.js'
import type { BlockView } from '../../protocol/people-views.js'
import { actOf } from '../act-once.js'
import { blockCall, followed } from '../blocks/block-calls.js'
import { REOPENING } from '../blocks/reopening.js'
import { RESTORING } from '../blocks/restoring.js'
import type { Done } from '../done-once.js'
import { futureInstant } from './future-instant.js'
import { heldPeople } from './named-people.js'
import type { PeopleDesk } from './people-desk.js'
import type { PeopleParts } from './people-parts.js'
import { toBlockView } from './people-rows.js'

/** Keeping people away from work and letting them back. */
export function blockActs(parts: PeopleParts): Pick<PeopleDesk, 'block' | 'lift'> {
  const writeBlocks = actOf(parts, { action: 'block', schema: blockRequest }, async ({ tx }, { principal, request: { requestId, people, scope, isSoft, reason, reopen, verdict, ...request } }) => {
    const scopeId = scope === 'everywhere' || request.scopeId === null ? null : await namedPlace(tx, { scope, named: request.scopeId, purpose: 'to block anybody in' })
    const workers = await heldPeople(parts, tx, people)
    const at = await tx.now()
    const until = request.forMs !== null ? at + request.forMs : request.until === null ? null : futureInstant('until', request.until, at)
    const blocks = workers.map(({ id }) => ({ id: parts.runtime.newId(), workerId: id, scope, scopeId, isSoft, reason, actorId: principal.id, until }))
    for (const block of blocks) await tx.blocks.create({ ...block, at })
    if (reopen !== 'nothing') {
      const by = { id: principal.id, name: principal.name }
      await tx.outbox.enqueue(blocks.map(({ id }) => blockCall(REOPENING, { blockId: id, principal: by, reopen, verdict }, { id: parts.runtime.newId(), at })), at)
    }
    return about(requestId, blocks.map(block => ({ ...block, liftedAt: null, createdAt: at })), { workers, at })
  })

  const liftBlocks = actOf(parts, { action: 'lift', schema: liftRequest }, async ({ tx }, { principal, request: { requestId, blockIds, undo } }) => {
    const ids = [...new Set(blockIds)].sort()
    const { rows: blocks } = await tx.blocks.find({ filter: { ids }, limit: ids.length })
    // Whoever gives the work of a blocked person to others holds that person, and sees whether the block stands.
    await tx.workers.lock([...new Set(blocks.map(block => block.workerId))].sort())
    const at = await tx.now()
    for (const id of ids) await tx.blocks.lift(id, at)
    if (undo) {
      const by = { id: principal.id, name: principal.name }
      await tx.outbox.enqueue(ids.map(blockId => blockCall(RESTORING, { blockId, principal: by }, { id: parts.runtime.newId(), at })), at)
    }
    const { rows } = await tx.blocks.find({ filter: { ids }, limit: ids.length })
    const workers = (await tx.workers.find({ filter: { ids: rows.map(block => block.workerId) }, limit: ids.length })).rows
    return about(requestId, rows, { workers, at })
  })

  return {
    async block(principal, request) {
      const { blocks } = await writeBlocks(principal, request)
      return { blocks, reopened: request.reopen === undefined || request.reopen === 'nothing' ? [] : await followed(parts, REOPENING, blocks.map(({ id }) => id)) }
    },
    async lift(principal, request) {
      const { blocks } = await liftBlocks(principal, request)
      return { blocks, restored: request.undo === true ? await followed(parts, RESTORING, blocks.map(({ id }) => id)) : [] }
    },
  }
}

/** What was done, in the trail of the block, or of the request that was about several. */
function about(requestId: string, blocks: readonly BlockRow[], { workers, at }: { readonly workers: readonly Worker[]; readonly at: number }): Done<{ blocks: BlockView[] }> {
  const byId = new Map(workers.map(worker => [worker.id, worker]))
  const [only] = blocks
  const reply = { blocks: blocks.flatMap(block => {
    const worker = byId.get(block.workerId)
    return worker ? [toBlockView(block, worker, at)] : []
  }) }
  return { subject: 'block', subjectId: only && blocks.length === 1 ? only.id : requestId, reply }
}
