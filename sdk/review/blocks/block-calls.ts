import * as z from 'zod'
import { isMephistoError, MephistoError } from '../../errors.js'
import type { OutboxHandler } from '../../operations/outbox-handler.js'
import type { CallRow, NewCall } from '../../ports/outbox-operations.js'
import type { WorkParts } from '../../ports/work-parts.js'
import type { Principal } from '../principal.js'

// What follows from a block, or from lifting it, is more than one transaction should do: a call of the outbox, written with the
// block. Whoever blocks makes it at once, under its first lease; when their process is gone, the outbox of another does.

/** What is to follow from a block, and in whose name. */
export interface BlockOrder {
  readonly blockId: string
  readonly principal: Pick<Principal, 'id' | 'name'>
}

/** One kind of what can follow. */
export interface BlockCall<TOrder extends BlockOrder, TReport> {
  readonly topic: string
  readonly report: z.ZodType<TReport>
  /**
   * Does it, by run, in transactions that each are done once. Ends in between when `signal` says so.
   */
  work(parts: WorkParts, order: TOrder, signal: AbortSignal | null): Promise<TReport[]>
}

/** How long a process has before another one takes it for gone, ms. */
const LEASE_MS = 120_000

/** The call that has it done, for the transaction that writes the block. */
export function blockCall<TOrder extends BlockOrder>({ topic }: { readonly topic: string }, order: TOrder, { id, at }: { readonly id: string; readonly at: number }): NewCall {
  return { id, callKey: `${topic}/${order.blockId}`, topic, body: JSON.stringify(order), subjectId: order.blockId, lane: null, leaseUntil: at + LEASE_MS }
}

/**
 * What followed from these blocks, each of which has its call; where it is not done yet, it is done now. Asked again, the same.
 * @throws MephistoError what is in the way; the outbox goes on with it
 */
export async function followed<TOrder extends BlockOrder, TReport>(parts: WorkParts, kind: BlockCall<TOrder, TReport>, blockIds: readonly string[]): Promise<TReport[]> {
  const reports: TReport[] = []
  try {
    for (const subjectId of blockIds) {
      const [call] = (await parts.db.outbox.find({ filter: { topic: kind.topic, subjectId }, limit: 1 })).rows
      if (call) reports.push(...await makeNow(parts, kind, call))
    }
  } catch (error) {
    if (!isMephistoError(error)) throw error
    throw new MephistoError(error.code, `The blocks are written, and what follows from them is not done yet. It goes on by itself, or when the same request is sent again. ${error.message}`)
  }
  return reports
}

async function makeNow<TOrder extends BlockOrder, TReport>(parts: WorkParts, kind: BlockCall<TOrder, TReport>, call: CallRow): Promise<TReport[]> {
  const runs = await runsOf(parts, kind, { call, signal: null })
  if (call.status === 'done') return runs
  await parts.db.transaction(async tx => {
    const at = await tx.now()
    await tx.outbox.finish(call, { status: 'done', nextAt: at, result: JSON.stringify({ runs }), at })
  })
  return runs
}

/** Makes the calls that nobody has made to the end. */
export function blockHandler<TOrder extends BlockOrder, TReport>(parts: WorkParts, kind: BlockCall<TOrder, TReport>): OutboxHandler {
  return {
    specVersion: 1, topic: kind.topic, timeoutMs: LEASE_MS, concurrency: 2,
    async call(call, signal) {
      return { kind: 'done', result: { runs: await runsOf(parts, kind, { call, signal }) } }
    },
  }
}

/** What came of a call that was made before, also one that is to be made again; else makes it. */
async function runsOf<TOrder extends BlockOrder, TReport>(parts: WorkParts, { report, work }: BlockCall<TOrder, TReport>, { call, signal }: { readonly call: CallRow; readonly signal: AbortSignal | null }): Promise<TReport[]> {
  const before = z.object({ runs: z.array(report) }).safeParse(JSON.parse(call.result ?? 'null'))
  return before.success ? before.data.runs : work(parts, JSON.parse(call.body) as TOrder, signal)
}
