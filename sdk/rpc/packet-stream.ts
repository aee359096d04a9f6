import type { AgentClaims } from '../operations/agent-tokens.js'
import type { Sessions } from '../operations/sessions/create-sessions.js'
import { packetViewOf } from '../operations/sessions/packet-view.js'
import type { PacketRow } from '../ports/session-operations.js'
import type { FollowRequest, PacketView } from '../protocol/packet-views.js'

/** Packets that wait for their reader before no more are read. */
const MOST_WAITING = 500

/** Where a subscription begins: where its client says that it was, or where it was when the connection was lost. */
export const startOf = ({ after, lastEventId }: FollowRequest): number => Math.max(after, Number(lastEventId ?? 0))

/** The packets of an attempt as they come, until the signal or the instance ends it. */
export async function* packetsOf(sessions: Sessions, agent: AgentClaims, { input, signal }: { readonly input: FollowRequest; readonly signal: AbortSignal | undefined }): AsyncGenerator<PacketView> {
  let [isOver, wasFull, notify] = [false, false, (): void => undefined]
  const waiting: PacketRow[] = []
  const end = (): void => {
    isOver = true
    notify()
  }
  const following = await sessions.follow(agent, {
    after: startOf(input), isReady: () => waiting.length < MOST_WAITING, onEnd: end,
    onPackets(packets) {
      waiting.push(...packets)
      wasFull ||= waiting.length >= MOST_WAITING
      notify()
    },
  })
  signal?.addEventListener('abort', end)
  try {
    while (!isOver && signal?.aborted !== true) {
      const packet = waiting.shift()
      if (packet) yield packetViewOf(packet)
      else {
        if (wasFull) following.resume()
        wasFull = false
        await new Promise<void>(resolve => { notify = resolve })
      }
    }
  } finally {
    signal?.removeEventListener('abort', end)
    following.stop()
  }
}
