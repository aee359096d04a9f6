import { loadPart } from './load-part.js'
import { nothingRemote } from './nothing-remote.js'
import type { CallRequest } from '../protocol/packet-views.js'
import type { RemoteNow, RemoteSide } from './session-context.js'

/** What a page can ask of the server at its unit. The code for it is loaded for units at which something is live, and blueprints that have procedures, alone. */
export const remoteActions: RemoteSide = (context, scene, from) => {
  const { live } = from.unit.run
  if (!live && Object.keys(context.blueprint.procedures ?? {}).length === 0) return nothingRemote(context, scene, from)
  /** What was called while the code is on its way. */
  const early: { readonly request: CallRequest; readonly resolve: (answer: unknown) => void }[] = []
  let now = (): RemoteNow | null => (live ? null : {
    make: request => new Promise(resolve => {
      // What is no JSON is refused at once: it could not be kept with an answer either.
      JSON.stringify(request)
      early.push({ request, resolve })
    }),
    unsent: () => early.map(({ request }) => request),
  })
  void loadPart(context, scene, () => import('./remote-keeper.js')).then(({ keepRemote }) => {
    now = keepRemote(context, scene, from)
    for (const { request, resolve } of early) resolve(now()?.make?.(request))
    from.onChange()
  })
  return () => now()
}
