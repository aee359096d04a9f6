import * as z from 'zod'
import { isEnded, isOver, RUN_STATUSES } from '../../data-model/lifecycle.js'
import { MephistoError } from '../../errors.js'
import type { RunEntityFilter } from '../../ports/entity-operations.js'
import type { QualificationRow, RunRow } from '../../ports/entity-rows.js'
import type { Page, RowFilter } from '../../ports/find-query.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import { entityId, nameText, writtenText } from '../../protocol/text.js'
import { checkedRequest } from '../../review/act-once.js'
import { findTask } from '../named-place.js'
import { DUMP_VERSION, type DumpRow } from './dump-format.js'
import { createDumpWriter, type DumpWriter } from './dump-writer.js'
import { runsImportedAs } from './imported-as.js'
import { blockRows, grantRows } from './people-section.js'
import { runRows } from './run-section.js'
import { listed, LOOKED_FOR } from './what-there-is.js'

const instant = z.iso.datetime({ offset: true, error: 'must be an instant such as 2027-01-31T12:00:00Z' })

const dumpOptions = z.strictObject({
  file: z.string().min(1), label: writtenText(200).optional(), tasks: z.array(nameText(200)).min(1).optional(), runs: z.array(entityId).min(1).optional(),
  importedAs: z.array(writtenText(200)).min(1).optional(), launchedFrom: instant.optional(), launchedBefore: instant.optional(), qualifications: z.array(nameText(200)).min(1).optional(),
})

/**
 * What to write into a dump, and where to: a new file. Without a choice, everything: all runs that have ended, all
 * qualifications with who has them, all blocks. Runs of these tasks (by name or id), with these ids, launched in this time, that came in
 * from elsewhere under one of these labels (`importedAs`); qualifications by name or id. A choice of runs brings no grants and no blocks along, one of qualifications no runs.
 */
export type DumpOptions = z.input<typeof dumpOptions>

/** What was written. `sha256` is of all lines but the last. */
export interface DumpReport {
  readonly file: string
  readonly runs: number
  /** Runs that have not ended: they stay where people work on them. */
  readonly leftOut: number
  /** Files that answers of these runs name. They are not in the dump: their store has them, and `mephisto files` saves them. */
  readonly files: number
  /** Those of the runs whose data was removed: they are in the dump with their log, counts and money, and without inputs and answers. */
  readonly withoutData: number
  readonly rows: number
  readonly sha256: string
}

/**
 * Writes a dump: one file of JSON lines, in constant memory, with the event log that the runs are proven by.
 * @throws MephistoError `invalid_input` for a wrong option, `not_found` for a task, run or qualification there is not,
 * `conflict` for a named run that has not ended, one that was changed again and again meanwhile, or one whose data is being removed
 * @param onRun is called when a run was written, with how many were
 */
export async function dump(db: MephistoDb, options: DumpOptions, onRun?: (runs: number) => void): Promise<DumpReport> {
  const { file, label = null, ...choice } = checkedRequest(dumpOptions, options)
  const wanted = await wantedIn(db, choice)
  const writer = await createDumpWriter(file)
  try {
    await writer.line({ mephistoDump: DUMP_VERSION, madeAt: new Date(await db.now()).toISOString(), label })
    let [runs, leftOut, files, withoutData] = [0, 0, 0, 0]
    for await (const run of wanted.runs) {
      if (isOver(run)) {
        await writeRun(db, writer, run)
        runs += 1
        files += await filesOf(db, run.id)
        withoutData += run.dataRemovedAt === null ? 0 : 1
        onRun?.(runs)
      } else leftOut += 1
    }
    if (wanted.people) {
      await writer.line({ section: 'people', id: 'people' })
      for await (const row of wanted.people) await writer.row(row)
    }
    return { file, runs, leftOut, files, withoutData, ...await writer.finish() }
  } finally {
    await writer.close()
  }
}

async function filesOf(db: MephistoDb, runId: string): Promise<number> {
  let files = 0
  for (let after: string | undefined = ''; after !== undefined;) {
    const page: readonly { readonly id: string }[] = await db.files.ofRun(runId, { after, limit: 1_000 })
    files += page.length
    after = page.at(-1)?.id
  }
  return files
}

interface Wanted { readonly runs: AsyncIterable<RunRow>; readonly people: AsyncIterable<DumpRow> | null }

async function wantedIn(db: MephistoDb, { tasks, runs, importedAs, launchedFrom, launchedBefore, qualifications }: Omit<z.output<typeof dumpOptions>, 'file' | 'label'>): Promise<Wanted> {
  const when = { ...(launchedFrom === undefined ? {} : { createdFrom: Date.parse(launchedFrom) }), ...(launchedBefore === undefined ? {} : { createdBefore: Date.parse(launchedBefore) }) }
  const isOfRuns = tasks !== undefined || runs !== undefined || importedAs !== undefined || Object.keys(when).length > 0
  const taskIds = await Promise.all((tasks ?? []).map(named => taskId(db, named)))
  const ids = runs && await Promise.all(runs.map(id => endedRun(db, id)))
  const imported = importedAs && await runsImportedAs(db, importedAs)
  const filters: readonly RunEntityFilter[] = taskIds.length === 0 ? [{}] : [...new Set(taskIds)].map(id => ({ taskId: id }))
  const chosen = ids && imported ? ids.filter(id => imported.has(id)) : ids ?? imported
  const qualificationIds = qualifications ? await Promise.all(qualifications.map(named => qualificationId(db, named))) : await everyQualification(db)
  const isWhole = !isOfRuns && qualifications === undefined
  return {
    runs: isOfRuns || isWhole ? runsOf(db, filters.flatMap(filter => idFilters(chosen).map(of => ({ ...filter, ...when, ...of })))) : none(),
    people: isWhole ? both(grantRows(db, qualificationIds), blockRows(db)) : qualifications ? grantRows(db, [...new Set(qualificationIds)]) : null,
  }
}

/** Ids that one filter names. */
const IDS = 500

/** Filters for runs with these ids, some at a time in the order of their launches; for all where none are named. */
function idFilters(chosen: Iterable<string> | undefined): RowFilter[] {
  if (chosen === undefined) return [{}]
  const ids = [...new Set(chosen)].sort()
  return Array.from({ length: Math.ceil(ids.length / IDS) }, (_, part) => ({ ids: ids.slice(part * IDS, (part + 1) * IDS) }))
}

async function* none(): AsyncGenerator<never> {
  // Nothing of this kind was chosen.
}

async function* both(first: AsyncIterable<DumpRow>, second: AsyncIterable<DumpRow>): AsyncGenerator<DumpRow> {
  yield* first
  yield* second
}

async function* runsOf(db: MephistoDb, filters: readonly (RunEntityFilter & RowFilter)[]): AsyncGenerator<RunRow> {
  for (const filter of filters) {
    for (let after: string | null | undefined; after !== null;) {
      const page: Page<RunRow> = await db.runs.find({ filter, limit: 100, ...(after === undefined ? {} : { after }) })
      yield* page.rows
      after = page.nextCursor
    }
  }
}

const TRIES = 3

/** A run as it was at one moment: when it was changed while it was written, it is written again. */
async function writeRun(db: MephistoDb, writer: DumpWriter, run: RunRow): Promise<void> {
  const mark = await writer.mark()
  let before = await stateOf(db, run.id)
  for (let tries = 0; tries < TRIES; tries += 1) {
    await writer.line({ section: 'run', id: run.id })
    for await (const row of runRows(db, run)) await writer.row(row)
    const after = await stateOf(db, run.id)
    if (after === before) return mustBeErased(db, run.id)
    await writer.back(mark)
    before = after
  }
  throw new MephistoError('conflict', `Task run ${run.id} was changed each time it was written. Dump it when nobody decides about its answers.`)
}

/** What is being removed is in no dump. @throws MephistoError `conflict` */
async function mustBeErased(db: MephistoDb, runId: string): Promise<void> {
  const run = await db.runs.get(runId)
  if (!run || run.dataRemovedAt === null || await db.privacy.isErased(runId)) return
  throw new MephistoError('conflict', `The data of task run ${runId} is being removed just now. Dump it when that is done; "mephisto remove-data ${runId}" does what is left of it.`)
}

/** What every change of a run changes. */
async function stateOf(db: MephistoDb, runId: string): Promise<string> {
  const [row] = await db.transfer.rows('task_run', { column: 'id', ids: [runId] })
  return JSON.stringify(row)
}

async function endedRun(db: MephistoDb, id: string): Promise<string> {
  const run = await db.runs.get(id)
  if (!run) throw new MephistoError('not_found', `There is no task run ${id} to dump. There are: ${listed((await db.runs.list({ statuses: RUN_STATUSES.filter(isEnded), limit: LOOKED_FOR })).map(run => run.id))}.`)
  if (isOver(run)) return id
  throw new MephistoError('conflict', `Task run ${id} is ${run.status}: a run travels when it has ended, so that it is not worked on in two places. End it first.`)
}

async function taskId(db: MephistoDb, named: string): Promise<string> {
  const found = await findTask(db, named)
  if (found) return found.id
  const { rows } = await db.tasks.find({ sort: 'name', limit: LOOKED_FOR })
  throw new MephistoError('not_found', `There is no task "${named}" to dump. There are: ${listed(rows.map(({ name }) => name))}.`)
}

async function qualificationId(db: MephistoDb, named: string): Promise<string> {
  const found = await db.qualifications.get(named) ?? await db.qualifications.byName(named)
  if (found) return found.id
  const { rows } = await db.qualifications.find({ sort: 'name', limit: LOOKED_FOR })
  throw new MephistoError('not_found', `There is no qualification "${named}" to dump. There are: ${listed(rows.map(({ name }) => name))}.`)
}

async function everyQualification(db: MephistoDb): Promise<string[]> {
  const ids: string[] = []
  for (let after: string | null | undefined; after !== null;) {
    const page: Page<QualificationRow> = await db.qualifications.find({ limit: 500, ...(after === undefined ? {} : { after }) })
    ids.push(...page.rows.map(({ id }) => id))
    after = page.nextCursor
  }
  return ids
}
