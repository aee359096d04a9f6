import type { BlueprintImplementation } from '../../blueprints/implement.js'
import type { ToldPacket } from '../../blueprints/live-server.js'
import { ERASED_TEXT } from '../../data-model/erasure.js'
import { isMephistoError } from '../../errors.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import { jsonText } from '../json-text.js'
import type { CallOutcome, OutboxHandler } from '../outbox-handler.js'
import type { BlueprintRegistry } from '../registry.js'
import { allPackets } from '../sessions/all-packets.js'
import { withinMs } from '../time-limit.js'
import type { Conductor } from './conductor.js'
import { againJob, effectJob, lookJob, timerJob } from './jobs.js'
import type { LivePlace, LivePlaceFinder } from './live-place.js'
import { effectTopicOf, liveTopicOf, type AskedEffect, type AskedLook } from './live-topics.js'

interface Parts {
  readonly db: DbOperations
  readonly blueprints: BlueprintRegistry
  readonly findPlace: LivePlaceFinder
  readonly conduct: Conductor
}

/** Tries of an effect. */
const MOST_TRIES = 5
/** Tries of all else: some ten minutes, since nobody asks for it again. */
const MOST_LOOKS = 15
/** How long a look may take, ms: people wait for what a process that is gone had begun. */
const LOOK_MS = 15_000
/** How long an effect may take that does not say, ms. */
const EFFECT_MS = 60_000
/** Characters of what an effect gives, as JSON. */
const MOST_CHARACTERS = 100_000
/** Calls that one process makes at a time. */
const [LOOKS, EFFECTS] = [64, 32]

/** Brings to sessions what was written for them into the outbox: who came and left, timers, effects. */
export function liveHandlers(parts: Parts): readonly OutboxHandler[] {
  return parts.blueprints.names.map(type => parts.blueprints.get(type)).filter(({ server }) => server.live !== undefined)
    .flatMap(implementation => [askedHandler(parts, implementation), effectHandler(parts, implementation)])
}

function askedHandler({ db, findPlace, conduct }: Parts, { blueprint: { type } }: BlueprintImplementation): OutboxHandler {
  return {
    specVersion: 1, topic: liveTopicOf(type), concurrency: LOOKS, concurrencyPerSubject: LOOKS, timeoutMs: LOOK_MS, leaseMarginMs: 5_000, maxTries: MOST_LOOKS, backoff: { firstMs: 1_000, mostMs: 60_000 },
    async call({ id, body, subjectId }) {
      const assignmentId = subjectId ?? ''
      const place = await placeOrNull(findPlace, assignmentId)
      if (!place) return gone
      const asked = JSON.parse(body) as AskedLook
      if ('look' in asked) await conduct(place, lookJob(db, assignmentId))
      else if ('timer' in asked) await conduct(place, timerJob(db, { assignmentId, ...asked, callId: id }))
      else {
        const [packet] = await db.sessions.sent([asked.again])
        if (!packet || packet.body === ERASED_TEXT) return gone
        await conduct(place, againJob(packet, id))
      }
      return { kind: 'done', result: {} }
    },
  }
}

const gone: CallOutcome = { kind: 'done', result: { skipped: 'the session is gone' } }

async function placeOrNull(findPlace: LivePlaceFinder, assignmentId: string): Promise<LivePlace | null> {
  try {
    return await findPlace(assignmentId)
  } catch (error) {
    if (isMephistoError(error) && error.code === 'not_found') return null
    throw error
  }
}

function effectHandler({ db, findPlace, conduct }: Parts, { blueprint: { type }, server }: BlueprintImplementation): OutboxHandler {
  const effects = server.live?.effects ?? {}
  const longestMs = Math.max(...Object.values(effects).map(({ timeoutMs = EFFECT_MS }) => timeoutMs), EFFECT_MS)
  return {
    specVersion: 1, topic: effectTopicOf(type), concurrency: EFFECTS, timeoutMs: longestMs + 5_000, maxTries: MOST_TRIES, backoff: { firstMs: 1_000, mostMs: 60_000 },
    async call(call, signal) {
      const place = await placeOrNull(findPlace, call.subjectId ?? '')
      if (!place) return gone
      const { effect: clientId } = JSON.parse(call.body) as AskedEffect
      const [asked] = await db.sessions.sent([{ senderId: place.sessionId, clientId }])
      if (!asked || asked.body === ERASED_TEXT) return gone
      const { name, input } = JSON.parse(asked.body) as { readonly name: string; readonly input: unknown }
      try {
        const effect = Object.hasOwn(effects, name) ? effects[name] : undefined
        if (!effect) throw new Error(`the blueprint has no effect "${name}" any more`)
        const { input: item } = await place.parts()
        const about = { runId: place.runId, assignmentId: place.sessionId, input: item, effectId: call.callKey, packets: () => toldIn(db, place.sessionId) }
        const given: unknown = await withinMs(effect.timeoutMs ?? EFFECT_MS, limit => effect.run(input, { ...about, signal: AbortSignal.any([signal, limit]) }))
        const text = jsonText(given ?? null, 'output')
        if (text.length > MOST_CHARACTERS) throw new RangeError(`its output is longer than ${String(MOST_CHARACTERS)} characters`)
        const output: unknown = JSON.parse(text)
        await conduct(place, effectJob(place.sessionId, { type: 'result', name, input, output }, call.id))
        return { kind: 'done', result: {} }
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        if (call.tries < MOST_TRIES) return { kind: 'retry', result: { error: message } }
        await conduct(place, effectJob(place.sessionId, { type: 'failure', name, input, message }, call.id))
        return { kind: 'failed', result: { error: message } }
      }
    },
  }
}

/** What everybody was told in a session. */
async function toldIn(db: DbOperations, sessionId: string): Promise<readonly ToldPacket[]> {
  const all: ToldPacket[] = []
  for await (const { kind, recipientId, name, body, at } of allPackets(db.sessions, sessionId)) {
    if (kind === 'message' && recipientId === null && body !== ERASED_TEXT) all.push({ name, body: JSON.parse(body) as unknown, at })
  }
  return all
}
