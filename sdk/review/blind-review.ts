import type { TaskRun } from '../data-model/entities.js'
import type { UnitStatus } from '../data-model/lifecycle.js'
import { MephistoError } from '../errors.js'
import { runsInOrder, runsWithin } from '../operations/data-browser/finished-work.js'
import { requireRun } from '../operations/named-place.js'
import type { DbOperations, MephistoDb } from '../ports/mephisto-db.js'
import type { Principal } from './principal.js'

// A run that is reviewed blind does not say whose its answers are (docs/decisions/0051-blind-review.md).

const DECIDED: ReadonlySet<UnitStatus> = new Set(['accepted', 'soft_rejected', 'rejected'])

type KnownRun = Pick<TaskRun, 'id' | 'config'>

/** Whether the review says who answered a unit: where it is blind, operators alone are told, and they once it is decided. Pure. */
export function isToldWho({ config }: KnownRun, { principal, status }: { readonly principal: Principal; readonly status: UnitStatus }): boolean {
  return config.isReviewedBlind !== true || (isOperator(principal) && DECIDED.has(status))
}

/** Whether what ties answers of a run to people is kept from somebody everywhere else. Pure. */
export function isKeptFrom({ config }: KnownRun, principal: Principal): boolean {
  return config.isReviewedBlind === true && !isOperator(principal)
}

/** @throws MephistoError `forbidden` for somebody who is not told whose the answers of a run are */
export function requireToldOf(run: KnownRun, principal: Principal): void {
  if (!isKeptFrom(run, principal)) return
  throw new MephistoError('forbidden', `Task run ${run.id} is reviewed blind: operators alone are told whose answers it has. Ask one of them.`)
}

/** Checks runs one after the other. Throws as {@link requireToldOf}. */
export async function requireToldOfAll(runs: AsyncIterable<KnownRun>, principal: Principal): Promise<void> {
  if (isOperator(principal)) return
  for await (const run of runs) requireToldOf(run, principal)
}

/** Some runs, by name; all of them for none. */
interface NamedRuns {
  readonly project?: string | undefined
  readonly task?: string | undefined
  readonly run?: string | undefined
}

/**
 * Checks what is asked for of one person, or of one moment, in some runs: which of these holds an answer would tell whose it is.
 * @throws MephistoError `forbidden` where one of the runs is kept from whoever asks; `not_found`
 */
export async function requireToldWithin(db: MephistoDb, principal: Principal, { project, task, run }: NamedRuns): Promise<void> {
  if (isOperator(principal)) return
  await requireToldOfAll(runsInOrder(db, await runsWithin(db, { project, task, named: run === undefined ? null : await requireRun(db, run) })), principal)
}

/** Those of units of which nobody is told yet whose they are: those that wait, in runs that are reviewed blind. */
export async function unitsInTheDark(db: Pick<DbOperations, 'runs' | 'units'>, principal: Principal, unitIds: readonly string[]): Promise<ReadonlySet<string>> {
  const ids = [...new Set(unitIds)]
  if (ids.length === 0) return new Set()
  const { rows: units } = await db.units.find({ filter: { ids }, limit: ids.length })
  const runIds = [...new Set(units.map(({ runId }) => runId))]
  const runs = new Map((await db.runs.find({ filter: { ids: runIds }, limit: Math.max(1, runIds.length) })).rows.map(run => [run.id, run]))
  return new Set(units.flatMap(({ id, runId, status }) => {
    const run = runs.get(runId)
    return run && isToldWho(run, { principal, status }) ? [] : [id]
  }))
}

/** Those of runs of which somebody is not told whose their answers are. */
export async function runsKeptFrom(db: Pick<DbOperations, 'runs'>, principal: Principal, runIds: readonly string[]): Promise<ReadonlySet<string>> {
  const ids = isOperator(principal) ? [] : [...new Set(runIds)]
  if (ids.length === 0) return new Set()
  const { rows } = await db.runs.find({ filter: { ids }, limit: ids.length })
  return new Set(rows.filter(run => isKeptFrom(run, principal)).map(({ id }) => id))
}

function isOperator({ roles }: Principal): boolean {
  return roles.includes('operator')
}
