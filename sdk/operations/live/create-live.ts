import { isMephistoError, MephistoError } from '../../errors.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { Runtime } from '../../ports/runtime.js'
import type { HookParts } from '../hook-parts.js'
import type { Observer } from '../observing/observer.js'
import type { OutboxHandler } from '../outbox-handler.js'
import type { BlueprintRegistry } from '../registry.js'
import { checkedInput } from '../sessions/checked-input.js'
import type { RequestedCall } from '../sessions/remote-calls.js'
import { createConductor } from './conductor.js'
import { actionJob, presenceJob } from './jobs.js'
import { liveHandlers } from './live-handlers.js'
import { createLiveLog } from './live-log.js'
import { createLivePlaceFinder } from './live-place.js'
import type { SharedState } from './shared-state.js'
import { createPresence, type PresentAgent } from './presence.js'

/** Work that several people do together, in an instance. */
export interface Live {
  readonly handlers: readonly OutboxHandler[]
  /**
   * Takes an action of a page. Resolves, when it is stored with what follows from it, to its number.
   * Rejects with MephistoError `not_found` for an action that there is not, `invalid_input` for what does not fit its schema, `conflict` before it has begun and
   * after it is over, and with what the blueprint refuses it for
   */
  act(agent: PresentAgent, request: RequestedCall): Promise<number>
  /** Rejects with MephistoError `conflict` for whoever has no part in a session that is under way, by what this process knows of it, or reads once. */
  requireAtWork(agent: Pick<PresentAgent, 'agentId' | 'unit'>): Promise<void>
  /** Somebody's page is connected, until the returned function is called: their lease is kept. */
  arrive(agent: PresentAgent): () => void
  /** Others may have changed a session. */
  forget(sessionId: string): void
  close(): void
}

interface Parts {
  readonly db: MephistoDb
  readonly runtime: Runtime
  readonly blueprints: BlueprintRegistry
  readonly hookParts: HookParts
  readonly observer?: Observer
  /** Told when somebody whose page is connected has left all the same. */
  onGone(agentId: string): void
}

/** Live work over a database. */
export function createLive(parts: Parts): Live {
  const { db, runtime, blueprints } = parts
  const findPlace = createLivePlaceFinder(parts)
  const conduct = createConductor({ db, runtime, log: createLiveLog(parts) })
  const presence = createPresence({
    db, runtime, onGone: ({ agentId }) => { parts.onGone(agentId) },
    onChange: ({ agentId, unit, runId }, status) => {
      findPlace(unit.assignmentId).then(place => conduct(place, presenceJob(agentId, status))).catch((error: unknown) => {
        if (!isMephistoError(error)) runtime.logger.error({ err: error, runId, agentId }, 'it could not be told whether somebody is connected')
      })
    },
  })
  return {
    handlers: liveHandlers({ db, blueprints, findPlace, conduct }),
    async act({ agentId, unit }, { callId, name, input }) {
      const place = await findPlace(unit.assignmentId)
      const { actions } = place.contract
      const schema = Object.hasOwn(actions, name) ? actions[name] : undefined
      if (!schema) throw new MephistoError('not_found', `There is no action "${name.slice(0, 64)}" here; there are: ${Object.keys(actions).join(', ')}. A page that is older than the server has to be loaded again.`)
      return conduct(place, actionJob({ agentId, callId, name, body: JSON.stringify(input ?? null), input: await checkedInput(schema, input, `The action "${name}"`) }))
    },
    async requireAtWork({ agentId, unit }) {
      const isAtWork = (shared: SharedState | null): boolean => shared?.phase === 'live' && shared.people.some(person => person.agentId === agentId && person.status !== 'left')
      // What is remembered may be older than what others have written.
      if (!isAtWork(conduct.remembered(unit.assignmentId)) && !isAtWork(await conduct.now(unit.assignmentId))) throw new MephistoError('conflict', 'Signals can be sent only while this is under way, by those who are part of it.')
    },
    arrive: presence.arrive,
    forget: conduct.forget,
    close: presence.close,
  }
}
