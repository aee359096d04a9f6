import { useId, type ReactNode } from 'react'
import type { AnswerField, GroupField, VariantsField } from '../../sdk/data-model/answer-field.js'
import { valueAt, type Path } from './answer-values.js'
import { ChoiceInput, ChoicesInput, FoldedChoiceInput } from './choice-inputs.js'
import type { ControlProps, FieldViewProps } from './field-props.js'
import { FileInput } from './file-input.js'
import { useFormParts } from './form-context.js'
import { ListInput } from './list-input.js'
import { CheckInput, JsonInput, NumberInput, TextInput } from './plain-inputs.js'

/** One field with its label, its help and what is wrong with it. */
export function FieldView({ field, path, value }: FieldViewProps) {
  switch (field.kind) {
    case 'choice': return field.isFolded ? <Labelled field={field} path={path}>{control => <FoldedChoiceInput {...{ field, path, value, control }} />}</Labelled> : <Grouped field={field} path={path}><ChoiceInput {...{ field, path, value }} /></Grouped>
    case 'choices': return <Grouped field={field} path={path}><ChoicesInput {...{ field, path, value }} /></Grouped>
    case 'group': return <Grouped field={field} path={path}><Fields fields={field.fields} path={path} value={value} /></Grouped>
    case 'variants': return <Grouped field={field} path={path}><Variants {...{ field, path, value }} /></Grouped>
    case 'list': return <Grouped field={field} path={path}><ListInput {...{ field, path, value }} itemView={FieldView} /></Grouped>
    case 'file': return <Labelled field={field} path={path}>{control => <FileInput {...{ field, path, value, control }} />}</Labelled>
    case 'text': return <Labelled field={field} path={path}>{control => <TextInput {...{ field, path, value, control }} />}</Labelled>
    case 'number': return <Labelled field={field} path={path}>{control => <NumberInput {...{ field, path, value, control }} />}</Labelled>
    case 'check': return <Labelled field={field} path={path} isBeside>{control => <CheckInput {...{ field, path, value, control }} />}</Labelled>
    case 'json': return <Labelled field={field} path={path}>{control => <JsonInput {...{ field, path, value, control }} />}</Labelled>
  }
}

function Fields({ fields, path, value }: { readonly fields: GroupField['fields']; readonly path: Path; readonly value: unknown }) {
  return fields.map(field => <FieldView key={field.name} field={field} path={[...path, field.name]} value={valueAt(value, [field.name])} />)
}

function Variants({ field, path, value }: FieldViewProps<VariantsField>) {
  const chosen = field.variants.find(({ option }) => option.value === valueAt(value, [field.by]))
  const choice = { kind: 'choice', name: field.by, label: field.label, help: '', isRequired: field.isRequired, initial: undefined, isNullable: false, isFolded: false, options: field.variants.map(({ option }) => option) } as const
  return (
    <>
      <ChoiceInput field={choice} path={[...path, field.by]} value={chosen?.option.value} />
      {chosen && <Fields fields={chosen.fields} path={path} value={value} />}
    </>
  )
}

interface AroundProps {
  readonly field: AnswerField
  readonly path: Path
}

/** A control with one label. */
function Labelled({ field: { label, help, isRequired, kind }, path, isBeside = false, children }: AroundProps & { readonly isBeside?: boolean; readonly children: (control: ControlProps) => ReactNode }) {
  const [id, { problemAt, unread }] = [useId(), useFormParts()]
  const problem = unread === id ? `This is not a ${kind === 'number' ? 'number' : 'date or time'} yet.` : problemAt(path)
  const described = [...help === '' ? [] : [`${id}-help`], ...problem === undefined ? [] : [`${id}-problem`]].join(' ')
  const control = children({ 'id': id, 'aria-describedby': described === '' ? undefined : described, 'aria-invalid': problem !== undefined, 'aria-required': isRequired })
  return (
    <div className={isBeside ? 'mephisto-field mephisto-field-beside' : 'mephisto-field'}>
      {isBeside && control}
      <label htmlFor={id}>{label}{!isRequired && !isBeside && <Optional />}</label>
      {help !== '' && <p id={`${id}-help`} className="mephisto-muted">{help}</p>}
      {!isBeside && control}
      <p id={`${id}-problem`} role="alert" className="mephisto-problem">{problem}</p>
    </div>
  )
}

/** Several controls with a label for all. */
function Grouped({ field: { label, help, isRequired, kind }, path, children }: AroundProps & { readonly children: ReactNode }) {
  const [id, problem] = [useId(), useFormParts().problemAt(path)]
  const hasOne = kind === 'choice'
  return (
    <fieldset className={`mephisto-field mephisto-field-${kind}`} aria-describedby={help === '' ? undefined : `${id}-help`} {...hasOne ? { role: 'radiogroup', 'aria-required': isRequired } : {}}>
      <legend>{label}{!isRequired && <Optional />}</legend>
      {help !== '' && <p id={`${id}-help`} className="mephisto-muted">{help}</p>}
      {children}
      <p role="alert" className="mephisto-problem">{problem}</p>
    </fieldset>
  )
}

function Optional() {
  return <span className="mephisto-optional"> (optional)</span>
}
