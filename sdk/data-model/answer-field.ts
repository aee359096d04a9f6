import type { FileLimits } from './file.js'

/** A value that can be chosen, and what it is called. */
export interface Option {
  readonly value: string | number | boolean | null
  readonly label: string
}

/** What all fields have. */
interface Named {
  /** Name of the property; an item of a list or a variant has what it is called alone. */
  readonly name: string
  readonly label: string
  /** What helps to fill it in; empty for nothing. */
  readonly help: string
  /** An answer without it is refused. */
  readonly isRequired: boolean
  /** What is there to begin with; undefined for nothing. */
  readonly initial: unknown
  /** Nothing is handed in as null: it may not be left out. */
  readonly isNullable: boolean
}

/** A line or lines of text. */
export interface TextField extends Named {
  readonly kind: 'text'
  readonly isLong: boolean
  /** Of a line: `type` of the input. */
  readonly type: 'text' | 'email' | 'url' | 'date' | 'time'
  readonly placeholder: string
  /** Most characters; null for no bound. */
  readonly longest: number | null
}

/** A number. */
export interface NumberField extends Named {
  readonly kind: 'number'
  readonly minimum: number | null
  readonly maximum: number | null
  /** Null for no steps. */
  readonly step: number | null
}

/** Yes or no, where nothing is no. */
export interface CheckField extends Named { readonly kind: 'check' }

/** One of several values. */
export interface ChoiceField extends Named {
  readonly kind: 'choice'
  readonly options: readonly Option[]
  /** Too many to be shown at once. */
  readonly isFolded: boolean
}

/** Any of several values. */
export interface ChoicesField extends Named {
  readonly kind: 'choices'
  readonly options: readonly Option[]
}

/** A file. */
export interface FileField extends Named {
  readonly kind: 'file'
  readonly limits: FileLimits
}

/** Fields that belong together. */
export interface GroupField extends Named {
  readonly kind: 'group'
  readonly fields: readonly AnswerField[]
}

/** As many of the same as are wanted. */
export interface ListField extends Named {
  readonly kind: 'list'
  readonly item: AnswerField
  readonly fewest: number
  /** Null for no bound. */
  readonly most: number | null
}

/** One of several groups, each with a value of its own in the same property. */
export interface VariantsField extends Named {
  readonly kind: 'variants'
  /** The property that tells them apart. */
  readonly by: string
  readonly variants: readonly { readonly option: Option; readonly fields: readonly AnswerField[] }[]
}

/** What no control is known for: JSON as text. */
export interface JsonField extends Named { readonly kind: 'json' }

/** What can be filled in. */
export type AnswerField = TextField | NumberField | CheckField | ChoiceField | ChoicesField | FileField | GroupField | ListField | VariantsField | JsonField
