import type { AnswerField } from '../../sdk/data-model/answer-field.js'
import type { Path } from './answer-values.js'

/** A field at a place of the answer, and what is filled in there. */
export interface FieldViewProps<F extends AnswerField = AnswerField> {
  readonly field: F
  readonly path: Path
  readonly value: unknown
}

/** What a control has to say of itself. */
export interface ControlProps {
  readonly 'id': string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': boolean
  readonly 'aria-required': boolean
}
