import { ERASED_TEXT } from '../../data-model/erasure.js'
import { SHORTEST_SOUGHT, withoutName } from './name-in-text.js'

/** Whose name is taken away, what stands in its place, and whether texts about them go with it. */
export interface Removal {
  readonly workerId: string
  readonly provider: string
  readonly name: string
  readonly replacement: string
  /** Their id in the host's login, if they also acted there; null for none. Their name at a provider is another thing. */
  readonly principalId: string | null
  /** The units that the worker had: who a decision was about. */
  readonly unitIds: ReadonlySet<string>
  readonly isErasure: boolean
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** Fields of requests and replies that hold what somebody wrote. */
const TEXTS: ReadonlySet<string> = new Set(['reason', 'note', 'description', 'pauseReason'])
/** What somebody wrote in a request; in a reply a field of this name holds a sentence of ours. */
const MESSAGE = 'message'
/** Fields that hold what something is called that came in: nothing is about a worker in them, but their name may stand there. */
const LABELS: ReadonlySet<string> = new Set(['file', 'label'])
/** Fields that hold whom a request is about, as their provider knows them; what stands in them alone says whether it is the worker. */
const NAMES: ReadonlySet<string> = new Set(['externalId', 'workers'])
/** Fields that hold who acted; the first one says whose the second is. */
const ACTORS = ['by', 'byName'] as const
/** What an act that takes a name away has still to do: it holds the name until that is done. */
export const UNFINISHED = 'unfinished'

interface Reading extends Removal {
  readonly isAbout: boolean
  /** Names in `workers` are those of somebody else's provider. */
  readonly areOthers: boolean
  /** Whether this is of what was asked for, not of the reply. */
  readonly isAsked: boolean
}

/**
 * The body of a row in the audit trail without a person: their name, and what was written if it is about them. `provider` is
 * whose external ids `workers` has; null when nothing says it. JSON. Pure.
 */
export function bodyWithoutPerson(body: string, removal: Removal, provider: string | null = null): string {
  const json = JSON.parse(body) as Json
  return JSON.stringify(without(json, '', { ...removal, isAbout: names(json, removal), areOthers: provider !== null && provider !== removal.provider, isAsked: false }))
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

function without(json: Json, key: string, reading: Reading): Json {
  if (typeof json === 'string') return textWithout(json, key, reading)
  if (json === null || typeof json !== 'object') return json
  if (isList(json)) return json.map(value => without(value, key, reading))
  const isOther = json['provider'] !== undefined && json['provider'] !== reading.provider
  const areTheirs = reading.principalId !== null && json[ACTORS[0]] === reading.principalId
  const kept = Object.entries(json).filter(([field]) => !(reading.isAbout && field === UNFINISHED))
  return Object.fromEntries(kept.map(([field, value]) => {
    if (areTheirs && (field === ACTORS[0] || field === ACTORS[1])) return [field, reading.replacement]
    return [field, isOther && NAMES.has(field) ? value : without(value, field, field === 'request' ? { ...reading, isAsked: true } : reading)]
  }))
}

function textWithout(text: string, key: string, { isAbout, areOthers, isAsked, isErasure, name, replacement }: Reading): string {
  if (NAMES.has(key)) return text === name && !(areOthers && key === 'workers') ? replacement : text
  const isSought = name.length >= SHORTEST_SOUGHT
  if (LABELS.has(key)) return isSought ? withoutName(text, name, replacement) : text
  if (!TEXTS.has(key) && !(isAsked && key === MESSAGE)) return text
  if (isAbout && isErasure) return ERASED_TEXT
  return isAbout || isSought ? withoutName(text, name, replacement) : text
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json)
}
