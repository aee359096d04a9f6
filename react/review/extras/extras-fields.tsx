import { BLOCK_SCOPES } from '../../../sdk/data-model/block-scope.js'
import { AreaField, CheckField, SelectField, TextField, type SelectOption } from '../kit/fields.js'
import { useQualificationList } from '../people/use-qualification-list.js'
import type { ReviewSource } from '../review-store.js'
import { useTexts } from '../texts/review-texts.js'
import { extrasProblems, type ExtrasTerms } from './extras-draft.js'

interface ExtrasFieldsProps {
  readonly source: ReviewSource
  readonly terms: ExtrasTerms
  readonly currency: string
  readonly onChange: (terms: ExtrasTerms) => void
}

/** What can go with a verdict: a message, a bonus, qualifications, a block, and the work being done again. */
export function ExtrasFields({ source, terms, currency, onChange }: ExtrasFieldsProps) {
  const { extras: texts, people } = useTexts()
  const { qualifications = [] } = useQualificationList(source)
  const problems = extrasProblems(terms, currency, texts)
  const change = (changed: Partial<ExtrasTerms>): void => { onChange({ ...terms, ...changed }) }
  const offered: readonly SelectOption[] = [['', texts.none], ...qualifications.map(({ id, name }) => [id, name] as const)]
  return (
    <div className="mephisto-review-extras">
      <AreaField label={texts.message} hint={texts.messageHint} value={terms.message} onChange={message => { change({ message }) }} />
      <TextField label={texts.bonus(currency)} hint={texts.bonusHint} problem={problems.bonus} inputMode="decimal" value={terms.bonus} onChange={bonus => { change({ bonus }) }} />
      {qualifications.length > 0 && <SelectField label={texts.grant} value={terms.grant} options={offered} onChange={grant => { change({ grant }) }} />}
      {terms.grant !== '' && <TextField label={people.grants.value} problem={problems.value} inputMode="numeric" value={terms.value} onChange={value => { change({ value }) }} />}
      {qualifications.length > 0 && <SelectField label={texts.revoke} problem={problems.revoke} value={terms.revoke} options={offered} onChange={revoke => { change({ revoke }) }} />}
      <SelectField
        label={texts.block} value={terms.scope} onChange={value => { change({ scope: BLOCK_SCOPES.find(scope => scope === value) ?? '' }) }}
        options={[['', texts.notBlocked], ...BLOCK_SCOPES.map(scope => [scope, texts.scopes[scope]] as const)]}
      />
      <CheckField label={texts.requeue} isChecked={terms.isRequeued} onChange={isRequeued => { change({ isRequeued }) }} />
    </div>
  )
}
