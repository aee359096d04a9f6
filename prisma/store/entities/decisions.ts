import { effectsOf } from '../../../sdk/data-model/decision-effects.js'
import type { Verdict } from '../../../sdk/data-model/entities.js'
import type { UnitStatus } from '../../../sdk/data-model/lifecycle.js'
import type { DecisionEntities, DecisionFilter } from '../../../sdk/ports/entity-operations.js'
import type { FoundDecision } from '../../../sdk/ports/entity-rows.js'
import { among, equal, matching, ofRun } from '../filters.js'
import { find, type Finder } from '../find.js'
import { sql } from '../sql.js'
import { integer, text, textOrNull, type Row, type Statements } from '../statements.js'

const VERDICTS: Readonly<Record<Verdict, true>> = { approve: true, soft_reject: true, reject: true, overturn: true, undo: true, opine: true, retract: true }

/** Decisions as entities. */
export function decisionEntities(db: Statements): DecisionEntities {
  return { find: async query => find(db, finder(db), query) }
}

function finder(db: Statements): Finder<FoundDecision, DecisionFilter, 'createdAt'> {
  return {
    of: 'decision', id: sql`d.id`, made: sql`d.created_at`,
    select: sql`SELECT d.id, d.run_id, d.unit_id, d.agent_id, d.worker_id, d.verdict, d.previous, d.note, d.message, d.effects, d.undoes, d.batch_id, d.actor_id, d.actor_name, d.created_at
        FROM ${db.table('decision')} d`,
    filters: {
      ...ofRun(db, sql`d.run_id`),
      unitId: equal(sql`d.unit_id`),
      // By way of the worker's attempts, which an index leads to.
      workerId: matching(id => sql`d.worker_id = ${id} AND d.unit_id IN (SELECT a.unit_id FROM ${db.table('agent')} a WHERE a.worker_id = ${id})`),
      verdicts: among(db, sql`d.verdict`, Object.keys(VERDICTS)),
      actorId: equal(sql`d.actor_id`),
      batchId: equal(sql`d.batch_id`),
    },
    sorts: { createdAt: { column: sql`d.created_at`, holds: 'integer' } },
    row: decisionRow,
  }
}

function decisionRow(row: Row): FoundDecision {
  return {
    id: text(row, 'id'), runId: text(row, 'run_id'), unitId: text(row, 'unit_id'), agentId: text(row, 'agent_id'), workerId: text(row, 'worker_id'),
    verdict: text(row, 'verdict') as Verdict, previous: text(row, 'previous') as UnitStatus, note: textOrNull(row, 'note'), message: textOrNull(row, 'message'), effects: effectsOf(textOrNull(row, 'effects')), undoes: textOrNull(row, 'undoes'),
    batchId: text(row, 'batch_id'), actorId: text(row, 'actor_id'), actorName: text(row, 'actor_name'), createdAt: integer(row, 'created_at'),
  }
}
