import type { AnyBlueprint, InferArgs } from '../blueprints/blueprint.js'
import type { BlueprintImplementation } from '../blueprints/implement.js'
import type { TaskRun } from '../data-model/entities.js'
import { describeProblems, MephistoError, problemsOf } from '../errors.js'

/**
 * What a run was set up with, as the present args schema has it: of a run of an earlier version it must still fit, and gets the
 * defaults that have come since.
 * @throws MephistoError `conflict` for args that do not fit any more
 */
export function presentArgs({ blueprint, schemaHash }: BlueprintImplementation, run: Pick<TaskRun, 'id' | 'schemaHash' | 'config'>): InferArgs<AnyBlueprint> {
  if (run.schemaHash === schemaHash || !blueprint.args) return run.config.args
  const parsed = blueprint.args.safeParse(run.config.args)
  if (parsed.success) return parsed.data
  const problems = problemsOf(parsed.error.issues, 'args')
  throw new MephistoError('conflict', `Task run ${run.id} was launched under version ${run.schemaHash} of blueprint "${blueprint.type}", and what it was set up with does not fit the present one: ${describeProblems(problems)}. Let the args schema take what such runs have, with defaults, while they go on.`, { problems })
}
