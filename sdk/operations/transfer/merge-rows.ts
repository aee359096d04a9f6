import { isErasedName } from '../../data-model/erasure.js'
import { MephistoError } from '../../errors.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { TransferRow, TransferTable } from '../../ports/transfer-operations.js'
import type { MergedRow } from './dump-format.js'

/** What rows of a dump are called here: the ids there, and those here where they differ. */
export type Names = Map<string, string>

/** What stays away: what people were granted or how they were blocked, because it was taken back here. */
export interface Withheld {
  /** People who were erased here, and had a name when the dump was made; their ids here. */
  readonly people: Set<string>
  /** Grants that were revoked here: ids of the qualification and the worker here, with a space between. */
  readonly grants: Set<string>
}

/** Where merging happens, and who does it. */
export interface MergeGround {
  readonly tx: DbOperations
  readonly names: Names
  /** Those of {@link names} that are about people. */
  readonly people: Set<string>
  readonly withheld: Withheld
  readonly newId: () => string
  readonly actorId: string
  /** For the history of what is granted. */
  readonly reason: string
  readonly at: number
}

/**
 * Finds what a row is about by its name, or makes it: the row that is here stays as it is. Returns whether anything was
 * added or changed. @throws MephistoError `conflict` for a task of another blueprint
 */
export async function mergeRow(ground: MergeGround, { table, row }: MergedRow): Promise<boolean> {
  const { tx, names } = ground
  const known = (id: string, local: { readonly id: string } | null | undefined): boolean => {
    if (local && local.id !== id) names.set(id, local.id)
    return local !== null && local !== undefined
  }
  switch (table) {
    case 'project': {
      if (known(row.id, (await tx.projects.find({ filter: { name: row.name }, limit: 1 })).rows[0])) return false
      await tx.projects.create({ id: row.id, name: row.name, at: row.created_at })
      if (row.archived_at !== null) await tx.projects.archive(row.id, row.archived_at)
      return true
    }
    case 'task': {
      const [local] = (await tx.tasks.find({ filter: { name: row.name }, limit: 1 })).rows
      if (local && local.blueprintType !== row.blueprint_type) {
        throw new MephistoError('conflict', `Task "${row.name}" is of the blueprint "${local.blueprintType}" here and of "${row.blueprint_type}" in the dump. Give one of them another name.`)
      }
      if (known(row.id, local)) return false
      await tx.tasks.create({ id: row.id, name: row.name, blueprintType: row.blueprint_type, projectId: row.project_id === null ? null : nameOf(names, row.project_id), at: row.created_at })
      if (row.archived_at !== null) await tx.tasks.archive(row.id, row.archived_at)
      if (row.retention_days !== null) await tx.tasks.retain(row.id, row.retention_days)
      return true
    }
    case 'requester': {
      if (known(row.id, (await tx.requesters.find({ filter: { provider: row.provider, name: row.name }, limit: 1 })).rows[0])) return false
      await tx.requesters.create({ id: row.id, provider: row.provider, name: row.name, at: row.created_at })
      return true
    }
    case 'blueprint_version': {
      if (await tx.tasks.blueprintVersion(row.type, row.schema_hash)) return false
      await tx.tasks.ensureBlueprintVersion({ id: ground.newId(), type: row.type, schemaHash: row.schema_hash, inputSchema: row.input_schema, outputSchema: row.output_schema, at: ground.at })
      return true
    }
    case 'worker': return mergeWorker(ground, row)
    case 'qualification': {
      if (known(row.id, await tx.qualifications.byName(row.name))) return false
      await tx.qualifications.create({ id: row.id, name: row.name, description: row.description, at: row.created_at })
      return true
    }
    case 'granted_qualification': return mergeGrant(ground, row)
  }
}

type RowOf<T extends MergedRow['table']> = Extract<MergedRow, { readonly table: T }>['row']

/**
 * The same id is the same person, whatever they are called by now: one side may have taken the name away. The row that is
 * here stays, so that a name which was taken away here does not come back, nor go because it was taken away elsewhere.
 */
async function mergeWorker({ tx, names, people, withheld }: MergeGround, { id, provider, external_id: externalId, pseudonym, created_at: at }: RowOf<'worker'>): Promise<boolean> {
  const sameId = await tx.workers.get(id)
  if (sameId && sameId.provider !== provider) throw new MephistoError('conflict', `Worker ${id} is of the provider "${sameId.provider}" here and of "${provider}" in the dump. It was not imported.`)
  const local = sameId ?? (await tx.workers.find({ filter: { provider, externalId }, limit: 1 })).rows[0]
  if (!local) {
    await tx.workers.create({ id, provider, externalId, pseudonym, at })
    return true
  }
  if (isErasedName(local.externalId) && local.externalId !== externalId) withheld.people.add(local.id)
  if (local.id !== id) {
    names.set(id, local.id)
    people.add(id)
  }
  return false
}

/** Of two grants of one qualification to one person, the smaller value and the earlier end: nobody may do more for having been imported. */
async function mergeGrant({ tx, names, withheld, newId, actorId, reason, at }: MergeGround, row: RowOf<'granted_qualification'>): Promise<boolean> {
  const [qualificationId, workerId] = [nameOf(names, row.qualification_id), nameOf(names, row.worker_id)]
  const local = await tx.grants.get(qualificationId, workerId)
  if (withheld.people.has(workerId)) return false
  if (!local && await wasRevoked(tx, { qualificationId, workerId })) {
    withheld.grants.add(`${qualificationId} ${workerId}`)
    return false
  }
  const value = local ? Math.min(local.value, row.value) : row.value
  const ends = [row.expires_at, local?.expiresAt ?? null].filter(end => end !== null)
  const expiresAt = ends.length === 0 ? null : Math.min(...ends)
  if (local?.value === value && local.expiresAt === expiresAt) return false
  await tx.grants.grant({ id: newId(), qualificationId, workerId, value, expiresAt, actorId, reason, at })
  return true
}

/**
 * Whether somebody who has no grant had one that was revoked. It need not be the last that the history tells: what happened
 * elsewhere, by another clock, is told among it.
 */
async function wasRevoked(tx: DbOperations, filter: { readonly qualificationId: string; readonly workerId: string }): Promise<boolean> {
  const { rows } = await tx.grants.history({ filter, direction: 'descending', limit: 1_000 })
  return rows.some(({ verb }) => verb === 'revoke')
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
