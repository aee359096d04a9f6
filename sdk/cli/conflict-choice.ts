import { Option } from 'commander'
import { MephistoError } from '../errors.js'
import { CONFLICT_RULES, NAMED_KINDS, type ConflictKind, type ConflictOptions } from '../operations/transfer/conflict-rules.js'
import { collected } from './place-choice.js'

const KINDS = Object.keys(CONFLICT_RULES) as ConflictKind[]
const RULES: readonly string[] = [...new Set(KINDS.flatMap(kind => CONFLICT_RULES[kind]))]

/** `--on-conflict` of a command that imports. */
export function conflictOption(): Option {
  return new Option('--on-conflict <rule>', 'what to do about what is here already: <kind>=<rule>, <kind>:<name>=<rule> for a single one, or a rule for all kinds that have it; can be given several times. '
    + 'Projects, tasks, qualifications: merge, refuse, rename; requesters, workers: merge, refuse; grants: stricter, ours, theirs, newest').default([], 'merge, and of two grants the stricter').argParser(collected)
}

/**
 * The rules that words such as `tasks=rename`, `tasks:mail=merge` and `refuse` say; later words win.
 * @throws MephistoError `invalid_options`
 */
export function conflictChoice(words: readonly string[]): ConflictOptions {
  const rules: Record<string, unknown> = {}
  const except: Record<string, Record<string, string>> = {}
  for (const word of words) {
    // Names may have any sign in them, rules none.
    const equals = word.lastIndexOf('=')
    const rule = word.slice(equals + 1)
    if (equals < 0) {
      const kinds = KINDS.filter(kind => CONFLICT_RULES[kind].some(known => known === rule))
      if (kinds.length === 0) throw wrong(word, `there is no rule "${rule}"; rules are ${RULES.join(', ')}`)
      for (const kind of kinds) rules[kind] = rule
      continue
    }
    const colon = word.slice(0, equals).indexOf(':')
    const kind = word.slice(0, colon < 0 ? equals : colon)
    if (!isKind(kind)) throw wrong(word, `there is no kind "${kind}"; kinds are ${KINDS.join(', ')}`)
    if (!CONFLICT_RULES[kind].some(known => known === rule)) throw wrong(word, `rules for ${kind} are ${CONFLICT_RULES[kind].join(', ')}`)
    if (colon < 0) rules[kind] = rule
    else if (NAMED_KINDS.some(named => named === kind)) except[kind] = { ...except[kind], [word.slice(colon + 1, equals)]: rule }
    else throw wrong(word, `single names can be chosen of ${NAMED_KINDS.join(', ')}`)
  }
  return { ...rules, except }
}

function isKind(word: string): word is ConflictKind {
  return KINDS.some(kind => kind === word)
}

function wrong(word: string, why: string): MephistoError {
  return new MephistoError('invalid_options', `--on-conflict: "${word}": ${why}.`)
}
