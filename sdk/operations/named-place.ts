import { MephistoError } from '../errors.js'
import type { DbOperations } from '../ports/mephisto-db.js'

/** What an act can be about instead of everything. */
export type PlaceScope = 'project' | 'task' | 'run'

/**
 * The id of a project, task or run, which may have been given by its name where it has one. `purpose` ends the sentence that
 * there is none: "There is no task "x" " and, say, "to block anybody in".
 * @throws MephistoError `not_found`
 */
export async function namedPlace(db: DbOperations, { scope, named, purpose }: { readonly scope: PlaceScope; readonly named: string; readonly purpose: string }): Promise<string> {
  if (scope === 'run') {
    if (await db.runs.get(named)) return named
  } else {
    const places = scope === 'task' ? db.tasks : db.projects
    const found = await places.get(named) ?? (await places.find({ filter: { name: named }, limit: 1 })).rows[0]
    if (found) return found.id
  }
  throw new MephistoError('not_found', `There is no ${scope} "${named}" ${purpose}. Check its ${scope === 'run' ? 'id' : 'id or name'}.`)
}
