/** Filters that every finder has. */
export interface RowFilter {
  /** Rows with one of these ids, at most 1,000. */
  readonly ids?: readonly string[]
  /** Made at this instant or later, epoch ms. */
  readonly createdFrom?: number
  /** Made before this instant, epoch ms. */
  readonly createdBefore?: number
}

/** Which way rows are sorted. */
export type Direction = 'ascending' | 'descending'

/** What to find, in which order, and how much of it at a time. */
export interface FindQuery<TFilter, TSort extends string> {
  /** All that are given must hold. Texts are compared exactly, without blanks around them. @default every row */
  readonly filter?: TFilter & RowFilter
  /** Rows that are equal in this are sorted by id. Texts are in the database's own order. @default when the row was made */
  readonly sort?: TSort
  /** @default 'ascending' */
  readonly direction?: Direction
  /** `nextCursor` of the page before, with the same sort and direction. @default the first page */
  readonly after?: string
  /** Most rows in the page, 1 to 1,000. @default 50 */
  readonly limit?: number
}

/** Some of the rows that were found. Rows made meanwhile neither repeat nor hide others. */
export interface Page<TRow> {
  readonly rows: readonly TRow[]
  /** Where the next page starts; null at the end. */
  readonly nextCursor: string | null
}

/** Finds rows of one kind. */
export interface Finding<TRow, TFilter, TSort extends string> {
  /** @throws MephistoError `invalid_input` for an unknown filter, status, sort or cursor */
  find(query?: FindQuery<TFilter, TSort>): Promise<Page<TRow>>
}

/** Reads rows of one kind. */
export interface Reading<TRow, TFilter, TSort extends string> extends Finding<TRow, TFilter, TSort> {
  /** Null when there is none with this id. */
  get(id: string): Promise<TRow | null>
}
