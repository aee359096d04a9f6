import * as z from 'zod'
import type { TaskRun } from '../data-model/entities.js'
import { describeProblems, MephistoError, problemsOf } from '../errors.js'
import type { DbOperations, MephistoDb } from '../ports/mephisto-db.js'
import type { ItemUnit } from '../ports/replacement-operations.js'
import type { Runtime } from '../ports/runtime.js'
import type { WorkParts } from '../ports/work-parts.js'
import { entityId } from '../protocol/text.js'
import { appendUnits } from './freeing.js'
import { republishUnits } from './publishing/republish.js'
import { goOn, runForMore } from './reopening.js'
import { byAssignment, plannedReplacements, type PlannedUnit, type ReplacementRule } from './replacing.js'
import { holdRuns, type RunHold } from './run-hold.js'

/** What can be done again: units in these statuses, and units whose publishing at the provider was given up. */
export const REQUEUEABLE_STATUSES = ['rejected', 'soft_rejected', 'expired', 'publish_failed'] as const

const requeueShape = {
  statuses: z.array(z.enum(REQUEUEABLE_STATUSES)).min(1).readonly().default(['rejected', 'expired']),
  units: z.array(entityId).min(1).max(10_000).readonly().optional(),
  limit: z.int().min(1).optional(),
  replacementsPerAssignment: z.int().min(1).max(1000).default(5),
} as const

/** Schema of {@link RequeueOptions}. */
export const requeueSchema = z.strictObject(requeueShape)

/** Which work of a run is done again. */
export interface RequeueOptions {
  /**
   * Units in one of these statuses get another one in their place. Units whose publishing at the provider was given up
   * (`publish_failed`, see `progress().publishing.troubles`) are asked for again themselves. @default ['rejected', 'expired']
   */
  readonly statuses?: readonly (typeof REQUEUEABLE_STATUSES)[number][]
  /** Only these units, by id, at most 10,000. @default all of the run */
  readonly units?: readonly string[]
  /** Most units to add or to publish again in this call; those that were given up come first. @default no limit */
  readonly limit?: number
  /** Most units that do work of one assignment again, in this and all earlier calls together: 1 to 1000. @default 5 */
  readonly replacementsPerAssignment?: number
}

/** What became of a requeue. */
export interface RequeueReport {
  readonly run: TaskRun
  /** Units that were added. */
  readonly added: number
  /** Units whose publishing had been given up and is asked for again. */
  readonly republished: number
  /** Assignments that would have got more, and have reached `replacementsPerAssignment`. */
  readonly assignmentsAtLimit: number
}

/** A request for work to be done again by others. */
interface Request {
  readonly runId: string
  readonly options: z.output<typeof requeueSchema> & { readonly statuses: readonly ReplacedStatus[]; readonly limit: number }
}

type ReplacedStatus = Exclude<(typeof REQUEUEABLE_STATUSES)[number], 'publish_failed'>

/** Units whose assignments are looked at in one transaction. */
const PORTION = 500

/**
 * Adds units for work that is to be done again, each naming the one it replaces, up to what was wanted of each item; a run
 * that has ended is reopened. Units whose publishing was given up are published again where that is asked for. Done again it
 * adds nothing, so it can be repeated after a lost reply or a crash.
 * @throws MephistoError `invalid_input`, naming the option; `not_found` for a unit that is not of this run; `illegal_move`
 * for a run that was never launched or is draining; `conflict` for one that is being ended
 */
export async function requeueWork(parts: WorkParts, runId: string, options: RequeueOptions): Promise<Omit<RequeueReport, 'run'>> {
  const parsed = requeueSchema.safeParse(options)
  if (!parsed.success) {
    const problems = problemsOf(parsed.error.issues, '')
    throw new MephistoError('invalid_input', `Requeue options: ${describeProblems(problems)}`, { problems })
  }
  const { statuses, units, limit = Infinity } = parsed.data
  await requireUnits(parts.db, runId, units ?? [])
  const republished = statuses.includes('publish_failed')
    ? await holdRuns(parts, [runId], hold => republishUnits(hold, { run: runForMore(hold, runId), units: units ? new Set(units) : null, most: limit }))
    : 0
  const replaced = statuses.filter(status => status !== 'publish_failed')
  const replacements = replaced.length > 0 ? await replaceAll(parts, { runId, options: { ...parsed.data, statuses: replaced, limit: limit - republished } }) : { added: 0, assignmentsAtLimit: 0 }
  return { ...replacements, republished }
}

/** Adds a unit for each that is to be replaced, a portion at a time. */
async function replaceAll(parts: WorkParts, request: Request): Promise<{ added: number; assignmentsAtLimit: number }> {
  const { runId, options } = request
  const find = options.units ? namedUnits(options.units) : unitsByStatus(request)
  const atLimit = new Set<string>()
  let added = 0
  for (let from: Place | null = START; from && added < options.limit;) {
    const place: Place = from
    const done = await holdRuns(parts, [runId], async hold => {
      const { found, next } = await find(hold.tx, place)
      const assignmentIds = new Set(found.map(unit => unit.assignmentId))
      return { ...await addReplacements(hold, parts.runtime, { runId, assignmentIds, rule: ruleOf(options), left: options.limit - added }), next }
    })
    added += done.added
    for (const assignmentId of done.atLimit) atLimit.add(assignmentId)
    from = done.next
  }
  return { added, assignmentsAtLimit: atLimit.size }
}

/** Where the next portion begins: in which part of what is looked through, and after which of it. */
interface Place { readonly part: number; readonly after: number }
const START: Place = { part: 0, after: -1 }

/** Finds a portion of units that may be done again. The next place is null when there are no more. */
type Finder = (tx: DbOperations, from: Place) => Promise<{ readonly found: readonly ItemUnit[]; readonly next: Place | null }>

/** All units of the run that are asked for, by their ranks, so that those of one assignment are near together. */
function unitsByStatus({ runId, options: { statuses } }: Request): Finder {
  return async (tx, { part, after }) => {
    const found: ItemUnit[] = []
    for (let place: Place = { part, after }; ;) {
      const status = statuses[place.part]
      if (status === undefined) return { found, next: null }
      const some = await tx.replacements.inStatus(runId, status, { afterRank: place.after, limit: PORTION - found.length })
      found.push(...some)
      if (found.length >= PORTION) return { found, next: { part: place.part, after: some.at(-1)?.rank ?? place.after } }
      place = { part: place.part + 1, after: -1 }
    }
  }
}

async function requireUnits(db: MephistoDb, runId: string, units: readonly string[]): Promise<void> {
  const runs = await db.units.runsOfUnits(units)
  const stranger = units.find(id => runs.get(id) !== runId)
  if (stranger !== undefined) throw new MephistoError('not_found', `Run ${runId} has no unit ${stranger}; name units of this run.`)
}

function namedUnits(units: readonly string[]): Finder {
  const asked = [...new Set(units)]
  return async (tx, { part }) => {
    const ids = asked.slice(part * PORTION, (part + 1) * PORTION)
    const { rows } = await tx.units.find({ filter: { ids, kinds: ['standard'] }, limit: PORTION })
    return { found: rows, next: (part + 1) * PORTION < asked.length ? { part: part + 1, after: -1 } : null }
  }
}

function ruleOf({ statuses, units, replacementsPerAssignment }: Request['options']): ReplacementRule {
  const [asked, named] = [new Set<string>(statuses), units ? new Set(units) : null]
  return { most: replacementsPerAssignment, isAskedFor: unit => asked.has(unit.status) && (named?.has(unit.id) ?? true) }
}

/** Of which items of a run what is done again, and how many units are added at most. */
export interface Replacing {
  readonly runId: string
  readonly assignmentIds: ReadonlySet<string>
  readonly rule: ReplacementRule
  readonly left: number
}

/**
 * Adds units to a held run for work that is to be done again; a run that has ended goes on.
 * @throws MephistoError as {@link requeueWork}
 */
export async function addReplacements(hold: RunHold, runtime: Runtime, { runId, assignmentIds, rule, left }: Replacing): Promise<{ added: number; atLimit: readonly string[] }> {
  const run = runForMore(hold, runId)
  if (run.config.live) throw new MephistoError('illegal_move', `In task run ${runId} people work together, and nobody can do one person's part again; add the item's row once more with topUp.`)
  const planned: PlannedUnit[] = []
  const atLimit: string[] = []
  for (const [assignmentId, units] of byAssignment(await hold.tx.replacements.ofAssignments([...assignmentIds]))) {
    const plan = plannedReplacements(units, rule)
    planned.push(...plan.planned)
    if (plan.isAtLimit) atLimit.push(assignmentId)
  }
  const units = planned.slice(0, left).map(unit => ({ ...unit, id: runtime.newId() }))
  if (units.length === 0) return { added: 0, atLimit }
  goOn(hold, run)
  await appendUnits(hold, run, units)
  hold.note(runId, { type: 'requeue', body: { units: units.length } })
  hold.count(runId, { unitsTotal: units.length, unitsOpen: units.length })
  return { added: units.length, atLimit }
}
