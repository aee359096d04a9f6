import type { WorkOf } from './link-to.js'
import type { ReviewSource } from '../review-store.js'
import { SelectField, TextField } from './fields.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { useWorkNames, workLabel } from './use-work-names.js'
import type { WorkDraft, WorkProblems } from './work-draft.js'

interface WorkFieldsProps {
  readonly source: ReviewSource
  readonly draft: WorkDraft
  readonly problems: WorkProblems
  /** What it is called that no run, task or project is chosen. */
  readonly anyName: string
  readonly onChange: (draft: WorkDraft) => void
}

const KINDS = ['run', 'task', 'project'] as const

/** Asks for a run, a task or a project, a person and a time. */
export function WorkFields({ source, draft, problems, anyName, onChange }: WorkFieldsProps) {
  const texts = useTexts().places
  const { kind } = draft
  return (
    <div className="mephisto-review-choice">
      <SelectField label={texts.of} value={kind} options={[['', anyName], ...KINDS.map(value => [value, texts.kinds[value]] as const)]} onChange={value => { onChange({ ...draft, kind: KINDS.find(one => one === value) ?? '', id: '' }) }} />
      {kind !== '' && <WhichField key={kind} source={source} kind={kind} id={draft.id} onChange={id => { onChange({ ...draft, id }) }} />}
      <TextField label={texts.person} hint={texts.personHint} value={draft.person} onChange={person => { onChange({ ...draft, person }) }} />
      <TextField label={texts.from} problem={problems.from} type="datetime-local" value={draft.from} onChange={from => { onChange({ ...draft, from }) }} />
      <TextField label={texts.before} problem={problems.before} type="datetime-local" value={draft.before} onChange={before => { onChange({ ...draft, before }) }} />
    </div>
  )
}

interface WhichFieldProps {
  readonly source: ReviewSource
  readonly kind: WorkOf['kind']
  readonly id: string
  readonly onChange: (id: string) => void
}

function WhichField({ source, kind, id, onChange }: WhichFieldProps) {
  const { common, places: texts } = useTexts()
  const formats = useFormats()
  const { names } = useWorkNames({ ...source, kind })
  const none = names === undefined ? common.loading : names.length === 0 ? texts.noneToChoose[kind] : texts.choose
  const isListed = id === '' || names?.some(one => one.id === id) === true
  return <SelectField label={texts.which[kind]} value={id} options={[['', none], ...(isListed ? [] : [[id, id] as const]), ...(names ?? []).map(one => [one.id, workLabel(one, formats)] as const)]} onChange={onChange} />
}
