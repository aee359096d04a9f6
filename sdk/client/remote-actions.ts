import type { AnyBlueprint } from '../blueprints/blueprint.js'
import { ConnectionTrouble } from './call-errors.js'
import { noProcedures } from './no-procedures.js'
import { untilAnswered } from './retry.js'
import type { RemoteSide } from './session-context.js'
import type { RemoteActions } from './task-state.js'

/** What a page can ask of the server at its unit. The code for it is loaded for blueprints that have procedures alone. */
export const remoteActions: RemoteSide = (context, scene, from) => {
  const { blueprint, clock, signals, link } = context
  if (Object.keys(blueprint.procedures ?? {}).length === 0) return noProcedures(context, scene, from)
  const load = () => import('./call-keeper.js').catch((cause: unknown) => { throw new ConnectionTrouble('A part of the page could not be loaded.', { cause }) })
  const loading = untilAnswered(load, { clock, signal: scene.signal, onWake: signals.onWake, onTrouble: link.onTrouble }).then(({ keepCalls }) => {
    now = keepCalls(context, scene, from)
    from.onChange()
    return now
  })
  let now = (): RemoteActions<AnyBlueprint> => ({ calls: [], call: async (name, input) => (await loading)().call(name, input) })
  return () => now()
}
