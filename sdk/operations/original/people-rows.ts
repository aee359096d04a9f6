import type { DumpRow } from '../transfer/dump-format.js'
import { beginningIn, idFor, instantIn, nameIn, textIn } from './original-values.js'
import { workerRow, type OriginalGround } from './run-rows.js'

const MOST_CHARACTERS = 2_000

/** Everybody who was blocked in a review. */
export async function* originalBlockRows(ground: OriginalGround): AsyncGenerator<DumpRow> {
  const { source, workerIdOf } = ground
  for (const review of source.rows('worker_review', { column: 'blocked_worker', value: '1' })) {
    const [worker] = source.rows('workers', { column: 'worker_id', value: textIn(review, 'worker_id') })
    if (!worker) continue
    yield workerRow(ground, worker)
    const reason = beginningIn(review, 'review_note', MOST_CHARACTERS)
    yield { table: 'block', row: {
      id: idFor(instantIn(review), 'block', textIn(review, 'id'), textIn(review, 'creation_date')), worker_id: workerIdOf(worker), scope: 'everywhere', scope_id: null, soft: false,
      reason: reason === '' ? 'blocked in the original Mephisto' : reason, actor_id: 'original-mephisto', until: null, lifted_at: null, created_at: instantIn(review),
    } }
  }
}

/** Qualifications of the original with who has them. */
export async function* originalGrantRows(ground: OriginalGround, note: (what: string) => void): AsyncGenerator<DumpRow> {
  const { source, workerIdOf } = ground
  const qualifications = new Map(source.rows('qualifications').map(row => [textIn(row, 'qualification_id'), idFor(instantIn(row), 'qualification', textIn(row, 'qualification_name'))]))
  for (const row of source.rows('qualifications')) {
    const description = beginningIn(row, 'description', MOST_CHARACTERS)
    yield { table: 'qualification', row: {
      id: qualifications.get(textIn(row, 'qualification_id')) ?? '', name: nameIn(row, 'qualification_name'), description: description === '' ? null : description, created_at: instantIn(row),
    } }
  }
  for (const grant of source.rows('granted_qualifications')) {
    const [worker] = source.rows('workers', { column: 'worker_id', value: textIn(grant, 'worker_id') })
    const qualificationId = qualifications.get(textIn(grant, 'qualification_id'))
    if (!worker || qualificationId === undefined) {
      note('grants whose worker or qualification is missing')
      continue
    }
    yield workerRow(ground, worker)
    const at = instantIn(grant, textIn(grant, 'update_date') === '' ? 'creation_date' : 'update_date')
    yield { table: 'granted_qualification', row: { qualification_id: qualificationId, worker_id: workerIdOf(worker), value: Number(grant['value']), expires_at: null, updated_at: at === 0 ? null : at } }
  }
}
