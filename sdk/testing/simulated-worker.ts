import type { AnyBlueprint, InferCallInput, InferCallOutput, InferInput, InferRawOnboardingOutput, InferRawOutput, ProcedureName } from '../blueprints/blueprint.js'
import type { ActionName, InferActionInput } from '../blueprints/live.js'
import type { RunOf } from '../blueprints/run-of.js'
import type { Mephisto } from '../create-mephisto.js'
import type { FileRef } from '../data-model/file.js'
import type { WhyReturned } from '../data-model/return-reason.js'
import { isMephistoError, MephistoError, type MephistoErrorCode } from '../errors.js'
import { LONGEST_WAIT_MS, type FailureBody, type PacketView } from '../protocol/packet-views.js'
import { FILE_HEADERS, FILES_PATH } from '../protocol/file-upload.js'
import type { Remark } from '../protocol/remark-requests.js'
import type { RemarkReply, TipView } from '../protocol/remark-views.js'
import type { ExtendReply, PreviewReply, RegisterReply, RenewReply, SubmitReply } from '../protocol/worker-views.js'
import type { RefusalReason } from '../protocol/refusals.js'

/** A unit in a simulated worker's hands. */
export interface SimulatedTask<B extends AnyBlueprint> {
  readonly input: InferInput<B>
  readonly unitId: string
  readonly agentId: string
  readonly resumed: boolean
  readonly run: RunOf<B>
  /** Submits an answer; the same `submissionId` again is a repeat. @default submissionId a new one */
  submit(answer: InferRawOutput<B>, submissionId?: string): Promise<SubmitReply>
  /** Sends a file of this attempt; what comes back can stand in the answer. @throws MephistoError `too_large` and others */
  upload(content: Uint8Array | string, options?: { readonly name?: string; readonly mediaType?: string; readonly uploadId?: string }): Promise<FileRef>
  /**
   * Calls a remote procedure and waits for what it gives; the same `callId` again is a repeat. @default callId a new one
   * @throws MephistoError with what the procedure failed with
   */
  call<N extends ProcedureName<B>>(name: N, input: InferCallInput<B, N>, callId?: string): Promise<InferCallOutput<B, N>>
  /** Does something where people work together; resolves, when it is stored, to its number. The same `callId` again is a repeat. @default callId a new one */
  act<N extends ActionName<B>>(name: N, input: InferActionInput<B, N>, callId?: string): Promise<number>
  /** What was called so far and what came of it, in order; at most a hundred packets after a number. @default after 0 */
  packets(after?: number): Promise<readonly PacketView[]>
  /** What comes after a number, waited for when it is not there yet. */
  next(after: number): Promise<readonly PacketView[]>
  /** Says something about the work; the same `remarkId` again is a repeat. @default remarkId a new one */
  remark(remark: Remark, remarkId?: string): Promise<RemarkReply>
  /** Tips of others at the task. */
  tips(): Promise<readonly TipView[]>
  extend(): Promise<ExtendReply>
  /** Gives the unit back; false when it was not this worker's any more. @default why nobody says why */
  giveBack(why?: WhyReturned): Promise<boolean>
}

/** A person at a task page, without the page: the same calls over the same handler. */
export interface SimulatedWorker {
  /** Takes a unit. @throws MephistoError `conflict`, with the reason, when there is none */
  accept<B extends AnyBlueprint>(blueprint: B, run: { readonly id: string }): Promise<SimulatedTask<B>>
  /** Does the onboarding of a run. @throws MephistoError `conflict` when there is none for this worker to do; `invalid_answer` */
  onboard<B extends AnyBlueprint>(blueprint: B, run: { readonly id: string }, output: InferRawOnboardingOutput<B>): Promise<SubmitReply>
  /** Tries to take a unit and returns why it was refused, or null when it got one. */
  refusal(run: { readonly id: string }): Promise<RefusalReason | null>
  preview(run: { readonly id: string }): Promise<PreviewReply>
}

/** A call to the instance as a task page makes it. Fails with MephistoError. */
export type PageCall = <T>(procedure: string, input: unknown, token?: string) => Promise<T>

/** Page calls through an instance's handler, in this process. */
export function pageCalls(mephisto: Pick<Mephisto, 'handler' | 'architect'>): PageCall {
  return async <T>(procedure: string, input: unknown, token?: string): Promise<T> => {
    const response = await mephisto.handler(new Request(`${mephisto.architect.baseUrl}trpc/agent.${procedure}`, {
      method: 'POST', body: JSON.stringify(input),
      headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    }))
    return dataOf<T>(await response.json())
  }
}

function dataOf<T>(body: unknown): T {
  const reply = body as { result: { data: T } } | { error: { message: string; data?: { mephistoCode: MephistoError['code']; problems: MephistoError['problems'] } } }
  if ('result' in reply) return reply.result.data
  const { message, data } = reply.error
  throw new MephistoError(data?.mephistoCode ?? 'internal', message, { problems: data?.problems ?? [] })
}

interface SentFile {
  readonly content: Uint8Array | string
  readonly name?: string
  readonly mediaType?: string
  readonly uploadId?: string
}

async function sendFile({ handler, architect }: Pick<Mephisto, 'handler' | 'architect'>, token: string, { content, name = 'file.bin', mediaType = '', uploadId = crypto.randomUUID() }: SentFile): Promise<FileRef> {
  const response = await handler(new Request(`${architect.baseUrl}${FILES_PATH}${uploadId}`, {
    method: 'PUT', body: new Blob([content as BlobPart]),
    headers: { 'content-type': 'application/octet-stream', 'authorization': `Bearer ${token}`, [FILE_HEADERS.name]: encodeURIComponent(name), [FILE_HEADERS.mediaType]: encodeURIComponent(mediaType) },
  }))
  return dataOf<FileRef>(await response.json())
}

/** A call of an attempt. */
type AttemptCall = <T>(procedure: string, input: unknown) => Promise<T>

interface ProcedureCall {
  readonly callId: string
  readonly procedure: string
  readonly input: unknown
}

async function callProcedure(call: AttemptCall, { callId, procedure, input }: ProcedureCall): Promise<unknown> {
  const { number } = await call<{ number: number }>('act', { callId, name: procedure, input })
  for (let after = number; ;) {
    const { packets } = await call<{ packets: PacketView[] }>('read', { after, waitMs: LONGEST_WAIT_MS })
    const answer = packets.find(packet => packet.kind !== 'call' && packet.callId === callId)
    if (answer?.kind === 'result') return answer.body
    if (answer) {
      const { code, message } = answer.body as FailureBody
      throw new MephistoError(code as MephistoErrorCode, message)
    }
    after = packets.at(-1)?.number ?? after
  }
}

/** A simulated worker of the run's provider, let in by a link. */
export function simulatedWorker(mephisto: Pick<Mephisto, 'handler' | 'architect' | 'invite'>, name: string, provider: string): SimulatedWorker {
  const call = pageCalls(mephisto)
  const entry = async (run: { readonly id: string }) => ({ provider, credential: (await mephisto.invite({ run: run.id, worker: name })).credential })
  const register = async (run: { readonly id: string }) => call<RegisterReply>('register', await entry(run))
  return {
    preview: async run => call<PreviewReply>('preview', await entry(run)),
    refusal: async run => {
      const reply = await register(run)
      return reply.status === 'refused' ? reply.reason : null
    },
    async onboard(_blueprint, run, output) {
      const reply = await register(run)
      if (reply.status !== 'onboarding') throw new MephistoError('conflict', `${name} has no onboarding to do: ${reply.status === 'refused' ? reply.reason : 'there is work'}`)
      return call<SubmitReply>('submit', { submissionId: crypto.randomUUID(), answer: output }, reply.agentToken)
    },
    async accept<B extends AnyBlueprint>(_blueprint: B, run: { readonly id: string }): Promise<SimulatedTask<B>> {
      const reply = await register(run)
      if (reply.status === 'refused') throw new MephistoError('conflict', `${name} was refused: ${reply.reason}`)
      if (reply.status === 'onboarding') throw new MephistoError('conflict', `${name} has to do the onboarding first`)
      const { renewal } = reply
      let { agentToken } = reply
      /** With the newest token, which is renewed when it is refused: a few times, because a test's clock may jump meanwhile. */
      async function withToken<T>(ask: (token: string) => Promise<T>, tries = 5): Promise<T> {
        try {
          return await ask(agentToken)
        } catch (error) {
          if (tries === 0 || !isMephistoError(error) || error.code !== 'unauthenticated') throw error
        }
        ;({ agentToken } = await call<RenewReply>('renew', { renewal }))
        return withToken(ask, tries - 1)
      }
      const attempt: AttemptCall = (procedure, input) => withToken(token => call(procedure, input, token))
      return {
        input: reply.input as InferInput<B>, unitId: reply.unitId, agentId: reply.agentId, resumed: reply.resumed, run: reply.run as RunOf<B>,
        submit: (answer, submissionId = crypto.randomUUID()) => attempt<SubmitReply>('submit', { submissionId, answer }),
        upload: (content, options) => withToken(token => sendFile(mephisto, token, { content, ...options })),
        call: <N extends ProcedureName<B>>(procedure: N, input: InferCallInput<B, N>, callId: string = crypto.randomUUID()) => callProcedure(attempt, { callId, procedure, input }) as Promise<InferCallOutput<B, N>>,
        act: async <N extends ActionName<B>>(name: N, input: InferActionInput<B, N>, callId: string = crypto.randomUUID()) => (await attempt<{ number: number }>('act', { callId, name, input })).number,
        next: async after => (await attempt<{ packets: PacketView[] }>('read', { after, waitMs: LONGEST_WAIT_MS })).packets,
        packets: async (after = 0) => (await attempt<{ packets: PacketView[] }>('read', { after })).packets,
        remark: (remark, remarkId = crypto.randomUUID()) => attempt<RemarkReply>('remark', { remarkId, remark }),
        tips: async () => (await attempt<{ tips: TipView[] }>('tips', {})).tips,
        extend: () => attempt<ExtendReply>('extend', {}),
        giveBack: async why => (await attempt<{ returned: boolean }>('return', why === undefined ? {} : { why })).returned,
      }
    },
  }
}
