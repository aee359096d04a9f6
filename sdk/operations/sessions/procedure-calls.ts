import type { BlueprintImplementation } from '../../blueprints/implement.js'
import { ERASED_TEXT } from '../../data-model/erasure.js'
import { describeProblems, ERROR_TABLE, isMephistoError, MephistoError, problemsOf, type MephistoErrorCode } from '../../errors.js'
import type { CallRow } from '../../ports/outbox-operations.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { Runtime } from '../../ports/runtime.js'
import type { PacketRow } from '../../ports/session-operations.js'
import { jsonText } from '../json-text.js'
import type { OutboxHandler } from '../outbox-handler.js'
import type { BlueprintRegistry } from '../registry.js'
import { isTimeLimit, withinMs } from '../time-limit.js'
import type { Caller } from './callers.js'
import { parsedInput } from './checked-input.js'
import { answerPacket, type Answer } from './packet-log.js'
import { PROCEDURE_MS, procedureOf, topicOf } from './procedures.js'

/** Calls that one process makes at a time, and those of one attempt among them. */
const [CONCURRENCY, PER_ATTEMPT] = [256, 4]
/** Tries of a call that could not even begin, such as while the database is away; then its page is told. */
const MOST_TRIES = 6
/** Characters of a result, as JSON. */
const MOST_CHARACTERS = 500_000
/** What recording a result may take, after which a call whose process is gone is made by another, ms. */
const MARGIN_MS = 5_000

interface Parts {
  readonly db: MephistoDb
  readonly runtime: Runtime
  readonly blueprints: BlueprintRegistry
  /** Who calls; null for an attempt that is gone. */
  callerOf(agentId: string): Promise<Caller | null>
  /** The packet of a call that this process has just written; undefined for any other. */
  justWritten(callId: string): PacketRow | undefined
}

/** Makes calls of remote procedures, whichever process took them, and stores what they gave. */
export function procedureHandlers(parts: Parts): readonly OutboxHandler[] {
  return parts.blueprints.names.map(type => parts.blueprints.get(type)).filter(({ server }) => server.procedures !== undefined).map(implementation => handlerOf(parts, implementation))
}

function handlerOf(parts: Parts, implementation: BlueprintImplementation): OutboxHandler {
  const longestMs = Math.max(...Object.values(implementation.server.procedures ?? {}).map(({ timeoutMs = PROCEDURE_MS }) => timeoutMs), 1)
  const asked = async ({ id, body, subjectId }: Pick<CallRow, 'id' | 'body' | 'subjectId'>): Promise<PacketRow | null> => {
    const own = parts.justWritten(id)
    if (own) return own
    const { call: clientId } = JSON.parse(body) as { call: string }
    return (await parts.db.sessions.sent([{ senderId: subjectId ?? '', clientId }]))[0] ?? null
  }
  return {
    specVersion: 1, topic: topicOf(implementation.blueprint.type), concurrency: CONCURRENCY, concurrencyPerSubject: PER_ATTEMPT,
    timeoutMs: longestMs + MARGIN_MS, leaseMarginMs: MARGIN_MS, maxTries: MOST_TRIES, backoff: { firstMs: 500, mostMs: 10_000 },
    async call(call, signal) {
      const packet = await asked(call)
      if (!packet || packet.body === ERASED_TEXT) return { kind: 'done', result: { skipped: 'the call is gone' } }
      const answer = await answered(parts, implementation, { packet, signal })
      return { kind: 'done', result: { kind: answer.kind }, write: (tx, at) => answerPacket(tx, packet, { answer, at }) }
    },
    async record(tx, call, { status, at }) {
      const packet = status === 'failed' ? await asked(call) : null
      if (packet) await answerPacket(tx, packet, { answer: failure({ code: 'unavailable', message: 'The server could not do this.' }), at })
    },
  }
}

function failure(told: { readonly code: MephistoErrorCode; readonly message: string }): Answer {
  return { kind: 'failure', body: JSON.stringify(told) }
}

/** Does what a call asks for; what goes wrong in the procedure is an answer too. Rejects when it could not be asked. */
async function answered({ runtime, callerOf }: Parts, implementation: BlueprintImplementation, { packet, signal }: { readonly packet: PacketRow; readonly signal: AbortSignal }): Promise<Answer> {
  const { name, clientId: callId, sessionId } = packet
  const { input, output, procedure } = procedureOf(implementation, name)
  const caller = await callerOf(sessionId)
  if (!caller) return failure({ code: 'conflict', message: 'This item is gone.' })
  try {
    const [asked, timeoutMs] = [await parsedInput(input, JSON.parse(packet.body)), procedure.timeoutMs ?? PROCEDURE_MS]
    if (!asked.success) throw new MephistoError('invalid_input', 'This call does not fit the procedure any more; load the page again.')
    const given = await withinMs(timeoutMs, limit => procedure.run(asked.data, { ...caller, callId, signal: AbortSignal.any([signal, limit]) }))
    const parsed = await output.safeParseAsync(given)
    if (!parsed.success) throw new TypeError(`the result does not fit its schema: ${describeProblems(problemsOf(parsed.error.issues, 'output'))}`)
    const body = jsonText(parsed.data ?? null, 'output')
    if (body.length > MOST_CHARACTERS) throw new RangeError(`the result is longer than ${String(MOST_CHARACTERS)} characters`)
    return { kind: 'result', body }
  } catch (error) {
    const about = { procedure: name, agentId: sessionId, callId }
    if (isMephistoError(error) && ERROR_TABLE[error.code].http < 500) {
      // Its message is for the page, and may quote what was sent.
      runtime.logger.info({ ...about, code: error.code }, 'a remote procedure refused a call')
      return failure({ code: error.code, message: error.message })
    }
    runtime.logger.warn({ ...about, err: error }, 'a remote procedure failed; its page was told, and goes on')
    return failure(isTimeLimit(error) ? { code: 'unavailable', message: 'The server took too long for this.' } : { code: 'internal', message: 'Something went wrong on the server. It has been logged.' })
  }
}
