import type { RunConfig, RunGates, TaskRun } from '../data-model/entities.js'
import { featureQualifications } from '../data-model/features.js'
import { meets } from '../data-model/requirement.js'
import type { DbOperations, WorkerFacts } from '../ports/mephisto-db.js'
import type { Standing } from '../ports/unit-operations.js'
import type { RefusalReason } from '../protocol/refusals.js'
import { nextStep, type NextStep } from './next-step.js'

const DAY_MS = 86_400_000
const NOTHING: WorkerFacts = { grants: new Map(), unitsOfTask: 0, heldOfTask: 0, earnedMinor: 0 }

type GatedRun = Pick<TaskRun, 'provider' | 'payMinor'> & { readonly config: Pick<TaskRun['config'], 'gates'> }

/** Whether a run looks at what its workers do in other runs. */
export function spansRuns(gates: RunGates | undefined): boolean {
  return gates !== undefined && (looksAtTask(gates) || gates.earningsPerDayMinor !== null)
}

function looksAtTask({ unitsPerWorkerOfTask, concurrentUnits }: RunGates): boolean {
  return unitsPerWorkerOfTask !== null || concurrentUnits !== null
}

/** What comes next for each of these workers in the run, whichever units are left: by who may work, and by its features. */
export async function nextSteps(db: DbOperations, run: TaskRun, { standings, at }: { readonly standings: readonly Standing[]; readonly at: number }): Promise<ReadonlyMap<string, NextStep>> {
  const { gates, features } = run.config
  const qualificationIds = qualificationsOf(run.config)
  const facts = standings.length > 0 && (qualificationIds.length > 0 || spansRuns(gates)) ? await db.workers.facts({
    workerIds: standings.map(standing => standing.workerId), qualificationIds, at,
    taskId: looksAtTask(gates) ? run.taskId : null,
    earnings: gates.earningsPerDayMinor === null ? null : { currency: run.currency, since: at - DAY_MS },
  }) : new Map<string, WorkerFacts>()
  return new Map(standings.map((standing): [string, NextStep] => {
    const known = facts.get(standing.workerId) ?? NOTHING
    const reason = admission(run, standing, known)
    return [standing.workerId, reason === null ? nextStep(features, known.grants, standing.unitsCompleted) : { kind: 'refused', reason }]
  }))
}

/** The ids of all qualifications that a run looks at or grants, each once. Pure. */
export function qualificationsOf({ gates, features }: Pick<RunConfig, 'gates' | 'features'>): readonly string[] {
  return [...new Set([...gates.requirements.map(requirement => requirement.qualificationId), ...featureQualifications(features)])]
}

/** Why this worker may not have a unit of the run; null when they may. Pure. */
export function admission({ config: { gates }, provider, payMinor }: GatedRun, { block, isKnown, unitsCompleted }: Pick<Standing, 'block' | 'isKnown' | 'unitsCompleted'>, facts: WorkerFacts): RefusalReason | null {
  if (block !== null) return block === 'hard' ? 'blocked' : 'not_selected'
  if (gates.isByInvitation && !isKnown) return 'not_invited'
  const asked = gates.requirements.filter(({ providers }) => providers?.includes(provider) ?? true)
  if (!asked.every(requirement => meets(requirement, facts.grants.get(requirement.qualificationId) ?? null))) return 'not_qualified'
  if (unitsCompleted >= (gates.unitsPerWorker ?? Infinity)) return 'run_limit_reached'
  if (facts.unitsOfTask >= (gates.unitsPerWorkerOfTask ?? Infinity)) return 'task_limit_reached'
  if (facts.heldOfTask >= (gates.concurrentUnits ?? Infinity)) return 'working_elsewhere'
  return facts.earnedMinor + payMinor > (gates.earningsPerDayMinor ?? Infinity) ? 'daily_limit_reached' : null
}
