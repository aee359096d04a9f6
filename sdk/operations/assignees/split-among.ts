import { MephistoError } from '../../errors.js'

/**
 * Deals rows out among people for a launch's `assignees`: each row to `each` different ones, in turn, so that after any number of
 * rows nobody has more than one more than another. Who shares rows with whom changes from round to round. The same names and row give
 * the same people. @default each 1
 * @throws MephistoError `invalid_input` for a name that is there twice, and for more people a row than there are
 */
export function splitAmong(names: readonly string[], { each = 1 }: { readonly each?: number } = {}): (row: unknown, index: number) => readonly string[] {
  const twice = names.find((name, index) => names.indexOf(name) < index)
  if (twice !== undefined) throw new MephistoError('invalid_input', `splitAmong: "${twice}" is named twice; name each person once.`)
  if (!Number.isInteger(each) || each < 1 || each > names.length) {
    throw new MephistoError('invalid_input', `splitAmong: each must be a whole number from 1 to the number of people (${String(names.length)}), not ${String(each)}.`)
  }
  const people = [...names]
  // After so many rows everybody has had the same number: the next round begins one further, so that others share a row.
  const round = people.length / greatestCommonDivisor(people.length, each)
  return (_row, index) => {
    const from = index * each + (each === 1 ? 0 : Math.floor(index / round))
    return Array.from({ length: each }, (_, place) => people[(from + place) % people.length] ?? '')
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
