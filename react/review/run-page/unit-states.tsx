import { UNIT_STATUSES } from '../../../sdk/data-model/lifecycle.js'
import type { RunProgressView } from '../../../sdk/protocol/run-views.js'
import { BarList } from '../charts/bar-list.js'
import { useFormats, useTexts } from '../texts/review-texts.js'

/** How many units are in which state; states that none is in are left out. */
export function UnitStates({ units }: { readonly units: RunProgressView['units'] }) {
  const texts = useTexts()
  const formats = useFormats()
  const total = UNIT_STATUSES.reduce((sum, status) => sum + units[status], 0)
  return (
    <BarList label={texts.run.byState} bars={UNIT_STATUSES.filter(status => units[status] > 0).map(status => ({
      name: texts.unitStatuses[status], share: units[status] / total, value: formats.count(units[status]), hint: formats.share(units[status] / total),
    }))} />
  )
}
