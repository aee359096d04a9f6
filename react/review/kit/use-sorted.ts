import { useMemo, useState } from 'react'

/** What a row is sorted by; null stands last in both directions. */
export type SortValue = number | string | null

/** How a table is sorted. */
export interface Sorting {
  readonly column: string
  readonly isDescending: boolean
}

/** Rows that whoever reads them sorts by a column. */
export interface Sorted<T> {
  readonly rows: readonly T[]
  /** Null before somebody has sorted. */
  readonly sorting: Sorting | null
  /** Sorts by a column, the largest first to begin with where it holds numbers; the other way round when it is sorted by already. */
  readonly sortBy: (column: string) => void
}

/** Sorts rows by one of their columns; before somebody does, they are in their own order. */
export function useSorted<T>(rows: readonly T[], valueOf: (row: T, column: string) => SortValue): Sorted<T> {
  const [sorting, setSorting] = useState<Sorting | null>(null)
  const sorted = useMemo(() => (sorting ? sortedBy(rows, row => valueOf(row, sorting.column), sorting.isDescending) : rows), [rows, valueOf, sorting])
  return {
    rows: sorted, sorting,
    sortBy(column) {
      const isText = rows.some(row => typeof valueOf(row, column) === 'string')
      setSorting(before => ({ column, isDescending: before?.column === column ? !before.isDescending : !isText }))
    },
  }
}

/** Rows in the order of a value; equal ones stay as they are. Pure. */
export function sortedBy<T>(rows: readonly T[], valueOf: (row: T) => SortValue, isDescending: boolean): readonly T[] {
  return rows.map(row => ({ row, value: valueOf(row) })).sort((one, other) => {
    if (one.value === null || other.value === null) return Number(one.value === null) - Number(other.value === null)
    const order = typeof one.value === 'number' && typeof other.value === 'number' ? one.value - other.value : String(one.value).localeCompare(String(other.value))
    return isDescending ? -order : order
  }).map(({ row }) => row)
}
