import { isSpecial } from '../../data-model/features.js'
import { namedPlace } from '../../operations/named-place.js'
import { reopenableQuery } from '../../protocol/people-requests.js'
import type { ReopenableView } from '../../protocol/people-views.js'
import type { DoneWork } from '../../ports/mephisto-db.js'
import { checkedRequest } from '../act-once.js'
import { runsOfBlock } from '../blocks/blocked-place.js'
import { findPerson } from './named-people.js'
import type { PeopleDesk } from './people-desk.js'
import type { PeopleParts } from './people-parts.js'

/** Seeing what a block could give to others before it is written. */
export function reopenable({ db }: PeopleParts): Pick<PeopleDesk, 'reopenable'> {
  return {
    async reopenable(query) {
      const { people, scope, ...given } = checkedRequest(reopenableQuery, query)
      const scopeId = scope === 'everywhere' || given.scopeId === null ? null : await namedPlace(db, { scope, named: given.scopeId, purpose: 'to block anybody in' })
      const workerIds = new Set<string>()
      for (const person of people) workerIds.add((await findPerson(db, person)).id)
      const reached: DoneWork[] = []
      for (const workerId of workerIds) {
        const runs = new Set<string>()
        for await (const { id } of runsOfBlock(db, { workerId, scope, scopeId })) runs.add(id)
        reached.push(...(await db.workers.done(workerId)).filter(({ runId }) => runs.has(runId)))
      }
      const answers = reached.filter(({ kind }) => !isSpecial(kind))
      const [underWay, undecided, accepted] = [reached.filter(({ status }) => status === 'assigned'), answers.filter(({ status }) => status === 'completed'), answers.filter(({ status }) => status === 'accepted')] as const
      return {
        runs: new Set([...underWay, ...undecided, ...accepted].map(({ runId }) => runId)).size,
        underWay: worthOf(underWay), undecided: worthOf(undecided), accepted: worthOf(accepted),
      }
    },
  }
}

function worthOf(work: readonly DoneWork[]): ReopenableView['accepted'] {
  const pay = new Map<string, number>()
  for (const { currency, payMinor } of work) pay.set(currency, (pay.get(currency) ?? 0) + payMinor)
  return { units: work.reduce((sum, { units }) => sum + units, 0), pay: [...pay].map(([currency, minor]) => ({ minor, currency })) }
}
