import { useId } from 'react'

interface SelectFieldProps {
  readonly label: string
  readonly value: string
  readonly options: readonly { readonly value: string; readonly name: string }[]
  readonly onChange: (value: string) => void
  readonly hint?: string
}

/** A labelled choice of one. */
export function SelectField({ label, value, options, onChange, hint = '' }: SelectFieldProps) {
  const id = useId()
  return (
    <div className="mephisto-review-form-field">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="mephisto-review-select" value={value} {...(hint === '' ? {} : { 'aria-describedby': `${id}-hint` })} onChange={event => { onChange(event.target.value) }}>
        {options.map(option => <option key={option.value} value={option.value}>{option.name}</option>)}
      </select>
      {hint !== '' && <p id={`${id}-hint`} className="mephisto-review-hint">{hint}</p>}
    </div>
  )
}
