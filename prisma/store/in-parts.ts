import { OversizedStatement } from '../statement-size.js'

/**
 * Writes rows with one statement or, where the database does not take them at once, with several; a row that is too large by itself is
 * refused. Outside a transaction the refusal is typed already, and half of the rows must not stay there alone: they are refused together.
 */
export async function inParts<Row>(rows: readonly Row[], write: (part: readonly Row[]) => Promise<unknown>): Promise<void> {
  try {
    await write(rows)
  } catch (error) {
    if (!(error instanceof OversizedStatement) || rows.length < 2) throw error
    const middle = Math.ceil(rows.length / 2)
    await inParts(rows.slice(0, middle), write)
    await inParts(rows.slice(middle), write)
  }
}
