import { MephistoError } from '../../errors.js'
import type { TransferRow, TransferTable } from '../../ports/transfer-operations.js'
import { ruleFor } from './conflict-rules.js'
import type { MergedRow } from './dump-format.js'
import { grantHere, personPlace } from './local-people.js'
import { mergedGrant } from './merged-grant.js'
import { KIND_OF, placeOf, type NamedRow, type PlaceGround } from './row-place.js'

/** What rows of a dump are called here: the ids there, and those here where they differ. */
export type Names = Map<string, string>

/** Something that was made under another name than it has in the dump. */
export interface Renaming {
  readonly kind: 'projects' | 'tasks' | 'qualifications' | 'requesters'
  readonly id: string
  readonly from: string
  readonly to: string
}

/** What stays away: what people were granted or how they were blocked, because it was taken back here. */
export interface Withheld {
  /** People who were erased here, and had a name when the dump was made; their ids here. */
  readonly people: Set<string>
  /** Grants that were revoked here: ids of the qualification and the worker here, with a space between. */
  readonly grants: Set<string>
}

/** Where merging happens, by which rules, and who does it. */
export interface MergeGround extends PlaceGround {
  readonly names: Names
  /** Those of {@link names} that are about people. */
  readonly people: Set<string>
  readonly renamed: Renaming[]
  readonly withheld: Withheld
  /** Names of the qualifications that were read, by their ids in the dump. */
  readonly qualifications: Map<string, string>
  readonly newId: () => string
  readonly actorId: string
  /** For the history of what is granted. */
  readonly reason: string
  readonly at: number
}

/**
 * Finds what a row is about, or makes it, as the rules say; the row that is here stays as it is. Returns whether anything
 * was added or changed. @throws MephistoError `conflict` for what the rules refuse, and a task of another blueprint
 */
export async function mergeRow(ground: MergeGround, merged: MergedRow): Promise<boolean> {
  switch (merged.table) {
    case 'worker': return mergeWorker(ground, merged.row)
    case 'granted_qualification': return mergeGrant(ground, merged.row)
    case 'blueprint_version': {
      const { tx, newId, at } = ground
      const { type, schema_hash: schemaHash, input_schema: inputSchema, output_schema: outputSchema } = merged.row
      if (await tx.tasks.blueprintVersion(type, schemaHash)) return false
      await tx.tasks.ensureBlueprintVersion({ id: newId(), type, schemaHash, inputSchema, outputSchema, at })
      return true
    }
    default: return mergeNamed(ground, merged)
  }
}

async function mergeNamed(ground: MergeGround, named: NamedRow): Promise<boolean> {
  const { table, row } = named
  if (table === 'qualification') ground.qualifications.set(row.id, row.name)
  const { into, name, refusal } = await placeOf(ground, named)
  if (refusal !== null) throw new MephistoError('conflict', refusal)
  if (into !== null) {
    if (into !== row.id) ground.names.set(row.id, into)
    return false
  }
  if (name !== row.name) ground.renamed.push({ kind: KIND_OF[table], id: row.id, from: row.name, to: name })
  await make(ground, named, name)
  return true
}

async function make({ tx, names }: MergeGround, { table, row }: NamedRow, name: string): Promise<void> {
  const made = { id: row.id, name, at: row.created_at }
  switch (table) {
    case 'project':
      await tx.projects.create(made)
      if (row.archived_at !== null) await tx.projects.archive(row.id, row.archived_at)
      return
    case 'task':
      await tx.tasks.create({ ...made, blueprintType: row.blueprint_type, projectId: row.project_id === null ? null : nameOf(names, row.project_id) })
      if (row.archived_at !== null) await tx.tasks.archive(row.id, row.archived_at)
      if (row.retention_days !== null) await tx.tasks.retain(row.id, row.retention_days)
      return
    case 'requester': return tx.requesters.create({ ...made, provider: row.provider })
    case 'qualification': return tx.qualifications.create({ ...made, description: row.description })
  }
}

type RowOf<T extends MergedRow['table']> = Extract<MergedRow, { readonly table: T }>['row']

/** The row that is here stays, so that a name which was taken away here does not come back, nor go because it was taken away elsewhere. */
async function mergeWorker({ tx, rules, names, people, withheld }: MergeGround, row: RowOf<'worker'>): Promise<boolean> {
  const { id, provider, external_id: externalId, pseudonym, created_at: at } = row
  const { local, isErased, refusal } = await personPlace(tx, rules, row)
  if (refusal !== null) throw new MephistoError('conflict', refusal)
  if (!local) {
    await tx.workers.create({ id, provider, externalId, pseudonym, at })
    return true
  }
  if (isErased) withheld.people.add(local.id)
  if (local.id !== id) {
    names.set(id, local.id)
    people.add(id)
  }
  return false
}

/** Of two grants of one qualification to one person, what the rule says: where nothing is said, nobody may do more for having been imported. */
async function mergeGrant({ tx, rules, names, withheld, qualifications, newId, actorId, reason, at: now }: MergeGround, row: RowOf<'granted_qualification'>): Promise<boolean> {
  const [qualificationId, workerId] = [nameOf(names, row.qualification_id), nameOf(names, row.worker_id)]
  if (withheld.people.has(workerId)) return false
  const here = await grantHere(tx, qualificationId, workerId)
  const there = { value: row.value, expiresAt: row.expires_at, at: row.updated_at }
  const merged = mergedGrant(ruleFor(rules, 'grants', qualifications.get(row.qualification_id) ?? ''), here, there)
  if (merged === null) {
    if (here?.is === 'revoked') withheld.grants.add(`${qualificationId} ${workerId}`)
    return false
  }
  // What was granted there holds since then: of two that differ, the newest is found however often dumps go to and fro.
  const at = merged.value === there.value && merged.expiresAt === there.expiresAt ? Math.min(there.at ?? now, now) : now
  await tx.grants.grant({ id: newId(), qualificationId, workerId, ...merged, actorId, reason, at })
  return true
}

/** Whether a row, with the ids that its neighbours have here, is about what stays away. */
export function isWithheld({ people, grants }: Withheld, table: TransferTable, row: TransferRow): boolean {
  if (table !== 'qualification_event' && table !== 'block') return false
  const workerId = String(row['worker_id'])
  return people.has(workerId) || (table === 'qualification_event' && grants.has(`${String(row['qualification_id'])} ${workerId}`))
}

/** The id that is meant here. */
export function nameOf(names: Names, id: string): string {
  return names.get(id) ?? id
}

const RENAMED = ['task_id', 'requester_id', 'worker_id', 'holder', 'qualification_id', 'scope_id'] as const

/** A row with the ids that its neighbours have here. Its own id stays: it is the same everywhere. */
export function renamed(names: Names, row: TransferRow): TransferRow {
  const ids = RENAMED.flatMap(column => {
    const id = row[column]
    return typeof id === 'string' && names.has(id) ? [[column, nameOf(names, id)] as const] : []
  })
  return { ...row, ...Object.fromEntries(ids), ...(typeof row['config'] === 'string' ? { config: renamedConfig(names, row['config']) } : {}) }
}

/** Where a run's settings name a qualification. */
const QUALIFICATION_KEYS: ReadonlySet<string> = new Set(['qualificationId', 'passedId', 'failedId', 'rightId', 'wrongId'])

/** What a run asks for is kept by the qualification's id. */
function renamedConfig(names: Names, config: string): string {
  const { args } = JSON.parse(config) as { readonly args?: unknown }
  const renamed = JSON.parse(config, (key, value: unknown) => (QUALIFICATION_KEYS.has(key) && typeof value === 'string' ? nameOf(names, value) : value)) as object
  // What a run was set up with is its author's, whatever its keys are called.
  return JSON.stringify(args === undefined ? renamed : { ...renamed, args })
}
