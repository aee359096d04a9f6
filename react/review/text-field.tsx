import { useId } from 'react'

interface TextFieldProps {
  readonly label: string
  readonly hint?: string | undefined
  /** What is wrong with what was typed; null for nothing. */
  readonly problem?: string | null
  readonly value: string
  readonly onChange: (value: string) => void
  readonly inputMode?: 'text' | 'numeric' | 'decimal'
  readonly type?: 'text' | 'datetime-local'
}

/** A labelled field, with a hint that gives way to what is wrong. */
export function TextField({ label, hint = '', problem = null, value, onChange, inputMode = 'text', type = 'text' }: TextFieldProps) {
  const id = useId()
  const said = problem ?? hint
  return (
    <div className="mephisto-review-form-field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id} className="mephisto-review-input" type={type} value={value} inputMode={inputMode} autoComplete="off" aria-invalid={problem !== null}
        {...(said === '' ? {} : { 'aria-describedby': `${id}-hint` })} onChange={event => { onChange(event.target.value) }}
      />
      {said !== '' && <p id={`${id}-hint`} className={problem === null ? 'mephisto-review-hint' : 'mephisto-review-trouble'}>{said}</p>}
    </div>
  )
}
