import { instant } from '../data-model/instant.js'
import { causeOf } from '../ledger/entries.js'
import { scopeOf, whenOf } from '../operations/data-browser/named-work.js'
import type { DecisionRow } from '../ports/answer-operations.js'
import type { LedgerRow, LedgerSum } from '../ports/ledger-operations.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { spendingQuery, type SpendingQuery } from '../protocol/spending-requests.js'
import type { SpendingEntryView, SpendingPageView, SpendingReason, SpendingTotalView } from '../protocol/spending-views.js'
import { checkedRequest } from './act-once.js'
import { paging } from './paging.js'
import { findPerson } from './people/named-people.js'

/** Where it is read how money moved. */
export interface SpendingDesk {
  /**
   * Movements of money between the accounts of runs, the latest first, and what all that the query means come to. Movements are added and never
   * changed; what is booked while somebody pages neither repeats nor hides others. @default 50, of everything
   * @throws MephistoError `invalid_input` for a field or cursor that is wrong, `not_found` for what or who there is not
   */
  entries(query?: SpendingQuery): Promise<SpendingPageView>
}

/** The spending desk over a database. Who may read it is for its callers to check. */
export function createSpendingDesk({ db }: { readonly db: MephistoDb }): SpendingDesk {
  return {
    async entries(query = {}) {
      const { worker, cursor, limit, ...asked } = checkedRequest(spendingQuery, query)
      const filter = { scope: await scopeOf(db, asked), ...whenOf(asked), ...(worker ? { workerId: (await findPerson(db, worker)).id } : {}) }
      const { rows, nextCursor } = await db.ledger.page({ filter, ...paging({ cursor, limit }) })
      return { entries: await shown(db, rows), totals: cursor === undefined ? (await db.ledger.sums(filter)).map(toTotal) : null, nextCursor }
    },
  }
}

/** Movements with the names of what they are about. */
async function shown(db: MephistoDb, rows: readonly LedgerRow[]): Promise<SpendingEntryView[]> {
  const runs = await byId(db.runs, rows.map(({ runId }) => runId))
  const tasks = await byId(db.tasks, [...runs.values()].map(({ taskId }) => taskId))
  const workers = await byId(db.workers, rows.flatMap(({ workerId }) => workerId ?? []))
  const decisions = await byId(db.decisions, rows.flatMap(({ entryKey }) => causeOf(entryKey)?.cause ?? []))
  return rows.map((row): SpendingEntryView => {
    const [run, worker, decision] = [runs.get(row.runId), workers.get(row.workerId ?? ''), decisions.get(causeOf(row.entryKey)?.cause ?? '')]
    return {
      id: row.id, at: instant(row.at), from: row.debit, to: row.credit, amount: { minor: row.amountMinor, currency: row.currency },
      run: { id: row.runId, title: run?.config.title ?? '', task: { id: run?.taskId ?? '', name: tasks.get(run?.taskId ?? '')?.name ?? '' } },
      // A bonus is booked outside units: the decision says for which one it is.
      unit: row.unitId ?? decision?.unitId ?? null, worker: worker ? { id: worker.id, pseudonym: worker.pseudonym } : null,
      reason: reasonOf(row, decision), decision: decision ? { byName: decision.actorName, note: decision.note } : null,
    }
  })
}

interface Found<TRow> {
  find(query: { readonly filter: { readonly ids: readonly string[] }; readonly limit: number }): Promise<{ readonly rows: readonly TRow[] }>
}

async function byId<TRow extends { readonly id: string }>(kind: Found<TRow>, ids: readonly string[]): Promise<ReadonlyMap<string, TRow>> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return new Map()
  return new Map((await kind.find({ filter: { ids: wanted }, limit: wanted.length })).rows.map(row => [row.id, row]))
}

/** Why a movement was booked: what its key says, and the decision that it names. Pure. */
function reasonOf({ entryKey }: LedgerRow, decision: Pick<DecisionRow, 'verdict'> | undefined): SpendingReason {
  switch (causeOf(entryKey)?.movement) {
    case 'reserve': return decision ? 'taken_back' : 'work_began'
    case 'release': return decision ? 'rejected' : 'work_ended'
    case 'owe': return decision?.verdict === 'soft_reject' ? 'soft_rejected' : 'accepted'
    case 'owe_overturned': return 'overturned'
    case 'unowe': case 'unbonus': return 'taken_back'
    case 'bonus': return 'bonus'
    case 'compensate': return 'extra'
    case 'pay': return 'paid'
    case undefined: return 'other'
  }
}

/** Pure. */
function toTotal({ currency, reservedMinor, owedMinor, paidMinor }: LedgerSum): SpendingTotalView {
  const money = (minor: number): SpendingTotalView['spent'] => ({ minor, currency })
  return { spent: money(owedMinor + paidMinor), owed: money(owedMinor), paid: money(paidMinor), reserved: money(reservedMinor) }
}
