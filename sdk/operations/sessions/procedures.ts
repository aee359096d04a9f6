import type { ProcedureContract } from '../../blueprints/blueprint.js'
import type { BlueprintImplementation } from '../../blueprints/implement.js'
import type { AnyProcedure } from '../../blueprints/remote-procedure.js'
import { BLUEPRINT_TOPICS } from '../../data-model/outbox-topics.js'
import { MephistoError } from '../../errors.js'

/** How long a procedure may take that does not say, ms. */
export const PROCEDURE_MS = 30_000

/** The outbox topic of a blueprint's procedures. */
export const topicOf = (blueprintType: string): string => `${BLUEPRINT_TOPICS.procedure}${blueprintType}`

/** A procedure of a blueprint with its schemas. @throws MephistoError `not_found`, naming those that there are */
export function procedureOf({ blueprint, server }: BlueprintImplementation, name: string): ProcedureContract & { readonly procedure: AnyProcedure } {
  const { procedures = {} } = blueprint
  const contract = Object.hasOwn(procedures, name) ? procedures[name] : undefined
  const procedure = contract && server.procedures?.[name]
  if (contract && procedure) return { ...contract, procedure }
  const names = Object.keys(procedures)
  throw new MephistoError('not_found', `Blueprint "${blueprint.type}" has no procedure "${name.slice(0, 64)}"; ${names.length === 0 ? 'it has none' : `there are: ${names.join(', ')}`}. A page that is older than the server has to be loaded again.`)
}
