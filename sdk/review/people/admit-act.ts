import { isEnded } from '../../data-model/lifecycle.js'
import { MephistoError } from '../../errors.js'
import { admitWorkers } from '../../operations/workers.js'
import { admitRequest } from '../../protocol/people-requests.js'
import { actOf } from '../act-once.js'
import type { PeopleDesk } from './people-desk.js'
import type { PeopleParts } from './people-parts.js'
import { unknownRun } from '../../operations/named-place.js'

/** Letting more people into a run that is by invitation. */
export function admitAct(parts: PeopleParts): Pick<PeopleDesk, 'admit'> {
  return {
    admit: actOf(parts, { action: 'admit', schema: admitRequest }, async ({ tx }, { request }) => {
      const [held] = await tx.runs.lock([request.run])
      if (!held) throw unknownRun(request.run)
      const { id, provider, status, config } = held.run
      if (isEnded(status)) throw new MephistoError('illegal_move', `Task run ${id} is ${status}; nobody can be let in any more. Launch another run for them.`)
      if (!config.gates.isByInvitation) throw new MephistoError('invalid_input', `Task run ${id} is open to everybody who comes with a link; nobody needs to be let in. Runs that were launched with "workers" are by invitation.`)
      const { admitted } = await admitWorkers({ db: tx, runtime: parts.runtime }, { runId: id, provider, externalIds: request.workers })
      return { subject: 'task_run', subjectId: id, reply: { run: id, admitted } }
    }),
  }
}
