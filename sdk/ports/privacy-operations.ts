import type { SubmissionOutcome } from '../data-model/entities.js'

/** Where people write about people: who did it, and in what words. */
export const WRITTEN_TABLES = ['block', 'qualification_event', 'decision', 'audit'] as const
/** See {@link WRITTEN_TABLES}. */
export type WrittenTable = (typeof WRITTEN_TABLES)[number]

/** What somebody wrote: a reason, a note, or the body of a row in the audit trail, which is JSON. */
export interface WrittenRow {
  readonly id: string
  /** The row is about the worker, or was written in the same act as one that is. False for the audit trail: its body says it. */
  readonly isAbout: boolean
  readonly text: string | null
  readonly actorId: string
  /** Null where no name is kept. */
  readonly actorName: string | null
}

/** Which written rows to read: those about the worker, those that hold the name, and those that somebody of this name wrote. */
export interface WrittenQuery {
  readonly workerId: string
  readonly name: string
  /** Rows after this id. */
  readonly after: string
  readonly limit: number
}

/** Whose answers are erased, and how thoroughly. */
export interface AnswerErasure {
  readonly agentIds: readonly string[]
  /** Also the reply and the page's own id of the submission: nobody is to recognise it again. */
  readonly isWhole: boolean
}

/** An answer whose text is there. */
export interface StandingAnswer {
  readonly agentId: string
  readonly receivedAt: number
}

/** A stretch of a run's answers, by outcome and time. */
export interface AnswerStretch {
  readonly runId: string
  readonly outcome: SubmissionOutcome
  /** Received at this instant or later, epoch ms. */
  readonly from: number
  readonly limit: number
}

/**
 * Taking names and texts away. Rows stay, so that counts, money and the log do; whoever erases answers holds their run and
 * logs it (`erase`), or the log finds them changed.
 */
export interface PrivacyOperations {
  /** The runs in which the worker has an attempt. */
  runsOf(workerId: string): Promise<readonly string[]>
  /** Attempts of the worker in a run that have answers whose texts or replies are there. */
  answeredBy(workerId: string, runId: string, limit: number): Promise<readonly string[]>
  /** How many answers a worker has given, erased ones too. */
  countAnswers(workerId: string): Promise<number>
  /** Answers of a run whose texts are there, the first received first. */
  standingAnswers(stretch: AnswerStretch): Promise<readonly StandingAnswer[]>
  /** Erases the texts of all answers of these attempts. Returns how many were there. */
  eraseAnswers(erasure: AnswerErasure): Promise<number>
  /** What was written about the worker or by somebody of this name, by id. */
  written(table: WrittenTable, query: WrittenQuery): Promise<readonly WrittenRow[]>
  /** Puts other words in place of what was written. */
  rewrite(table: WrittenTable, rows: readonly WrittenRow[]): Promise<void>
  /** Removes all blocks of a worker. */
  removeBlocks(workerId: string): Promise<number>
  /** Gives a worker another external id. @throws MephistoError `already_exists`, `not_found` */
  rename(workerId: string, externalId: string): Promise<void>
  /** Ended runs whose answers were to be kept for a time that is over at `at`, with answers that came since they were last erased. */
  overdue(at: number, limit: number): Promise<readonly string[]>
}
