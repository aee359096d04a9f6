import type { RemoteSide } from './session-context.js'

/** For tasks that have no procedures, and in which nothing is live. */
export const noProcedures: RemoteSide = () => () => ({})
