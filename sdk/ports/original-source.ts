/** A row of the original Mephisto's database. Ids and other large numbers are texts. */
export type OriginalRow = Readonly<Record<string, string | number | null>>

/** The original Mephisto's database, to be read. */
export interface OriginalSource {
  /** Rows of a table, all of them or those whose column has this value, in the order in which they were made. None where there is no such table. @throws MephistoError `invalid_input` where the table is damaged */
  rows(table: string, where?: { readonly column: string; readonly value: string }): readonly OriginalRow[]
  close(): void
}
