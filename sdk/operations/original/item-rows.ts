import { ORIGINAL_SCHEMA } from '../../data-model/features.js'
import type { AgentVerb } from '../../data-model/lifecycle.js'
import { rankOf } from '../../data-model/rank.js'
import { ledgerEntry, type Movement } from '../../ledger/entries.js'
import type { OriginalRow } from '../../ports/original-source.js'
import { answerDigest, eventHash } from '../event-hash.js'
import type { PlainRow } from '../transfer/dump-format.js'
import { saidIn, withMeta } from './attempt-meta.js'
import { bonusRows } from './bonus-rows.js'
import type { ItemGround } from './item-ground.js'
import { ledgerRow, paid } from './ledger-rows.js'
import { idFor, instantIn, minorOf, textIn } from './original-values.js'
import { storyOf, type AttemptStory } from './unit-story.js'

/** How long a lease of an imported attempt is said to have been, ms; the original had none. */
export const LEASE_MS = 3_600_000
/** Who decided in the original: it did not keep who it was. */
const REVIEWER = { actor_id: 'original-mephisto', actor_name: 'Original Mephisto' } as const

/** An assignment of the original with its place, and the attempts of its run by unit. */
export interface OriginalItem {
  readonly assignment: OriginalRow
  readonly position: number
  readonly agentsByUnit: ReadonlyMap<string, readonly OriginalRow[]>
}

/** The rows of one assignment. Reads its files, and holds no others. */
export async function* itemRows(ground: ItemGround, { assignment, position, agentsByUnit }: OriginalItem): AsyncGenerator<PlainRow> {
  const originalId = textIn(assignment, 'assignment_id')
  const assignmentId = idFor(instantIn(assignment), ground.runId, 'assignment', originalId)
  const item = await ground.files.item(originalId)
  if (item.state !== 'whole') ground.note(`items whose file is ${item.state}`)
  yield { table: 'assignment', row: { id: assignmentId, run_id: ground.runId, position, input: item.json, expected: null, created_at: instantIn(assignment) } }
  // Screening and gold units had numbers below zero: they come behind the others.
  const index = (unit: OriginalRow): number => Number(unit['unit_index'])
  const units = [...ground.source.rows('units', { column: 'assignment_id', value: originalId })].sort((a, b) => Number(index(a) < 0) - Number(index(b) < 0) || Math.abs(index(a)) - Math.abs(index(b)))
  const holders = new Set<string>()
  for (const [unitIndex, unit] of units.entries()) {
    yield* unitRows(ground, { unit, unitIndex, position, assignmentId, originalId, holders, agents: agentsByUnit.get(textIn(unit, 'unit_id')) ?? [] })
  }
}

interface UnitToTell {
  readonly unit: OriginalRow
  readonly unitIndex: number
  readonly position: number
  readonly assignmentId: string
  readonly originalId: string
  readonly agents: readonly OriginalRow[]
  /** Workers who completed another unit of the assignment: a second one is not allowed to them here. */
  readonly holders: Set<string>
}

const KINDS: Readonly<Record<string, string>> = { '-1': 'screening', '-2': 'gold', '-3': 'compensation' }

async function* unitRows(ground: ItemGround, told: UnitToTell): AsyncGenerator<PlainRow> {
  const { unit, agents, assignmentId, holders } = told
  const { runId } = ground
  const isTwice = holders.has(textIn(unit, 'worker_id'))
  if (isTwice) ground.note('second answers of a worker to one item (kept without counting)')
  const story = storyOf(isTwice ? { ...unit, status: 'expired' } : unit, agents)
  if (story.wasOpen) ground.note(textIn(unit, 'agent_id') === '' ? 'units that waited for a worker (expired)' : 'units that were worked on (expired)')
  const unitId = idFor(instantIn(unit), runId, 'unit', textIn(unit, 'unit_id'))
  const pay = minorOf(ground.isPaid ? Number(unit['pay_amount'] ?? 0) : 0, ground)
  if (pay.isLost) ground.note('amounts that were no numbers or too large (left out)')
  if (pay.isRounded) ground.note('amounts that were no whole minor units (rounded)')
  const attempts = story.attempts.map((attempt, index) => ({ attempt, fence: index + 1, agentId: idFor(instantIn(attempt.agent), runId, 'agent', textIn(attempt.agent, 'agent_id')) }))
  const last = story.status === 'expired' ? undefined : attempts.at(-1)
  if (last) holders.add(textIn(last.attempt.agent, 'worker_id'))
  const holder = last ? ground.workerIdOf(last.attempt.agent) : null
  const rows: PlainRow[] = []
  let [completedAt, decidedAt]: [number | null, number | null] = [null, null]
  for (const one of attempts) {
    const made = await attemptRows(ground, { ...told, ...one, unitId, payMinor: pay.minor, status: story.status })
    rows.push(...made.rows)
    if (one === last) [completedAt, decidedAt] = [made.completedAt, made.decidedAt]
  }
  yield { table: 'unit', row: {
    id: unitId, run_id: runId, assignment_id: assignmentId, unit_index: told.unitIndex, kind: KINDS[textIn(unit, 'unit_index')] ?? 'standard', status: story.status, rank: rankOf(told.position, told.unitIndex),
    pay_minor: pay.minor, holder: holder ?? unitId, worker_id: holder, agent_id: last?.agentId ?? null, fence: attempts.length, lease_until: null, replaces_unit_id: null,
    completed_at: completedAt, decided_at: decidedAt, created_at: instantIn(unit),
  } }
  yield* rows
  yield* bonusRows(ground, unit, agents)
}

interface AttemptToTell extends UnitToTell {
  readonly attempt: AttemptStory
  readonly fence: number
  readonly agentId: string
  readonly unitId: string
  readonly payMinor: number
  readonly status: string
}

async function attemptRows(ground: ItemGround, told: AttemptToTell): Promise<{ rows: PlainRow[]; completedAt: number | null; decidedAt: number | null }> {
  const { runId, currency, source, files } = ground
  const { attempt: { agent, status, verbs }, fence, agentId, unitId, assignmentId, originalId } = told
  const [rows, workerId, originalAgent] = [[] as PlainRow[], ground.workerIdOf(agent), textIn(agent, 'agent_id')]
  const meta = await files.meta(originalId, originalAgent)
  const startedAt = meta.startedAt ?? instantIn(agent)
  const endedAt = Math.max(startedAt, meta.endedAt ?? startedAt)
  let isMetaKept = false
  let [hash, number, decidedAt]: [string, number, number | null] = ['', 0, null]
  const log = (type: string, at: number, body: object): void => {
    number += 1
    const event = { streamId: agentId, number, runId, feed: ground.nextFeed(), type: type as AgentVerb, body: JSON.stringify(body), at }
    hash = eventHash(hash, event)
    rows.push({ table: 'event', row: { stream_id: agentId, number, run_id: runId, feed: event.feed, type, body: event.body, hash, at } })
  }
  const book = (movement: Movement | 'pay', cause: string, at: number): void => {
    if (told.payMinor === 0) return
    const subject = { runId, unitId, workerId, payMinor: told.payMinor, currency }
    const entry = movement === 'pay' ? paid(ledgerEntry('owe', cause, subject), cause) : ledgerEntry(movement, cause, subject)
    rows.push({ table: 'ledger_entry', row: ledgerRow(entry, at) })
  }
  log('begin', startedAt, { unit: unitId, fence, until: startedAt + LEASE_MS })
  book('reserve', agentId, startedAt)
  for (const verb of verbs) {
    if (verb === 'complete' || verb === 'set_aside') {
      const answer = await files.answer(originalId, originalAgent)
      if (answer.state !== 'whole') ground.note(`answers whose file is ${answer.state}`)
      if (verb === 'set_aside') ground.note('answers to attempts that were replaced (kept without counting)')
      const whole = withMeta(answer.json, meta)
      isMetaKept = whole !== null
      const json = whole ?? answer.json
      const id = idFor(endedAt, runId, 'submission', originalAgent)
      const counts = verb === 'complete'
      rows.push({ table: 'submission', row: {
        id, run_id: runId, agent_id: agentId, unit_id: unitId, worker_id: workerId, client_id: id, slot: counts ? unitId : id, outcome: counts ? 'completed' : 'set_aside', reason: counts ? null : 'superseded',
        answer: json, schema_hash: ORIGINAL_SCHEMA, page_build: null, fence, reply: '{}', received_at: endedAt,
      } })
      log(verb, endedAt, { submission: id, digest: answerDigest(json), ...(counts ? {} : { reason: 'superseded' }) })
    } else if (verb === 'approve' || verb === 'soft_reject' || verb === 'reject') {
      const review = source.rows('worker_review', { column: 'unit_id', value: textIn(told.unit, 'unit_id') }).findLast(row => textIn(row, 'status') === REVIEWED[verb])
      decidedAt = Math.max(endedAt, review ? instantIn(review) : endedAt)
      const id = idFor(decidedAt, runId, 'decision', textIn(told.unit, 'unit_id'))
      rows.push({ table: 'decision', row: {
        id, run_id: runId, unit_id: unitId, agent_id: agentId, worker_id: workerId, verdict: verb, previous: 'completed', note: review && textIn(review, 'review_note') !== '' ? textIn(review, 'review_note') : null,
        message: null, effects: null, undoes: null, batch_id: id, ...REVIEWER, created_at: decidedAt,
      } })
      log(verb, decidedAt, { decision: id, by: REVIEWER.actor_id })
      book(verb === 'reject' ? 'release' : 'owe', id, decidedAt)
      // Approving paid, at its provider; whoever was paid is not owed it again.
      if (verb !== 'reject') book('pay', id, decidedAt)
    } else {
      log(verb, endedAt, {})
      book('release', agentId, endedAt)
    }
  }
  for (const said of saidIn(meta)) ground.note(isMetaKept ? `${said} (kept with the answer, as agent_meta)` : `${said} (left out: there is no answer to keep them with)`)
  const row = { id: agentId, run_id: runId, worker_id: workerId, unit_id: unitId, assignment_id: assignmentId, status, fence, event_count: number, event_hash: hash, accepted_at: startedAt, ended_at: endedAt }
  return { rows: [{ table: 'agent', row }, ...rows], completedAt: verbs.includes('complete') ? endedAt : null, decidedAt }
}

const REVIEWED = { approve: 'approved', soft_reject: 'soft_rejected', reject: 'rejected' } as const
