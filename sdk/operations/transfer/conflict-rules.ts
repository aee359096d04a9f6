import * as z from 'zod'
import { describeProblems, MephistoError, problemsOf } from '../../errors.js'
import { nameText } from '../../protocol/text.js'

const OF_NAMES = ['merge', 'refuse', 'rename'] as const
// Whom a provider knows, and by what, is not ours to call otherwise.
const OF_ACCOUNTS = ['merge', 'refuse'] as const
const OF_GRANTS = ['stricter', 'ours', 'theirs', 'newest'] as const

/** What may stand in the way of a dump, and what can be done about it; the first is what is done where nothing is said. */
export const CONFLICT_RULES = { projects: OF_NAMES, tasks: OF_NAMES, qualifications: OF_NAMES, requesters: OF_ACCOUNTS, workers: OF_ACCOUNTS, grants: OF_GRANTS } as const
/** A kind of thing that an import may find here already. */
export type ConflictKind = keyof typeof CONFLICT_RULES
/** What to do about something that is here under the same name: take it for the same, import nothing, or make it here under a name of its own. */
export type NameRule = (typeof OF_NAMES)[number]
/** Whose grant holds where both sides have one, or one side took it away. */
export type GrantRule = (typeof OF_GRANTS)[number]

/** Kinds whose rule may differ from name to name; grants by the name of their qualification. */
export const NAMED_KINDS = ['projects', 'tasks', 'qualifications', 'grants'] as const satisfies readonly ConflictKind[]
type NamedKind = (typeof NAMED_KINDS)[number]

const exceptions = <const T extends readonly string[]>(rules: T): z.ZodDefault<z.ZodRecord<z.ZodString, z.ZodEnum<{ [R in T[number]]: R }>>> => z.record(nameText(200), z.enum(rules)).default({})
const conflictRules = z.strictObject({
  projects: z.enum(OF_NAMES).default('merge'), tasks: z.enum(OF_NAMES).default('merge'), qualifications: z.enum(OF_NAMES).default('merge'),
  requesters: z.enum(OF_ACCOUNTS).default('merge'), workers: z.enum(OF_ACCOUNTS).default('merge'), grants: z.enum(OF_GRANTS).default('stricter'),
  except: z.strictObject({ projects: exceptions(OF_NAMES), tasks: exceptions(OF_NAMES), qualifications: exceptions(OF_NAMES), grants: exceptions(OF_GRANTS) }).prefault({}),
})

/**
 * What an import does about what is here already, by kind; `except` says otherwise for single names. What has the same id is
 * the same, under every rule. `merge`: what is here under the same name is the same. `refuse`: import nothing, and name the
 * conflict. `rename`: make it here under a name with a suffix. Of grants: `stricter` keeps the smaller value and the earlier
 * end, and what was revoked here stays so; `ours` keeps what is here; `theirs` takes over what the dump says; `newest`
 * whichever was granted or revoked last. Blocks of both sides always hold, and nobody comes back who was erased here.
 */
export type ConflictOptions = z.input<typeof conflictRules>
/** {@link ConflictOptions}, checked and with what was not said. */
export type ConflictRules = z.output<typeof conflictRules>

/** The rules of an import. @throws MephistoError `invalid_input` naming the option */
export function conflictRulesOf(options: ConflictOptions = {}): ConflictRules {
  const parsed = conflictRules.safeParse(options)
  if (parsed.success) return parsed.data
  const problems = problemsOf(parsed.error.issues, 'onConflict')
  throw new MephistoError('invalid_input', describeProblems(problems), { problems })
}

/** The rules where nothing is said. */
export const DEFAULT_RULES: ConflictRules = conflictRulesOf()

/** Whether everything is merged as it is where nothing is said. */
export function areDefault(rules: ConflictRules): boolean {
  return JSON.stringify(rules) === JSON.stringify(DEFAULT_RULES)
}

/** The rule for something by its name. */
export function ruleFor<K extends ConflictKind>(rules: ConflictRules, kind: K, name: string): ConflictRules[K] {
  const named: Readonly<Record<string, string>> = isNamedKind(kind) ? rules.except[kind] : {}
  return Object.hasOwn(named, name) ? named[name] as ConflictRules[K] : rules[kind]
}

function isNamedKind(kind: ConflictKind): kind is NamedKind {
  return NAMED_KINDS.some(named => named === kind)
}
