import { useId, type HTMLInputTypeAttribute, type ReactNode } from 'react'
import { useTexts } from '../texts/review-texts.js'

interface FieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  /** What to know before it is filled in. */
  readonly hint?: string | undefined
  /** Why what is in it cannot be sent; shown instead of the hint. */
  readonly problem?: string | null | undefined
  readonly isOptional?: boolean
}

interface TextFieldProps extends FieldProps {
  readonly type?: HTMLInputTypeAttribute
  readonly inputMode?: 'numeric' | 'decimal'
  readonly maxLength?: number
  /** Names that are offered while somebody writes. */
  readonly offered?: readonly string[]
}

/** A line of text, or a moment. */
export function TextField({ type = 'text', inputMode, maxLength, offered, ...field }: TextFieldProps) {
  const { id, props } = useField(field)
  return (
    <Labelled id={id} {...field}>
      <input
        {...props} className="mephisto-review-input" type={type} autoComplete="off" onChange={event => { field.onChange(event.target.value) }}
        {...(inputMode === undefined ? {} : { inputMode })} {...(maxLength === undefined ? {} : { maxLength })} {...(offered === undefined ? {} : { list: `${id}-offered` })}
      />
      {offered && <datalist id={`${id}-offered`}>{offered.map(name => <option key={name} value={name} />)}</datalist>}
    </Labelled>
  )
}

/** Text of several lines. */
export function AreaField(field: FieldProps) {
  const { id, props } = useField(field)
  return <Labelled id={id} {...field}><textarea {...props} className="mephisto-review-note-field" rows={2} maxLength={2_000} onChange={event => { field.onChange(event.target.value) }} /></Labelled>
}

/** What can be chosen: its value and its name. */
export type SelectOption = readonly [value: string, name: string]

interface SelectFieldProps extends FieldProps {
  readonly options: readonly SelectOption[]
  /** Further ones, under names of their own. */
  readonly groups?: readonly { readonly name: string; readonly options: readonly SelectOption[] }[]
}

/** One of several. */
export function SelectField({ options, groups = [], ...field }: SelectFieldProps) {
  const { id, props } = useField(field)
  return (
    <Labelled id={id} {...field}>
      <select {...props} className="mephisto-review-input" onChange={event => { field.onChange(event.target.value) }}>
        <Options options={options} />
        {groups.map(({ name, options: grouped }) => <optgroup key={name} label={name}><Options options={grouped} /></optgroup>)}
      </select>
    </Labelled>
  )
}

function Options({ options }: Pick<SelectFieldProps, 'options'>) {
  return options.map(([value, name]) => <option key={value} value={value}>{name}</option>)
}

/** Yes or no. */
export function CheckField({ label, letter, isChecked, onChange }: { readonly label: string; readonly letter?: string; readonly isChecked: boolean; readonly onChange: (isChecked: boolean) => void }) {
  return <label className="mephisto-review-check"><input type="checkbox" checked={isChecked} aria-keyshortcuts={letter} onChange={event => { onChange(event.target.checked) }} /> {label}{letter !== undefined && <> <kbd aria-hidden="true">{letter}</kbd></>}</label>
}

interface FieldAttributes {
  readonly 'id': string
  readonly 'value': string
  readonly 'aria-invalid': boolean
  readonly 'aria-describedby'?: string
}

function useField({ value, hint, problem = null }: FieldProps): { readonly id: string; readonly props: FieldAttributes } {
  const id = useId()
  return { id, props: { id, value, 'aria-invalid': problem !== null, ...(problem === null && hint === undefined ? {} : { 'aria-describedby': `${id}-hint` }) } }
}

function Labelled({ id, label, hint, problem = null, isOptional = false, children }: FieldProps & { readonly id: string; readonly children: ReactNode }) {
  const { optional } = useTexts().common
  return (
    <div className="mephisto-review-form-field">
      <label htmlFor={id}>{label}{isOptional && <span className="mephisto-review-optional"> {optional}</span>}</label>
      {children}
      {(problem !== null || hint !== undefined) && <p id={`${id}-hint`} className={problem === null ? 'mephisto-review-hint' : 'mephisto-review-trouble'}>{problem ?? hint}</p>}
    </div>
  )
}
