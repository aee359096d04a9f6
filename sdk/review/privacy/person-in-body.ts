import { ERASED_TEXT } from '../../data-model/erasure.js'
import { SHORTEST_SOUGHT, withoutName } from './name-in-text.js'

/** Whose name is taken away, what stands in its place, and whether texts about them go with it. */
export interface Removal {
  readonly workerId: string
  readonly provider: string
  readonly name: string
  readonly replacement: string
  /** The units that the worker had: who a decision was about. */
  readonly unitIds: ReadonlySet<string>
  readonly isErasure: boolean
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** Fields of requests and replies that hold what somebody wrote. */
const TEXTS: ReadonlySet<string> = new Set(['reason', 'note', 'description', 'pauseReason'])
/** Fields that hold whom or what a request is about; what stands in them alone says whether it is the worker. */
const NAMES: ReadonlySet<string> = new Set(['externalId', 'by', 'byName', 'workers'])

/** The body of a row in the audit trail without a person: their name, and what was written if it is about them. JSON. Pure. */
export function bodyWithoutPerson(body: string, removal: Removal): string {
  const json = JSON.parse(body) as Json
  return JSON.stringify(without(json, '', { ...removal, isAbout: names(json, removal) }))
}

/**
 * The body or result of a call to the outside world without a person's name. Who made the call says what its fields mean, so
 * it is looked for in all of them, names of fields too; a name that is a common word only where fields of ours hold one. Pure.
 */
export function callWithoutPerson(text: string, { name, replacement }: Pick<Removal, 'name' | 'replacement'>): string {
  const isCommon = name.length < SHORTEST_SOUGHT
  const strip = (json: Json, key: string): Json => {
    if (typeof json === 'string') return json === name && (!isCommon || NAMES.has(key) || key === 'worker') ? replacement : isCommon ? json : withoutName(json, name, replacement)
    if (json === null || typeof json !== 'object') return json
    if (isList(json)) return json.map(value => strip(value, key))
    return Object.fromEntries(Object.entries(json).map(([field, value]) => [isCommon ? field : withoutName(field, name, replacement), strip(value, field)]))
  }
  try {
    return JSON.stringify(strip(JSON.parse(text) as Json, ''))
  } catch {
    // Whoever enqueues a call promises JSON; anything else is a text.
    return isCommon ? text : withoutName(text, name, replacement)
  }
}

/** Whether a request or its reply names the worker: by id, by a unit they had, or by their name at their provider. */
function names(json: Json, removal: Removal): boolean {
  if (typeof json === 'string') return json === removal.workerId || removal.unitIds.has(json)
  if (json === null || typeof json !== 'object') return false
  if (!isList(json) && json['externalId'] === removal.name && json['provider'] === removal.provider) return true
  return (isList(json) ? json : Object.values(json)).some(value => names(value, removal))
}

function without(json: Json, key: string, removal: Removal & { readonly isAbout: boolean }): Json {
  if (typeof json === 'string') return textWithout(json, key, removal)
  if (json === null || typeof json !== 'object') return json
  if (isList(json)) return json.map(value => without(value, key, removal))
  const isOther = json['provider'] !== undefined && json['provider'] !== removal.provider
  const whose = json['by'] === removal.name ? { ...json, ...('byName' in json ? { byName: removal.name } : {}) } : json
  return Object.fromEntries(Object.entries(whose).map(([field, value]) => [field, isOther && field === 'externalId' ? value : without(value, field, removal)]))
}

function textWithout(text: string, key: string, { isAbout, isErasure, name, replacement }: Removal & { readonly isAbout: boolean }): string {
  if (NAMES.has(key)) return text === name ? replacement : text
  if (!TEXTS.has(key)) return text
  if (isAbout && isErasure) return ERASED_TEXT
  return isAbout || name.length >= SHORTEST_SOUGHT ? withoutName(text, name, replacement) : text
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json)
}
