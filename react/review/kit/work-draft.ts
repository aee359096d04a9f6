import type { Person } from '../../../sdk/protocol/people-requests.js'
import { instantOf } from './local-moment.js'
import type { WorkOf } from './link-to.js'
import type { ReviewTexts } from '../texts/english.js'

/** Which work somebody means, as it was filled in. */
export interface WorkDraft {
  /** Empty for any. */
  readonly kind: WorkOf['kind'] | ''
  /** Empty while none is chosen. */
  readonly id: string
  readonly person: string
  /** As a field of day and time has them; empty for open ends. */
  readonly from: string
  readonly before: string
}

/** The work that a draft means. */
export interface WorkFilter {
  readonly run?: string
  readonly task?: string
  readonly project?: string
  readonly worker?: Person
  readonly from?: string
  readonly before?: string
}

/** What is wrong with a draft, by field; null for nothing. */
export interface WorkProblems {
  readonly from: string | null
  readonly before: string | null
}

/** A draft that means everything, or one run, task or project. */
export function newDraft(of: WorkOf | null): WorkDraft {
  return { kind: of?.kind ?? '', id: of?.id ?? '', person: '', from: '', before: '' }
}

/** Whom a text names: a UUID is our id, `provider:id` whom a provider knows so, anything else the name that exports show. Pure. */
export function personOf(text: string): Person | null {
  const typed = text.trim()
  if (typed === '') return null
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(typed)) return { workerId: typed.toLowerCase() }
  const [, provider, externalId] = /^([\w-]+):(.+)$/.exec(typed) ?? []
  return provider !== undefined && externalId !== undefined ? { provider, externalId: externalId.trim() } : { pseudonym: typed }
}

/** What a draft means as far as it does; a kind of which none is chosen means any. Pure but for the reader's time zone. */
export function filterOf({ kind, id, person, from, before }: WorkDraft): WorkFilter {
  const worker = personOf(person)
  const [since, until] = [instantOf(from), instantOf(before)]
  return {
    ...(kind === '' || id === '' ? {} : { [kind]: id }), ...(worker ? { worker } : {}),
    ...(typeof since === 'string' ? { from: since } : {}), ...(typeof until === 'string' ? { before: until } : {}),
  }
}

/** What is wrong with the times of a draft. */
export function problemsOf({ from, before }: WorkDraft, texts: ReviewTexts['places']): WorkProblems {
  const [since, until] = [instantOf(from), instantOf(before)]
  const isTurned = typeof since === 'string' && typeof until === 'string' && since >= until
  return { from: since === undefined ? texts.wrongTime : null, before: until === undefined ? texts.wrongTime : isTurned ? texts.wrongSpan : null }
}
