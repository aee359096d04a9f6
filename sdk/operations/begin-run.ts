import type { TaskRun } from '../data-model/entities.js'
import { publishUnits } from './freeing.js'
import type { RunHold } from './run-hold.js'

/** Begins a run whose launch is over: from now on units are handed out, where only so many may be live the first ones. */
export async function beginRun(hold: RunHold, { id, config: { supply: { maxLiveUnits, publishing } } }: Pick<TaskRun, 'id' | 'config'>): Promise<void> {
  hold.move(id, 'run')
  if (maxLiveUnits !== null && !publishing?.publishesUnits) await publishUnits(hold, id, maxLiveUnits)
}
