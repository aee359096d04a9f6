import type { TaskRun } from '../../data-model/entities.js'
import { runsInOrder, wantedWork } from '../../operations/data-browser/finished-work.js'
import { entryOf } from '../../operations/data-browser/session-log.js'
import { allPackets } from '../../operations/sessions/all-packets.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { PacketRow } from '../../ports/session-operations.js'
import { FINISHED_STATUSES, transcriptFilter, type TranscriptFilter } from '../../protocol/data-requests.js'
import type { TranscriptRow } from '../../protocol/data-views.js'
import { checkedRequest } from '../act-once.js'
import { requireData } from './removed-data.js'

/** Some of what was said. */
export type TranscriptPage = readonly TranscriptRow[]

/** What was said in some runs: run by run in the order of their launches, and in each session in its order. */
export interface SelectedTranscripts {
  readonly pages: AsyncGenerator<TranscriptPage>
  /** Ids of runs that would be in it, and whose data was removed. */
  readonly removed: ReadonlySet<string>
}

/** A session of a run, and what it is about. */
interface Session {
  readonly id: string
  readonly assignment: string | null
}

/** Attempts or items whose sessions are looked for at a time, and rows that go from hand to hand together. */
const PAGE = 500

/**
 * Looks for what a query means, and reads all that was said while work was under way: calls and what they gave, or what people who work together did and were told. Constant
 * memory. What is said meanwhile may be in it or not.
 * @throws MephistoError `invalid_input` for a wrong query, `not_found` for something it names; `conflict` where all that there was is in runs whose data was removed
 */
export async function selectTranscripts(db: MephistoDb, query: TranscriptFilter): Promise<SelectedTranscripts> {
  const wanted = await wantedWork(db, { ...checkedRequest(transcriptFilter, query), statuses: [...FINISHED_STATUSES] })
  const removed = new Set<string>()
  let [last, hasData]: [TaskRun | null, boolean] = [null, false]
  for await (const run of runsInOrder(db, wanted.runs)) {
    last = run
    if (run.dataRemovedAt === null) hasData = true
    else removed.add(run.id)
  }
  if (last && !hasData) requireData(last)
  async function* pages(): AsyncGenerator<TranscriptPage> {
    for await (const run of runsInOrder(db, wanted.runs)) if (!removed.has(run.id)) yield* transcriptsOf(db, run)
  }
  return { pages: pages(), removed }
}

/** All that was said in a run. */
async function* transcriptsOf(db: MephistoDb, run: TaskRun): AsyncGenerator<TranscriptPage> {
  const speakers = createSpeakers(db)
  for await (const { id, assignment } of sessionsOf(db, run)) {
    let packets: PacketRow[] = []
    const rows = async (): Promise<TranscriptPage> => {
      await speakers.learn(packets)
      return packets.map(packet => {
        const { from, to, ...entry } = entryOf(packet)
        return { run: run.id, assignment, session: id, ...entry, from: speakers.named(from), to: speakers.named(to) }
      })
    }
    for await (const packet of allPackets(db.sessions, id)) {
      packets.push(packet)
      if (packets.length < PAGE) continue
      yield await rows()
      packets = []
    }
    if (packets.length > 0) yield await rows()
  }
}

/** Sessions of a run in which something was said: of its items in their order where people work together, else of its attempts as they began. */
async function* sessionsOf(db: MephistoDb, { id: runId, config }: TaskRun): AsyncGenerator<Session> {
  for (let after: string | null | undefined; after !== null;) {
    const page = { limit: PAGE, filter: { runId }, ...(after === undefined ? {} : { after }) }
    const { rows, nextCursor } = config.live ? await db.assignments.find({ ...page, sort: 'position' }) : await db.agents.find(page)
    const said = await db.sessions.counts(rows.map(({ id }) => id))
    for (const row of rows) if ((said.get(row.id) ?? 0) > 0) yield { id: row.id, assignment: 'assignmentId' in row ? row.assignmentId : row.id }
    after = nextCursor
  }
}

/** Who made which attempt, as far as it was asked for. */
function createSpeakers(db: MephistoDb) {
  const known = new Map<string, string>()
  return {
    /** Looks up who sent these packets, and whom they were for. */
    async learn(packets: readonly PacketRow[]): Promise<void> {
      // A session at a time has few people.
      if (known.size > PAGE) known.clear()
      const asked = [...new Set(packets.flatMap(({ senderId, recipientId }) => [senderId, recipientId ?? senderId]))].filter(id => !known.has(id))
      if (asked.length === 0) return
      const { rows: agents } = await db.agents.find({ filter: { ids: asked }, limit: asked.length })
      if (agents.length === 0) return
      const workers = new Map((await db.workers.find({ filter: { ids: [...new Set(agents.map(({ workerId }) => workerId))] }, limit: agents.length })).rows.map(({ id, pseudonym }) => [id, pseudonym]))
      for (const { id, workerId } of agents) known.set(id, workers.get(workerId) ?? '')
    },
    /** The attempt and the worker's random name; null for what is no attempt. */
    named(agent: string | null): TranscriptRow['from'] {
      const worker = agent === null ? undefined : known.get(agent)
      return agent === null || worker === undefined ? null : { agent, worker }
    },
  }
}
