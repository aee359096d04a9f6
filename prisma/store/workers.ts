import { isNameless } from '../../sdk/data-model/erasure.js'
import type { UnitStatus } from '../../sdk/data-model/lifecycle.js'
import type { UnitKind } from '../../sdk/data-model/unit-kind.js'
import { MephistoError } from '../../sdk/errors.js'
import type { FactsQuery, WorkerFacts, WorkerOperations } from '../../sdk/ports/mephisto-db.js'
import { checkedName } from './entities/checked.js'
import { lookedUp } from './filters.js'
import { joined, sql } from './sql.js'
import { integer, text, type Row, type Statements } from './statements.js'

/** What names somebody who has done nothing in any run yet; all of it is found by the worker. */
const NAME_WORKERS = ['assignee', 'run_worker', 'agent', 'refusal', 'granted_qualification', 'qualification_event', 'block', 'ledger_entry'] as const

/** Workers, unique per provider and external id. */
export function workerOperations(db: Statements): WorkerOperations {
  const { grammar } = db
  const worker = db.table('worker')
  const runWorker = db.table('run_worker')
  return {
    async ensure({ id, provider, pseudonym, at, ...rest }) {
      const externalId = checkedName(rest.externalId, 'externalId')
      if (isNameless(externalId)) throw new MephistoError('invalid_input', `externalId: "${externalId}" stands for somebody whose name was taken away; nobody can come in under it. Name people as their provider does, or by their worker id.`)
      const find = async () => (await db.rows(sql`SELECT id, pseudonym FROM ${worker} WHERE provider = ${provider} AND external_id = ${externalId}`))[0]
      let row = await find()
      if (!row) {
        await db.run(
          sql`INSERT INTO ${worker} (id, provider, external_id, pseudonym, created_at) VALUES (${id}, ${provider}, ${externalId}, ${pseudonym}, ${at}) ${grammar.orIgnore('id')}`)
        row = await find()
      }
      if (!row) throw new MephistoError('conflict', 'This worker could not be written; try again.')
      return { id: text(row, 'id'), provider, externalId, pseudonym: text(row, 'pseudonym') }
    },

    async lock(workerIds) {
      const rows = await db.rows(sql`SELECT id, external_id FROM ${worker} WHERE id IN ${grammar.oneOf(workerIds)} ORDER BY id ${grammar.forUpdate}`)
      return new Map(rows.map(row => [text(row, 'id'), text(row, 'external_id')]))
    },

    async facts(query) {
      const [grants, counts, earnings] = [await grantsOf(db, query), await unitsOfTask(db, query), await earned(db, query)]
      return new Map(query.workerIds.map((id): [string, WorkerFacts] => [id, {
        grants: new Map(grants.filter(row => text(row, 'worker_id') === id).map(row => [text(row, 'qualification_id'), integer(row, 'value')])),
        unitsOfTask: 0, heldOfTask: 0, ...counts.get(id), earnedMinor: earnings.get(id) ?? 0,
      }]))
    },

    async done(workerId) {
      const rows = await db.rows(
        sql`SELECT rw.run_id, t.name AS task_name, r.currency, u.status, u.kind, count(*) AS units, sum(u.pay_minor) AS pay
              FROM ${runWorker} rw ${grammar.lookUp} ${db.table('unit')} u ON u.run_id = rw.run_id AND u.holder = rw.worker_id
              JOIN ${db.table('task_run')} r ON r.id = rw.run_id JOIN ${db.table('task')} t ON t.id = r.task_id
             WHERE rw.worker_id = ${lookedUp(workerId, 'workerId')}
             GROUP BY r.created_at, rw.run_id, t.name, r.currency, u.status, u.kind ORDER BY r.created_at DESC, rw.run_id DESC, u.status, u.kind`)
      return rows.map(row => ({
        runId: text(row, 'run_id'), taskName: text(row, 'task_name'), currency: text(row, 'currency'), status: text(row, 'status') as UnitStatus, kind: text(row, 'kind') as UnitKind,
        units: integer(row, 'units'), payMinor: integer(row, 'pay'),
      }))
    },

    async compensated(workerId) {
      const rows = await db.rows(
        sql`SELECT currency, sum(CASE WHEN credit = 'owed' THEN amount_minor ELSE -amount_minor END) AS amount FROM ${db.table('ledger_entry')}
             WHERE worker_id = ${lookedUp(workerId, 'workerId')} AND unit_id IS NULL AND (credit = 'owed' OR (debit = 'owed' AND credit = 'budget')) GROUP BY currency ORDER BY currency`)
      return rows.filter(row => integer(row, 'amount') !== 0).map(row => ({ minor: integer(row, 'amount'), currency: text(row, 'currency') }))
    },

    async removeUnused(workerIds) {
      if (workerIds.length === 0) return
      const isNamed = joined(NAME_WORKERS.map(name => sql`EXISTS (SELECT 1 FROM ${db.table(name)} x WHERE x.worker_id = ${worker}.id)`), ' OR ')
      await db.run(sql`DELETE FROM ${worker} WHERE ${grammar.among('id', workerIds)} AND NOT (${isNamed})`)
    },

    async admit(runId, workerIds, at) {
      if (workerIds.length === 0) return 0
      const before = await countOf(db, runId)
      await db.run(
        sql`INSERT INTO ${runWorker} (run_id, worker_id, ${db.column('cursor')}, units_taken, units_completed, created_at)
            SELECT ${runId}, j.w, -1, 0, 0, ${at} FROM ${db.list([...new Set(workerIds)].map(w => ({ w })), { w: 'id' })} WHERE true ${grammar.orIgnore('run_id')}`)
      return await countOf(db, runId) - before
    },
  }
}

async function countOf(db: Statements, runId: string): Promise<number> {
  const [row] = await db.rows(sql`SELECT count(*) AS workers FROM ${db.table('run_worker')} WHERE run_id = ${runId}`)
  return row ? integer(row, 'workers') : 0
}

async function grantsOf(db: Statements, { workerIds, qualificationIds, at }: FactsQuery): Promise<readonly Row[]> {
  if (qualificationIds.length === 0) return []
  return db.rows(
    sql`SELECT g.worker_id, g.qualification_id, g.value FROM ${db.table('granted_qualification')} g
        WHERE ${db.grammar.among('g.worker_id', workerIds)} AND g.qualification_id IN ${db.grammar.oneOf(qualificationIds)} AND (g.expires_at IS NULL OR g.expires_at > ${at})`)
}

/** What the workers answered and hold in all runs of the task, and what they hold of it. */
async function unitsOfTask(db: Statements, { workerIds, taskId, at }: FactsQuery): Promise<ReadonlyMap<string, Pick<WorkerFacts, 'unitsOfTask' | 'heldOfTask'>>> {
  if (taskId === null) return new Map()
  const rows = await db.rows(
    sql`SELECT rw.worker_id, sum(rw.units_completed + CASE WHEN u.id IS NULL THEN 0 ELSE 1 END) AS units, sum(CASE WHEN u.lease_until > ${at} THEN 1 ELSE 0 END) AS held
          FROM ${db.table('run_worker')} rw JOIN ${db.table('task_run')} r ON r.id = rw.run_id AND r.task_id = ${taskId}
          LEFT JOIN ${db.table('unit')} u ON u.id = rw.unit_id AND u.holder = rw.worker_id AND ${db.grammar.unindexed('u.status')} = 'assigned'
         WHERE ${db.grammar.among('rw.worker_id', workerIds)} GROUP BY rw.worker_id`)
  return new Map(rows.map(row => [text(row, 'worker_id'), { unitsOfTask: integer(row, 'units'), heldOfTask: integer(row, 'held') }]))
}

/** What the attempts of the workers that began since then earned, or will if they are accepted. */
async function earned(db: Statements, { workerIds, earnings }: FactsQuery): Promise<ReadonlyMap<string, number>> {
  if (earnings === null) return new Map()
  const rows = await db.rows(
    sql`SELECT a.worker_id, sum(u.pay_minor) AS earned
          FROM ${db.table('agent')} a JOIN ${db.table('unit')} u ON u.id = a.unit_id JOIN ${db.table('task_run')} r ON r.id = a.run_id AND r.currency = ${earnings.currency}
         WHERE ${db.grammar.among('a.worker_id', workerIds)} AND a.accepted_at > ${earnings.since} AND a.status IN ('in_task', 'completed', 'approved', 'soft_rejected')
         GROUP BY a.worker_id`)
  return new Map(rows.map(row => [text(row, 'worker_id'), integer(row, 'earned')]))
}
