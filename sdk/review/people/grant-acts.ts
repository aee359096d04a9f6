import { instantOrNull } from '../../data-model/instant.js'
import { grantRequest, revokeRequest } from '../../protocol/people-requests.js'
import { actOf } from '../act-once.js'
import { futureInstant } from './future-instant.js'
import { heldPeople } from './named-people.js'
import type { PeopleDesk } from './people-desk.js'
import type { PeopleParts } from './people-parts.js'
import { toWorkerView } from './people-rows.js'
import { requireQualification } from './qualification-acts.js'

/** Giving people a qualification and taking it away. */
export function grantActs(parts: PeopleParts): Pick<PeopleDesk, 'grant' | 'revoke'> {
  return {
    grant: actOf(parts, { action: 'grant', schema: grantRequest }, async ({ tx }, { principal, request: { qualification: named, people, value, reason, ...request } }) => {
      const qualification = await requireQualification(tx, named)
      const workers = await heldPeople(parts, tx, people)
      const at = await tx.now()
      const expiresAt = request.expiresAt === null ? null : futureInstant('expiresAt', request.expiresAt, at)
      const act = { qualificationId: qualification.id, actorId: principal.id, reason, at }
      for (const { id } of workers) await tx.grants.grant({ ...act, id: parts.runtime.newId(), workerId: id, value, expiresAt })
      const reply = { qualification: nameOf(qualification), value, expiresAt: instantOrNull(expiresAt), granted: workers.map(toWorkerView) }
      return { subject: 'qualification', subjectId: qualification.id, reply }
    }),

    revoke: actOf(parts, { action: 'revoke', schema: revokeRequest }, async ({ tx }, { principal, request: { qualification: named, people, reason } }) => {
      const qualification = await requireQualification(tx, named)
      const workers = await heldPeople({ ...parts, mustBeKnown: true }, tx, people)
      const act = { qualificationId: qualification.id, actorId: principal.id, reason, at: await tx.now() }
      const revoked = new Set<string>()
      for (const { id } of workers) {
        if (await tx.grants.revoke({ ...act, id: parts.runtime.newId(), workerId: id })) revoked.add(id)
      }
      const those = (had: boolean) => workers.filter(({ id }) => revoked.has(id) === had).map(toWorkerView)
      return { subject: 'qualification', subjectId: qualification.id, reply: { qualification: nameOf(qualification), revoked: those(true), without: those(false) } }
    }),
  }
}

function nameOf({ id, name }: { readonly id: string; readonly name: string }): { id: string; name: string } {
  return { id, name }
}
