import { isMephistoError } from '../../errors.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import { importRows, type ImportedRows, type RowsToImport } from './import-rows.js'

/** How often rows are brought in anew because somebody made the same ones meanwhile: each time there is less left to make. */
const TRIES = 5

/**
 * Brings a run or people in; `known` for a run that is here. Two imports at once make the same tasks and people, or the same
 * run: whoever comes second waits for the first one's commit, is told `already_exists`, and finds them when it tries again.
 */
export async function importPart(db: MephistoDb, part: RowsToImport): Promise<'known' | ImportedRows> {
  for (let tries = 1; ; tries += 1) {
    if (part.kind === 'run' && await db.runs.get(part.id)) return 'known'
    try {
      return await importRows(db, part)
    } catch (error) {
      if (tries === TRIES || !isMephistoError(error) || error.code !== 'already_exists') throw error
    }
  }
}
