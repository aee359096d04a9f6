import type { AssigneeNote } from '../../ports/assignee-operations.js'
import type { Candidate, Standing } from '../../ports/unit-operations.js'
import type { RunHold } from '../run-hold.js'
import type { Search } from '../unit-search.js'
import { ownUnits } from './own-units.js'

/** Units for workers, each of an item that is theirs. */
export interface OwnMatches {
  readonly matches: ReadonlyMap<string, Candidate>
  /** Those who had to leave theirs to others who came before them: for them it is to be looked again. */
  readonly outrun: readonly Standing[]
}

/** Finds each worker the first free unit of their own items that nobody before them in the list got, and notes what has changed about these items. */
export async function matchOwn(hold: RunHold, { run, seeking }: Search): Promise<OwnMatches> {
  const stale: AssigneeNote[] = []
  const matches = new Map<string, Candidate>()
  const taken = new Set<string>()
  const outrun: Standing[] = []
  for (const standing of seeking) {
    let wasOutrun = false
    for await (const part of ownUnits(hold.tx, run, standing.workerId)) {
      stale.push(...part.stale)
      const unit = part.candidates.find(({ unitId }) => !taken.has(unitId))
      if (unit) {
        taken.add(unit.unitId)
        matches.set(standing.workerId, unit)
        break
      }
      wasOutrun ||= part.candidates.length > 0
    }
    if (wasOutrun && !matches.has(standing.workerId)) outrun.push(standing)
  }
  await hold.tx.assignees.note(stale)
  return { matches, outrun }
}
