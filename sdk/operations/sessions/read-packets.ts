import type { DbOperations } from '../../ports/mephisto-db.js'
import type { PacketRow } from '../../ports/session-operations.js'
import type { PacketView } from '../../protocol/packet-views.js'
import type { AgentPlace } from '../agent-places.js'
import type { PacketHub } from './packet-hub.js'
import { packetViewOf } from './packet-view.js'

/** Which packets are read at a time. */
export interface PacketPage {
  readonly after: number
  /** How long the first of them is waited for, ms. */
  readonly waitMs: number
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined
}

/** Who reads which session. */
export type PacketsReader = Pick<AgentPlace, 'sessionId'> & { readonly readerId: string; mayRead(packet: PacketRow): boolean }

/** Packets that one reply has. */
const PORTION = 100

/** The next packets of an attempt. Whoever waits for them reads them from the hub, which looks once for all who wait in a session. */
export async function readPackets({ db, hub }: { readonly db: DbOperations; readonly hub: PacketHub }, own: PacketsReader, page: PacketPage): Promise<readonly PacketView[]> {
  const isToWait = page.waitMs > 0 && page.signal?.aborted !== true
  const packets = isToWait ? await nextPackets(hub, own, page) : await db.sessions.after(own.sessionId, page.after, { limit: PORTION, readerId: own.readerId })
  return packets.filter(packet => own.mayRead(packet)).map(packetViewOf)
}

function nextPackets(hub: PacketHub, { sessionId, readerId }: PacketsReader, { after, waitMs, signal }: PacketPage): Promise<readonly PacketRow[]> {
  return new Promise(resolve => {
    const end = (packets: readonly PacketRow[]): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', giveUp)
      following.stop()
      resolve(packets)
    }
    const giveUp = (): void => { end([]) }
    const timer = setTimeout(giveUp, waitMs)
    signal?.addEventListener('abort', giveUp)
    // Of a hub that is closed it is told before there is anything to stop.
    const following = hub.follow(sessionId, { after, readerId, onPackets: end, onEnd: () => { setImmediate(giveUp) } })
  })
}
