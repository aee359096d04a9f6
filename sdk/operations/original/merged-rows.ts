import { isMephistoError } from '../../errors.js'
import { dumpRowIn } from '../transfer/dump-format.js'
import type { RowToPlan } from '../transfer/plan-rows.js'
import { fittingRows } from './fitting-rows.js'
import { originalBlockRows, originalGrantRows } from './people-rows.js'
import { parentRows, runWorkers, workerRow, type OriginalGround, type OriginalRun } from './run-rows.js'

/** The rows of a folder that may be merged with what is here, for planning: those of runs that are here first are said to be known. */
export async function* mergedRows(ground: OriginalGround, runs: readonly OriginalRun[], known: ReadonlySet<string>): AsyncGenerator<RowToPlan> {
  for (const run of runs) {
    const isKnown = known.has(run.id)
    for (const given of [...parentRows(run), ...[...runWorkers(ground, run)].map(worker => workerRow(ground, worker))]) {
      // A run with a row that does not fit is left out.
      const row = dumpRowIn(given)
      if (typeof row !== 'string') yield { row, isKnown }
    }
  }
  for (const read of [originalBlockRows, originalGrantRows]) {
    try {
      for await (const row of fittingRows(read(ground, () => undefined), () => undefined)) yield { row, isKnown: false }
    } catch (error) {
      // A table that cannot be read stays away from the import as well, which tells it.
      if (!isMephistoError(error) || error.code !== 'invalid_input') throw error
    }
  }
}
