import type { ExtendReply, PreviewReply, RegisterReply, SubmitReply } from '../protocol/worker-views.js'
import type { FileRef } from '../data-model/file.js'
import { ConnectionTrouble, RefusedCall } from './call-errors.js'
import { untilAnswered, type RetryOptions } from './retry.js'
import type { CallRequest, PacketView } from '../protocol/packet-views.js'
import type { SignalRequest } from '../protocol/signal-views.js'
import type { PendingSubmission } from './answer-store.js'
import type { FileCalls, FileToTakeOut, OutgoingFile } from './file-calls.js'
import type { WorkerCall, WorkerRequest } from './worker-calls.js'

/** Who is at the page: the provider and what it gave the worker to come in with. */
export interface TaskEntry {
  readonly provider: string
  readonly credential: string
}

/** The worker's procedures, each repeated until it is answered. @throws RefusedCall */
export interface WorkerApi {
  preview(entry: TaskEntry, signal: AbortSignal): Promise<PreviewReply>
  register(entry: TaskEntry, signal: AbortSignal): Promise<RegisterReply>
  submit(pending: PendingSubmission, signal: AbortSignal): Promise<SubmitReply>
  extend(agentToken: string, signal: AbortSignal): Promise<ExtendReply>
  giveBack(agentToken: string, signal: AbortSignal): Promise<unknown>
  /** Calls a remote procedure; resolves when the call is stored. Given up when something in between does not let it through, and lets others. */
  act(call: { readonly agentToken: string; readonly request: CallRequest; readonly signal: AbortSignal }): Promise<unknown>
  /** The next packets after a number; none after a while without any. */
  read(page: { readonly agentToken: string; readonly after: number; readonly signal: AbortSignal }): Promise<readonly PacketView[]>
  /** Lets the others know something for the moment, in one try. */
  signal(said: { readonly agentToken: string; readonly input: SignalRequest; readonly signal: AbortSignal }): Promise<unknown>
  upload(file: OutgoingFile): Promise<FileRef>
  /** Takes a file out, by its id or the page's own. */
  takeOut(file: FileToTakeOut): Promise<unknown>
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
const asReturn = shaped<unknown>(reply => typeof reply.returned === 'boolean')

/** Makes {@link WorkerApi} over single tries. */
export function workerApi({ call, files }: { readonly call: WorkerCall; readonly files: FileCalls }, retry: Omit<RetryOptions, 'signal'>): WorkerApi {
  /** Whether another call of the attempt is answered now. */
  const getsThrough = (page: Pick<WorkerRequest, 'agentToken' | 'signal'>): Promise<boolean> =>
    call({ procedure: 'read', input: { after: NOTHING_AFTER, waitMs: 0 }, ...page }).then(() => true, (error: unknown) => error instanceof RefusedCall)
  const ask = <T>(request: WorkerRequest, read: (reply: unknown) => T) =>
    untilAnswered(async () => read(await call(request)), { ...retry, signal: request.signal })
  return {
    preview: (entry, signal) => ask({ procedure: 'preview', input: entry, signal }, asPreview),
    register: (entry, signal) => ask({ procedure: 'register', input: entry, signal }, asRegister),
    submit({ submissionId, answer, schemaHash, pageBuild, agentToken }, signal) {
      const input = { submissionId, answer, schemaHash, ...(pageBuild === null ? {} : { pageBuild }) }
      const asReceipt = shaped<SubmitReply>(reply => reply.submissionId === submissionId)
      return ask({ procedure: 'submit', input, agentToken, signal }, asReceipt)
    },
    act({ agentToken, request, signal }) {
      let blocked = 0
      return untilAnswered(async () => {
        try {
          return asAct(await call({ procedure: 'act', input: request, agentToken, signal }))
        } catch (error) {
          if (error instanceof ConnectionTrouble && error.isBlocked) blocked += 1
          if (blocked < MOST_BLOCKED || !await getsThrough({ agentToken, signal })) throw error
          throw new RefusedCall('internal', 'Something between this page and the server does not let it through.', [])
        }
      }, { ...retry, signal })
    },
    read: async ({ agentToken, after, signal }) => (await ask({ procedure: 'read', input: { after, waitMs: WAIT_MS }, agentToken, signal }, asRead)).packets,
    extend: (agentToken, signal) => ask({ procedure: 'extend', input: {}, agentToken, signal }, asExtend),
    signal: said => call({ procedure: 'signal', ...said }),
    upload: outgoing => untilAnswered(async () => asFile(await files.send(outgoing)), { ...retry, signal: outgoing.signal }),
    takeOut: file => untilAnswered(() => files.takeOut(file), { ...retry, signal: file.signal }),
    giveBack: (agentToken, signal) => ask({ procedure: 'return', input: {}, agentToken, signal }, asReturn),
  }
}
