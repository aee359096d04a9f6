/** What is done when the lobby's time is over and too few people have come: those who wait are let go, wait on, or begin with bots in the other places. */
export const TOO_FEW_POLICIES = ['release', 'wait', 'bots'] as const
/** What is done when somebody leaves while others are at work: it ends and the others are paid, somebody else takes the place, a bot does, or it goes on without them. */
export const LEAVE_POLICIES = ['end', 'replace', 'bot', 'go_on'] as const

/** How people come together in a run whose work is live, as it was launched. */
export interface RunLive {
  /** As many must be there to begin when the lobby's time is over. */
  readonly minPeople: number
  /** How long a group waits to be whole, at first and after somebody left, ms. */
  readonly lobbyMs: number
  readonly whenTooFew: (typeof TOO_FEW_POLICIES)[number]
  /** What those get who are let go from the lobby, minor units of the run's currency. */
  readonly lobbyPayMinor: number
  readonly whenSomebodyLeaves: (typeof LEAVE_POLICIES)[number]
  /** How often an item is done again from the beginning, by whoever comes then, because somebody left. */
  readonly replacementsPerAssignment: number
}
