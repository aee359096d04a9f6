import { BLOCK_SCOPES, type BlockScope } from '../../../sdk/data-model/block-scope.js'
import { MephistoError } from '../../../sdk/errors.js'
import type { BlockFilter, BlockOperations } from '../../../sdk/ports/entity-operations.js'
import type { BlockRow } from '../../../sdk/ports/entity-rows.js'
import { among, either, equal, lookedUp } from '../filters.js'
import { reading, type Finder } from '../find.js'
import { sql, verbatim } from '../sql.js'
import { integer, integerOrNull, text, textOrNull, type Row, type Statements } from '../statements.js'
import { checkedId, checkedInstant, checkedName, checkedText } from './checked.js'
import { explained } from './explained.js'

const TABLES = { run: 'task_run', task: 'task', project: 'project' } as const

/** Blocks of workers. */
export function blockOperations(db: Statements): BlockOperations {
  const block = db.table('block')
  return {
    ...reading(db, finder),
    async create({ id, workerId, scope, scopeId, isSoft, reason, actorId, until = null, at }) {
      const place = await checkedPlace(db, scope, scopeId)
      const end = until === null ? null : checkedInstant(until, 'until')
      const why = checkedText(reason, 'reason') ?? ''
      await explained(
        db.run(
          sql`INSERT INTO ${block} (id, worker_id, scope, scope_id, soft, reason, actor_id, until, lifted_at, created_at)
              VALUES (${checkedId(id, 'id')}, ${lookedUp(workerId, 'workerId')}, ${scope}, ${place}, ${verbatim(isSoft ? 'TRUE' : 'FALSE')}, ${why},
                      ${checkedName(actorId, 'actorId')}, ${end}, NULL, ${checkedInstant(at, 'at')})`),
        { already_exists: `There is a block ${id} already; this was done before.`, not_found: `There is no worker ${workerId}.` })
    },
    async lift(id, at) {
      const wanted = lookedUp(id, 'id')
      const lifted = await db.run(sql`UPDATE ${block} SET lifted_at = ${checkedInstant(at, 'at')} WHERE id = ${wanted} AND lifted_at IS NULL`)
      if (lifted === 0 && (await db.rows(sql`SELECT id FROM ${block} WHERE id = ${wanted}`)).length === 0) throw new MephistoError('not_found', `There is no block ${wanted}.`)
      return lifted > 0
    },
  }
}

/** The id of what a block is about. It has no foreign key of its own: it may be of three kinds. */
async function checkedPlace(db: Statements, scope: BlockScope, scopeId: string | null): Promise<string | null> {
  if (!BLOCK_SCOPES.includes(scope)) throw new MephistoError('invalid_input', `scope: must be one of ${BLOCK_SCOPES.join(', ')}.`)
  if (scope === 'everywhere') {
    if (scopeId !== null) throw new MephistoError('invalid_input', 'scopeId: must be null for a block everywhere.')
    return null
  }
  if (scopeId === null) throw new MephistoError('invalid_input', `scopeId: must name the ${scope}.`)
  const wanted = lookedUp(scopeId, 'scopeId')
  if ((await db.rows(sql`SELECT id FROM ${db.table(TABLES[scope])} WHERE id = ${wanted}`)).length === 0) throw new MephistoError('not_found', `There is no ${scope} ${wanted}.`)
  return wanted
}

function finder(db: Statements): Finder<BlockRow, BlockFilter, 'createdAt'> {
  return {
    of: 'block', id: sql`b.id`, made: sql`b.created_at`,
    select: sql`SELECT b.id, b.worker_id, b.scope, b.scope_id, b.soft, b.reason, b.actor_id, b.until, b.lifted_at, b.created_at FROM ${db.table('block')} b`,
    filters: {
      workerId: equal(sql`b.worker_id`), scopes: among(db, sql`b.scope`, BLOCK_SCOPES), scopeId: equal(sql`b.scope_id`),
      isSoft: either(sql`b.soft = TRUE`, sql`b.soft = FALSE`), isStanding: either(sql`b.lifted_at IS NULL`, sql`b.lifted_at IS NOT NULL`),
    },
    sorts: { createdAt: { column: sql`b.created_at`, holds: 'integer' } },
    row: blockRow,
  }
}

function blockRow(row: Row): BlockRow {
  return {
    id: text(row, 'id'), workerId: text(row, 'worker_id'), scope: text(row, 'scope') as BlockScope, scopeId: textOrNull(row, 'scope_id'), isSoft: Boolean(Number(row['soft'])),
    reason: text(row, 'reason'), actorId: text(row, 'actor_id'), until: integerOrNull(row, 'until'), liftedAt: integerOrNull(row, 'lifted_at'), createdAt: integer(row, 'created_at'),
  }
}
