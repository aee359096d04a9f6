import { InvalidArgumentError } from 'commander'
import { HIGHEST_PRIORITY } from '../data-model/rank.js'

/** A whole number that was written as an option. @throws InvalidArgumentError for anything else */
export function wholeNumber(text: string): number {
  if (/^-?\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number.')
}

/** A whole number from 1 on that was written as an option. @throws InvalidArgumentError for anything else */
export function countingNumber(text: string): number {
  const number = wholeNumber(text)
  if (number > 0) return number
  throw new InvalidArgumentError('It must be 1 or more.')
}

/** How urgent something is, written as an option. @throws InvalidArgumentError for anything else */
export function priorityNumber(text: string): number {
  const number = wholeNumber(text)
  if (number >= 0 && number <= HIGHEST_PRIORITY) return number
  throw new InvalidArgumentError(`It must be from 0 to ${String(HIGHEST_PRIORITY)}.`)
}
