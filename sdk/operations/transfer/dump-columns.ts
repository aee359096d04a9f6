import * as z from 'zod'
import { ASSIGNEE_STATUSES } from '../../data-model/assignee.js'
import { BLOCK_SCOPES } from '../../data-model/block-scope.js'
import { DATA_FEED_STATUSES } from '../../data-model/data-feed.js'
import { decisionEffects } from '../../data-model/decision-effects.js'
import { LEDGER_ACCOUNTS, LEDGER_KINDS, SET_ASIDE_REASONS, SUBMISSION_OUTCOMES, VERDICTS } from '../../data-model/entities.js'
import { isErasureMark } from '../../data-model/erasure.js'
import { AGENT_NOTES, RUN_NOTES } from '../../data-model/event-types.js'
import { AGENT_MOVES, AGENT_STATUSES, RUN_MOVES, RUN_STATUSES, UNIT_STATUSES } from '../../data-model/lifecycle.js'
import { isCurrency } from '../../data-model/money.js'
import { REMARK_KINDS, REMARK_STATUSES } from '../../data-model/remark.js'
import { UNIT_KINDS } from '../../data-model/unit-kind.js'
import type { TransferType } from '../../ports/transfer-operations.js'
import { REFUSAL_REASONS } from '../../protocol/refusals.js'
import { keptRemarkBody, shownTipSchema } from '../../protocol/remark-requests.js'
import { jsonText, longText, shortText } from './dump-text.js'
import { storedRunConfig } from './run-config.js'

type Column = z.ZodType<string | number | boolean>

const anObject = z.record(z.string(), z.unknown())
const TYPES: Readonly<Record<string, Column>> = {
  id: z.guid(), key: shortText(64), name: shortText(200), text: longText, json: jsonText(z.unknown()), object: jsonText(anObject), int: z.int(), bool: z.boolean(),
}

const amount = z.int().min(0)
/** The runtime makes the list anew each time that it is asked. */
const known = new Set<string>()
const currency = z.string().refine(code => known.has(code) || (isCurrency(code) && known.add(code).size > 0), 'is not a currency')
const account = z.enum(LEDGER_ACCOUNTS)
/** What stands where a text was erased. */
const erasureMark = z.custom(isErasureMark)

/** What can be said of single columns beyond their type. Amounts, whose names end with `_minor`, are never below zero. */
const COLUMNS: Readonly<Record<string, Column>> = {
  'task_run.data_feed_status': z.enum(DATA_FEED_STATUSES), 'task_run.data_feed_rows': amount,
  'task_run.status': z.enum(RUN_STATUSES), 'task_run.config': jsonText(storedRunConfig), 'task_run.currency': currency,
  'unit.kind': z.enum(UNIT_KINDS), 'unit.status': z.enum(UNIT_STATUSES),
  'assignee.status': z.enum(ASSIGNEE_STATUSES),
  'refusal.reason': z.enum(REFUSAL_REASONS),
  'agent.status': z.enum(AGENT_STATUSES),
  'event.type': z.enum([...Object.keys(AGENT_MOVES), ...Object.keys(RUN_MOVES), ...AGENT_NOTES, ...RUN_NOTES]),
  // Sessions of older dumps have no state that could have changed.
  'session.version': amount.default(0),
  'submission.outcome': z.enum(SUBMISSION_OUTCOMES), 'submission.reason': z.enum(SET_ASIDE_REASONS),
  'remark.kind': z.enum(REMARK_KINDS), 'remark.status': z.enum(REMARK_STATUSES), 'remark.body': jsonText(z.union([keptRemarkBody, erasureMark])), 'remark.shown': jsonText(shownTipSchema),
  'decision.verdict': z.enum(VERDICTS), 'decision.previous': z.enum(UNIT_STATUSES), 'decision.effects': jsonText(decisionEffects),
  'ledger_entry.kind': z.enum(LEDGER_KINDS), 'ledger_entry.debit': account, 'ledger_entry.credit': account, 'ledger_entry.currency': currency,
  'payout.currency': currency,
  'qualification_event.verb': z.enum(['grant', 'revoke']),
  'block.scope': z.enum(BLOCK_SCOPES),
}

/** Columns that came later than dumps: older ones do not have them, which is as if they held nothing. */
const LATER: ReadonlySet<string> = new Set([
  'task_run.archived_at', 'task_run.data_removed_at', 'task_run.data_feed_status', 'task_run.data_feed_cursor', 'task_run.data_feed_rows', 'task_run.data_feed_bad_cursor', 'session.state', 'packet.recipient_id', 'decision.message', 'decision.effects',
])

/** Schema of a column of a table whose rows travel as they are. */
export function columnSchema(table: string, column: string, type: TransferType): z.ZodType<string | number | boolean | null | undefined> {
  const value = COLUMNS[`${table}.${column}`] ?? (column.endsWith('_minor') ? amount : TYPES[type.replace('?', '')]) ?? z.never()
  if (LATER.has(`${table}.${column}`)) return value.nullish()
  return type.endsWith('?') ? value.nullable() : value
}
