import type { AnyBlueprint } from '../../blueprints/blueprint.js'
import { typedExportRows, type TypedExportRow } from '../../blueprints/typed-export-row.js'
import { MephistoError } from '../../errors.js'
import {
  finishedFilter, finishedQuery, projectAgreementQuery, runStatisticsQuery, taskStatisticsQuery, workerStatisticsQuery,
  type FinishedFilterQuery, type FinishedQuery, type RunStatisticsQuery, type TranscriptFilter, type WorkerStatisticsQuery,
} from '../../protocol/data-requests.js'
import type { ProjectAgreementView, RunStatisticsView, SessionEntryView, TaskStatisticsView, TranscriptRow, WorkerStatisticsListView } from '../../protocol/data-views.js'
import { checkedRequest } from '../../review/act-once.js'
import { isKeptFrom, requireToldOf } from '../../review/blind-review.js'
import { selectTranscripts } from '../../review/exports/transcripts.js'
import type { Principal } from '../../review/principal.js'
import { finishedPage, finishedRows, wantedWork, type BrowserParts, type FinishedPage } from './finished-work.js'
import { projectAgreement } from './project-agreement.js'
import { runStatistics } from './run-statistics.js'
import { sessionLog } from './session-log.js'
import { taskStatistics } from './task-statistics.js'
import { workerStatistics } from './worker-statistics.js'

/**
 * Reads finished work across runs, and what it adds up to. Work is finished when it has an answer that counts, whether it
 * is decided or not; answers that were set aside are in the export of their run. Projects, tasks and qualifications are
 * named by name or id. All throw MephistoError `invalid_input` for a field or cursor that is wrong, `not_found` for what
 * or who there is not.
 */
export interface DataBrowser {
  /**
   * Finished units of any blueprint, a page at a time: the runs as they were launched, in each the answers as they came. What
   * is finished while somebody pages may be on no page: a cursor goes on through what was there and is not for following a run;
   * webhooks are, which skip nothing. For a principal, runs are left out of which they are not told whose the answers are. @default 200 rows; all runs
   * @throws MephistoError `forbidden` where such a run is named
   */
  page(query?: FinishedQuery, principal?: Principal): Promise<FinishedPage>
  /**
   * Every finished unit of this blueprint, typed by it, read page by page in constant memory. A row's `schemaHash` tells when
   * it was given under another version of the blueprint. Erased answers are left out. @throws MephistoError `conflict` for a
   * run of another blueprint
   */
  units<B extends AnyBlueprint>(blueprint: B, filter?: FinishedFilterQuery): AsyncIterable<TypedExportRow<B>>
  /** Workers with what they did, how long it took and what it earned, a page at a time. @default 50 workers, of all work */
  workers(query?: WorkerStatisticsQuery): Promise<WorkerStatisticsListView>
  /** What came of a task in all its runs, with how its answers are spread and how far people agree. Reads each answer once. */
  task(named: string): Promise<TaskStatisticsView>
  /** How the latest answers of a run are spread and how far people agree among them. Reads each of these once. @default limit 2000, at most 10000 */
  run(query: RunStatisticsQuery): Promise<RunStatisticsView>
  /** How far people agree in each task of a project and in all of them. Reads each answer once. */
  agreement(project: string): Promise<ProjectAgreementView>
  /** What was said while a unit was worked at, in order: calls of procedures and what they gave, or what people who worked together did and were told. */
  session(unit: string): AsyncIterable<SessionEntryView>
  /**
   * All that was said while work was under way, of a run, a task or a project: each session in its order, of work together by its items. What was erased has no body; runs whose data
   * was removed are left out. @throws MephistoError `conflict` where there is no other
   */
  transcripts(of: TranscriptFilter): AsyncIterable<TranscriptRow>
}

/** The data browser over a database. @default readerOf nothing is derived */
export function createDataBrowser({ db, readerOf = () => null }: Pick<BrowserParts, 'db'> & Partial<BrowserParts>): DataBrowser {
  const parts = { db, readerOf }
  return {
    async page(query = {}, principal) {
      const { cursor, limit, ...filter } = checkedRequest(finishedQuery, query)
      const wanted = await wantedWork(db, filter)
      if (principal && wanted.named) requireToldOf(wanted.named, principal)
      return finishedPage(parts, wanted, { cursor, limit, isMeant: run => !principal || !isKeptFrom(run, principal) })
    },
    units: (blueprint, filter = {}) => typedRows(parts, blueprint, filter),
    workers: async (query = {}) => workerStatistics(db, checkedRequest(workerStatisticsQuery, query)),
    session: unit => sessionLog(db, unit),
    transcripts: of => transcriptRows(db, of),
    task: async named => taskStatistics(db, checkedRequest(taskStatisticsQuery, { task: named }).task),
    run: async query => runStatistics(db, checkedRequest(runStatisticsQuery, query)),
    agreement: async named => projectAgreement(db, checkedRequest(projectAgreementQuery, { project: named }).project),
  }
}

async function* transcriptRows(db: BrowserParts['db'], of: TranscriptFilter): AsyncGenerator<TranscriptRow> {
  const { pages } = await selectTranscripts(db, of)
  for await (const rows of pages) yield* rows
}

async function* typedRows<B extends AnyBlueprint>(parts: BrowserParts, blueprint: B, filter: FinishedFilterQuery): AsyncGenerator<TypedExportRow<B>> {
  const { type } = blueprint
  const wanted = await wantedWork(parts.db, checkedRequest(finishedFilter, filter))
  const { named } = wanted
  if (named && named.blueprintType !== type) throw new MephistoError('conflict', `Task run ${named.id} is of the blueprint "${named.blueprintType}", not "${type}"; give that one.`)
  yield* typedExportRows(blueprint, finishedRows(parts, { ...wanted, runs: { ...wanted.runs, blueprintType: type } }))
}
