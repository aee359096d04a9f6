import { useState } from 'react'
import type { GrantView, QualificationView, WorkerView } from '../../../sdk/protocol/people-views.js'
import type { ReviewSource } from '../review-store.js'
import { useTexts } from '../texts/review-texts.js'
import { ActSheet } from '../kit/act-sheet.js'
import { SelectField, TextField } from '../kit/fields.js'
import { termsOf } from './grant-draft.js'
import { TermsFields, useGrantDraft } from './grant-sheets.js'
import { usePeopleByName } from './use-people-by-name.js'
import type { PeopleAct } from './use-people-act.js'
import { useProviders } from './use-providers.js'
import { useWorker } from './use-worker.js'

interface GrantSomebodySheetProps {
  readonly source: ReviewSource
  readonly qualification: QualificationView
  readonly act: PeopleAct
  readonly onClose: () => void
}

const PSEUDONYM = ''

/** Gives a qualification to somebody who is named: by a pseudonym, or as their provider knows them, also before they first come. */
export function GrantSomebodySheet({ source, qualification, act, onClose }: GrantSomebodySheetProps) {
  const { grants: texts } = useTexts().people
  const providers = useProviders(source)
  const [provider, setProvider] = useState(PSEUDONYM)
  const [name, setName] = useState('')
  const [terms, setTerms] = useState(() => termsOf(null))
  const named = name.trim()
  const found = usePeopleByName({ ...source, name })
  const worker = found?.find(one => (provider === PSEUDONYM ? one.pseudonym === named : one.provider === provider && one.externalId === named))
  const before = useGrantOf(source, worker, qualification.id)
  // Only once it is known who that is, and what they have, is known what the grant does.
  const isKnown = found !== undefined && named !== '' && before !== undefined && (worker !== undefined || provider !== PSEUDONYM)
  const draft = useGrantDraft(isKnown ? { qualification, person: worker ? { workerId: worker.id } : { provider, externalId: named }, name: worker?.pseudonym ?? named, before } : null, terms)
  const effects = [
    ...(named !== '' && !isKnown ? [found === undefined || before === undefined ? texts.looking : texts.nobody(named)] : draft.effects),
    ...(isKnown && worker === undefined ? [texts.isStranger(named)] : []),
  ]
  return (
    <ActSheet title={texts.grantTo(qualification.name)} doIt={texts.grantIt} acts={act} onClose={onClose} step={draft.step} effects={effects}>
      <SelectField label={texts.knownAs} value={provider} onChange={setProvider} options={[[PSEUDONYM, texts.byPseudonym], ...providers.map(one => [one, texts.byExternalId(one)] as const)]} />
      <TextField label={texts.who} value={name} onChange={setName} maxLength={200} />
      <TermsFields terms={terms} onChange={setTerms} problems={draft.problems} />
    </ActSheet>
  )
}

/** What somebody has of a qualification: null for nothing, undefined while nobody knows. */
function useGrantOf(source: ReviewSource, worker: WorkerView | undefined, qualification: string): GrantView | null | undefined {
  const { page } = useWorker({ ...source, worker: worker?.id ?? null })
  if (worker === undefined) return null
  return page && (page.grants.find(grant => grant.qualification.id === qualification) ?? null)
}
