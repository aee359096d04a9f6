import { useId } from 'react'
import type { ChoiceField, ChoicesField } from '../../sdk/data-model/answer-field.js'
import type { ControlProps, FieldViewProps } from './field-props.js'
import { useFormParts } from './form-context.js'

/** One of a few values: all are in sight. */
export function ChoiceInput({ field, path, value }: FieldViewProps<ChoiceField>) {
  const [{ set, task, keyed, problemAt }, name] = [useFormParts(), useId()]
  const isInvalid = problemAt(path) !== undefined
  return (
    <div className="mephisto-choices">
      {field.options.map((option, index) => (
        <label key={String(option.value)} className="mephisto-control mephisto-choice">
          <input type="radio" name={name} checked={value === option.value} aria-invalid={isInvalid} disabled={task.isSubmitting} onChange={() => { set(path, option.value) }} />
          <span>{option.label}</span>
          {keyed === field && index < 9 && <kbd className="mephisto-key" aria-hidden="true">{index + 1}</kbd>}
        </label>
      ))}
    </div>
  )
}

/** One of many values. */
export function FoldedChoiceInput({ field, path, value, control }: FieldViewProps<ChoiceField> & { readonly control: ControlProps }) {
  const { set, task } = useFormParts()
  const chosen = field.options.findIndex(option => option.value === value)
  return (
    <select {...control} className="mephisto-control" value={String(chosen)} disabled={task.isSubmitting} onChange={event => { set(path, field.options[Number(event.target.value)]?.value) }}>
      <option value="-1">{field.isRequired ? 'Choose…' : 'None'}</option>
      {field.options.map((option, index) => <option key={String(option.value)} value={String(index)}>{option.label}</option>)}
    </select>
  )
}

/** Any of several values, in the order of the schema. */
export function ChoicesInput({ field, path, value }: FieldViewProps<ChoicesField>) {
  const { set, task, problemAt } = useFormParts()
  const chosen: readonly unknown[] = Array.isArray(value) ? value : []
  const isInvalid = problemAt(path) !== undefined
  return (
    <div className="mephisto-choices">
      {field.options.map(option => (
        <label key={String(option.value)} className="mephisto-control mephisto-choice">
          <input
            type="checkbox" checked={chosen.includes(option.value)} aria-invalid={isInvalid} disabled={task.isSubmitting}
            onChange={event => { set(path, field.options.map(one => one.value).filter(one => (one === option.value ? event.target.checked : chosen.includes(one)))) }}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </div>
  )
}
