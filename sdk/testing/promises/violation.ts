/** The promises that a database and its log can be checked for. */
export type PromiseNumber = 'P1' | 'P2' | 'P3' | 'P4' | 'P5' | 'P6' | 'P7' | 'P8' | 'P9' | 'P10'

/** A promise that the database shows to be broken. */
export interface PromiseViolation {
  readonly promise: PromiseNumber
  /** One sentence with the ids of what it is about. */
  readonly what: string
}

/** Notes a violation. */
export type Report = (promise: PromiseNumber, what: string) => void
