import { useId, useState, type ReactNode, type SubmitEvent } from 'react'
import { labelOf } from '../../../sdk/data-model/label-of.js'
import { UNIT_KINDS } from '../../../sdk/data-model/unit-kind.js'
import type { FieldStatisticsView } from '../../../sdk/protocol/data-views.js'
import { useTexts } from '../texts/review-texts.js'
import { answerKey, draftOf, EVERYTHING, searchOf, type QueueSearch, type SearchDraft } from './queue-search.js'

interface SearchFormProps {
  readonly search: QueueSearch
  /** The fields that answers have, with their choices; undefined while nobody knows. */
  readonly fields: readonly FieldStatisticsView[] | undefined
  readonly onSearch: (search: QueueSearch) => void
  readonly onKeep: (name: string, search: QueueSearch) => void
}

/** Asks which answers of a run to show. Give it the search as key: what is filled in begins with it. */
export function SearchForm({ search, fields = [], onSearch, onKeep }: SearchFormProps) {
  const { common, queue: texts } = useTexts()
  const [draft, setDraft] = useState(() => draftOf(search))
  const [name, setName] = useState('')
  const meant = searchOf(draft)
  const problems = 'problems' in meant ? meant.problems : {}
  const change = (more: Partial<SearchDraft>): void => { setDraft(before => ({ ...before, ...more })) }
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault()
    if ('search' in meant) onSearch(meant.search)
  }
  const text = (of: 'text' | 'worker' | 'least' | 'most' | 'from' | 'before', more: Partial<TextFieldProps> = {}) => (
    <TextField label={texts[of]} value={draft[of]} onChange={value => { change({ [of]: value }) }} {...more} />
  )
  return (
    <form className="mephisto-review-panel mephisto-review-search" aria-label={texts.title} onSubmit={submit} noValidate>
      <div className="mephisto-review-search-fields">
        <Choice label={texts.order} value={draft.order} onChange={order => { change({ order: order === 'newest' ? 'newest' : 'oldest' }) }}>
          {(['oldest', 'newest'] as const).map(order => <option key={order} value={order}>{texts.orders[order]}</option>)}
        </Choice>
        {text('text', { hint: texts.textHint })}
        {text('worker', { hint: texts.workerHint })}
        <Choice label={texts.field} value={draft.answer} onChange={answer => { change({ answer }) }}>
          <option value="">{texts.anyAnswer}</option>
          {fields.map(field => field.kind === 'choice' && (
            <optgroup key={field.field ?? ''} label={field.field === null ? common.wholeAnswer : labelOf(field.field)}>
              {field.counts.map(({ value }) => <option key={String(value)} value={answerKey(field.field, value)}>{typeof value === 'boolean' ? (value ? common.yes : common.no) : String(value)}</option>)}
            </optgroup>
          ))}
        </Choice>
        <Choice label={texts.kind} value={draft.kind} onChange={kind => { change({ kind }) }}>
          <option value="">{texts.anyKind}</option>
          {UNIT_KINDS.map(kind => <option key={kind} value={kind}>{texts.kinds[kind]}</option>)}
        </Choice>
        {text('least', { problem: problems.least && texts[problems.least], inputMode: 'numeric' })}
        {text('most', { problem: problems.most && texts[problems.most], inputMode: 'numeric' })}
        {text('from', { type: 'datetime-local' })}
        {text('before', { type: 'datetime-local' })}
        <label className="mephisto-review-check"><input type="checkbox" checked={draft.isDisputed} onChange={event => { change({ isDisputed: event.target.checked }) }} /> {texts.disputed}</label>
        {draft.assignment !== '' && <label className="mephisto-review-check"><input type="checkbox" checked onChange={() => { change({ assignment: '' }) }} /> {texts.ofItem}</label>}
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

interface TextFieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly hint?: string
  readonly problem?: string | undefined
  readonly type?: 'text' | 'datetime-local'
  readonly inputMode?: 'text' | 'numeric'
}

function TextField({ label, value, onChange, hint, problem, type = 'text', inputMode = 'text' }: TextFieldProps) {
  const id = useId()
  const said = problem ?? hint
  return (
    <div className="mephisto-review-form-field">
      <label htmlFor={id}>{label}</label>
      <input id={id} className="mephisto-review-input" type={type} inputMode={inputMode} value={value} maxLength={200} autoComplete="off" aria-invalid={problem !== undefined} {...(said === undefined ? {} : { 'aria-describedby': `${id}-said` })} onChange={event => { onChange(event.target.value) }} />
      {said !== undefined && <p id={`${id}-said`} className={problem === undefined ? 'mephisto-review-hint' : 'mephisto-review-trouble'}>{said}</p>}
    </div>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly children: ReactNode
}

function Choice({ label, value, onChange, children }: ChoiceProps) {
  const id = useId()
  return (
    <div className="mephisto-review-form-field">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="mephisto-review-select" value={value} onChange={event => { onChange(event.target.value) }}>{children}</select>
    </div>
  )
}
