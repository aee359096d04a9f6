import { MephistoError } from '../../sdk/errors.js'
import type { Direction } from '../../sdk/ports/find-query.js'

/** What a page cursor is good for: a kind of rows in one order. */
export interface PageOrder {
  readonly of: string
  readonly sort: string
  readonly direction: Direction
}

/** The last row of a page: what it was sorted by, and its id. */
export interface PagePosition {
  readonly key: string | number
  readonly id: string
}

const LONGEST = 4_000

/** The cursor of the page after this position. */
export function writeCursor({ of, sort, direction }: PageOrder, { key, id }: PagePosition): string {
  return Buffer.from(JSON.stringify([of, sort, direction, key, id])).toString('base64url')
}

/** The position in a cursor. @throws MephistoError `invalid_input` unless it was written for this order */
export function readCursor(cursor: unknown, order: PageOrder & { readonly holds: 'integer' | 'text' }): PagePosition {
  const position = typeof cursor === 'string' && cursor.length <= LONGEST ? positionIn(cursor) : null
  const isOfOrder = position !== null && (order.holds === 'text' ? typeof position.key === 'string' : Number.isSafeInteger(position.key))
  // Written anew it must be the same: nothing was left over, and it is of this kind and order.
  if (!isOfOrder || writeCursor(order, position) !== cursor) {
    throw new MephistoError('invalid_input', 'This page cursor is not one that was handed out; start again without a cursor.')
  }
  return position
}

function positionIn(cursor: string): PagePosition | null {
  try {
    const content: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (!Array.isArray(content)) return null
    const [, , , key, id] = content as readonly unknown[]
    const isKey = typeof key === 'number' || (typeof key === 'string' && !/[\0\p{Cs}]/u.test(key))
    return isKey && typeof id === 'string' && /^[\w-]{1,36}$/.test(id) ? { key, id } : null
  } catch {
    return null
  }
}
