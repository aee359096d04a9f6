import { createContext, useContext } from 'react'
import type { ChoiceField } from '../../sdk/data-model/answer-field.js'
import type { Path } from './answer-values.js'
import type { FillableTask } from './fillable-task.js'

/** What the fields of a form have in common. */
export interface FormParts {
  readonly task: FillableTask
  /** The choice that is made by the keys 1 to 9. */
  readonly keyed: ChoiceField | undefined
  /** Fills something in; undefined takes it out. */
  set(path: Path, value: unknown): void
  /** What is wrong with what is there. */
  problemAt(path: Path): string | undefined
  /** The id of the control whose text could not be read, when it was to be handed in. */
  readonly unread: string | null
  /** Files are on their way: until they are there, nothing moves to another place. */
  readonly isSending: boolean
  /** One more file is on its way, or one less. */
  onSending(by: 1 | -1): void
}

const Context = createContext<FormParts | null>(null)

/** Gives a form's fields what they have in common. */
export const FormContext = Context.Provider

/** The form around a field. */
export function useFormParts(): FormParts {
  const form = useContext(Context)
  if (form === null) throw new Error('a field is inside of a form')
  return form
}
