import { RefusedCall } from './call-errors.js'
import type { RemoteSide } from './session-context.js'

/** For tasks that have no procedures. */
export const noProcedures: RemoteSide = () => () => ({ calls: [], call: () => Promise.reject(new RefusedCall('not_found', 'This page knows no procedures of this task.', [])) })
