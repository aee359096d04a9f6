import type { ExtendReply, PassView, PreviewReply, RegisterReply, RenewReply, SubmitReply } from '../protocol/worker-views.js'
import type { FileRef } from '../data-model/file.js'
import { ConnectionTrouble, RefusedCall } from './call-errors.js'
import { untilAnswered, type RetryOptions } from './retry.js'
import type { CallRequest, PacketView } from '../protocol/packet-views.js'
import type { PendingSubmission } from './answer-store.js'
import type { FileCalls, FileToTakeOut, OutgoingFile } from './file-calls.js'
import { passKeeper, type PassKeeper } from './pass-keeper.js'
import type { WorkerCall, WorkerRequest } from './worker-calls.js'

/** Who is at the page: the provider and what it gave the worker to come in with. */
export interface TaskEntry {
  readonly provider: string
  readonly credential: string
}

/** What is done with a pass instead of a token. */
type WithPass<T extends { readonly agentToken?: string }> = Omit<T, 'agentToken'> & { readonly pass: PassView }

/** The worker's procedures, each repeated until it is answered. @throws RefusedCall */
export interface WorkerApi {
  readonly passes: PassKeeper
  preview(entry: TaskEntry, signal: AbortSignal): Promise<PreviewReply>
  register(entry: TaskEntry, signal: AbortSignal): Promise<RegisterReply>
  submit(pending: PendingSubmission, signal: AbortSignal): Promise<SubmitReply>
  extend(pass: PassView, signal: AbortSignal): Promise<ExtendReply>
  giveBack(pass: PassView, signal: AbortSignal): Promise<unknown>
  /** Calls a remote procedure; resolves when the call is stored. Given up when something in between does not let it through, and lets others. */
  act(call: { readonly pass: PassView; readonly request: CallRequest; readonly signal: AbortSignal }): Promise<unknown>
  /** The next packets after a number; none after a while without any. */
  read(page: { readonly pass: PassView; readonly after: number; readonly signal: AbortSignal }): Promise<readonly PacketView[]>
  upload(file: WithPass<OutgoingFile>): Promise<FileRef>
  /** Takes a file out, by its id or the page's own. */
  takeOut(file: WithPass<FileToTakeOut>): Promise<unknown>
}

/** How long the server waits for packets, ms: less than a try may take. */
const WAIT_MS = 10_000

/** So often something in between may refuse a call while others are answered: then it is given up. */
const MOST_BLOCKED = 5
/** A number after which no attempt has packets. */
const NOTHING_AFTER = 1_000_000_000

type Fields = Readonly<Record<string, unknown>>

function shaped<T>(looksRight: (reply: Fields) => boolean): (reply: unknown) => T {
  return reply => {
    // Something that answers 200 but is not the SDK (a captive portal, another service) must not count as an answer.
    if (!looksRight(reply as Fields)) throw new ConnectionTrouble('The reply is not one of this procedure.')
    return reply as T
  }
}

const asPreview = shaped<PreviewReply>(reply => typeof reply.run === 'object' && typeof reply.progress === 'object')
const asRegister = shaped<RegisterReply>(reply => reply.status === 'working' || reply.status === 'onboarding' || reply.status === 'refused')
const asExtend = shaped<ExtendReply>(reply => typeof reply.lease === 'object')
const asFile = shaped<FileRef>(reply => typeof reply['$file'] === 'string')
const asAct = shaped<unknown>(reply => typeof reply.number === 'number')
const asRead = shaped<{ packets: readonly PacketView[] }>(reply => Array.isArray(reply.packets))
const asRenew = shaped<RenewReply>(reply => typeof reply.agentToken === 'string')
const asReturn = shaped<unknown>(reply => typeof reply.returned === 'boolean')

/** Makes {@link WorkerApi} over single tries. */
export function workerApi({ call, files }: { readonly call: WorkerCall; readonly files: FileCalls }, retry: Omit<RetryOptions, 'signal'>): WorkerApi {
  // For all who wait for it, and not until one of them gives up.
  const { signal: always } = new AbortController()
  const passes = passKeeper(async renewal => asRenew(await call({ procedure: 'renew', input: { renewal }, signal: always })).agentToken)
  const callWith = ({ pass, ...request }: WithPass<WorkerRequest>): Promise<unknown> => passes.using(pass, agentToken => call({ ...request, agentToken }))
  /** Whether another call of the attempt is answered now. */
  const getsThrough = (page: Pick<WithPass<WorkerRequest>, 'pass' | 'signal'>): Promise<boolean> =>
    callWith({ procedure: 'read', input: { after: NOTHING_AFTER, waitMs: 0 }, ...page }).then(() => true, (error: unknown) => error instanceof RefusedCall)
  const enter = <T>(request: WorkerRequest, read: (reply: unknown) => T) =>
    untilAnswered(async () => read(await call(request)), { ...retry, signal: request.signal })
  const ask = <T>(request: WithPass<WorkerRequest>, read: (reply: unknown) => T) =>
    untilAnswered(async () => read(await callWith(request)), { ...retry, signal: request.signal })
  return {
    passes,
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
      return untilAnswered(async () => {
        try {
          return asAct(await callWith({ procedure: 'act', input: request, pass, signal }))
        } catch (error) {
          if (error instanceof ConnectionTrouble && error.isBlocked) blocked += 1
          if (blocked < MOST_BLOCKED || !await getsThrough({ pass, signal })) throw error
          throw new RefusedCall('internal', 'Something between this page and the server does not let it through.', [])
        }
      }, { ...retry, signal })
    },
    read: async ({ pass, after, signal }) => (await ask({ procedure: 'read', input: { after, waitMs: WAIT_MS }, pass, signal }, asRead)).packets,
    extend: (pass, signal) => ask({ procedure: 'extend', input: {}, pass, signal }, asExtend),
    // With a new token: whoever is refused in the middle of a large file may not hear of it.
    upload: ({ pass, ...file }) => untilAnswered(async () => asFile(await files.send({ ...file, agentToken: await passes.renew(pass) })), { ...retry, signal: file.signal }),
    takeOut: ({ pass, ...file }) => untilAnswered(() => passes.using(pass, agentToken => files.takeOut({ ...file, agentToken })), { ...retry, signal: file.signal }),
    giveBack: (pass, signal) => ask({ procedure: 'return', input: {}, pass, signal }, asReturn),
  }
}
