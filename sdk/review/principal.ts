/** What a principal may do: `operator` everything, `reviewer` look and decide, `viewer` look. */
export type Role = 'operator' | 'reviewer' | 'viewer'

/** Who calls the operator side, as the host's own login knows them. */
export interface Principal {
  /** The host's id of the person or tool; written into the audit trail. */
  readonly id: string
  /** The name that other reviewers see. */
  readonly name: string
  readonly roles: readonly Role[]
}
