import type { TaskRun } from '../../data-model/entities.js'
import { MephistoError } from '../../errors.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { CallRow } from '../../ports/outbox-operations.js'
import type { RunHold } from '../run-hold.js'
import { subjectOf, topicOf, UNIT_NUMBERS, type PublishingStep } from './publishing-calls.js'

/** Which units that were given up are published again. */
export interface Republishing {
  readonly run: TaskRun
  /** Only these; null for all of the run. */
  readonly units: ReadonlySet<string> | null
  /** Most units. */
  readonly most: number
}

/**
 * Has the calls made again that were to publish units and were given up, under their own keys, so that nothing is shown twice.
 * A unit stays given up until its provider has answered: while the trouble lasts, no others are published after it. One whose
 * call is to be made already is left alone. Returns how many units are published again.
 * @throws MephistoError `invalid_input` for a part of those that the provider knows by their number alone
 */
export async function republishUnits(hold: RunHold, republishing: Republishing): Promise<number> {
  const { publishing } = republishing.run.config.supply
  if (!publishing?.publishesUnits) return 0
  return publishing.countsPlaces ? republishPlaces(hold, republishing) : republishEach(hold, republishing)
}

async function republishEach({ tx, at }: RunHold, { run, units, most }: Republishing): Promise<number> {
  const wanted = new Set(await tx.publications.upTo(run.id, UNIT_NUMBERS.publish))
  if (wanted.size === 0) return 0
  const callIds: string[] = []
  for await (const call of givenUp(tx, run, 'unit.publish')) {
    const { id } = subjectOf(call)
    if (wanted.has(id) && (units?.has(id) ?? true) && callIds.length < most) callIds.push(call.id)
  }
  await tx.outbox.again(callIds, at)
  return callIds.length
}

/** Places are said by one call for all units: they are given up together, and asked for again together. */
async function republishPlaces({ tx, at }: RunHold, { run, units, most }: Republishing): Promise<number> {
  const number = (await tx.publications.get(run.id))?.number ?? 0
  for await (const call of givenUp(tx, run, 'run.places')) {
    if (subjectOf(call).number !== number) continue
    const all = await tx.publications.upTo(run.id, number)
    const asked = all.filter(id => units?.has(id) ?? true)
    if (asked.length === 0) return 0
    if (asked.length < all.length || most < all.length) {
      throw new MephistoError('invalid_input', `Requeue options: the provider "${run.provider}" of run ${run.id} counts places, so the ${String(all.length)} units that it gave up are published again together; leave out units, and set limit to at least ${String(all.length)} or leave it out.`)
    }
    await tx.outbox.again([call.id], at)
    return all.length
  }
  return 0
}

/** Calls of a step that were given up, the oldest first. Some may be about what nobody wants any more. */
async function* givenUp(tx: DbOperations, { id: subjectId, provider }: TaskRun, step: PublishingStep): AsyncGenerator<CallRow> {
  const filter = { subjectId, topic: topicOf(step, provider), statuses: ['failed'] as const }
  for (let after: string | null | undefined; after !== null;) {
    const page = await tx.outbox.find({ filter, limit: 500, ...(after === undefined ? {} : { after }) })
    yield* page.rows
    after = page.nextCursor
  }
}
