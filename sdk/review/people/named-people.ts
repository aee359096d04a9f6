import type { Worker } from '../../data-model/entities.js'
import { MephistoError } from '../../errors.js'
import { lockUnderTheirNames, newPseudonym } from '../../operations/workers.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { Person } from '../../protocol/people-requests.js'
import type { PeopleParts } from './people-parts.js'

type NamedByProvider = Extract<Person, { externalId: string }>

/** The worker whom a query names. @throws MephistoError `not_found`, saying who; `invalid_input` for a unit of a run that is reviewed blind */
export async function findPerson(db: DbOperations, person: Person): Promise<Worker> {
  if ('workerId' in person) return (await db.workers.get(person.workerId)) ?? missing(`no worker ${person.workerId}`)
  if ('unitId' in person) {
    const unit = await db.units.get(person.unitId)
    if (!unit) missing(`no unit ${person.unitId}`)
    if ((await db.runs.get(unit.runId))?.config.isReviewedBlind === true) {
      throw new MephistoError('invalid_input', `Unit ${person.unitId} names nobody: its task run ${unit.runId} is reviewed blind. Operators find whose it is in the exports; name the worker.`)
    }
    return unit.workerId === null ? missing(`nobody who has unit ${person.unitId}`) : findPerson(db, { workerId: unit.workerId })
  }
  const [found] = (await db.workers.find({ filter: person, limit: 1 })).rows
  return found ?? missing('pseudonym' in person ? `no worker with the pseudonym "${person.pseudonym}"` : `no worker "${person.externalId}" of provider "${person.provider}"`)
}

/**
 * The workers whom a request names, each once, held until the transaction ends, so that acts about one person come one
 * after the other. Those whom a provider has not sent yet are made, unless they must be known.
 * @throws MephistoError `not_found`, saying who; `conflict` for somebody whose name is taken away at the same moment
 */
export async function heldPeople({ runtime, checkProvider, mustBeKnown = false }: Omit<PeopleParts, 'db'> & { readonly mustBeKnown?: boolean }, tx: DbOperations, people: readonly Person[]): Promise<readonly Worker[]> {
  const at = await tx.now()
  const identify = async (person: Person): Promise<Worker> => {
    if (mustBeKnown || !('externalId' in person)) return findPerson(tx, person)
    checkProvider?.(person.provider)
    return tx.workers.ensure({ id: runtime.newId(), ...person, pseudonym: newPseudonym(runtime), at })
  }
  const workers = new Map<string, Worker>()
  // In one order, whoever names them: two requests that make the same people do not wait for each other.
  for (const person of [...people].sort(byName)) {
    const worker = await identify(person)
    workers.set(worker.id, worker)
  }
  await lockUnderTheirNames(tx, [...workers.values()])
  return [...workers.values()]
}

function byName(one: Person, other: Person): number {
  const [a, b] = [one, other].map(person => ('externalId' in person ? key(person) : ''))
  if (a === b) return 0
  return (a ?? '') < (b ?? '') ? -1 : 1
}

function key({ provider, externalId }: NamedByProvider): string {
  return JSON.stringify([provider, externalId])
}

function missing(whom: string): never {
  throw new MephistoError('not_found', `There is ${whom}. Check the name, or list the workers to see who there is.`)
}
