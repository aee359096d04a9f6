import type { Architect } from '../architects/architect.js'
import type { AnyBlueprint } from '../blueprints/blueprint.js'
import type { BlueprintImplementation } from '../blueprints/implement.js'
import type { RunParts } from '../blueprints/offered-unit.js'
import { isFeedReference } from '../data-model/data-feed.js'
import type { RunConfig, RunGates, RunPublishing, RunRequirement, RunSupply } from '../data-model/entities.js'
import type { Requirement } from '../data-model/requirement.js'
import { MephistoError, problemsOf } from '../errors.js'
import { formatMoney } from '../data-model/money.js'
import type { ProjectBudget } from '../ports/budget-operations.js'
import type { DbOperations } from '../ports/mephisto-db.js'
import type { Runtime } from '../ports/runtime.js'
import type { CrowdProvider } from '../providers/crowd-provider.js'
import { freeIn } from './caps.js'
import { checkFeed, type CheckedFeed } from './feeds/check-feed.js'
import { checkProject } from './join-project.js'
import { readAhead, type DataReading, type LaunchData } from './launch-data.js'
import { askBlueprint, askProvider, pageOf, partsOf, requiredBy } from './launch-questions.js'
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

/** What is asked for, and how its data is read. */
export interface LaunchRequest {
  readonly options: AnyLaunchOptions
  readonly reading: Pick<DataReading, 'rows' | 'mostProblems' | 'consequence'>
}

/** Where the pages of a launch are. */
export type LaunchPlace = Pick<Architect, 'baseUrl' | 'taskUrl'>

/** A launch that can be done, as far as its options and the first rows of its data tell: the others are checked as they are read. */
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
  /** To be closed by whoever asked for the check; null where a feed is. */
  readonly data: LaunchData | null
}

/**
 * Checks everything about a launch and the first rows of its data, and writes nothing.
 * @throws MephistoError `invalid_input`, naming the option; `not_found` for an unknown blueprint or provider; `conflict`
 * when the task name belongs to another blueprint, or the task to another project; `budget_exhausted` when the budget of its
 * project covers no unit; also what the blueprint's own `sharedState`, `requirements`,
 * `builder` and `validateLaunch` refuse, and what the provider's `validateLaunch` does
 */
export async function checkLaunch({ db, runtime, blueprints, providers, architect }: Parts, blueprint: AnyBlueprint, { options: given, reading }: LaunchRequest): Promise<CheckedLaunch> {
  const parsed = optionsSchema.safeParse(given)
  if (!parsed.success) throw wrongOptions(problemsOf(parsed.error.issues, ''))
  const implementation = blueprints.get(blueprint.type)
  if (implementation.blueprint !== blueprint) {
    throw new MephistoError('invalid_input', `Blueprint "${blueprint.type}" is not the one this instance implements; pass the same object to implement() and launch().`)
  }
  const { provider, context } = providers.get(parsed.data.provider)
  const live = checkLive(implementation.blueprint, parsed.data)
  const asked = live ? { ...parsed.data, leaseMs: live.absenceMs } : parsed.data
  const { task, provider: providerType } = asked
  const projectBudget = await checkTask(db, asked, blueprint.type)
  const features = await checkFeatures({ runtime }, implementation, asked)
  const hookParts = await partsOf(implementation, asked)
  const keptOut = asked.blockQualifications.map((qualification): Requirement => ({ qualification, is: 'does_not_exist' }))
  const requirements = [...asked.requirements, ...keptOut, ...await requiredBy(implementation, { ...hookParts, task, provider: providerType })]
  const options = { ...asked, requirements }
  const made = new Set(qualificationsMade(options))
  await gatesOf({ qualifications: { byName: async name => await db.qualifications.byName(name) ?? (made.has(name) ? { id: '' } : null) } }, options)
  const page = await pageOf(implementation, { task, args: hookParts.args, architect })
  const feed = await checkFeed(db, implementation, options)
  const hasAssignees = namesPeople(options, feed)
  if (hasAssignees) checkWithAssignees(options, live !== null)
  const { priority, assignees, mostRows } = options
  const data = isFeedReference(options.data) ? null : await readAhead(options.data, {
    ...reading, blueprint, mostRows, priority, assignees: assignees && { of: assignees, unitsPerAssignment: options.unitsPerAssignment },
  })
  try {
    if (data && !data.goesOn) checkSize(options, data.first.length)
    const { unitsPerAssignment, pay, budget = null, leaseMs } = options
    const firstRows = implementation.server.validateLaunch ? data?.first.map(({ input }) => JSON.parse(input) as unknown) ?? [] : []
    await askBlueprint(implementation, { ...hookParts, task, provider: providerType, requirements, unitsPerAssignment, pay, budget, leaseMs, page, firstRows, goesOn: data?.goesOn ?? true })
    await askProvider({ provider, context }, { options, taskUrl: page?.url ?? architect?.taskUrl ?? null })
  } catch (error) {
    await data?.close()
    throw error
  }
  const { title, description, patienceMs, retentionDays, secondOpinions, isReviewedBlind, undoForMs } = options
  const config = {
    title: title ?? task, description, supply: { ...supplyOf(options, runtime), publishing: publishingOf(provider) }, args: hookParts.args, page,
    ...(implementation.pages ? { bringsPages: true as const } : {}), ...(patienceMs === undefined ? {} : { patienceMs }), ...(retentionDays === undefined ? {} : { retentionDays }), ...(secondOpinions === 0 ? {} : { secondOpinions }), ...(isReviewedBlind ? { isReviewedBlind: true as const } : {}), ...(undoForMs === undefined ? {} : { undoForMs }), ...(feed ? { dataFeed: feed.settings } : {}), ...(live ? { live: live.live } : {}), ...(hasAssignees ? { hasAssignees: true as const } : {}),
  }
  return { implementation, provider, options, config, features, hookParts, projectBudget, feed, data }
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

/** Who may work. @throws MephistoError `invalid_input` for a qualification that does not exist: nobody could say who has it */
export async function gatesOf(db: { readonly qualifications: { byName(name: string): Promise<{ readonly id: string } | null> } }, options: ParsedOptions, hasAssignees = false): Promise<RunGates> {
  const requirements: RunRequirement[] = []
  for (const [index, requirement] of options.requirements.entries()) {
    const qualification = await db.qualifications.byName(requirement.qualification)
    if (!qualification) throw new MephistoError('invalid_input', `Launch options: requirements[${String(index)}].qualification: there is no qualification "${requirement.qualification}". Make it first, or check its name.`)
    requirements.push({ ...requirement, qualificationId: qualification.id })
  }
  return {
    requirements, isByInvitation: isByInvitation(options, hasAssignees), unitsPerWorker: options.unitsPerWorker ?? null,
    unitsPerWorkerOfTask: options.unitsPerWorkerOfTask ?? null, concurrentUnits: options.concurrentUnits ?? null, earningsPerDayMinor: options.earningsPerDay?.minor ?? null,
  }
}

/** Whether only those come in who were let in. */
export function isByInvitation({ workers }: Pick<ParsedOptions, 'workers'>, hasAssignees = false): boolean {
  return workers !== undefined || hasAssignees
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
