import type { UnitStatus } from '../../sdk/data-model/lifecycle.js'

const WORDS = {
  created: 'Not open', launched: 'Open', assigned: 'Under way', completed: 'Waiting', accepted: 'Accepted',
  soft_rejected: 'Soft-rejected', rejected: 'Rejected', expired: 'Expired',
} as const satisfies Record<UnitStatus, string>

/** A unit's status as a coloured word. */
export function StatusTag({ status }: { readonly status: UnitStatus }) {
  return <span className={`mephisto-review-tag mephisto-review-tag-${status}`}>{WORDS[status]}</span>
}
