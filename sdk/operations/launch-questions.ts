import * as z from 'zod'
import type { AnyBlueprint } from '../blueprints/blueprint.js'
import type { BlueprintImplementation } from '../blueprints/implement.js'
import type { RequestedLaunch } from '../blueprints/server.js'
import type { RunParts } from '../blueprints/offered-unit.js'
import type { PageRequest, TaskPage } from '../blueprints/task-page.js'
import { requirementSchema, type Requirement } from '../data-model/requirement.js'
import { describeProblems, isMephistoError, problemsOf } from '../errors.js'
import { pageBuildText } from '../protocol/text.js'
import { makeParts } from './hook-parts.js'
import { isTooDeep, jsonText } from './json-text.js'
import type { ParsedOptions } from './launch-options.js'
import { refusedLaunch, wrongOptions } from './launch-refusal.js'
import type { ConnectedProvider } from './registry.js'
import { withinMs } from './time-limit.js'

/** Every page gets the args with each registration. */
const MOST_ARGS_CHARACTERS = 65_536
const LONGEST_BUILD_MS = 60_000
const LONGEST_VALIDATION_MS = 30_000

// What the code around a launch is asked, in this order; nothing of it writes. Each throws a MephistoError `invalid_input` that
// says what was refused and why.

/** Whether the args fit, and what the hooks of the run get. */
export async function partsOf(implementation: BlueprintImplementation, { task, args: given }: Pick<ParsedOptions, 'task' | 'args'>): Promise<RunParts<AnyBlueprint>> {
  const args = await checkedArgs(implementation.blueprint, given)
  return asked('the shared state of the blueprint could not be made', () => makeParts(implementation, { task, args }))
}

/** What the blueprint wants of workers itself. */
export async function requiredBy({ server }: BlueprintImplementation, launch: RunParts<AnyBlueprint> & Pick<ParsedOptions, 'task' | 'provider'>): Promise<readonly Requirement[]> {
  const given: unknown = await asked('the requirements of the blueprint', () => withinMs(LONGEST_VALIDATION_MS, () => server.requirements?.(launch) ?? []))
  const parsed = z.array(requirementSchema).max(50).safeParse(given)
  if (parsed.success) return parsed.data
  throw refusedLaunch('the requirements of the blueprint', describeProblems(problemsOf(parsed.error.issues, 'requirements')))
}

/** Where the page of the run is; null for the architect's. */
export async function pageOf({ blueprint, server }: BlueprintImplementation, request: Omit<PageRequest, 'blueprint'>): Promise<TaskPage | null> {
  return server.builder ? builtPage(server.builder, { ...request, blueprint }) : null
}

/** Whether the blueprint can be launched like that. */
export async function askBlueprint({ server }: BlueprintImplementation, launch: RequestedLaunch<AnyBlueprint>): Promise<void> {
  await asked('the blueprint refuses it', () => withinMs(LONGEST_VALIDATION_MS, () => server.validateLaunch?.(launch)))
}

/** Whether the provider can do it. */
export async function askProvider({ provider, context }: ConnectedProvider, { options, taskUrl }: { readonly options: ParsedOptions; readonly taskUrl: string | null }): Promise<void> {
  const { task, title = task, description, requester, unitsPerAssignment, pay, budget = null, leaseMs, maxLiveUnits = null } = options
  const launch = { task, title, description, requester, unitsPerAssignment, pay, budget, leaseMs, maxLiveUnits, taskUrl }
  await asked(`provider "${provider.type}" refuses it`, () => withinMs(LONGEST_VALIDATION_MS, () => provider.validateLaunch?.(launch, context)))
}

async function checkedArgs({ type, args: schema }: AnyBlueprint, given: unknown): Promise<RunParts<AnyBlueprint>['args']> {
  if (!schema) {
    if (given === undefined) return {}
    throw refusedLaunch('args', `blueprint "${type}" takes none; give it an args schema, or leave them out`)
  }
  if (isTooDeep(given)) throw refusedLaunch('args', 'are nested too deep')
  const parsed = await schema.safeParseAsync(given ?? {})
  if (!parsed.success) throw wrongOptions(problemsOf(parsed.error.issues, 'args'))
  const text = jsonText(parsed.data, 'args')
  if (text.length > MOST_ARGS_CHARACTERS) throw refusedLaunch('args', `are ${String(text.length)} characters of JSON, more than the ${String(MOST_ARGS_CHARACTERS)} that every page can be sent; put what is large into a file that pages load`)
  // As it will be read: what JSON leaves out is not there from the beginning.
  return JSON.parse(text) as RunParts<AnyBlueprint>['args']
}

const pageSchema = z.object({
  url: z.url({ protocol: /^https?$/, error: 'must be an absolute http or https address' }).refine(url => !url.includes('#'), 'must have no #fragment: links put the credential there'),
  build: pageBuildText.nullable(),
})

async function builtPage(builder: NonNullable<BlueprintImplementation['server']['builder']>, request: PageRequest): Promise<TaskPage> {
  const controller = new AbortController()
  try {
    const page: unknown = await asked('page', () => withinMs(LONGEST_BUILD_MS, () => builder(request, controller.signal)))
    const parsed = pageSchema.safeParse(page)
    if (parsed.success) return parsed.data
    throw refusedLaunch('page', `the blueprint's builder gave no page: ${describeProblems(problemsOf(parsed.error.issues, 'page'))}`)
  } finally {
    controller.abort()
  }
}

/** What the host's code says. What it throws refuses the launch; errors of ours keep their code. */
async function asked<T>(what: string, question: () => Promise<T>): Promise<T> {
  try {
    return await question()
  } catch (cause) {
    if (isMephistoError(cause)) throw cause
    throw refusedLaunch(what, cause instanceof Error ? cause.message : String(cause), cause)
  }
}
