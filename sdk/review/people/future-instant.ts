import { instant } from '../../data-model/instant.js'
import { MephistoError } from '../../errors.js'

/** When something ends, epoch ms. @throws MephistoError `invalid_input` for an instant that is over on the database's clock */
export function futureInstant(field: string, given: string, at: number): number {
  const end = Date.parse(given)
  if (end > at) return end
  throw new MephistoError('invalid_input', `${field}: ${given} is over: it is ${instant(at)} now, by the clock of the database. Give a later instant.`)
}
