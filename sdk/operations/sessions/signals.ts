import { MephistoError } from '../../errors.js'
import type { SignalView } from '../../protocol/signal-views.js'
import type { PlaceFinder } from '../agent-places.js'
import type { AgentClaims } from '../agent-tokens.js'
import type { Live } from '../live/create-live.js'
import type { BlueprintRegistry } from '../registry.js'
import { checkedInput } from './checked-input.js'
import type { RateLimit } from './rate-limit.js'

/** What somebody lets the others of a session know for the moment. */
export interface SessionSignal extends SignalView {
  readonly sessionId: string
}

/** A signal as a page sends it. */
export interface RequestedSignal {
  readonly name: string
  readonly value: unknown
}

/**
 * Hands a signal to those who read the session, here and in other processes. It is not stored, not numbered, and may be lost. Rejects with MephistoError `conflict` where
 * nothing is live or it is not under way, `invalid_input` for a name that there is not and for what does not fit, `too_many_requests`.
 */
export type Signals = (claims: AgentClaims, signal: RequestedSignal) => Promise<void>

interface Parts {
  readonly blueprints: BlueprintRegistry
  readonly findPlace: PlaceFinder
  readonly live: Pick<Live, 'requireAtWork'>
  readonly limit: RateLimit
  tell(signal: SessionSignal): void
}

/** Characters of a signal, as JSON. */
const MOST_CHARACTERS = 2_000

/** Signals of an instance's pages. */
export function createSignals({ blueprints, findPlace, live, limit, tell }: Parts): Signals {
  return async ({ agentId, blueprintType }, { name, value }) => {
    const { unit, isLive } = await findPlace(agentId)
    if (!isLive || !unit) throw new MephistoError('conflict', 'Signals can be sent for items of work together alone.')
    limit(agentId)
    const { signals = {} } = blueprints.get(blueprintType).blueprint.live ?? {}
    const schema = Object.hasOwn(signals, name) ? signals[name] : undefined
    if (!schema) throw new MephistoError('invalid_input', `There is no signal "${name}" here; ${Object.keys(signals).length === 0 ? 'there is none' : `there are: ${Object.keys(signals).join(', ')}`}.`)
    const text = JSON.stringify(await checkedInput(schema, value, `The signal "${name}"`) ?? null)
    if (text.length > MOST_CHARACTERS) throw new MephistoError('invalid_input', `The signal "${name}" is longer than ${String(MOST_CHARACTERS)} characters.`)
    await live.requireAtWork({ agentId, unit })
    tell({ sessionId: unit.assignmentId, from: agentId, name, value: JSON.parse(text) as unknown })
  }
}
