import type { TaskRun } from '../data-model/entities.js'
import { instant } from '../data-model/instant.js'
import type { UnitStatus } from '../data-model/lifecycle.js'
import { errorVerdict, moreIfRight, type ErrorGoal } from '../quality/acceptance-sampling.js'
import { randomOrder, seedOf } from '../quality/random-order.js'
import type { DbOperations } from '../ports/mephisto-db.js'
import type { SamplingView } from '../protocol/review-views.js'

/** Places of the sample that are looked at in one statement. */
const PORTION = 500
/** Places that are looked at: where few are answered, or few wait, the rest of a large run is left for later. */
const MOST_PLACES = 20_000
/** Checked answers after which a sample says what it can. */
const MOST_CHECKED = 5_000
const ANSWERED: ReadonlySet<UnitStatus> = new Set(['completed', 'accepted', 'soft_rejected', 'rejected'])

/** How much of a sample is read. */
interface SampleBounds {
  /** So many that wait. */
  readonly most: number
  /** Answers from then on are not in it, epoch ms. @default all are */
  readonly before?: number
  /** Only what counts is read. @default false */
  readonly isCounting?: true
}

/** The beginning of a run's random sample. */
interface Sample {
  /** Answers from its beginning that were decided, without a gap. */
  readonly checked: number
  /** Those of them that are not used. */
  readonly wrong: number
  /** What is to be decided next, in the order of the sample. */
  readonly next: readonly string[]
  /** Every answer that there is was checked. */
  readonly isWhole: boolean
}

/**
 * Reads the beginning of the run's random sample: all answers in an order by chance that the run's id alone decides, so that everybody checks the same one
 * and nothing of it is kept. Only answers before the first that waits count: who decided others, by looking for them, does not make the sample a worse one.
 * Answers that came to work that was done again are not in it; the first that was approved with the rest, which nobody read, ends what counts as one that waits does. Of a large run the first 20,000 places are looked at, answered or not.
 */
async function readSample(db: DbOperations, run: TaskRun, { most, before = Infinity, isCounting }: SampleBounds): Promise<Sample> {
  const items = await db.runs.lastPosition(run.id) + 1
  const order = randomOrder(items * run.unitsPerAssignment, seedOf(run.id))
  const next: string[] = []
  // From the first answer on that waits, or that nobody read, none counts: which of the others are decided is no chance.
  let [checked, wrong, isUnread] = [0, 0, false]
  for (let looked = 0; looked < MOST_PLACES; looked += PORTION) {
    const places = taken(order, PORTION).map(place => ({ position: Math.floor(place / run.unitsPerAssignment), unitIndex: place % run.unitsPerAssignment }))
    if (places.length === 0) return { checked, wrong, next, isWhole: next.length === 0 && !isUnread }
    const units = new Map((await db.units.atPlaces(run.id, places)).map(unit => [`${String(unit.position)}/${String(unit.unitIndex)}`, unit]))
    const unread = await db.decisions.unread([...units.values()].flatMap(({ unitId, status }) => (status === 'accepted' ? [unitId] : [])))
    for (const { position, unitIndex } of places) {
      const unit = units.get(`${String(position)}/${String(unitIndex)}`)
      if (!unit || !ANSWERED.has(unit.status) || (unit.completedAt ?? 0) >= before) continue
      if (unread.has(unit.unitId)) isUnread = true
      else if (unit.status === 'completed') next.push(unit.unitId)
      else if (next.length === 0 && !isUnread) {
        checked += 1
        if (unit.status !== 'accepted') wrong += 1
      }
      if (next.length >= most || checked >= MOST_CHECKED || (isCounting && isUnread)) return { checked, wrong, next, isWhole: false }
    }
  }
  return { checked, wrong, next, isWhole: false }
}

function taken(numbers: Iterator<number, void>, most: number): number[] {
  const found: number[] = []
  while (found.length < most) {
    const step = numbers.next()
    if (step.done) break
    found.push(step.value)
  }
  return found
}

/** The next answers of the run's random sample that wait for a decision, by id, in its order. */
export async function nextOfSample(db: DbOperations, run: TaskRun, most: number): Promise<readonly string[]> {
  return (await readSample(db, run, { most })).next
}

/** How the check of a run's random sample stands, for a goal. @default before: of all answers */
export async function samplingOf(db: DbOperations, run: TaskRun, { before, ...goal }: ErrorGoal & { readonly before?: number }): Promise<SamplingView> {
  // With what was answered in this millisecond.
  const at = instant(await db.now() + 1)
  const { checked, wrong, isWhole } = await readSample(db, run, { most: 1, isCounting: true, ...(before === undefined ? {} : { before }) })
  return { at, checked, wrong, verdict: errorVerdict({ checked, wrong }, goal), moreIfRight: moreIfRight({ checked, wrong }, goal), isWhole }
}
