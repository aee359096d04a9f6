import { ledgerEntry } from '../../ledger/entries.js'
import type { OriginalRow } from '../../ports/original-source.js'
import type { PlainRow } from '../transfer/dump-format.js'
import type { ItemGround } from './item-ground.js'
import { ledgerRow, paid } from './ledger-rows.js'
import { idFor, instantIn, minorOf, textIn } from './original-values.js'

/**
 * What reviewers added to the pay of a unit: here it is money outside of any unit, as the pay of a unit is one amount. The
 * original asked the provider to pay it when it noted it, so it has been paid.
 */
export function* bonusRows(ground: ItemGround, unit: OriginalRow, agents: readonly OriginalRow[]): Generator<PlainRow> {
  const { runId, currency } = ground
  for (const review of ground.source.rows('worker_review', { column: 'unit_id', value: textIn(unit, 'unit_id') })) {
    const noted = textIn(review, 'bonus').trim()
    if (noted === '' || Number(noted) === 0) continue
    const [worker, amount, at] = [textIn(review, 'worker_id'), minorOf(Number(noted), ground), instantIn(review)]
    if (!ground.isPaid) ground.note('bonuses in a sandbox (no money; left out)')
    else if (amount.isLost || amount.minor === 0) ground.note('bonuses that were no amounts (left out)')
    else if (!agents.some(agent => textIn(agent, 'worker_id') === worker)) ground.note('bonuses of people who have no attempt at the unit (left out)')
    else {
      ground.note('bonuses (paid outside of units)')
      if (amount.isRounded) ground.note('amounts that were no whole minor units (rounded)')
      const id = idFor(at, runId, 'bonus', textIn(review, 'id'))
      const owed = ledgerEntry('compensate', id, { runId, unitId: null, workerId: ground.workerIdOf(review), payMinor: amount.minor, currency })
      for (const entry of [owed, paid(owed, id)]) yield { table: 'ledger_entry', row: ledgerRow(entry, at) }
    }
  }
}
