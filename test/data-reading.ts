import { isMephistoError } from '../sdk/errors.js'

/** All rows of a source. */
export async function rowsOf<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const row of rows) all.push(row)
  return all
}

/** The message with which rows are refused. */
export async function refusal(rows: AsyncIterable<unknown>): Promise<string> {
  try {
    const all = await rowsOf(rows)
    return `It was read: ${JSON.stringify(all)}`
  } catch (error) {
    if (isMephistoError(error) && error.code === 'invalid_input') return error.message
    throw error
  }
}

/** A stream of these pieces. */
export async function* streamOf<T>(pieces: Iterable<T>): AsyncGenerator<T> {
  for (const piece of pieces) yield await Promise.resolve(piece)
}

/** The pieces into which a text or bytes are cut at these places. */
export function cut<T extends string | Uint8Array>(whole: T, places: readonly number[]): T[] {
  const borders = [0, ...places.map(place => place % (whole.length + 1)).sort((a, b) => a - b), whole.length]
  return borders.slice(1).map((end, index) => whole.slice(borders[index], end) as T)
}
