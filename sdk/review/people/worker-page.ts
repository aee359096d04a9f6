import { instant } from '../../data-model/instant.js'
import type { DoneWork } from '../../ports/mephisto-db.js'
import { workerQuery } from '../../protocol/people-requests.js'
import { checkedRequest } from '../act-once.js'
import { qualificationsById } from './finding-people.js'
import { findPerson } from './named-people.js'
import type { PeopleDesk } from './people-desk.js'
import type { PeopleParts } from './people-parts.js'
import { isStanding, sumOf, toBlockView, toGrantView, toWorkerView } from './people-rows.js'
import { recentWork } from './recent-work.js'

/** As many runs as a page shows; what was done in all of them is added up. */
const RUNS_SHOWN = 50
const UNITS_SHOWN = 10
const MOST_ROWS = 1_000

/** All that is known of one worker. */
export function workerPage({ db }: PeopleParts): Pick<PeopleDesk, 'worker'> {
  return {
    async worker(person, principal) {
      const worker = await findPerson(db, checkedRequest(workerQuery, { person }).person)
      const filter = { workerId: worker.id }
      const [at, row, grants, blocks, done, compensated, recent] = await Promise.all([
        db.now(), db.workers.get(worker.id), db.grants.find({ filter, limit: MOST_ROWS }), db.blocks.find({ filter: { ...filter, isStanding: true }, direction: 'descending', limit: MOST_ROWS }),
        db.workers.done(worker.id), db.workers.compensated(worker.id), recentWork(db, worker.id, { units: UNITS_SHOWN, principal }),
      ])
      const names = await qualificationsById(db, grants.rows.map(grant => grant.qualificationId))
      const runs = byRun(done)
      return {
        worker: { ...toWorkerView(worker), firstSeenAt: instant(row?.createdAt ?? at) },
        grants: grants.rows.flatMap(grant => {
          const qualification = names.get(grant.qualificationId)
          return qualification ? [toGrantView(grant, { qualification, worker }, at)] : []
        }),
        blocks: blocks.rows.filter(block => isStanding(block, at)).map(block => toBlockView(block, worker, at)),
        work: { ...sumOf(done), runs: runs.length, compensated: [...compensated] },
        runs: runs.slice(0, RUNS_SHOWN).map(({ runId, taskName, work }) => ({ runId, task: taskName, ...sumOf(work) })),
        ...recent,
      }
    },
  }
}

interface WorkInRun {
  readonly runId: string
  readonly taskName: string
  readonly work: DoneWork[]
}

function byRun(done: readonly DoneWork[]): readonly WorkInRun[] {
  const runs = new Map<string, WorkInRun>()
  for (const one of done) {
    const run = runs.get(one.runId) ?? { runId: one.runId, taskName: one.taskName, work: [] }
    run.work.push(one)
    runs.set(one.runId, run)
  }
  return [...runs.values()]
}
