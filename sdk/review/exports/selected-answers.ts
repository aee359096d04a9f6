import type { TaskRun } from '../../data-model/entities.js'
import { runsInOrder, wantedWork, type WantedWork } from '../../operations/data-browser/finished-work.js'
import type { AnswerRow } from '../../ports/answer-operations.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import { exportFilter, FINISHED_STATUSES, type ExportFilterQuery } from '../../protocol/data-requests.js'
import type { ExportRow } from '../../protocol/export-views.js'
import { checkedRequest } from '../act-once.js'
import type { Showing } from '../answer-reader.js'
import { typesOf, type ExportShape, type RunVersion } from './columns.js'
import { shownAnswers } from './export-rows.js'
import { readAhead } from './read-ahead.js'
import { requireData, requireDataStill } from './removed-data.js'

/** How answers of a blueprint are shown. @throws MephistoError for migrated ones where nobody can migrate them */
export type ShowingOf = (blueprintType: string, isMigrated: boolean) => Showing

/** Some of the answers of an export. They go from hand to hand together: one by one each would wait its turn at every step. */
export type ExportPage = readonly ExportRow[]

/** The answers that an export has: run by run in the order of their launches. */
export interface SelectedAnswers {
  readonly pages: AsyncGenerator<ExportPage>
  readonly shape: ExportShape
  /** How many answers of these runs count; null where only some of those are selected. */
  readonly count: number | null
  /** Ids of runs that would be in it, and whose data was removed. */
  readonly removed: ReadonlySet<string>
  /** The runs, read anew: those whose answers are in it or may be. */
  runs(): AsyncGenerator<TaskRun>
}

const PAGE = 1_000
/** Pages that are read while one is written, and how much text one has at most, as far as those before tell. */
const AHEAD = 3
const PAGE_CHARACTERS = 4_000_000
const FIRST_ITEMS = 50

/**
 * Looks for what a query means, and reads its answers page by page: constant memory. A run that is launched meanwhile is left
 * out when it is of a version that the export does not have yet.
 * @throws MephistoError `invalid_input` for a wrong query, `not_found` for something it names, as `showingOf`; `conflict` where all that
 * there was is in runs whose data was removed, and later for one whose data is removed meanwhile
 */
export async function selectAnswers(db: MephistoDb, query: ExportFilterQuery, showingOf: ShowingOf): Promise<SelectedAnswers> {
  const { includeSetAside, migrated, ...filter } = checkedRequest(exportFilter, query)
  const wanted = await wantedWork(db, { ...filter, statuses: [...FINISHED_STATUSES] })
  const isPart = filter.worker !== undefined || filter.from !== undefined || filter.before !== undefined
  const runs = (): AsyncGenerator<TaskRun> => runsOf(db, wanted, includeSetAside)
  const versions = new Map<string, RunVersion>()
  const removed = new Set<string>()
  let answered = 0
  let last: TaskRun | null = null
  for await (const run of runs()) {
    last = run
    if (run.dataRemovedAt !== null) {
      removed.add(run.id)
      continue
    }
    answered += run.unitsAnswered
    versions.set(versionKey(run), { blueprintType: run.blueprintType, schemaHash: run.schemaHash })
  }
  if (last && versions.size === 0) requireData(last)
  const shape = { versions: [...versions.values()] }
  const types = typesOf(shape.versions)
  const showings = new Map(types.map(type => [type, showingOf(type, migrated)]))
  const isMeant = await meantIn(db, wanted)
  /** Without those that have no data any more, or were launched meanwhile under another version. */
  async function* known(): AsyncGenerator<TaskRun> {
    for await (const run of runs()) if (versions.has(versionKey(run)) && !removed.has(run.id)) yield run
  }
  async function* pages(): AsyncGenerator<ExportPage> {
    for await (const run of known()) {
      requireData(run)
      for await (const answers of answersOf(db, run, { wanted: isPart && !includeSetAside ? wanted : null, includeSetAside })) {
        await requireDataStill(db, run, answers)
        yield await shownAnswers(db, run, { answers: answers.filter(isMeant), showing: showings.get(run.blueprintType) ?? {} })
      }
    }
  }
  return { pages: pages(), shape: { ...shape, ...types.length === 1 ? showings.get(types[0] ?? '') : {} }, count: isPart ? null : answered, removed, runs: known }
}

function versionKey({ blueprintType, schemaHash }: RunVersion): string {
  return JSON.stringify([blueprintType, schemaHash])
}

/** Runs that may have answers of these; one that was named, in any case. */
async function* runsOf(db: MephistoDb, { named, runs }: WantedWork, includeSetAside: boolean): AsyncGenerator<TaskRun> {
  for await (const run of runsInOrder(db, runs)) if (named || includeSetAside || run.unitsAnswered > 0) yield run
}

/** Pages of a run: by the indexes of finished work where a few of its answers are wanted; else in the order of its items. */
async function* answersOf(db: MephistoDb, run: TaskRun, { wanted, includeSetAside }: { readonly wanted: WantedWork | null; readonly includeSetAside: boolean }): AsyncGenerator<readonly AnswerRow[]> {
  if (!wanted) {
    yield* answersByItem(db, run, includeSetAside)
    return
  }
  for (let after: string | null | undefined; after !== null;) {
    const answers: readonly AnswerRow[] = await db.data.finished({ ...wanted.inRun, runId: run.id, limit: PAGE, ...(after === undefined ? {} : { after }) }, run.currency)
    yield answers
    after = answers.length < PAGE ? null : answers.at(-1)?.cursor ?? null
  }
}

/**
 * A stretch of items after the other; the next ones are read while one is written, so that neither database nor process waits. How long
 * a stretch is follows from how much text there was in the ones before.
 */
async function* answersByItem(db: MephistoDb, { id: runId, currency, unitsPerAssignment }: TaskRun, includeSetAside: boolean): AsyncGenerator<readonly AnswerRow[]> {
  const most = Math.max(1, Math.floor(PAGE / unitsPerAssignment))
  let [from, items] = [0, Math.min(most, FIRST_ITEMS)]
  const adapt = (answers: readonly AnswerRow[], read: number): void => {
    const characters = answers.reduce((sum, { input, answer }) => sum + input.length + answer.length, 1)
    items = Math.max(1, Math.min(most, 2 * read, Math.floor(read * PAGE_CHARACTERS / characters)))
  }
  // It may get items meanwhile.
  for (let end = 0; from < (end = await db.runs.lastPosition(runId) + 1);) {
    yield* readAhead(AHEAD, () => {
      if (from >= end) return null
      const read = Math.min(end - from, items)
      const answers = db.units.answersOfItems({ runId, currency, includeSetAside, from, to: from + read })
      from += read
      return answers.then(rows => {
        adapt(rows, read)
        return rows
      })
    })
  }
}

/** Whether an answer is by whom and of when it was asked for, counting or set aside. */
async function meantIn(db: MephistoDb, { inRun: { workerId, from = 0, before = Infinity } }: WantedWork): Promise<(answer: AnswerRow) => boolean> {
  const worker = workerId === undefined ? null : await db.workers.get(workerId)
  return ({ pseudonym, receivedAt }) => (!worker || pseudonym === worker.pseudonym) && receivedAt >= from && receivedAt < before
}
