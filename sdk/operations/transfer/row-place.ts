import type { DbOperations } from '../../ports/mephisto-db.js'
import { ruleFor, type ConflictRules, type NameRule } from './conflict-rules.js'
import type { MergedRow } from './dump-format.js'

/** Rows that people name. */
export type NamedRow = Extract<MergedRow, { readonly table: 'project' | 'task' | 'requester' | 'qualification' }>

/** What rules call what the rows of these tables are about. */
export const KIND_OF = { project: 'projects', task: 'tasks', requester: 'requesters', qualification: 'qualifications' } as const satisfies Readonly<Record<NamedRow['table'], string>>

/** Where a row that people name goes. */
export interface NamedPlace {
  /** The id here of what it is; null for what is to be made. */
  readonly into: string | null
  /** The name to make it under. */
  readonly name: string
  /** What is here under the same name and another id; null for nothing. */
  readonly inTheWay: { readonly id: string; readonly rule: NameRule } | null
  /** Why it cannot come in, as a sentence; null when it can. */
  readonly refusal: string | null
}

/** Where to look, and by which rules. */
export interface PlaceGround {
  readonly tx: DbOperations
  readonly rules: ConflictRules
  /** What it is called where the rows come from: what stands behind a new name. */
  readonly label: string | null
  /** Ids by {@link nameKey} of what would be here by now, had it been written. @default nothing */
  readonly made?: ReadonlyMap<string, string>
}

/** Finds where a row goes: what is here under its id is the same, and of what is here under its name the rule says so or not. Changes nothing. */
export async function placeOf(ground: PlaceGround, named: NamedRow): Promise<NamedPlace> {
  const { tx, rules } = ground
  const { table, row } = named
  const same = await byId(tx, named)
  if (same) return { into: same.id, name: row.name, inTheWay: null, refusal: differentWork(named, same) }
  const found = await byName(ground, named, row.name)
  if (!found) return { into: null, name: row.name, inTheWay: null, refusal: null }
  const rule = ruleFor(rules, KIND_OF[table], row.name)
  const inTheWay = { id: found.id, rule }
  switch (rule) {
    case 'merge': return { into: found.id, name: row.name, inTheWay, refusal: differentWork(named, found) }
    case 'refuse': return { into: null, name: row.name, inTheWay, refusal: `There is a ${table} "${row.name}" here already (${found.id}), and onConflict.${KIND_OF[table]} says "refuse". Say "merge" if it is the same${table === 'requester' ? '' : ', or "rename"'}.` }
    case 'rename': return { into: null, name: await freeName(ground, named), inTheWay, refusal: null }
  }
}

/** How {@link PlaceGround.made} knows a name. */
export function nameKey({ table, row }: NamedRow, name: string): string {
  return JSON.stringify([table, table === 'requester' ? row.provider : '', name])
}

interface Found {
  readonly id: string
  readonly blueprintType?: string
}

async function byId(tx: DbOperations, { table, row: { id } }: NamedRow): Promise<Found | null> {
  switch (table) {
    case 'project': return tx.projects.get(id)
    case 'task': return tx.tasks.get(id)
    case 'requester': return tx.requesters.get(id)
    case 'qualification': return tx.qualifications.get(id)
  }
}

async function byName({ tx, made }: PlaceGround, named: NamedRow, name: string): Promise<Found | undefined> {
  const { table, row } = named
  const id = made?.get(nameKey(named, name))
  if (id !== undefined) return { id }
  switch (table) {
    case 'project': return (await tx.projects.find({ filter: { name }, limit: 1 })).rows[0]
    case 'task': return (await tx.tasks.find({ filter: { name }, limit: 1 })).rows[0]
    case 'requester': return (await tx.requesters.find({ filter: { provider: row.provider, name }, limit: 1 })).rows[0]
    case 'qualification': return (await tx.qualifications.byName(name)) ?? undefined
  }
}

/** A task is of one blueprint, whatever else differs. */
function differentWork({ table, row }: NamedRow, local: Found): string | null {
  if (table !== 'task' || local.blueprintType === undefined || local.blueprintType === row.blueprint_type) return null
  return `Task "${row.name}" is of the blueprint "${local.blueprintType}" here and of "${row.blueprint_type}" in the dump. Give one of them another name, or import it with onConflict.tasks "rename".`
}

const LONGEST_NAME = 200
const LONGEST_LABEL = 60

/** The first name that nobody has: with the label behind it, or a number. */
async function freeName(ground: PlaceGround, named: NamedRow): Promise<string> {
  const word = Array.from((ground.label ?? '').replace(/[\p{Cc}\p{Cs}]/gu, ' ')).slice(0, LONGEST_LABEL).join('').trim()
  for (let number = 1; ; number += 1) {
    const parts = [...(word === '' ? [] : [word]), ...(word === '' || number > 1 ? [String(word === '' ? number + 1 : number)] : [])]
    const suffix = ` (${parts.join(' ')})`
    const name = `${Array.from(named.row.name).slice(0, LONGEST_NAME - Array.from(suffix).length).join('').trimEnd()}${suffix}`
    if (!await byName(ground, named, name)) return name
  }
}
