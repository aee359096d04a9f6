import { isErasedName } from '../../data-model/erasure.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { ConflictRules } from './conflict-rules.js'
import type { MergedRow } from './dump-format.js'
import type { GrantHere } from './merged-grant.js'

/** Where somebody of a dump is found here. */
export interface PersonPlace {
  /** Their id and pseudonym here; null for somebody new. */
  readonly local: { readonly id: string; readonly pseudonym: string } | null
  /** Whether they were erased here, and had a name when the dump was made. */
  readonly isErased: boolean
  /** Why they cannot come in, as a sentence; null when they can. */
  readonly refusal: string | null
}

/**
 * Finds somebody of a dump: the same id is the same person, whatever they are called by now, because one side may have taken
 * the name away; otherwise by what their provider calls them. Changes nothing.
 */
export async function personPlace(tx: DbOperations, rules: ConflictRules, { id, provider, external_id: externalId }: Extract<MergedRow, { readonly table: 'worker' }>['row']): Promise<PersonPlace> {
  const sameId = await tx.workers.get(id)
  if (sameId && sameId.provider !== provider) return { local: sameId, isErased: false, refusal: `Worker ${id} is of the provider "${sameId.provider}" here and of "${provider}" in the dump. It was not imported.` }
  const local = sameId ?? (await tx.workers.find({ filter: { provider, externalId }, limit: 1 })).rows[0] ?? null
  return {
    local,
    isErased: local !== null && isErasedName(local.externalId) && local.externalId !== externalId,
    // Without the name: messages are logged.
    refusal: local && local.id !== id && rules.workers === 'refuse' ? `Worker ${id} of the dump is here already as worker ${local.id}, and onConflict.workers says "refuse". Say "merge": the same id at a provider is the same person.` : null,
  }
}

/** A grant of somebody here, or that one was taken away; null for neither, also for somebody new. */
export async function grantHere(tx: DbOperations, qualificationId: string, workerId: string): Promise<GrantHere> {
  const local = await tx.grants.get(qualificationId, workerId)
  if (local) return { is: 'granted', value: local.value, expiresAt: local.expiresAt, at: local.updatedAt }
  // It need not be the last that the history tells: what happened elsewhere, by another clock, is told among it.
  const { rows } = await tx.grants.history({ filter: { qualificationId, workerId }, direction: 'descending', limit: 1_000 })
  const revoked = rows.find(({ verb }) => verb === 'revoke')
  return revoked ? { is: 'revoked', at: revoked.createdAt } : null
}
