import { createBoundedMap } from '../../data-model/bounded-map.js'
import type { TaskRun } from '../../data-model/entities.js'
import { runsInOrder, runsWithin } from '../../operations/data-browser/finished-work.js'
import { entryOf } from '../../operations/data-browser/session-log.js'
import { requireRun } from '../../operations/named-place.js'
import { packetPortions } from '../../operations/sessions/all-packets.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import { transcriptFilter, type TranscriptFilter } from '../../protocol/data-requests.js'
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
  /** The runs, read anew. */
  runs(): AsyncGenerator<TaskRun>
}

/** A session of a run, and what it is about. */
interface Session {
  readonly id: string
  readonly assignment: string | null
}

/** Attempts or items whose sessions are looked for at a time. */
const AT_ONCE = 500

/**
 * Looks for what a query means, and reads all that was said while work was under way: calls and what they gave, or what people who work together did and were told. Constant
 * memory. What is said meanwhile may be in it or not.
 * @throws MephistoError `invalid_input` for a wrong query, `not_found` for something it names; `conflict` where all that there was is in runs whose data was removed
 */
export async function selectTranscripts(db: MephistoDb, query: TranscriptFilter): Promise<SelectedTranscripts> {
  const { run: runId, ...within } = checkedRequest(transcriptFilter, query)
  const wanted = await runsWithin(db, { ...within, named: runId === undefined ? null : await requireRun(db, runId) })
  const removed = new Set<string>()
  let [last, hasData]: [TaskRun | null, boolean] = [null, false]
  for await (const run of runsInOrder(db, wanted)) {
    last = run
    if (run.dataRemovedAt === null) hasData = true
    else removed.add(run.id)
  }
  if (last && !hasData) requireData(last)
  async function* pages(): AsyncGenerator<TranscriptPage> {
    for await (const run of runsInOrder(db, wanted)) if (!removed.has(run.id)) yield* transcriptsOf(db, run)
  }
  return { pages: pages(), removed, runs: () => runsInOrder(db, wanted) }
}

/** All that was said in a run. */
async function* transcriptsOf(db: MephistoDb, run: TaskRun): AsyncGenerator<TranscriptPage> {
  const speakers = createSpeakers(db)
  for await (const sessions of sessionsOf(db, run)) {
    // The session of an attempt has its id: who made those is looked up together.
    await speakers.learn(sessions.map(({ id }) => id))
    for (const { id, assignment } of sessions) {
      for await (const packets of packetPortions(db.sessions, id)) {
        const entries = packets.map(entryOf)
        await speakers.learn(entries.flatMap(({ from, to }) => [from, to]))
        yield entries.map(({ from, to, ...entry }) => ({ run: run.id, assignment, session: id, ...entry, from: speakers.named(from), to: speakers.named(to) }))
      }
    }
  }
}

/** Sessions of a run in which something was said: of its items in their order where people work together, else of its attempts as they began. */
async function* sessionsOf(db: MephistoDb, { id: runId, config }: TaskRun): AsyncGenerator<readonly Session[]> {
  for (let after: string | null | undefined; after !== null;) {
    const page = { limit: AT_ONCE, filter: { runId }, ...(after === undefined ? {} : { after }) }
    const { rows, nextCursor } = config.live ? await db.assignments.find({ ...page, sort: 'position' }) : await db.agents.find(page)
    const said = await db.sessions.counts(rows.map(({ id }) => id))
    yield rows.filter(({ id }) => (said.get(id) ?? 0) > 0).map(row => ({ id: row.id, assignment: 'assignmentId' in row ? row.assignmentId : row.id }))
    after = nextCursor
  }
}

/** Who made which attempt, as far as it was asked for. */
function createSpeakers(db: MephistoDb) {
  // Null for what is no attempt, such as an item.
  const known = createBoundedMap<string, string | null>(4 * AT_ONCE)
  return {
    /** Looks up whoever of these is not known yet; nulls are passed over. */
    async learn(ids: readonly (string | null)[]): Promise<void> {
      const asked = [...new Set(ids)].filter(id => id !== null).filter(id => known.get(id) === undefined)
      if (asked.length === 0) return
      const { rows: agents } = await db.agents.find({ filter: { ids: asked }, limit: asked.length })
      const workerIds = [...new Set(agents.map(({ workerId }) => workerId))]
      const { rows: workers } = workerIds.length === 0 ? { rows: [] } : await db.workers.find({ filter: { ids: workerIds }, limit: workerIds.length })
      const [workerOf, pseudonymOf] = [new Map(agents.map(({ id, workerId }) => [id, workerId])), new Map(workers.map(({ id, pseudonym }) => [id, pseudonym]))]
      for (const id of asked) known.set(id, pseudonymOf.get(workerOf.get(id) ?? '') ?? null)
    },
    /** The attempt and the worker's random name; null for what is no attempt. */
    named(agent: string | null): TranscriptRow['from'] {
      const worker = agent === null ? undefined : known.get(agent)
      return agent === null || typeof worker !== 'string' ? null : { agent, worker }
    },
  }
}
