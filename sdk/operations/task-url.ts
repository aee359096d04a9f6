import type { Architect } from '../architects/architect.js'
import type { TaskRun } from '../data-model/entities.js'
import { MephistoError } from '../errors.js'
import type { BlueprintRegistry } from './registry.js'

/**
 * The address where workers do a run, without a fragment: of the pages that its blueprint brings, below the mount as it is now; or
 * else of the page that was built or found at launch; or else of the architect's page.
 * @throws MephistoError `invalid_options` when there is none
 */
export function taskUrlOf({ architect, blueprints }: { readonly architect: Architect; readonly blueprints: BlueprintRegistry }, { blueprintType, config }: Pick<TaskRun, 'blueprintType' | 'config'>): string {
  // A process that calls the provider may not have the run's blueprint.
  const known = blueprints.find(blueprintType)
  const hasPages = known ? known.pages !== undefined : config.bringsPages === true
  const url = hasPages ? `${architect.baseUrl}pages/${blueprintType}/` : config.page?.url ?? architect.taskUrl
  if (url !== null) return url
  throw new MephistoError('invalid_options', `There is no page for blueprint "${blueprintType}" here: it brings none, its run has none, and the architect has no "taskUrl".`)
}
