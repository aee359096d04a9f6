import type { WhyReturned } from '../data-model/return-reason.js'
import type { ExtendReply, PassView, PreviewReply, RegisterReply, RenewReply, SubmitReply } from '../protocol/worker-views.js'
import { ConnectionTrouble, RefusedCall } from './call-errors.js'
import { untilAnswered, type RetryOptions } from './retry.js'
import type { CallRequest } from '../protocol/packet-views.js'
import type { PendingSubmission } from './answer-store.js'
import type { AskAttempt } from './task-state.js'
import { passKeeper, type PassKeeper } from './pass-keeper.js'
import type { WorkerCall, WorkerRequest } from './worker-calls.js'

/** Who is at the page: the provider and what it gave the worker to come in with. */
export interface TaskEntry {
  readonly provider: string
  readonly credential: string
}

/** One try of a call of an attempt. */
type AttemptRequest = Omit<WorkerRequest, 'agentToken'> & { readonly pass: PassView }

/** The worker's procedures, each repeated until it is answered. @throws RefusedCall */
export interface WorkerApi {
  readonly passes: PassKeeper
  preview(entry: TaskEntry, signal: AbortSignal): Promise<PreviewReply>
  register(entry: TaskEntry, signal: AbortSignal): Promise<RegisterReply>
  submit(pending: PendingSubmission, signal: AbortSignal): Promise<SubmitReply>
  extend(pass: PassView, signal: AbortSignal): Promise<ExtendReply>
  giveBack(pass: PassView, why: WhyReturned | undefined, signal: AbortSignal): Promise<unknown>
  /** Calls a remote procedure; resolves when the call is stored. Given up when something in between does not let it through, and lets others. */
  act(call: { readonly pass: PassView; readonly request: CallRequest; readonly signal: AbortSignal }): Promise<unknown>
  /** Makes any other call of an attempt. */
  ask<T>(request: AttemptRequest, read: (reply: unknown) => T): Promise<T>
  /** Asks for what an attempt has beside its work, until it is answered. */
  asker(pass: PassView): AskAttempt
  /** Makes a call of an attempt in one try. */
  tell(request: AttemptRequest): Promise<unknown>
  /** Repeats whatever else until it is answered. */
  until<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T>
}

/** So often something in between may refuse a call while others are answered: then it is given up. */
const MOST_BLOCKED = 5
/** A number after which no attempt has packets. */
const NOTHING_AFTER = 1_000_000_000

type Fields = Readonly<Record<string, unknown>>

/** Reads a reply of this shape. */
export function shaped<T>(looksRight: (reply: Fields) => boolean): (reply: unknown) => T {
  return reply => {
    // Something that answers 200 but is not the SDK (a captive portal, another service) must not count as an answer.
    if (!looksRight(reply as Fields)) throw new ConnectionTrouble('The server gave no reply.')
    return reply as T
  }
}

const asPreview = shaped<PreviewReply>(reply => typeof reply.run === 'object' && typeof reply.progress === 'object')
const asRegister = shaped<RegisterReply>(reply => reply.status === 'working' || reply.status === 'onboarding' || reply.status === 'refused')
const asExtend = shaped<ExtendReply>(reply => typeof reply.lease === 'object')
const asAct = shaped<unknown>(reply => typeof reply.number === 'number')
const asRenew = shaped<RenewReply>(reply => typeof reply.agentToken === 'string')
const asReturn = shaped<unknown>(reply => typeof reply.returned === 'boolean')

/** Makes {@link WorkerApi} over single tries. */
export function workerApi(call: WorkerCall, retry: Omit<RetryOptions, 'signal'>): WorkerApi {
  // For all who wait for it, and not until one of them gives up.
  const { signal: always } = new AbortController()
  const passes = passKeeper(async renewal => asRenew(await call({ procedure: 'renew', input: { renewal }, signal: always })).agentToken)
  const callWith = ({ pass, ...request }: AttemptRequest): Promise<unknown> => passes.using(pass, agentToken => call({ ...request, agentToken }))
  /** Whether another call of the attempt is answered now. */
  const getsThrough = (page: Pick<AttemptRequest, 'pass' | 'signal'>): Promise<boolean> =>
    callWith({ procedure: 'read', input: { after: NOTHING_AFTER, waitMs: 0 }, ...page }).then(() => true, (error: unknown) => error instanceof RefusedCall)
  const until: WorkerApi['until'] = (run, signal) => untilAnswered(run, { ...retry, signal })
  const enter = <T>(request: WorkerRequest, read: (reply: unknown) => T) => until(async () => read(await call(request)), request.signal)
  const ask: WorkerApi['ask'] = (request, read) => until(async () => read(await callWith(request)), request.signal)
  return {
    passes,
    until,
    ask,
    tell: callWith,
    asker: pass => (procedure, input) => ask({ procedure, input, pass, signal: always }, reply => reply),
    preview: (entry, signal) => enter({ procedure: 'preview', input: entry, signal }, asPreview),
    register: (entry, signal) => enter({ procedure: 'register', input: entry, signal }, asRegister),
    submit(pending, signal) {
      const { submissionId, answer, schemaHash, pageBuild } = pending
      const input = { submissionId, answer, schemaHash, ...(pageBuild === null ? {} : { pageBuild }) }
      const asReceipt = shaped<SubmitReply>(reply => reply.submissionId === submissionId)
      return ask({ procedure: 'submit', input, pass: pending, signal }, asReceipt)
    },
    act({ pass, request, signal }) {
      let blocked = 0
      return until(async () => {
        try {
          return asAct(await callWith({ procedure: 'act', input: request, pass, signal }))
        } catch (error) {
          if (error instanceof ConnectionTrouble && error.isBlocked) blocked += 1
          if (blocked < MOST_BLOCKED || !await getsThrough({ pass, signal })) throw error
          throw new RefusedCall('internal', 'Something on the way to the server stops this.', [])
        }
      }, signal)
    },
    extend: (pass, signal) => ask({ procedure: 'extend', input: {}, pass, signal }, asExtend),
    // Where a page has its button call this directly, what comes is an event of the browser's.
    giveBack: (pass, why, signal) => ask({ procedure: 'return', input: { why: why?.reason && { reason: why.reason, text: why.text } }, pass, signal }, asReturn),
  }
}
