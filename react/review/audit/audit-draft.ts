import type { ReviewTexts } from '../texts/english.js'
import { filterOf, newDraft, problemsOf, type WorkDraft } from '../kit/work-draft.js'
import type { AuditFilter } from './use-audit.js'

/** Which acts somebody wants to see, as it was filled in; empty fields are for any. */
export interface AuditDraft extends Pick<WorkDraft, 'from' | 'before'> {
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly subjectId: string
}

/** A draft that means every act. */
export const ANY_ACT: AuditDraft = { actor: '', action: '', subject: '', subjectId: '', from: '', before: '' }

/** What a draft means. Pure but for the reader's time zone. */
export function auditFilterOf({ actor, action, subject, subjectId, from, before }: AuditDraft): AuditFilter {
  const texts = Object.entries({ actor, action, subject, subjectId }).flatMap(([name, value]) => (value.trim() === '' ? [] : [[name, value.trim()]]))
  return { ...Object.fromEntries(texts) as AuditFilter, ...filterOf({ ...newDraft(null), from, before }) }
}

/** What is wrong with a draft, by field; null for nothing. */
export function auditProblemsOf(draft: AuditDraft, texts: ReviewTexts): { readonly from: string | null; readonly before: string | null; readonly subjectId: string | null } {
  const id = draft.subjectId.trim()
  return { ...problemsOf({ ...newDraft(null), from: draft.from, before: draft.before }, texts.places), subjectId: id === '' || /^[\w-]{1,64}$/.test(id) ? null : texts.audit.wrongId }
}
