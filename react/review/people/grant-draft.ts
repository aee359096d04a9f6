import type { Person } from '../../../sdk/protocol/people-requests.js'
import type { GrantView } from '../../../sdk/protocol/people-views.js'
import type { ReviewTexts } from '../texts/english.js'
import type { Formats } from '../texts/review-texts.js'
import type { ActDraft } from '../kit/act-sheet.js'
import type { PeopleStep } from './use-people-act.js'
import { instantOf, localText } from '../kit/local-moment.js'
import { isTypedValue } from './typed-value.js'

/** What of a grant is filled in, as text. */
export interface GrantTerms {
  readonly value: string
  /** As a field for a day and a time has it. */
  readonly expires: string
  readonly reason: string
}

/** What a grant begins with: what somebody has, or value 1 for good. */
export function termsOf(grant: GrantView | null): GrantTerms {
  return { value: String(grant?.value ?? 1), expires: localText(grant?.expiresAt ?? null), reason: '' }
}

/** What is granted, and to whom. */
export interface GrantSubject {
  readonly qualification: { readonly id: string; readonly name: string }
  readonly person: Person
  /** What the person is called. */
  readonly name: string
  /** What they have of it now. */
  readonly before: GrantView | null
}

/** A draft with what is wrong in each field; null for nothing. */
export interface GrantDraft extends ActDraft<PeopleStep> {
  readonly problems: { readonly value: string | null; readonly expires: string | null }
}

/** The language that effects are told in. */
export interface PeopleLanguage {
  readonly texts: ReviewTexts['people']
  readonly formats: Formats
}

/** What a grant asks for and does, as far as it is filled in; a subject of null is not chosen yet. Pure. */
export function grantDraft(subject: GrantSubject | null, terms: GrantTerms, { texts: { grants: texts, notAMoment }, formats }: PeopleLanguage): GrantDraft {
  const expiresAt = instantOf(terms.expires)
  const problems = { value: isTypedValue(terms.value) ? null : texts.notWhole, expires: expiresAt === undefined ? notAMoment : null }
  if (subject === null || problems.value !== null || expiresAt === undefined) return { step: null, effects: [texts.nothingChanges], problems }
  const { qualification, person, name, before } = subject
  const value = Number(terms.value)
  const end = expiresAt === null ? texts.endsNever : texts.ends(formats.moment(expiresAt))
  const changes = before === null
    ? [texts.gets(name, qualification.name, formats.count(value)), end]
    : [
        ...(before.value === value ? [] : [texts.valueChanges(formats.count(before.value), formats.count(value))]),
        ...(localText(before.expiresAt) === terms.expires ? [] : [end, ...(before.isExpired ? [texts.wasExpired] : [])]),
      ]
  if (changes.length === 0) return { step: null, effects: [texts.nothingChanges], problems }
  const reason = terms.reason.trim()
  return {
    problems, effects: [...changes, texts.isLookedAt],
    // A moment that was left as it is keeps its seconds, which no field has.
    step: { verb: 'grant', request: { qualification: qualification.id, people: [person], value, expiresAt: before && localText(before.expiresAt) === terms.expires ? before.expiresAt : expiresAt, ...(reason === '' ? {} : { reason }) } },
  }
}
