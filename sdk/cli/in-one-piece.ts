import { isMephistoError, MephistoError } from '../errors.js'
import { appTrouble } from './app-client.js'

// Data goes to an app in one request.

/** Every row. */
export async function allOf(data: Iterable<unknown> | AsyncIterable<unknown>): Promise<unknown[]> {
  const rows: unknown[] = []
  for await (const row of data) rows.push(row)
  return rows
}

/** A call with data. @throws MephistoError `too_large`, saying where larger data is taken */
export async function inOnePiece<T>(call: Promise<T>): Promise<T> {
  return call.catch((error: unknown) => {
    const trouble = appTrouble(error)
    if (!isMephistoError(trouble) || trouble.code !== 'too_large') throw error
    throw new MephistoError('too_large', `${trouble.message} Do this on its database, with --db, where data may be of any size.`)
  })
}
