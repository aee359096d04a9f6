import type { BlockScope } from '../data-model/block-scope.js'
import type { DecisionEffects } from '../data-model/decision-effects.js'
import type { TaskRun } from '../data-model/entities.js'
import type { Money } from '../data-model/money.js'
import { MephistoError } from '../errors.js'
import { addReplacements } from '../operations/requeue.js'
import { MOST_ASKED_FOR } from '../operations/replacing.js'
import type { RunHold } from '../operations/run-hold.js'
import type { ReviewRow } from '../ports/answer-operations.js'
import type { DbOperations } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'
import type { DecisionExtras } from '../protocol/decide-request.js'
import { futureInstant } from './people/future-instant.js'
import { requireQualification } from './people/qualification-acts.js'
import type { Principal } from './principal.js'

/** A qualification that workers get with a value, or lose: null. */
interface GrantStep {
  readonly qualificationId: string
  readonly name: string
  readonly value: number | null
  /** Epoch ms; null for good. */
  readonly expiresAt: number | null
}

/** What goes with a verdict, looked up and found possible. */
export interface PreparedExtras {
  /** To the workers; null for none. */
  readonly message: string | null
  readonly bonus: Money | null
  readonly grants: readonly GrantStep[]
  /** `scopeIds`: where, by run. */
  readonly block: NonNullable<DecisionExtras['block']> & { readonly scopeIds: ReadonlyMap<string, string | null> } | null
  readonly isRequeued: boolean
  /** Nobody reads the answers. @default false */
  readonly isUnread?: true
}

/** A verdict alone. */
export const NO_EXTRAS: PreparedExtras = { message: null, bonus: null, grants: [], block: null, isRequeued: false }

/**
 * Looks up what a request names, before anything is written.
 * @throws MephistoError `not_found` for an unknown qualification; `invalid_input` for a bonus in another currency than a run's, and for an end that is over;
 * `illegal_move` for a block in a project where a task is in none
 */
export async function prepareExtras(hold: RunHold, { message, bonus, grants = [], revokes = [], block, requeue = false }: DecisionExtras, runIds: readonly string[]): Promise<PreparedExtras> {
  const steps: GrantStep[] = []
  for (const { qualification, value, expiresAt } of grants) {
    const { id, name } = await requireQualification(hold.tx, qualification)
    steps.push({ qualificationId: id, name, value, expiresAt: expiresAt === null ? null : futureInstant('grants.expiresAt', expiresAt, hold.at) })
  }
  for (const qualification of revokes) {
    const { id, name } = await requireQualification(hold.tx, qualification)
    steps.push({ qualificationId: id, name, value: null, expiresAt: null })
  }
  const scopeIds = new Map<string, string | null>()
  for (const run of runIds.flatMap(id => hold.run(id) ?? [])) {
    if (bonus && run.currency !== bonus.currency) throw new MephistoError('invalid_input', `bonus: must be in ${run.currency}, the currency of task run ${run.id}.`)
    if (block) scopeIds.set(run.id, await scopeIdOf(hold.tx, block.scope, run))
  }
  return { message: message ?? null, bonus: bonus ?? null, grants: steps, block: block ? { ...block, scopeIds } : null, isRequeued: requeue }
}

/** Units that were decided just now, with what, and by whom. */
interface DecidedUnits {
  readonly extras: PreparedExtras
  readonly rows: readonly ReviewRow[]
  readonly principal: Principal
  /** Why: what the history of grants and blocks says. */
  readonly note: string | null
}

/** Does what goes with a verdict, and says by unit what was done. What is about a person is done once for each, and stands with the first of their units. Bonuses are booked by whoever decides. */
export async function applyExtras(hold: RunHold, runtime: Runtime, decided: DecidedUnits): Promise<ReadonlyMap<string, DecisionEffects>> {
  const { bonus, grants, block, isRequeued, isUnread } = decided.extras
  const effects = new Map<string, DecisionEffects>(decided.rows.map(({ unitId }) => [unitId, { ...(bonus ? { bonus } : {}), ...(isUnread ? { isUnread } : {}) }]))
  const add = (unitId: string, more: DecisionEffects): void => { effects.set(unitId, { ...effects.get(unitId), ...more }) }
  if (grants.length > 0 || block) {
    const firsts = new Map([...decided.rows].reverse().map(row => [row.workerId, row]))
    await hold.tx.workers.lock([...firsts.keys()].sort())
    for (const [workerId, row] of firsts) {
      const done = await applyGrants(hold, runtime, { grants, workerId, decided })
      if (done.length > 0) add(row.unitId, { grants: done })
      if (block) add(row.unitId, { blockId: await blockWorker(hold, runtime, { block, row, decided }) })
    }
  }
  if (isRequeued) for (const unitId of await requeueUnits(hold, runtime, decided.rows)) add(unitId, { isRequeued: true })
  return effects
}

async function applyGrants({ tx, at }: RunHold, runtime: Runtime, { grants, workerId, decided: { principal, note } }: { readonly grants: readonly GrantStep[]; readonly workerId: string; readonly decided: DecidedUnits }): Promise<NonNullable<DecisionEffects['grants']>> {
  const done: NonNullable<DecisionEffects['grants']> = []
  for (const { qualificationId, name, value, expiresAt } of grants) {
    const had = await tx.grants.get(qualificationId, workerId)
    if (value === null && !had) continue
    const act = { id: runtime.newId(), qualificationId, workerId, actorId: principal.id, reason: note, at }
    if (value === null) await tx.grants.revoke(act)
    else await tx.grants.grant({ ...act, value, expiresAt })
    done.push({ eventId: act.id, qualificationId, name, value, before: had && { value: had.value, expiresAt: had.expiresAt } })
  }
  return done
}

async function blockWorker({ tx, at }: RunHold, runtime: Runtime, { block: { scope, scopeIds, isSoft, forMs }, row, decided: { principal, note } }: { readonly block: NonNullable<PreparedExtras['block']>; readonly row: ReviewRow; readonly decided: DecidedUnits }): Promise<string> {
  const id = runtime.newId()
  await tx.blocks.create({ id, workerId: row.workerId, scope, scopeId: scopeIds.get(row.runId) ?? null, isSoft, reason: note ?? '', actorId: principal.id, until: forMs === null ? null : at + forMs, at })
  return id
}

/** @throws MephistoError `illegal_move` for a project where the task is in none */
async function scopeIdOf(tx: DbOperations, scope: BlockScope, run: TaskRun): Promise<string | null> {
  if (scope === 'everywhere') return null
  if (scope === 'run') return run.id
  if (scope === 'task') return run.taskId
  const projectId = (await tx.tasks.get(run.taskId))?.projectId ?? null
  if (projectId === null) throw new MephistoError('illegal_move', `The task "${run.taskName}" is in no project, so nobody can be blocked in it; block them in the task.`)
  return projectId
}

/** Asks others to do the work of units again. Returns those whose place is to be filled. */
async function requeueUnits(hold: RunHold, runtime: Runtime, rows: readonly ReviewRow[]): Promise<readonly string[]> {
  const requeued: string[] = []
  const ofRun = new Map<string, ReviewRow[]>()
  for (const row of rows.filter(({ kind }) => kind === 'standard')) ofRun.set(row.runId, [...ofRun.get(row.runId) ?? [], row])
  for (const [runId, units] of ofRun) {
    const asked = new Set(units.map(({ unitId }) => unitId))
    const { atLimit } = await addReplacements(hold, runtime, {
      runId, assignmentIds: new Set(units.map(({ assignmentId }) => assignmentId)), left: Infinity, rule: { most: MOST_ASKED_FOR, isAskedFor: unit => asked.has(unit.id) },
    })
    requeued.push(...units.filter(({ assignmentId }) => !atLimit.includes(assignmentId)).map(({ unitId }) => unitId))
  }
  return requeued
}
