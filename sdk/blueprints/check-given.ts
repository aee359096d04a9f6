import { LONGEST_TOPIC } from '../data-model/outbox-topics.js'
import { MephistoError } from '../errors.js'
import type { AnyBlueprint } from './blueprint.js'

// Small checks of what `implement` was given; `what` names it in errors. All throw MephistoError `invalid_options`.

type Named = Pick<AnyBlueprint, 'type'>

/** That it cannot be implemented so. */
export function refused({ type }: Named, what: string): MephistoError {
  return new MephistoError('invalid_options', `implement("${type}"): ${what}`)
}

/** A function, or nothing. */
export function checkFunction(blueprint: Named, what: string, given: unknown): void {
  if (given !== undefined && typeof given !== 'function') throw refused(blueprint, `${what} must be a function.`)
}

/** Whether the type leaves room for the topic of its outbox calls. */
export function checkTopic(blueprint: Named, lead: string, what: string): void {
  const longest = LONGEST_TOPIC - lead.length
  if (blueprint.type.length > longest) throw refused(blueprint, `a blueprint with ${what} has a type of at most ${String(longest)} characters; shorten it.`)
}

/** The name of something that pages or functions ask for. */
export function checkName(blueprint: Named, what: string, name: string): void {
  if (!/^[a-z][a-zA-Z0-9]{0,63}$/.test(name)) throw refused(blueprint, `${what} must be 1 to 64 letters and digits, and start with a small letter.`)
}

/** The longest time that one call may be given, ms. */
const LONGEST_MS = 3_600_000

/** How long a call may take, ms, or nothing. */
export function checkTimeout(blueprint: Named, what: string, ms: number | undefined): void {
  if (ms === undefined || (Number.isInteger(ms) && ms > 0 && ms <= LONGEST_MS)) return
  throw refused(blueprint, `timeoutMs of ${what} must be a whole number of ms from 1 to ${String(LONGEST_MS)}, not ${String(ms)}.`)
}
