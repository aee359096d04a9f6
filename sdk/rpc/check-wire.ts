import { MephistoError } from '../errors.js'
import { OLDEST_WIRE_VERSION, WIRE_VERSION } from '../protocol/wire-version.js'

/** Refuses a page that this server does not understand. @throws MephistoError `page_outdated` for one that must be loaded again; `unavailable` for one that is newer, which tries again: servers are being exchanged */
export function checkWire(said: string | null): void {
  const version = Number(said ?? 1)
  if (version < OLDEST_WIRE_VERSION) throw new MephistoError('page_outdated', 'This page is out of date. Load it again; what you wrote is kept.')
  if (version > WIRE_VERSION) throw new MephistoError('unavailable', `This page speaks version ${String(version)} and this server version ${String(WIRE_VERSION)}; the page tries again.`)
}
