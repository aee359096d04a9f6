import { keepCalls } from './call-keeper.js'
import { keepLive } from './live-keeper.js'
import type { RemoteSide } from './session-context.js'

/** What a page can ask of the server at a unit at which something is live, or that has procedures. */
export const keepRemote: RemoteSide = (context, scene, from) => (from.unit.run.live ? keepLive : keepCalls)(context, scene, from)
