import { MephistoError } from '../errors.js'
import { requireRun } from '../operations/named-place.js'
import { inhouse } from '../providers/inhouse.js'
import { databaseOperator } from './database-operator.js'
import type { Place } from './desks.js'
import { appRunDesk, databaseRunDesk, type RunDesk } from './run-desk.js'
import { loadRunModule, optionsOf } from './run-module.js'

/** What a top-up has to do with code: the run file that was named, and whether its blueprint has rows to check. */
interface TopUpCode {
  readonly file: string | undefined
  readonly needsCode: boolean
}

/**
 * Where a run is given more: on a database with the blueprint of a run file, where that is needed; an app has its own.
 * @throws MephistoError `invalid_options` for a file that is missing or of no use, `conflict` for one of another blueprint; as {@link loadRunModule}
 */
export async function toppingUp(place: Place, run: string, { file, needsCode }: TopUpCode): Promise<RunDesk> {
  if (!('db' in place)) {
    if (file !== undefined) throw new MephistoError('invalid_options', 'The app has its own blueprints; leave --with out, or work on the database, with --db.')
    return appRunDesk(place.client)
  }
  const { db } = place
  if (file === undefined) {
    if (needsCode) throw new MephistoError('invalid_options', 'What checks the rows is in the run file of the blueprint: name it with --with.')
    return databaseRunDesk({ db, operator: databaseOperator(db) })
  }
  const definition = await loadRunModule(file)
  const { implementation, providers } = definition
  const [{ blueprintType, config }, { type }] = [await requireRun(db, run), implementation.blueprint]
  if (type !== blueprintType) throw new MephistoError('conflict', `Task run ${run} is of the blueprint "${blueprintType}", and ${file} is of "${type}".`)
  const { assignees } = config.hasAssignees ? await optionsOf({ path: file, definition }) : {}
  return databaseRunDesk({ db, operator: databaseOperator(db, { blueprints: [implementation], providers: [inhouse(), ...providers] }) }, assignees ? { assignees } : {})
}
