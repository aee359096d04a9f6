import type { MephistoDb } from '../../ports/mephisto-db.js'
import { CONFLICT_RULES, NAMED_KINDS, ruleFor, type ConflictKind, type ConflictRules, type GrantRule, type NameRule } from './conflict-rules.js'
import { isMergedRow, type DumpRow, type MergedRow } from './dump-format.js'
import { grantHere, personPlace } from './local-people.js'
import { nameOf } from './merge-rows.js'
import { mergedGrant, type GrantTerms } from './merged-grant.js'
import { KIND_OF, nameKey, placeOf, type NamedRow } from './row-place.js'

/** Something of a dump that is here under the same name and another id. */
export interface NameConflict {
  readonly kind: Exclude<ConflictKind, 'grants'>
  /** What it is called; of people the pseudonym they have here. */
  readonly name: string
  /** Its id in the dump. */
  readonly id: string
  /** The id of what is here. */
  readonly localId: string
  readonly rule: NameRule
  /** The name that it gets here by `rename`; null where it gets none. */
  readonly becomes: string | null
  /** Why the import is refused; null when this is no reason to. */
  readonly refusal: string | null
}

/** A grant that is another here than in a dump, or was revoked here. */
export interface GrantConflict {
  readonly kind: 'grants'
  /** What the qualification is called in the dump. */
  readonly name: string
  /** The worker's id here. */
  readonly workerId: string
  readonly rule: GrantRule
  /** What is here; null for one that was revoked. */
  readonly ours: GrantTerms | null
  readonly theirs: GrantTerms
  /** What holds after the import; null for none. */
  readonly becomes: GrantTerms | null
  readonly refusal: string | null
}

/** What stands in the way of an import, and what its rules do about it. */
export type ImportConflict = NameConflict | GrantConflict

/** All that stands in the way. */
export interface FoundConflicts {
  /** Of each kind at most the first 200. */
  readonly conflicts: readonly ImportConflict[]
  /** How many there are of each kind. */
  readonly counts: Readonly<Record<ConflictKind, number>>
  /** Why the import would be refused; null when it would not. */
  readonly refusal: string | null
  /** Names among the exceptions of the rules that nothing was called, as `tasks "mail"`. */
  readonly unknown: readonly string[]
}

/** Where planning looks, and by which rules. */
export interface PlanGround {
  readonly db: MephistoDb
  readonly rules: ConflictRules
  readonly label: string | null
}

/** A row that would be merged, and whether it stands in a run that is here, of which nothing is brought in. */
export interface RowToPlan {
  readonly row: DumpRow
  readonly isKnown: boolean
}

const MOST_LISTED = 200

/** Looks for what stands in the way of rows. Writes nothing, and holds nothing; memory grows with what is merged, not with the work. */
export async function planRows({ db, rules, label }: PlanGround, rows: AsyncIterable<RowToPlan>): Promise<FoundConflicts> {
  const [names, made, seen, erased, qualifications] = [new Map<string, string>(), new Map<string, string>(), new Set<string>(), new Set<string>(), new Map<string, string>()]
  const counts = Object.fromEntries(Object.keys(CONFLICT_RULES).map(kind => [kind, 0])) as Record<ConflictKind, number>
  const conflicts: ImportConflict[] = []
  const exceptions = new Set(NAMED_KINDS.flatMap(kind => Object.keys(rules.except[kind]).map(name => exception(kind, name))))
  let refusal: string | null = null
  const add = (conflict: ImportConflict): void => {
    counts[conflict.kind] += 1
    refusal ??= conflict.refusal
    if (counts[conflict.kind] <= MOST_LISTED) conflicts.push(conflict)
  }
  async function planNamed(named: NamedRow): Promise<void> {
    const { table, row } = named
    const { into, name, inTheWay, refusal: why } = await placeOf({ tx: db, rules, label, made }, named)
    if (into !== null && into !== row.id) names.set(row.id, into)
    if (into === null && why === null) made.set(nameKey(named, name), row.id)
    if (inTheWay || why !== null) {
      add({ kind: KIND_OF[table], name: row.name, id: row.id, localId: inTheWay?.id ?? row.id, rule: inTheWay?.rule ?? 'merge', becomes: name === row.name ? null : name, refusal: why })
    }
  }
  async function planWorker(row: Extract<MergedRow, { readonly table: 'worker' }>['row']): Promise<void> {
    const { local, isErased, refusal: why } = await personPlace(db, rules, row)
    if (local && local.id !== row.id) names.set(row.id, local.id)
    if (local && isErased) erased.add(local.id)
    if (local && (local.id !== row.id || why !== null)) add({ kind: 'workers', name: local.pseudonym, id: row.id, localId: local.id, rule: rules.workers, becomes: null, refusal: why })
  }
  async function planGrant(row: Extract<MergedRow, { readonly table: 'granted_qualification' }>['row']): Promise<void> {
    const workerId = nameOf(names, row.worker_id)
    const name = qualifications.get(row.qualification_id) ?? ''
    const rule = ruleFor(rules, 'grants', name)
    const [here, theirs] = [await grantHere(db, nameOf(names, row.qualification_id), workerId), { value: row.value, expiresAt: row.expires_at }]
    if (erased.has(workerId) || here === null) return
    const ours = here.is === 'granted' ? { value: here.value, expiresAt: here.expiresAt } : null
    if (ours?.value === theirs.value && ours.expiresAt === theirs.expiresAt) return
    const why = rule === 'newest' && row.updated_at === null ? 'This dump is of an earlier release and does not say when its grants were made: onConflict.grants "newest" cannot be followed. Choose another rule, or make the dump again.' : null
    add({ kind: 'grants', name, workerId, rule, ours, theirs, becomes: mergedGrant(rule, here, { ...theirs, at: row.updated_at }) ?? ours, refusal: why })
  }
  for await (const { row, isKnown } of rows) {
    if (!isMergedRow(row) || row.table === 'blueprint_version') continue
    const key = row.table === 'granted_qualification' ? `${row.row.qualification_id} ${row.row.worker_id}` : row.row.id
    if (row.table === 'qualification') qualifications.set(row.row.id, row.row.name)
    for (const used of exceptionsOf(row)) exceptions.delete(used)
    if (isKnown || seen.has(key)) continue
    seen.add(key)
    if (row.table === 'worker') await planWorker(row.row)
    else if (row.table === 'granted_qualification') await planGrant(row.row)
    else await planNamed(row)
  }
  return { conflicts, counts, refusal, unknown: [...exceptions] }
}

function exception(kind: ConflictKind, name: string): string {
  return `${kind} "${name}"`
}

/** Under which names the rules may make an exception for what a row is about. */
function exceptionsOf({ table, row }: MergedRow): readonly string[] {
  switch (table) {
    case 'project': return [exception('projects', row.name)]
    case 'task': return [exception('tasks', row.name)]
    case 'qualification': return [exception('qualifications', row.name), exception('grants', row.name)]
    default: return []
  }
}
