import { MephistoError } from '../../errors.js'
import { dumpRowIn, type DumpRow } from '../transfer/dump-format.js'

// The original's database holds whatever was put into it: what comes of it is checked as the rows of a dump are.

/** The rows of a run, which comes in whole or not at all. @throws MephistoError `invalid_input` for a row that does not fit */
export async function* soundRows(runId: string, rows: AsyncIterable<DumpRow>): AsyncGenerator<DumpRow> {
  for await (const row of rows) {
    const found = dumpRowIn(row)
    if (typeof found === 'string') throw new MephistoError('invalid_input', `Task run ${runId} cannot be kept here: something in it ${found}.`)
    yield found
  }
}

/** The rows that fit; those that do not are noted and left out, with what is about them. */
export async function* fittingRows(rows: AsyncIterable<DumpRow>, note: (what: string) => void): AsyncGenerator<DumpRow> {
  const leftOut = new Set<unknown>()
  for await (const row of rows) {
    const found = dumpRowIn(row)
    const { id, worker_id: workerId, qualification_id: qualificationId } = row.row as Readonly<Record<string, unknown>>
    if (typeof found === 'string') {
      leftOut.add(id)
      note(`rows that were not imported: one ${found}`)
    } else if (leftOut.has(workerId) || leftOut.has(qualificationId)) {
      note(`rows that were not imported: one of ${row.table} whose worker or qualification does not fit`)
    } else yield found
  }
}
