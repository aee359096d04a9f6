import type { UnitStatus } from '../../sdk/data-model/lifecycle.js'
import { useTexts } from './texts/review-texts.js'

/** A unit's status as a coloured word. */
export function StatusTag({ status }: { readonly status: UnitStatus }) {
  return <span className={`mephisto-review-tag mephisto-review-tag-${status}`}>{useTexts().desk.statuses[status]}</span>
}
