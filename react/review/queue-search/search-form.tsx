import { useState, type SubmitEvent } from 'react'
import { labelOf } from '../../../sdk/data-model/label-of.js'
import { UNIT_KINDS } from '../../../sdk/data-model/unit-kind.js'
import type { FieldStatisticsView } from '../../../sdk/protocol/data-views.js'
import { CheckField, SelectField, TextField, type SelectOption } from '../kit/fields.js'
import type { ReviewSource } from '../review-store.js'
import { useRunStatistics } from '../run-page/use-run-figures.js'
import type { ReviewTexts } from '../texts/english.js'
import { useTexts } from '../texts/review-texts.js'
import { answerKey, draftOf, EVERYTHING, searchOf, type QueueSearch, type SearchDraft } from './queue-search.js'

interface SearchFormProps {
  readonly source: ReviewSource
  readonly run: string
  readonly isBlind: boolean
  readonly search: QueueSearch
  readonly onSearch: (search: QueueSearch) => void
  readonly onKeep: (name: string, search: QueueSearch) => void
}

/** Asks which answers of a run to show. Give it the search as key: what is filled in begins with it. */
export function SearchForm({ source, run, isBlind, search, onSearch, onKeep }: SearchFormProps) {
  const { common, queue: texts } = useTexts()
  const { fields = [] } = useRunStatistics({ ...source, run }) ?? {}
  const [draft, setDraft] = useState(() => draftOf(search))
  const [name, setName] = useState('')
  const meant = searchOf(draft)
  const problems = 'problems' in meant ? meant.problems : {}
  const change = (more: Partial<SearchDraft>): void => { setDraft(before => ({ ...before, ...more })) }
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault()
    if ('search' in meant) onSearch(meant.search)
  }
  return (
    <form className="mephisto-review-panel mephisto-review-search" aria-label={texts.title} onSubmit={submit} noValidate>
      <div className="mephisto-review-search-fields">
        <SelectField label={texts.order} value={draft.order} options={ORDERS.map(order => [order, texts.orders[order]] as const)} onChange={order => { change({ order: order === 'newest' ? 'newest' : 'oldest' }) }} />
        <TextField label={texts.text} hint={texts.textHint} maxLength={200} value={draft.text} onChange={text => { change({ text }) }} />
        {!isBlind && <TextField label={texts.worker} hint={texts.workerHint} maxLength={64} value={draft.worker} onChange={worker => { change({ worker }) }} />}
        <SelectField label={texts.field} value={draft.answer} options={[['', texts.anyAnswer]]} groups={fields.flatMap(field => (field.kind === 'choice' ? [choicesOf(field, common)] : []))} onChange={answer => { change({ answer }) }} />
        <SelectField label={texts.kind} value={draft.kind} options={[['', texts.anyKind], ...UNIT_KINDS.map(kind => [kind, texts.kinds[kind]] as const)]} onChange={kind => { change({ kind }) }} />
        <TextField label={texts.least} problem={problems.least && texts[problems.least]} inputMode="numeric" value={draft.least} onChange={least => { change({ least }) }} />
        <TextField label={texts.most} problem={problems.most && texts[problems.most]} inputMode="numeric" value={draft.most} onChange={most => { change({ most }) }} />
        <TextField label={texts.from} type="datetime-local" value={draft.from} onChange={from => { change({ from }) }} />
        <TextField label={texts.before} type="datetime-local" value={draft.before} onChange={before => { change({ before }) }} />
        <CheckField label={texts.disputed} isChecked={draft.isDisputed} onChange={isDisputed => { change({ isDisputed }) }} />
        <CheckField label={texts.differ} isChecked={draft.isContested} onChange={isContested => { change({ isContested }) }} />
        {draft.assignment !== '' && <CheckField label={texts.ofItem} isChecked onChange={() => { change({ assignment: '' }) }} />}
      </div>
      <div className="mephisto-review-page-actions">
        <button type="submit" className="mephisto-button mephisto-button-primary" disabled={'problems' in meant}>{texts.apply}</button>
        <button type="button" className="mephisto-button" onClick={() => { onSearch(EVERYTHING) }}>{texts.clear}</button>
        <span className="mephisto-review-keep">
          <input className="mephisto-review-input" value={name} aria-label={texts.viewName} placeholder={texts.viewName} maxLength={60} onChange={event => { setName(event.target.value) }} />
          <button type="button" className="mephisto-button" disabled={name.trim() === '' || 'problems' in meant} onClick={() => { if ('search' in meant) { onKeep(name.trim(), meant.search); setName('') } }}>{texts.save}</button>
        </span>
      </div>
    </form>
  )
}

const ORDERS = ['oldest', 'newest'] as const

/** The choices of a field, named as the field is. */
function choicesOf({ field, counts }: FieldStatisticsView & { readonly kind: 'choice' }, { wholeAnswer, yes, no }: ReviewTexts['common']): { readonly name: string; readonly options: readonly SelectOption[] } {
  return {
    name: field === null ? wholeAnswer : labelOf(field),
    options: counts.map(({ value }) => [answerKey(field, value), typeof value === 'boolean' ? (value ? yes : no) : String(value)]),
  }
}
