import type { Architect } from '../architects/architect.js'
import type { AnyBlueprint } from '../blueprints/blueprint.js'
import type { BlueprintImplementation } from '../blueprints/implement.js'
import type { RunParts } from '../blueprints/offered-unit.js'
import type { RunConfig, RunGates, RunPublishing, RunRequirement, RunSupply } from '../data-model/entities.js'
import { MephistoError, problemsOf } from '../errors.js'
import { formatMoney } from '../data-model/money.js'
import type { ProjectBudget } from '../ports/budget-operations.js'
import type { DbOperations } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'
import type { CrowdProvider } from '../providers/crowd-provider.js'
import { freeIn } from './caps.js'
import { checkFeed, type CheckedFeed } from './feeds/check-feed.js'
import { checkProject } from './join-project.js'
import { askBlueprint, askProvider } from './launch-questions.js'
import { checkFeatures, qualificationsMade, type CheckedFeatures } from './launch-features.js'
import { checkLive } from './live/live-options.js'
import { wrongOptions } from './launch-refusal.js'
import { optionsSchema, type AnyLaunchOptions, type ParsedOptions } from './launch-options.js'
import type { BlueprintRegistry, ProviderRegistry } from './registry.js'

interface Parts {
  readonly db: DbOperations
  readonly runtime: Runtime
  readonly blueprints: BlueprintRegistry
  readonly providers: ProviderRegistry
  readonly architect: LaunchPlace | null
}

/** Where the pages of a launch are. */
export type LaunchPlace = Pick<Architect, 'baseUrl' | 'taskUrl'>

/** A launch that can be done, as far as its options tell: its data is checked row by row, as it is read. */
export interface CheckedLaunch {
  readonly implementation: BlueprintImplementation
  readonly provider: CrowdProvider
  readonly options: ParsedOptions
  /** Without what a launch writes or finds for it. */
  readonly config: Omit<RunConfig, 'features' | 'gates'>
  readonly features: CheckedFeatures
  /** What the hooks of the run get in this process. */
  readonly hookParts: RunParts<AnyBlueprint>
  /** The budget of the project that it will be in; null for none. */
  readonly projectBudget: ProjectBudget | null
  /** Where its data comes from while it goes on; null when it comes with the launch. */
  readonly feed: CheckedFeed | null
}

/**
 * Checks everything about a launch but its data, and writes nothing.
 * @throws MephistoError `invalid_input`, naming the option; `not_found` for an unknown blueprint or provider; `conflict`
 * when the task name belongs to another blueprint, or the task to another project; `budget_exhausted` when the budget of its
 * project covers no unit; also what the blueprint's own `sharedState`,
 * `builder` and `validateLaunch` refuse, and what the provider's `validateLaunch` does
 */
export async function checkLaunch({ db, runtime, blueprints, providers, architect }: Parts, blueprint: AnyBlueprint, given: AnyLaunchOptions): Promise<CheckedLaunch> {
  const parsed = optionsSchema.safeParse(given)
  if (!parsed.success) throw wrongOptions(problemsOf(parsed.error.issues, ''))
  const implementation = blueprints.get(blueprint.type)
  if (implementation.blueprint !== blueprint) {
    throw new MephistoError('invalid_input', `Blueprint "${blueprint.type}" is not the one this instance implements; pass the same object to implement() and launch().`)
  }
  const { provider, context } = providers.get(parsed.data.provider)
  const live = checkLive(implementation.blueprint, parsed.data)
  const options = live ? { ...parsed.data, leaseMs: live.absenceMs } : parsed.data
  const projectBudget = await checkTask(db, options, blueprint.type)
  const features = await checkFeatures({ runtime }, implementation, options)
  const made = new Set(qualificationsMade(options))
  await gatesOf({ qualifications: { byName: async name => await db.qualifications.byName(name) ?? (made.has(name) ? { id: '' } : null) } }, options)
  const own = await askBlueprint(implementation, { options, architect })
  await askProvider({ provider, context }, { options, taskUrl: own.page?.url ?? architect?.taskUrl ?? null })
  const feed = await checkFeed(db, implementation, options)
  const { title, task, description, patienceMs, retentionDays } = options
  const config = {
    title: title ?? task, description, supply: { ...supplyOf(options, runtime), publishing: publishingOf(provider) }, args: own.hookParts.args, page: own.page,
    ...(implementation.pages ? { bringsPages: true as const } : {}), ...(patienceMs === undefined ? {} : { patienceMs }), ...(retentionDays === undefined ? {} : { retentionDays }), ...(feed ? { dataFeed: feed.settings } : {}), ...(live ? { live: live.live } : {}), ...(namesPeople(options, feed) ? { hasAssignees: true as const } : {}),
  }
  if (config.hasAssignees) checkWithAssignees(options, live !== null)
  return { implementation, provider, options, config, features, hookParts: own.hookParts, projectBudget, feed }
}

/** Whether each item is for particular people. */
function namesPeople({ assignees }: Pick<ParsedOptions, 'assignees'>, feed: CheckedFeed | null): boolean {
  return assignees !== undefined || feed?.feed.namesPeople === true
}

/** @throws MephistoError `invalid_input` for what cannot be where items are for particular people */
function checkWithAssignees({ maxLiveUnits }: Pick<ParsedOptions, 'maxLiveUnits'>, isLive: boolean): void {
  if (isLive) throw wrongOptions([{ path: 'assignees', rule: 'custom', message: 'cannot be given where people work together at an item; say with "workers" who may come' }])
  if (maxLiveUnits !== undefined) throw wrongOptions([{ path: 'maxLiveUnits', rule: 'custom', message: 'cannot be given where items are for particular people: units of somebody who is away would keep the others waiting' }])
}

/** Checks what the launch is a run of. Returns the budget of the project that it will be in. */
async function checkTask(db: DbOperations, options: ParsedOptions, blueprintType: string): Promise<ProjectBudget | null> {
  const { task: name, project, pay } = options
  const { rows: [task] } = await db.tasks.find({ filter: { name }, limit: 1 })
  if (task && task.blueprintType !== blueprintType) throw new MephistoError('conflict', `Task "${name}" belongs to blueprint "${task.blueprintType}"; give this one another name.`)
  const joined = task?.projectId ?? null
  if (project !== undefined && joined !== null) {
    const before = await db.projects.get(joined)
    // One that was removed just now is made anew.
    if (before) checkProject(before, { task: name, project })
  }
  const projectId = joined ?? (project === undefined ? undefined : (await db.projects.find({ filter: { name: project }, limit: 1 })).rows[0]?.id)
  const budget = projectId === undefined ? null : await db.budgets.of(projectId)
  if (budget) checkCurrency(budget, pay.currency)
  if (budget && freeIn(budget, pay.currency) < pay.minor) {
    throw new MephistoError('budget_exhausted', `The budget of project "${budget.name}" has ${formatMoney({ minor: freeIn(budget, pay.currency), currency: pay.currency })} left, which covers no unit of this run. Give the project more, or launch it elsewhere.`)
  }
  return budget
}

/** Currencies are never mixed under a budget. @throws MephistoError `invalid_input` */
export function checkCurrency({ name, currency }: ProjectBudget, ofPay: string): void {
  if (currency === ofPay) return
  throw new MephistoError('invalid_input', `Launch options: pay: must be in ${currency}, the currency of the budget of project "${name}", also where nothing is paid; this is in ${ofPay}.`)
}

/** @throws MephistoError `invalid_input` when the pay of so many units cannot be added up, or there are none */
export function checkSize({ unitsPerAssignment, pay }: Pick<ParsedOptions, 'unitsPerAssignment' | 'pay'>, items: number): void {
  if (items * unitsPerAssignment * pay.minor > Number.MAX_SAFE_INTEGER) {
    throw new MephistoError('invalid_input', `Launch options: pay: is too large for ${String(items * unitsPerAssignment)} units; their sum cannot be kept exactly.`)
  }
  if (items === 0) throw new MephistoError('invalid_input', 'Launch options: data: has no rows; give at least one.')
}

/** @throws MephistoError `invalid_input` when there is a row after the last one that may come */
export function checkRows({ mostRows }: Pick<ParsedOptions, 'mostRows'>, number: number, consequence: string): void {
  if (number <= mostRows) return
  const sentences = [`Launch options: data: has more than ${String(mostRows)} rows.`, consequence, 'Raise "mostRows" for so many; data without an end is for a feed.']
  throw new MephistoError('invalid_input', sentences.filter(sentence => sentence !== '').join(' '))
}

/** Who may work. @throws MephistoError `invalid_input` for a qualification that does not exist: nobody could say who has it */
export async function gatesOf(db: { readonly qualifications: { byName(name: string): Promise<{ readonly id: string } | null> } }, options: ParsedOptions, hasAssignees = false): Promise<RunGates> {
  const requirements: RunRequirement[] = []
  for (const [index, requirement] of options.requirements.entries()) {
    const qualification = await db.qualifications.byName(requirement.qualification)
    if (!qualification) throw new MephistoError('invalid_input', `Launch options: requirements[${String(index)}].qualification: there is no qualification "${requirement.qualification}". Make it first, or check its name.`)
    requirements.push({ ...requirement, qualificationId: qualification.id })
  }
  return {
    requirements, isByInvitation: options.workers !== undefined || hasAssignees, unitsPerWorker: options.unitsPerWorker ?? null,
    unitsPerWorkerOfTask: options.unitsPerWorkerOfTask ?? null, concurrentUnits: options.concurrentUnits ?? null, earningsPerDayMinor: options.earningsPerDay?.minor ?? null,
  }
}

/** What the provider is called for; null for nothing. */
function publishingOf(provider: CrowdProvider): RunPublishing | null {
  const countsPlaces = provider.setPlaces !== undefined
  const publishing = { opensRun: provider.openRun !== undefined, closesRun: provider.closeRun !== undefined, publishesUnits: countsPlaces || provider.publishUnit !== undefined, countsPlaces }
  return publishing.opensRun || publishing.publishesUnits ? publishing : null
}

function supplyOf({ order, seed, maxLiveUnits }: ParsedOptions, runtime: Runtime): Omit<RunSupply, 'publishing'> {
  return { order, seed: seed ?? (order === 'random' ? Math.floor(runtime.random() * 2 ** 29) : 0), maxLiveUnits: maxLiveUnits ?? null }
}
