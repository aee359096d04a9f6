import { ConnectionTrouble } from './call-errors.js'
import { nothingRemote } from './nothing-remote.js'
import { untilAnswered } from './retry.js'
import type { RemoteNow, RemoteSide } from './session-context.js'

/** What a page can ask of the server at its unit. The code for it is loaded for units at which something is live, and blueprints that have procedures, alone. */
export const remoteActions: RemoteSide = (context, scene, from) => {
  const { blueprint, clock, signals, link } = context
  const { live } = from.unit.run
  if (!live && Object.keys(blueprint.procedures ?? {}).length === 0) return nothingRemote(context, scene, from)
  const load = () => import('./remote-keeper.js').catch((cause: unknown) => { throw new ConnectionTrouble('A part of the page could not be loaded.', { cause }) })
  const loading = untilAnswered(load, { clock, signal: scene.signal, onWake: signals.onWake, onTrouble: link.onTrouble }).then(({ keepRemote }) => {
    now = keepRemote(context, scene, from)
    from.onChange()
    return now
  })
  let now = (): RemoteNow | null => (live ? null : { call: async (name, input) => (await loading)()?.call?.(name, input) })
  return () => now()
}
