import { useState } from 'react'
import type { CheckField, JsonField, NumberField, TextField } from '../../sdk/data-model/answer-field.js'
import type { ControlProps, FieldViewProps } from './field-props.js'
import { useFormParts } from './form-context.js'

type InputProps<F extends TextField | NumberField | CheckField | JsonField> = FieldViewProps<F> & { readonly control: ControlProps }

/** A line or lines of text. What was emptied is not part of the answer, unless it would begin anew then. */
export function TextInput({ field, path, value, control }: InputProps<TextField>) {
  const { set, task } = useFormParts()
  const given = {
    ...control, className: 'mephisto-control', value: typeof value === 'string' ? value : '', placeholder: field.placeholder, readOnly: task.isSubmitting, maxLength: field.longest ?? undefined,
    onChange: (event: { readonly target: { readonly value: string } }) => { set(path, event.target.value === '' && field.initial === undefined ? undefined : event.target.value) },
  }
  return field.isLong ? <textarea {...given} rows={3} /> : <input {...given} type={field.type} autoComplete="off" />
}

/** A number; while it is being typed it may be none. */
export function NumberInput({ field, path, value, control }: InputProps<NumberField>) {
  const { set, task } = useFormParts()
  const [typed, setTyped] = useState<string | null>(null)
  const shown = typeof value === 'number' ? String(value) : ''
  return (
    <input
      {...control} className="mephisto-control" type="number" inputMode={field.step === 1 ? 'numeric' : 'decimal'} readOnly={task.isSubmitting} min={field.minimum ?? undefined} max={field.maximum ?? undefined} step={field.step ?? 'any'}
      value={typed !== null && (typed === '' ? shown === '' : Number(typed) === value) ? typed : shown}
      onChange={event => {
        setTyped(event.target.value)
        set(path, event.target.value !== '' ? Number(event.target.value) : field.initial === undefined ? undefined : null)
      }}
    />
  )
}

/** Yes, or nothing. */
export function CheckInput({ path, value, control }: InputProps<CheckField>) {
  const { set, task } = useFormParts()
  return <input {...control} type="checkbox" checked={value === true} disabled={task.isSubmitting} onChange={event => { set(path, event.target.checked) }} />
}

/** Anything that is JSON. What is none is a text: the schema says whether it takes one, so that nothing that was typed is lost without a word. */
export function JsonInput({ path, value, control }: InputProps<JsonField>) {
  const { set, task } = useFormParts()
  const [last, setLast] = useState('')
  // What was typed is shown for as long as it says what is there: in a list, another item may have come to its place.
  const typed = sameJson(valueOf(last), value) ? last : value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value, null, 2)
  const parsed = parsedJson(typed)
  return (
    <>
      <textarea
        {...control} className="mephisto-control" aria-invalid={control['aria-invalid'] || parsed === null} rows={4} spellCheck={false} readOnly={task.isSubmitting} value={typed}
        onChange={event => {
          setLast(event.target.value)
          set(path, valueOf(event.target.value))
        }}
      />
      {parsed === null && <p className="mephisto-muted">This is not JSON yet, such as {'{"name": "value"}'} or ["a", "b"].</p>}
    </>
  )
}

/** What a text is as JSON; the text itself where it is none. */
function valueOf(text: string): unknown {
  const json = parsedJson(text)
  return json ? json.value : text
}

function sameJson(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** Null for what is no JSON. */
function parsedJson(text: string): { readonly value: unknown } | null {
  if (text.trim() === '') return { value: undefined }
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return null
  }
}
