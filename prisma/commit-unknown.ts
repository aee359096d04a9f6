import { DriverFailure } from './drivers/driver-failure.js'
import { databaseFailure } from './raw-client.js'

/** A lost connection seen at a commit: whether the transaction was kept cannot be known. */
export function commitUnknown(error: unknown): DriverFailure {
  const { nativeCode, message } = databaseFailure(error)
  return new DriverFailure('CommitUnknown', Object.assign(new Error(message, { cause: error }), { code: nativeCode }))
}
