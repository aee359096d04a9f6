/** What can be iterated over, at once or as it comes. */
export type AnyIterable<T> = Iterable<T> | AsyncIterable<T>

/** Whether something can be iterated over; a text is none that is meant. */
export function isIterable(value: unknown): value is AnyIterable<unknown> {
  return typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value)
}
