import type { TaskRun } from '../data-model/entities.js'
import { MephistoError } from '../errors.js'
import { requireRun } from '../operations/named-place.js'
import type { AnsweredPlace, AnsweredUnit, CountedRange, ReviewRow } from '../ports/answer-operations.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { ParsedQueueQuery } from '../protocol/review-requests.js'
import { isToldWho } from './blind-review.js'
import { disputedItems } from './disputed-items.js'
import { differ, isWantedOf, type Opinion } from './opinions/judgement.js'
import { opinionsOf, type Opinions } from './opinions/read-opinions.js'
import { findPerson } from './people/named-people.js'
import type { Principal } from './principal.js'
import { conditionsOf } from './queue-conditions.js'
import { countQueue, isCountable, isPlain, pageRange, type QueueCount } from './queue-places.js'
import { nextOfSample } from './review-sample.js'
import { parseQueueCursor } from './review-unit-view.js'

/** A page of the queue. */
export interface QueuePage {
  readonly run: TaskRun
  readonly rows: readonly ReviewRow[]
  /** What was said of those that are judged by two, by unit. */
  readonly opinions: Opinions
  /** Units that were looked at for it. */
  readonly looked: number
  /** The place after which it begins; null for the start of the list. */
  readonly startsAfter: AnsweredPlace | null
  /** The last unit that was looked at, or where the page was to end; null where there are no more. */
  readonly goesOnAfter: AnsweredPlace | null
  /** Null where it was not asked for, or cannot be told. */
  readonly counted: QueueCount | null
}

/** Units that are read at a time where each is looked at by itself. */
const PORTION = 200
/** Units that are looked at for a page: a page that holds nothing comes soon, and the next one goes on. */
const MOST_LOOKED = 600

/**
 * A page of answered units. What an index finds is found; the rest is looked at a portion at a time, at most so many units a page.
 * @throws MephistoError `not_found` for an unknown run or person; `invalid_input` for a cursor that was not handed out, and for a person in a run that is reviewed blind
 */
export async function searchQueue(db: MephistoDb, query: ParsedQueueQuery, principal: Principal): Promise<QueuePage> {
  const run = await requireRun(db, query.run)
  if (query.worker !== undefined && query.statuses.some(status => !isToldWho(run, { principal, status }))) {
    throw new MephistoError('invalid_input', `worker: task run ${run.id} is reviewed blind, so its answers cannot be looked up by who gave them. Leave it out${principal.roles.includes('operator') ? ', or name the statuses of answers that are decided' : ''}.`)
  }
  const { limit, kinds, isDisputed = false, opinions: sought } = query
  const isSought = (said: readonly Opinion[] = []): boolean => sought === undefined || (sought === 'differ' ? differ(said) : isWantedOf(said, principal))
  if (query.isSampled) return { run, ...await sampled(db, run, { limit, most: limit, isSought }), looked: 0, startsAfter: null, goesOnAfter: null, counted: null }
  const list = await listOf(db, query)
  const [status = 'completed'] = query.statuses
  const range = await pageRange(db, query, { ...list, status, ...(query.cursor === undefined ? {} : { after: parseQueueCursor(query.cursor) }), ...(query.until === undefined ? {} : { through: parseQueueCursor(query.until) }) })
  const isEmpty = range === null
  const { after: startsAfter = null, through = null } = range ?? {}
  const conditions = conditionsOf(query)
  const isSimple = isPlain(query)
  const findDisputed = disputedItems(db, run.blueprintType)

  const page: ReviewRow[] = []
  const opinions = new Map<string, readonly Opinion[]>()
  const matching = async (units: readonly AnsweredUnit[]): Promise<ReadonlyMap<string, ReviewRow>> => {
    const ofKind = units.filter(({ kind }) => kinds === undefined || kinds.includes(kind)).map(({ unitId }) => unitId)
    for (const [unitId, said] of await opinionsOf(db, ofKind)) opinions.set(unitId, said)
    const wanted = ofKind.filter(unitId => isSought(opinions.get(unitId)))
    // What is not looked at any further need not be read beyond the page.
    const known = isSimple ? wanted.slice(0, limit - page.length) : wanted
    const rows = (await db.units.reviewById(known)).filter(row => conditions.every(holds => holds(row)))
    const disputed = isDisputed ? await findDisputed([...new Set(rows.map(({ assignmentId }) => assignmentId))]) : null
    return new Map(rows.filter(({ assignmentId }) => disputed === null || disputed.has(assignmentId)).map(row => [row.unitId, row]))
  }

  let [looked, after, isMore] = [0, startsAfter, !isEmpty]
  while (isMore && page.length < limit && looked < MOST_LOOKED) {
    const size = isSimple && sought === undefined ? limit : PORTION
    const units = await db.units.answered({ ...list, statuses: query.statuses, limit: size, ...(after && { after }), ...(through && { through }) })
    const found = await matching(units)
    isMore = units.length === size
    for (const unit of units) {
      if (page.length === limit) {
        isMore = true
        break
      }
      const row = found.get(unit.unitId)
      if (row) page.push(row)
      looked += 1
      after = unit
    }
    if (isSimple && sought === undefined) break
  }
  const goesOnAfter = isMore ? after : through
  const isWhole = startsAfter === null && goesOnAfter === null && !isEmpty
  const counted = query.isCounted === undefined || !isCountable(query) ? null : isWhole ? { before: 0, after: looked, isMore: false } : await countQueue(db, { ...list, status }, startsAfter)
  return { run, rows: page, opinions, looked, startsAfter, goesOnAfter, counted }
}

interface SampleWanted {
  readonly limit: number
  /** So many are looked at first. */
  readonly most: number
  readonly isSought: (said?: readonly Opinion[]) => boolean
}

/** The next units of the run's random sample that are sought, in its order. More of it are looked at only where some of the first ones are not. */
async function sampled(db: MephistoDb, run: TaskRun, { limit, most, isSought }: SampleWanted): Promise<Pick<QueuePage, 'rows' | 'opinions'>> {
  const ids = await nextOfSample(db, run, most)
  const opinions = await opinionsOf(db, ids)
  const sought = ids.filter(unitId => isSought(opinions.get(unitId))).slice(0, limit)
  if (sought.length < limit && ids.length === most && most < MOST_LOOKED) return sampled(db, run, { limit, most: MOST_LOOKED, isSought })
  const rows = new Map((await db.units.reviewById(sought)).map(row => [row.unitId, row]))
  return { rows: sought.flatMap(id => rows.get(id) ?? []), opinions }
}

async function listOf(db: MephistoDb, { run, order, worker, assignment, from, before }: ParsedQueueQuery): Promise<Omit<CountedRange, 'status'>> {
  return {
    runId: run, order, ...(worker === undefined ? {} : { workerId: (await findPerson(db, worker)).id }), ...(assignment === undefined ? {} : { assignmentId: assignment }),
    ...(from === undefined ? {} : { from: Date.parse(from) }), ...(before === undefined ? {} : { before: Date.parse(before) }),
  }
}
