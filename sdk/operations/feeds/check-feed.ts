import * as z from 'zod'
import type { DataFeed } from '../../blueprints/data-feed.js'
import type { BlueprintImplementation } from '../../blueprints/implement.js'
import { isFeedReference, type DataFeedSettings } from '../../data-model/data-feed.js'
import type { TaskRun } from '../../data-model/entities.js'
import { isMephistoError, MephistoError, problemsOf } from '../../errors.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import { isTooDeep, jsonText } from '../json-text.js'
import { wrongOptions } from '../launch-refusal.js'

/** A feed with what it is told. */
export interface OpenableFeed {
  readonly feed: DataFeed
  /** After their schema. */
  readonly params: unknown
}

/** A feed that a run can be launched with. */
export interface CheckedFeed extends OpenableFeed {
  readonly settings: DataFeedSettings
}

const referenceSchema = z.strictObject({ feed: z.string(), params: z.unknown(), ahead: z.int().min(1).max(10_000).default(100) })
const LONGEST_PARAMS = 10_000

/**
 * The feed that a launch takes its data from; null when it brings its data along.
 * @throws MephistoError `invalid_input`, naming the option, for an unknown feed, for params that are none of it, and for a bound below one item
 */
export async function checkFeed(db: DbOperations, implementation: BlueprintImplementation, { data, unitsPerAssignment, priority, assignees }: { readonly data: unknown; readonly unitsPerAssignment: number; readonly priority?: unknown; readonly assignees?: unknown }): Promise<CheckedFeed | null> {
  if (!isFeedReference(data)) return null
  const parsed = referenceSchema.safeParse({ params: undefined, ...data })
  if (!parsed.success) throw wrongOptions(problemsOf(parsed.error.issues, 'data'))
  const { feed: name, params, ahead } = parsed.data
  if (ahead < unitsPerAssignment) throw refusedAt('data.ahead', `must be at least unitsPerAssignment (${String(unitsPerAssignment)}), or not one item fits`)
  if (priority !== undefined) throw refusedAt('priority', 'is for data that comes with the launch; a feed gives the priority with each row')
  if (assignees !== undefined) throw refusedAt('assignees', 'is for data that comes with the launch; a feed that names people says whom each row is for')
  const text = paramsText(params)
  const opened = await openFeed(implementation, { name, params: text })
  try {
    await opened.feed.check?.({ params: opened.params, db })
  } catch (error) {
    throw isMephistoError(error) && error.code === 'unavailable' ? error : refusedAt('data.params', error instanceof Error ? error.message : String(error))
  }
  return { ...opened, settings: { name, params: text, ahead } }
}

function paramsText(params: unknown): string {
  if (isTooDeep(params)) throw refusedAt('data.params', 'is nested too deep')
  const text = jsonText(params ?? null, 'data.params')
  if (text.length > LONGEST_PARAMS) throw refusedAt('data.params', `is longer than ${String(LONGEST_PARAMS)} characters as JSON; tell the feed where its data is, not the data`)
  return text
}

/**
 * Finds a feed in the code, and what it is told.
 * @throws MephistoError `invalid_input` for one that is not there, and for params that do not fit its schema
 */
export async function openFeed({ blueprint, server }: BlueprintImplementation, { name, params }: Pick<DataFeedSettings, 'name' | 'params'>): Promise<OpenableFeed> {
  const feeds = server.feeds ?? {}
  const feed = Object.hasOwn(feeds, name) ? feeds[name] : undefined
  if (!feed) {
    const known = Object.keys(feeds).map(one => `"${one}"`).join(', ')
    throw refusedAt('data.feed', `blueprint "${blueprint.type}" has no feed "${name}" in this instance; ${known === '' ? 'declare it with implement(…, { feeds })' : `it has ${known}`}`)
  }
  const given = JSON.parse(params) as unknown
  if (!feed.params) {
    if (given !== null) throw refusedAt('data.params', `the feed "${name}" takes none`)
    return { feed, params: undefined }
  }
  const parsed = await feed.params.safeParseAsync(given ?? undefined)
  if (!parsed.success) throw wrongOptions(problemsOf(parsed.error.issues, 'data.params'))
  return { feed, params: parsed.data }
}

/** As {@link openFeed}, for a run that goes on. @throws MephistoError `conflict` for a run of another version of its blueprint */
export async function openFeedOf(run: TaskRun, settings: DataFeedSettings, implementation: BlueprintImplementation): Promise<OpenableFeed> {
  if (run.schemaHash === implementation.schemaHash) return openFeed(implementation, settings)
  throw new MephistoError('conflict', `The run was launched with another version of blueprint "${run.blueprintType}" than this instance has.`)
}

function refusedAt(path: string, message: string): MephistoError {
  return wrongOptions([{ path, rule: 'custom', message }])
}
