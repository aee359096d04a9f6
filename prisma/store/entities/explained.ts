import { isMephistoError, MephistoError } from '../../../sdk/errors.js'
import { typedError } from '../../typed-error.js'

/** Why a write may be refused, in words that name what it was about. */
export interface Explanations {
  /** For a row with the same unique value. */
  readonly already_exists?: string
  /** For a row that it belongs to. */
  readonly not_found?: string
}

/** A write whose refusal by the database says what is the matter. */
export async function explained<T>(write: Promise<T>, explanations: Explanations): Promise<T> {
  try {
    return await write
  } catch (error) {
    const failure = typedError(error)
    const code = isMephistoError(failure) ? failure.code : undefined
    const explanation = code === 'already_exists' || code === 'not_found' ? explanations[code] : undefined
    throw code === undefined || explanation === undefined ? error : new MephistoError(code, explanation, { cause: error })
  }
}
