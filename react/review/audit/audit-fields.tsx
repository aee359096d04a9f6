import { SelectField, TextField, type SelectOption } from '../kit/fields.js'
import { useTexts } from '../texts/review-texts.js'
import type { AuditDraft, auditProblemsOf } from './audit-draft.js'

interface AuditFieldsProps {
  readonly draft: AuditDraft
  readonly problems: ReturnType<typeof auditProblemsOf>
  readonly onChange: (draft: AuditDraft) => void
}

/** Asks whose acts, which, about what and when. */
export function AuditFields({ draft, problems, onChange }: AuditFieldsProps) {
  const { audit: texts, places } = useTexts()
  const choices = (names: Readonly<Record<string, string>>): readonly SelectOption[] => [
    ['', texts.anything], ...Object.entries(names).sort(([, a], [, b]) => a.localeCompare(b)),
  ]
  return (
    <div className="mephisto-review-choice">
      <TextField label={texts.who} hint={texts.whoHint} value={draft.actor} onChange={actor => { onChange({ ...draft, actor }) }} />
      <SelectField label={texts.what} value={draft.action} options={choices(texts.actions)} onChange={action => { onChange({ ...draft, action }) }} />
      <SelectField label={texts.about} value={draft.subject} options={choices(texts.subjects)} onChange={subject => { onChange({ ...draft, subject }) }} />
      <TextField label={texts.aboutId} hint={texts.aboutIdHint} problem={problems.subjectId} value={draft.subjectId} onChange={subjectId => { onChange({ ...draft, subjectId }) }} />
      <TextField label={places.from} problem={problems.from} type="datetime-local" value={draft.from} onChange={from => { onChange({ ...draft, from }) }} />
      <TextField label={places.before} problem={problems.before} type="datetime-local" value={draft.before} onChange={before => { onChange({ ...draft, before }) }} />
    </div>
  )
}
