import { useState } from 'react'
import type { GrantView, WorkerView } from '../../../sdk/protocol/people-views.js'
import type { ReviewSource } from '../review-store.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { ActSheet } from '../kit/act-sheet.js'
import { AreaField, SelectField, TextField } from '../kit/fields.js'
import { grantDraft, termsOf, type GrantDraft, type GrantSubject, type GrantTerms } from './grant-draft.js'
import type { PeopleAct } from './use-people-act.js'
import { useQualificationList } from './use-qualification-list.js'

interface SheetProps {
  readonly act: PeopleAct
  readonly onClose: () => void
}

/** What a grant does, in the language of the screen. */
export function useGrantDraft(subject: GrantSubject | null, terms: GrantTerms): GrantDraft {
  const { people: texts } = useTexts()
  return grantDraft(subject, terms, { texts, formats: useFormats() })
}

interface TermsProps {
  readonly terms: GrantTerms
  readonly onChange: (terms: GrantTerms) => void
  readonly problems: GrantDraft['problems']
}

/** The value, the end and the reason of a grant. */
export function TermsFields({ terms, onChange, problems }: TermsProps) {
  const { people: texts } = useTexts()
  return (
    <>
      <TextField label={texts.grants.value} hint={texts.grants.valueHint} problem={problems.value} inputMode="numeric" value={terms.value} onChange={value => { onChange({ ...terms, value }) }} />
      <TextField label={texts.grants.expires} hint={texts.untilHint} problem={problems.expires} type="datetime-local" isOptional value={terms.expires} onChange={expires => { onChange({ ...terms, expires }) }} />
      <AreaField label={texts.reason} hint={texts.reasonHint} isOptional value={terms.reason} onChange={reason => { onChange({ ...terms, reason }) }} />
    </>
  )
}

/** Gives a worker a qualification that is chosen; one that they have already gets another value or end. */
export function GrantQualificationSheet({ source, worker, grants, act, onClose }: SheetProps & { readonly source: ReviewSource; readonly worker: WorkerView; readonly grants: readonly GrantView[] }) {
  const { grants: texts } = useTexts().people
  const qualificationText = useTexts().people.qualification
  const { qualifications = [] } = useQualificationList(source)
  const [chosen, setChosen] = useState('')
  const [terms, setTerms] = useState(termsOf(null))
  const qualification = qualifications.find(({ id }) => id === chosen)
  const before = grants.find(grant => grant.qualification.id === chosen) ?? null
  const draft = useGrantDraft(qualification ? { qualification, person: { workerId: worker.id }, name: worker.pseudonym, before } : null, terms)
  return (
    <ActSheet title={texts.grantTitle} doIt={texts.grantIt} acts={act} onClose={onClose} {...draft}>
      <SelectField label={qualificationText} value={chosen} onChange={setChosen} options={[['', texts.choose], ...qualifications.map(({ id, name }) => [id, name] as const)]} />
      <TermsFields terms={terms} onChange={setTerms} problems={draft.problems} />
    </ActSheet>
  )
}

/** Changes the value or the end of what somebody has. */
export function ChangeGrantSheet({ grant, act, onClose }: SheetProps & { readonly grant: GrantView }) {
  const { grants: texts } = useTexts().people
  const [before] = useState(grant)
  const [terms, setTerms] = useState(() => termsOf(before))
  const { qualification, worker } = before
  const draft = useGrantDraft({ qualification, person: { workerId: worker.id }, name: worker.pseudonym, before }, terms)
  return (
    <ActSheet title={texts.changeTitle(qualification.name, worker.pseudonym)} doIt={texts.changeIt} acts={act} onClose={onClose} {...draft}>
      <TermsFields terms={terms} onChange={setTerms} problems={draft.problems} />
    </ActSheet>
  )
}

/** Takes a qualification from somebody. */
export function RevokeSheet({ grant, act, onClose }: SheetProps & { readonly grant: GrantView }) {
  const { people: texts } = useTexts()
  const [reason, setReason] = useState('')
  const { qualification: { id, name }, worker } = grant
  return (
    <ActSheet
      title={texts.grants.revokeTitle(name, worker.pseudonym)} doIt={texts.grants.revokeIt} isBad acts={act} onClose={onClose}
      step={{ verb: 'revoke', request: { qualification: id, people: [{ workerId: worker.id }], ...(reason.trim() === '' ? {} : { reason: reason.trim() }) } }}
      effects={[texts.grants.noLonger(worker.pseudonym, name), texts.grants.noMoreWork]}
    >
      <AreaField label={texts.reason} hint={texts.reasonHint} isOptional value={reason} onChange={setReason} />
    </ActSheet>
  )
}
