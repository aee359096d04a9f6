import { instant } from '../../data-model/instant.js'
import type { QualificationRow } from '../../ports/entity-rows.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import { blocksQuery, grantHistoryQuery, holdersQuery, qualificationQuery, qualificationsQuery, workersQuery } from '../../protocol/people-requests.js'
import { checkedRequest } from '../act-once.js'
import { given } from '../../data-model/given.js'
import { paging } from '../paging.js'
import { findPerson } from './named-people.js'
import type { PeopleDesk } from './people-desk.js'
import type { PeopleParts } from './people-parts.js'
import { toBlockView, toGrantView, toQualificationView, toWorkerView, workerAmong, workersById } from './people-rows.js'
import { requireQualification, viewOf } from './qualification-acts.js'
import { recentWork } from './recent-work.js'

/** Looking up qualifications, who has them, workers and blocks. */
export function findingPeople({ db }: PeopleParts): Pick<PeopleDesk, 'qualifications' | 'qualification' | 'holders' | 'history' | 'workers' | 'blocks'> {
  return {
    async qualifications(query = {}) {
      const { name, ...page } = checkedRequest(qualificationsQuery, query)
      const { rows, nextCursor } = await db.qualifications.find({ ...paging(page), sort: 'name', filter: given({ name }) })
      const counts = await db.grants.count(rows.map(row => row.id), await db.now())
      return { qualifications: rows.map(row => toQualificationView(row, counts.get(row.id) ?? 0)), nextCursor }
    },

    async qualification(named) {
      const { qualification } = checkedRequest(qualificationQuery, { qualification: named })
      return viewOf(db, await requireQualification(db, qualification), await db.now())
    },

    async holders(query, principal) {
      const { qualification: named, value, minimumValue, recentUnits, ...page } = checkedRequest(holdersQuery, query)
      const qualification = await requireQualification(db, named)
      const { rows, nextCursor } = await db.grants.find({ ...paging(page), filter: { qualificationId: qualification.id, ...given({ value, minimumValue }) } })
      const [at, workers] = [await db.now(), await workersById(db, rows)]
      const holders = await Promise.all(rows.map(async row => ({
        ...toGrantView(row, { qualification, worker: workerAmong(workers, row.workerId) }, at), ...await recentWork(db, row.workerId, { units: recentUnits, principal }),
      })))
      return { holders, nextCursor }
    },

    async history(query = {}) {
      const { qualification: named, person, ...page } = checkedRequest(grantHistoryQuery, query)
      const worker = person && await findPerson(db, person)
      const qualificationId = named === undefined ? undefined : await idOf(db, named)
      const { rows, nextCursor } = await db.grants.history({ ...paging(page), direction: 'descending', filter: given({ qualificationId, workerId: worker?.id }) })
      const workers = await workersById(db, rows)
      const names = await qualificationsById(db, rows.map(row => row.qualificationId))
      const events = rows.map(({ id, qualificationId: of, verb, value, reason, actorId, createdAt, workerId }) => ({
        id, qualificationId: of, qualification: names.get(of)?.name ?? null, worker: toWorkerView(workerAmong(workers, workerId)), verb, value, reason, by: actorId, at: instant(createdAt),
      }))
      return { events, nextCursor }
    },

    async workers(query = {}) {
      const { provider, externalId, pseudonym, ...page } = checkedRequest(workersQuery, query)
      const { rows, nextCursor } = await db.workers.find({ ...paging(page), filter: given({ provider, externalId, pseudonym }) })
      return { workers: rows.map(toWorkerView), nextCursor }
    },

    async blocks(query = {}) {
      const { person, isLifted, ...page } = checkedRequest(blocksQuery, query)
      const worker = person && await findPerson(db, person)
      const { rows, nextCursor } = await db.blocks.find({ ...paging(page), direction: 'descending', filter: given({ workerId: worker?.id, isStanding: isLifted === undefined ? undefined : !isLifted }) })
      const [at, workers] = [await db.now(), await workersById(db, rows)]
      return { blocks: rows.map(row => toBlockView(row, workerAmong(workers, row.workerId), at)), nextCursor }
    },
  }
}

/** Qualifications by id; deleted ones are left out. */
export async function qualificationsById(db: DbOperations, ids: readonly string[]): Promise<ReadonlyMap<string, QualificationRow>> {
  const { rows } = await db.qualifications.find({ filter: { ids }, limit: Math.max(1, ids.length) })
  return new Map(rows.map(row => [row.id, row]))
}

/** The id of a qualification that may have been deleted: then it is named by its id, and something must have happened to it. */
async function idOf(db: DbOperations, named: string): Promise<string> {
  const { rows } = await db.grants.history({ filter: { qualificationId: named }, limit: 1 })
  return rows.length > 0 ? named : (await requireQualification(db, named)).id
}
