import { readdir } from 'node:fs/promises'
import { textIn } from './original-values.js'
import type { OriginalGround } from './run-rows.js'

/** Statuses of reviews that are verdicts on a unit. */
const VERDICTS: ReadonlySet<string> = new Set(['approved', 'soft_rejected', 'rejected'])

/** Counts what is in a folder and has no place here, so that nobody takes it for imported. @throws MephistoError `invalid_input` for a table that cannot be read */
export async function noteUnread({ source, folder }: OriginalGround, note: (what: string, times: number) => void): Promise<void> {
  const reviews = source.rows('worker_review')
  const verdicts = reviews.filter(review => VERDICTS.has(textIn(review, 'status')) && textIn(review, 'unit_id') !== '')
  const databases = (await readdir(folder).catch(() => [])).filter(name => name.endsWith('.db') && name !== 'database.db')
  const counts: readonly (readonly [string, number])[] = [
    ['attempts at onboarding (not imported)', source.rows('onboarding_agents').length],
    ['verdicts that were followed by another one on the same unit (not imported)', verdicts.length - new Set(verdicts.map(review => textIn(review, 'unit_id'))).size],
    ['changes of qualifications in reviews (not imported; who has them in the end is)', reviews.filter(review => textIn(review, 'updated_qualification_id') !== '' || textIn(review, 'revoked_qualification_id') !== '').length],
    ['notes of reviews of no unit (not imported)', reviews.filter(review => textIn(review, 'unit_id') === '' && textIn(review, 'review_note') !== '').length],
    ['bonuses of no unit (not imported)', reviews.filter(review => textIn(review, 'unit_id') === '' && !['', '0'].includes(textIn(review, 'bonus'))).length],
    ['labels of earlier imports (not imported)', source.rows('imported_data').length],
    ['databases of providers beside database.db (not imported)', databases.length],
  ]
  for (const [what, times] of counts) if (times > 0) note(what, times)
}
