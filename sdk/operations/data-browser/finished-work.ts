import type * as z from 'zod'
import type { TaskRun } from '../../data-model/entities.js'
import { MephistoError } from '../../errors.js'
import type { FinishedFilter } from '../../ports/data-operations.js'
import type { RunEntityFilter } from '../../ports/entity-operations.js'
import type { RunRow } from '../../ports/entity-rows.js'
import type { Page, RowFilter } from '../../ports/find-query.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import type { finishedFilter } from '../../protocol/data-requests.js'
import type { ExportRow } from '../../protocol/export-views.js'
import type { AnswerReader } from '../../review/answer-reader.js'
import { shownAnswers } from '../../review/exports/export-rows.js'
import { findPerson } from '../../review/people/named-people.js'
import { requireProject, requireRun, requireTask } from '../named-place.js'
import { rangeOf, whenOf } from './named-work.js'

/** What finished work is read from, and who shows what its blueprints derive. */
export interface BrowserParts {
  readonly db: MephistoDb
  /** Null for a blueprint that this process does not have. */
  readerOf(blueprintType: string): AnswerReader | null
}

/** What is looked for: in which runs, and what of each. Names have become ids. */
export interface WantedWork {
  /** The run that was named, itself or by an assignment; null for none. */
  readonly named: TaskRun | null
  readonly runs: RunEntityFilter & RowFilter
  readonly inRun: Omit<FinishedFilter, 'runId' | 'after' | 'limit'>
}

/** A page of finished units; `nextCursor` continues it. */
export interface FinishedPage {
  readonly rows: ExportRow[]
  readonly nextCursor: string | null
}

/** What a query looks for. @throws MephistoError `not_found` for something it names, `invalid_input` for an assignment of another run */
export async function wantedWork(db: MephistoDb, query: z.output<typeof finishedFilter>): Promise<WantedWork> {
  const { project, task, run, assignment, worker, qualified, statuses } = query
  const ofAssignment = await runOfAssignment(db, assignment)
  const runId = run ?? ofAssignment
  const named = runId === undefined ? null : await requireRun(db, runId)
  if (named && ofAssignment !== undefined && ofAssignment !== named.id) {
    throw new MephistoError('invalid_input', `assignment: ${String(assignment)} is of run ${ofAssignment}, not of ${named.id}; leave one of them out.`)
  }
  const when = whenOf(query)
  const workerId = worker && (await findPerson(db, worker)).id
  return {
    named,
    runs: {
      ...await runsWithin(db, { project, task, named }), ...(when.before === undefined ? {} : { createdBefore: when.before }), ...(workerId === undefined ? {} : { workerId }),
    },
    inRun: {
      statuses, ...when, ...(assignment === undefined ? {} : { assignmentId: assignment }), ...(workerId === undefined ? {} : { workerId }),
      ...(qualified ? { qualification: await rangeOf(db, qualified) } : {}),
    },
  }
}

/** Runs of a project, a task or both, or the one that was named, by names that have become ids. @throws MephistoError `not_found` */
export async function runsWithin(db: MephistoDb, { project, task, named }: { readonly project?: string | undefined; readonly task?: string | undefined; readonly named: TaskRun | null }): Promise<RunEntityFilter & RowFilter> {
  return {
    ...(project === undefined ? {} : { projectId: (await requireProject(db, project)).id }), ...(task === undefined ? {} : { taskId: (await requireTask(db, task)).id }),
    ...(named ? { ids: [named.id] } : {}),
  }
}

async function runOfAssignment(db: MephistoDb, assignment: string | undefined): Promise<string | undefined> {
  if (assignment === undefined) return undefined
  const found = await db.assignments.get(assignment)
  if (found) return found.runId
  throw new MephistoError('not_found', `There is no assignment ${assignment}. Look at the finished work of its run to see which there are.`)
}

/** Which page of finished work. */
interface FinishedPart {
  readonly cursor?: string | undefined
  readonly limit: number
  /** @default all runs */
  isMeant?(run: TaskRun): boolean
}

/**
 * One page, run by run in the order of their launches, each in the order of its answers: an order that indexes have,
 * however many runs there are. @throws MephistoError `invalid_input` for a cursor that was not handed out
 */
export async function finishedPage({ db, readerOf }: BrowserParts, wanted: WantedWork, { cursor, limit, isMeant = () => true }: FinishedPart): Promise<FinishedPage> {
  const from = cursor === undefined ? null : await placeOf(db, cursor)
  const found: { row: ExportRow; cursor: string }[] = []
  for await (const run of runsFrom(db, wanted.runs, from?.run ?? null)) {
    if (!isMeant(run)) continue
    const after = run.id === from?.run.id ? { after: from.after } : {}
    // One more than is wanted tells whether there is another page.
    const answers = await db.data.finished({ ...wanted.inRun, ...after, runId: run.id, limit: limit + 1 - found.length }, run.currency)
    const rows = await shownAnswers(db, run, { answers, showing: { reader: readerOf(run.blueprintType) } })
    found.push(...rows.map((row, index) => ({ row, cursor: `${run.id}.${answers[index]?.cursor ?? ''}` })))
    if (found.length > limit) break
  }
  const rows = found.slice(0, limit)
  return { rows: rows.map(({ row }) => row), nextCursor: found.length > limit ? rows.at(-1)?.cursor ?? null : null }
}

/** All of it, page by page: constant memory. */
export async function* finishedRows(parts: BrowserParts, wanted: WantedWork): AsyncGenerator<ExportRow> {
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: FinishedPage = await finishedPage(parts, wanted, { cursor, limit: 500 })
    yield* page.rows
    cursor = page.nextCursor
  }
}

/** Runs that have answers, the first launched first, beginning with one that was looked at before. */
export async function* runsFrom(db: MephistoDb, filter: RunEntityFilter & RowFilter, first: TaskRun | null): AsyncGenerator<RunRow> {
  for await (const run of runsInOrder(db, first ? { ...filter, createdFrom: first.createdAt } : filter)) {
    const isBefore = first !== null && run.createdAt === first.createdAt && run.id < first.id
    if (!isBefore && run.unitsAnswered > 0) yield run
  }
}

/** All these runs, the first launched first. */
export async function* runsInOrder(db: MephistoDb, filter: RunEntityFilter & RowFilter): AsyncGenerator<RunRow> {
  for (let after: string | null | undefined; after !== null;) {
    const page: Page<RunRow> = await db.runs.find({ filter, limit: 100, ...(after === undefined ? {} : { after }) })
    yield* page.rows
    after = page.nextCursor
  }
}

async function placeOf(db: MephistoDb, cursor: string): Promise<{ run: TaskRun; after: string }> {
  const [, runId = '', after = ''] = /^([0-9a-f-]{36})\.(\d{1,15}\.[0-9a-f-]{36})$/.exec(cursor) ?? []
  const run = runId === '' ? null : await db.runs.get(runId)
  if (run) return { run, after }
  throw new MephistoError('invalid_input', 'This page cursor is not one that was handed out; start again without a cursor.')
}
