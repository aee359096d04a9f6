import type { MephistoError } from '../../errors.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { Runtime } from '../../ports/runtime.js'
import type { PacketRow } from '../../ports/session-operations.js'
import type { SessionSignal } from './signals.js'

/** Somebody who reads a session. */
export interface PacketReader {
  /** Packets up to this number are known. */
  readonly after: number
  /** Who reads: those for others alone are left out. @default all are for whoever reads */
  readonly readerId?: string
  /** Takes the next packets, in order; none that is for this reader is left out. */
  onPackets(packets: readonly PacketRow[]): void
  /** Takes what others let it know for the moment. @default it is not told */
  onSignal?(signal: SessionSignal): void
  /** Whether more can be taken now; whoever says no calls `resume` later. @default always */
  isReady?(): boolean
  /** It is told no more: for a reason, or because the instance is being closed. */
  onEnd?(reason?: MephistoError): void
}

/** A reader's place. */
export interface Following {
  /** More can be taken. */
  resume(): void
  stop(): void
}

/** Hands packets of sessions to those who read them in this process, as they come. */
export interface PacketHub {
  follow(sessionId: string, reader: PacketReader): Following
  /** These packets were added by this process: whoever has what comes before them gets them at once, the others are woken. */
  hand(packets: readonly PacketRow[]): void
  /** Tells what somebody lets the others of a session know: those who read it here. */
  signal(signal: SessionSignal): void
  /** Packets may have come in these sessions, in any for null. Only wakes: what there is is read from the database. */
  wake(sessionIds: Iterable<string> | null): void
  /** Ends all readers, and takes no more. */
  close(): void
}

/** How often sessions that are read here are looked at for packets that other processes have written, ms. */
const POLL_MS = 1_000
/** Packets that one statement reads. */
const PORTION = 50

interface Place {
  readonly reader: PacketReader
  /** The last number that it was given. */
  seen: number
}

interface FollowedSession {
  readonly places: Set<Place>
  isReading: boolean
  isWoken: boolean
}

interface HubParts {
  readonly db: DbOperations
  readonly runtime: Runtime
  /** Called when somebody reads, each time that nobody did before. */
  onFirst(): void
  /** Called when packets were read from the database: others may have written them. */
  onRead(sessionId: string): void
}

/** The hub of a process. It looks at nothing while nobody reads. */
export function createPacketHub({ db, runtime, onFirst, onRead }: HubParts): PacketHub {
  const sessions = new Map<string, FollowedSession>()
  let timer: ReturnType<typeof setInterval> | null = null
  let isClosed = false

  function look(sessionId: string): void {
    const session = sessions.get(sessionId)
    if (!session) return
    session.isWoken = true
    if (session.isReading) return
    session.isReading = true
    void read(sessionId, session)
  }

  /** Reads until nobody was woken meanwhile. That is seen and said in one step: a wake in between would be lost. */
  async function read(sessionId: string, session: FollowedSession): Promise<void> {
    while (session.isWoken) {
      session.isWoken = false
      if (await readOnce(sessionId, session)) session.isWoken = true
    }
    session.isReading = false
  }

  /** Whether there is more. */
  async function readOnce(sessionId: string, session: FollowedSession): Promise<boolean> {
    const waiting = [...session.places].filter(isReady)
    if (waiting.length === 0) return false
    try {
      const packets = await db.sessions.after(sessionId, Math.min(...waiting.map(({ seen }) => seen)), { limit: PORTION })
      if (packets.length > 0) onRead(sessionId)
      for (const place of waiting) if (session.places.has(place)) give(sessionId, place, packets)
      return packets.length === PORTION
    } catch (error) {
      // The next look finds what there is.
      runtime.logger.error({ err: error, sessionId }, 'packets could not be read; they are looked for again')
      return false
    }
  }

  /** Finds what came without a word: from other processes. */
  async function poll(): Promise<void> {
    if (sessions.size === 0) return
    const counts = await db.sessions.counts([...sessions.keys()])
    for (const [sessionId, count] of counts) if ([...sessions.get(sessionId)?.places ?? []].some(({ seen }) => seen < count)) look(sessionId)
  }

  const lookAtAll = (): void => {
    poll().catch((error: unknown) => { runtime.logger.error({ err: error }, 'sessions could not be looked at; the next round tries again') })
  }

  function startPolling(): void {
    if (timer !== null) return
    timer = setInterval(lookAtAll, POLL_MS)
    onFirst()
  }

  function give(sessionId: string, place: Place, packets: readonly PacketRow[]): void {
    const news = packets.filter(({ number }) => number > place.seen)
    if (news.length === 0) return
    place.seen = news.at(-1)?.number ?? place.seen
    const { readerId } = place.reader
    const own = readerId === undefined ? news : news.filter(({ recipientId }) => recipientId === null || recipientId === readerId)
    if (own.length > 0) tell(sessionId, place, reader => { reader.onPackets(own) })
  }

  /** A reader that throws has left: what it is told of was committed long before. */
  function tell(sessionId: string, place: Place, say: (reader: PacketReader) => void): void {
    try {
      say(place.reader)
    } catch (error) {
      runtime.logger.error({ err: error, sessionId }, 'a reader of packets failed, and is told no more')
      leave(sessionId, place)
    }
  }

  function leave(sessionId: string, place: Place): void {
    const session = sessions.get(sessionId)
    session?.places.delete(place)
    if (session?.places.size === 0) sessions.delete(sessionId)
    if (sessions.size > 0 || timer === null) return
    clearInterval(timer)
    timer = null
  }

  return {
    follow(sessionId, reader) {
      const place: Place = { reader, seen: reader.after }
      if (isClosed) {
        reader.onEnd?.()
        return { resume: () => undefined, stop: () => undefined }
      }
      const session = sessions.get(sessionId) ?? { places: new Set(), isReading: false, isWoken: false }
      sessions.set(sessionId, session)
      session.places.add(place)
      startPolling()
      look(sessionId)
      return { resume: () => { look(sessionId) }, stop: () => { leave(sessionId, place) } }
    },
    hand(packets) {
      for (const sessionId of new Set(packets.map(packet => packet.sessionId))) {
        const session = sessions.get(sessionId)
        if (!session) continue
        const added = packets.filter(packet => packet.sessionId === sessionId)
        for (const place of session.places) if (isReady(place) && added[0]?.number === place.seen + 1) give(sessionId, place, added)
        if ([...session.places].some(({ seen }) => seen < (added.at(-1)?.number ?? 0))) look(sessionId)
      }
    },
    signal(signal) {
      const { sessionId, from } = signal
      for (const place of sessions.get(sessionId)?.places ?? []) if (place.reader.readerId !== from) tell(sessionId, place, reader => { reader.onSignal?.(signal) })
    },
    wake(sessionIds) {
      if (sessionIds === null) lookAtAll()
      else for (const sessionId of sessionIds) look(sessionId)
    },
    close() {
      isClosed = true
      const places = [...sessions].flatMap(([sessionId, session]) => [...session.places].map(place => ({ sessionId, place })))
      for (const { sessionId, place } of places) {
        leave(sessionId, place)
        place.reader.onEnd?.()
      }
    },
  }
}

function isReady({ reader }: Place): boolean {
  return reader.isReady?.() ?? true
}
