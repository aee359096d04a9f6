import { ERROR_TABLE, isMephistoError, MephistoError } from '../errors.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'
import { SILENT, type Observer } from './observing/observer.js'
import { holdRuns, type RunHold } from './run-hold.js'

/** What became of one item of a batch. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown }

/** Does a batch of one kind of work in a transaction: one outcome for each item, in order. A rejection fails the batch. `THold` is what the transaction holds. */
export type BatchWork<TItem, TResult, THold = RunHold> = (hold: THold, items: readonly TItem[]) => Promise<readonly Outcome<TResult>[]>

/** Shares transactions between callers. */
export interface GroupCommit<THold = RunHold> {
  /** Adds a kind of work. The returned function does one item, in the run it names, and settles after the commit it was part of. */
  share<TItem extends { readonly runId: string }, TResult>(work: BatchWork<TItem, TResult, THold>): (item: TItem) => Promise<TResult>
}

/** Transactions to share, and who watches. */
export interface Transactions<THold> {
  /** Does `work` in a transaction that holds what it needs of these runs. */
  within<T>(runIds: readonly string[], work: (hold: THold) => Promise<T>): Promise<T>
  /** @default nobody watches */
  readonly observer?: Observer
}

interface Waiting {
  readonly item: { readonly runId: string }
  /** The span in which somebody waits; undefined for none. */
  readonly span: unknown
  resolve(value: unknown): void
  reject(error: unknown): void
}

interface Kind<THold> {
  readonly work: BatchWork<{ readonly runId: string }, unknown, THold>
  readonly queue: Waiting[]
}

/** Items of one kind that share a transaction. */
interface Share<THold> {
  readonly kind: Kind<THold>
  readonly waiting: readonly Waiting[]
}

/** Group commit in transactions that hold the runs of what is done in them. */
export function createGroupCommit({ observer, ...parts }: { readonly db: MephistoDb; readonly runtime: Runtime; readonly observer?: Observer }, maxBatch?: number): GroupCommit {
  return shareTransactions({ within: (runIds, work) => holdRuns(parts, runIds, work), ...(observer ? { observer } : {}) }, maxBatch)
}

/**
 * Group commit: callers that arrive while a transaction is under way share the next one, whatever kind of work they
 * bring, and each is answered after the commit it was part of. A transaction that fails is tried kind by kind and then
 * item by item, so that one bad item fails alone. A lone caller waits for one turn of the event loop.
 * `maxBatch` bounds the items of one kind in a transaction. @default maxBatch 128
 */
export function shareTransactions<THold>(transactions: Transactions<THold>, maxBatch = 128): GroupCommit<THold> {
  const { observer = SILENT } = transactions
  const kinds: Kind<THold>[] = []
  let isBusy = false
  /** In a row, while somebody waits. */
  let outages: readonly unknown[] = []

  async function commit(shares: readonly Share<THold>[]): Promise<void> {
    // The first may have lost no more than its own reply. After the second, nobody needs to wait for a third.
    if (outages.length > 1) {
      refuse(shares, away(outages.at(-1)))
      return
    }
    try {
      const runIds = shares.flatMap(({ waiting }) => waiting.map(({ item }) => item.runId))
      const results = await together(shares, () => transactions.within(runIds, async hold => {
        const outcomes: (readonly Outcome<unknown>[])[] = []
        for (const { kind, waiting } of shares) outcomes.push(await kind.work(hold, waiting.map(({ item }) => item)))
        return outcomes
      }))
      outages = []
      shares.forEach(({ waiting }, index) => { settle(waiting, results[index] ?? []) })
    } catch (error) {
      outages = isOutage(error) ? [...outages, error] : []
      const parts = isOutage(error) ? null : split(shares)
      if (parts === null) refuse(shares, error)
      else for (const part of parts) await commit(part)
    }
  }

  /** In a span that is linked to those of everybody who waits for it, and is nobody's child. */
  function together<T>(shares: readonly Share<THold>[], work: () => Promise<T>): Promise<T> {
    if (!observer.isOn) return work()
    const waiting = shares.flatMap(share => share.waiting)
    observer.record('mephisto.group_commit.transactions', 1)
    observer.record('mephisto.group_commit.items', waiting.length)
    return observer.span('mephisto.group_commit', { attributes: { 'mephisto.items': waiting.length }, links: waiting.map(({ span }) => span) }, work)
  }

  async function drain(): Promise<void> {
    for (;;) {
      const shares = kinds.filter(({ queue }) => queue.length > 0).map(kind => ({ kind, waiting: kind.queue.splice(0, maxBatch) }))
      if (shares.length === 0) break
      await commit(shares)
    }
    outages = []
    isBusy = false
  }

  return {
    share<TItem extends { readonly runId: string }, TResult>(work: BatchWork<TItem, TResult, THold>) {
      // Items and results of a kind stay together, so each caller gets back the type its own work made.
      const kind: Kind<THold> = { work: work as BatchWork<{ readonly runId: string }, unknown, THold>, queue: [] }
      kinds.push(kind)
      return (item: TItem) => new Promise<TResult>((resolve, reject) => {
        kind.queue.push({ item, span: observer.here(), resolve: resolve, reject })
        if (isBusy) return
        isBusy = true
        setImmediate(() => void drain())
      })
    },
  }
}

/** The database is away or busy: trying each item by itself would only multiply the waiting. */
function isOutage(error: unknown): boolean {
  return isMephistoError(error) && ERROR_TABLE[error.code].http === 503
}

/** A full disk is full for all who wait; a lost reply is nobody else's. */
function away(cause: unknown): MephistoError {
  if (isMephistoError(cause) && cause.code !== 'unavailable') return cause
  return new MephistoError('unavailable', 'The database did not answer those who asked before; nothing was changed. Try again in a moment.', { cause })
}

function refuse(shares: readonly Share<never>[], error: unknown): void {
  for (const { waiting } of shares) for (const one of waiting) one.reject(error)
}

function settle(waiting: readonly Waiting[], outcomes: readonly Outcome<unknown>[]): void {
  waiting.forEach((one, index) => {
    const outcome = outcomes[index]
    if (outcome?.ok) one.resolve(outcome.value)
    else one.reject(outcome?.error ?? new Error('the batch left an item without an outcome'))
  })
}

/** Smaller transactions to try instead: by kind, then by item; null for a single item. */
function split<THold>(shares: readonly Share<THold>[]): Share<THold>[][] | null {
  const [only] = shares
  if (shares.length > 1) return shares.map(share => [share])
  if (!only || only.waiting.length <= 1) return null
  return only.waiting.map(one => [{ kind: only.kind, waiting: [one] }])
}
