import type { TaskRun } from '../data-model/entities.js'
import type { UnitStatus } from '../data-model/lifecycle.js'
import { MephistoError } from '../errors.js'
import type { DbOperations } from '../ports/mephisto-db.js'
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
