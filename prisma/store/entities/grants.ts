import type { GrantAct, GrantFilter, GrantOperations } from '../../../sdk/ports/entity-operations.js'
import type { GrantedQualificationRow } from '../../../sdk/ports/entity-rows.js'
import { counted, equal, lookedUp } from '../filters.js'
import { find, type Finder } from '../find.js'
import { sql, verbatim } from '../sql.js'
import { integer, integerOrNull, text, type Row, type Statements } from '../statements.js'
import { checkedId, checkedInstant, checkedName, checkedNumber, checkedText } from './checked.js'
import { explained } from './explained.js'
import { qualificationHistory } from './qualification-events.js'

const LARGEST_VALUE = 2 ** 31 - 1

/** Qualifications of workers, with their history. */
export function grantOperations(db: Statements): GrantOperations {
  const grant = db.table('granted_qualification')
  const note = async (tx: Statements, act: Required<GrantAct>, value: number | null): Promise<void> => {
    await tx.run(
      sql`INSERT INTO ${db.table('qualification_event')} (id, qualification_id, worker_id, verb, value, reason, actor_id, created_at)
          VALUES (${act.id}, ${act.qualificationId}, ${act.workerId}, ${value === null ? 'revoke' : 'grant'}, ${value}, ${act.reason}, ${act.actorId}, ${act.at})`)
  }
  return {
    find: async query => find(db, finder(db), query),
    history: qualificationHistory(db),
    async get(qualificationId, workerId) {
      const { select, row } = finder(db)
      const [found] = await db.rows(sql`${select} WHERE g.worker_id = ${lookedUp(workerId, 'workerId')} AND g.qualification_id = ${lookedUp(qualificationId, 'qualificationId')}`)
      return found ? row(found) : null
    },
    async count(qualificationIds, at) {
      if (qualificationIds.length === 0) return new Map()
      const rows = await db.rows(
        sql`SELECT g.qualification_id, count(*) AS workers FROM ${grant} g
             WHERE ${db.grammar.among('g.qualification_id', qualificationIds)} AND (g.expires_at IS NULL OR g.expires_at > ${at}) GROUP BY g.qualification_id`)
      return new Map(rows.map(row => [text(row, 'qualification_id'), integer(row, 'workers')]))
    },
    async grant({ value = 1, expiresAt = null, ...given }) {
      const act = checkedAct(given)
      const kept = checkedNumber(value, 'value', LARGEST_VALUE)
      const end = expiresAt === null ? null : checkedInstant(expiresAt, 'expiresAt')
      const { id, qualificationId, workerId, at } = act
      const fresh = db.grammar.orUpdate('worker_id, qualification_id', column =>
        sql`value = ${column(verbatim('value'))}, expires_at = ${column(verbatim('expires_at'))}, updated_at = ${column(verbatim('updated_at'))}`)
      await explained(
        db.atomically(async tx => {
          // First, so that an act that was done before changes nothing.
          await note(tx, act, kept)
          await tx.run(
            sql`INSERT INTO ${grant} (id, qualification_id, worker_id, value, expires_at, created_at, updated_at)
                VALUES (${id}, ${qualificationId}, ${workerId}, ${kept}, ${end}, ${at}, ${at}) ${fresh}`)
        }),
        { already_exists: `This was granted or revoked before, under the id ${id}.`, not_found: `There is no qualification ${qualificationId}, or no worker ${workerId}.` })
    },
    async revoke(given) {
      const act = checkedAct(given)
      return explained(
        db.atomically(async tx => {
          const revoked = await tx.run(sql`DELETE FROM ${grant} WHERE worker_id = ${act.workerId} AND qualification_id = ${act.qualificationId}`)
          if (revoked > 0) await note(tx, act, null)
          return revoked > 0
        }),
        { already_exists: `This was granted or revoked before, under the id ${act.id}.` })
    },
  }
}

function checkedAct({ id, qualificationId, workerId, actorId, reason, at }: GrantAct): Required<GrantAct> {
  return {
    id: checkedId(id, 'id'), qualificationId: lookedUp(qualificationId, 'qualificationId'), workerId: lookedUp(workerId, 'workerId'),
    actorId: checkedName(actorId, 'actorId'), reason: checkedText(reason, 'reason'), at: checkedInstant(at, 'at'),
  }
}

function finder(db: Statements): Finder<GrantedQualificationRow, GrantFilter, 'createdAt' | 'updatedAt' | 'value'> {
  return {
    of: 'granted_qualification', id: sql`g.id`, made: sql`g.created_at`,
    select: sql`SELECT g.id, g.qualification_id, g.worker_id, g.value, g.expires_at, g.created_at, g.updated_at FROM ${db.table('granted_qualification')} g`,
    filters: { workerId: equal(sql`g.worker_id`), qualificationId: equal(sql`g.qualification_id`), value: counted(value => sql`g.value = ${value}`), minimumValue: counted(value => sql`g.value >= ${value}`) },
    sorts: {
      createdAt: { column: sql`g.created_at`, holds: 'integer' }, updatedAt: { column: sql`g.updated_at`, holds: 'integer' }, value: { column: sql`g.value`, holds: 'integer' },
    },
    row: grantRow,
  }
}

function grantRow(row: Row): GrantedQualificationRow {
  return {
    id: text(row, 'id'), qualificationId: text(row, 'qualification_id'), workerId: text(row, 'worker_id'), value: integer(row, 'value'),
    expiresAt: integerOrNull(row, 'expires_at'), createdAt: integer(row, 'created_at'), updatedAt: integer(row, 'updated_at'),
  }
}
