import { createStore, del, delMany, entries, update } from 'idb-keyval'
import type { CallRequest } from '../protocol/packet-views.js'

/** Whose calls: a worker has one attempt at a run at a time, and other people may use the same device. */
export interface CallStoreKey {
  /** Where Mephisto is mounted. */
  readonly baseUrl: string
  readonly runId: string
  readonly worker: string
  readonly agentId: string
}

/** Calls and actions of an attempt that the server has not acknowledged, in order, kept on the device for a page that is loaded again. */
export interface CallStore {
  /** What an earlier page left, or another tab has under way. None where the device keeps nothing. */
  load(): Promise<readonly CallRequest[]>
  /** What is too much to be kept, or cannot be, is passed over. */
  add(request: CallRequest): void
  remove(callId: string): void
  /** The attempt is over. */
  clear(): void
}

/** Calls of one attempt that are kept, the characters of them all, and attempts on one device. */
const [MOST_CALLS, MOST_CHARACTERS, MOST_ATTEMPTS] = [200, 500_000, 20]

interface Stored {
  /** Ascends by attempt: those with the lowest go first. */
  readonly sequence: number
  /** Each as JSON. */
  readonly calls: readonly string[]
}

const database = createStore('mephisto-calls', 'calls')

/** Makes a {@link CallStore} in IndexedDB. It never throws: without it (a private window, a frame that may keep nothing) calls live as long as their page. */
export function callStore({ baseUrl, runId, worker, agentId }: CallStoreKey): CallStore {
  const key = [baseUrl, runId, worker, agentId]
  let [sequence, isOver] = [0, false]

  async function load(): Promise<readonly CallRequest[]> {
    const kept = (await entries<string[], Stored>(database)).sort(([, a], [, b]) => b.sequence - a.sequence)
    sequence = (kept[0]?.[1].sequence ?? 0) + 1
    const isOurs = (other: readonly string[]): boolean => other[0] === baseUrl && other[1] === runId && other[2] === worker
    const own = kept.find(([other]) => isOurs(other) && other[3] === agentId)
    // This worker's earlier attempts at the run are over.
    const dropped = kept.filter(([other], index) => other[3] !== agentId && (index >= MOST_ATTEMPTS || isOurs(other)))
    await delMany(dropped.map(([other]) => other), database)
    return (own?.[1].calls ?? []).map(text => JSON.parse(text) as CallRequest)
  }

  function change(to: (calls: readonly string[]) => readonly string[]): void {
    if (isOver) return
    const changing = async (): Promise<void> => { await update<Stored>(key, (stored = { sequence, calls: [] }) => ({ ...stored, calls: to(stored.calls) }), database) }
    changing().catch(() => undefined)
  }

  return {
    load: () => load().catch(() => []),
    add(request) {
      const text = JSON.stringify(request)
      change(calls => (calls.length < MOST_CALLS && calls.join('').length + text.length <= MOST_CHARACTERS ? [...calls, text] : calls))
    },
    remove(callId) {
      change(calls => calls.filter(text => (JSON.parse(text) as CallRequest).callId !== callId))
    },
    clear() {
      isOver = true
      const clearing = async (): Promise<void> => { await del(key, database) }
      clearing().catch(() => undefined)
    },
  }
}
