import type { RemoteSide } from './session-context.js'

/** Of a unit at which there is nothing to ask of the server: no procedures, and nothing live. */
export const nothingRemote: RemoteSide = () => () => ({})
