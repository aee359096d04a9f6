import type { SubmissionOutcome } from '../data-model/entities.js'

/** Where people write about people, or something is written down that may name them, and which columns hold it. */
export const WRITTEN_TEXTS = {
  block: ['reason'], qualification_event: ['reason'], qualification: ['description'], decision: ['note', 'message'], webhook: ['pause_reason'], outbox: ['call_key', 'body', 'result'], audit: ['body'],
} as const
/** See {@link WRITTEN_TEXTS}. */
export type WrittenTable = keyof typeof WRITTEN_TEXTS
/** The tables of {@link WRITTEN_TEXTS}. */
export const WRITTEN_TABLES = Object.keys(WRITTEN_TEXTS) as readonly WrittenTable[]

/** A row in which something is written: reasons, notes, or JSON in the audit trail and the outbox. */
export interface WrittenRow {
  readonly id: string
  /** The row is about the worker, or was written in the same act as one that is. False for the audit trail: its body says it. */
  readonly isAbout: boolean
  /** Others' rows of the same act are found by the words of this one: it must lose them last. */
  readonly findsOthers: boolean
  /** Whose external ids a row of the audit trail about a run has; null where no run says it. */
  readonly provider: string | null
  /** In the order of {@link WRITTEN_TEXTS}. */
  readonly texts: readonly (string | null)[]
  /** Null where it is not kept who wrote it. */
  readonly actorId: string | null
  readonly actorName: string | null
}

/** Which written rows are wanted: those about the worker, those that hold the name, and those that the principal wrote. */
export interface WrittenQuery {
  readonly workerId: string
  readonly name: string
  /** The worker's id in the host's login; null when they have none. */
  readonly principalId: string | null
}

/** A stretch of a table. */
export interface WrittenStretch extends WrittenQuery {
  /** Rows after this id. */
  readonly after: string
  /** So many rows are looked at. */
  readonly rows: number
  /** Written before this instant, epoch ms. @default whenever */
  readonly before?: number
}

/** What was written lately, and rows of acts about the worker that are found by their words, whenever they were written. */
export interface WrittenLately extends WrittenQuery {
  /** At this instant or later, epoch ms. */
  readonly since: number
}

/** Rows of a stretch that are wanted. */
export interface WrittenPage {
  readonly rows: readonly WrittenRow[]
  /** The last id that was looked at; null at the end of the table. */
  readonly next: string | null
}

/** A row and what is to stand in its place. */
export interface Rewriting {
  readonly before: WrittenRow
  readonly after: WrittenRow
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
  /** Erases the inputs of these items, and what a right answer to them would be. Returns of how many. */
  eraseItems(assignmentIds: readonly string[]): Promise<number>
  /** Erases why calls about these runs and items failed that a blueprint's own code answers: it may quote an answer. Returns of how many. */
  eraseReports(subjectIds: readonly string[]): Promise<number>
  /** A call that is still to be made and reads answers or items of a run: its topic; null when there is none. */
  callThatReads(runId: string): Promise<string | null>
  /** A run that goes on and whose open feed names this run: its id; null when there is none. */
  feedThatReads(runId: string): Promise<string | null>
  /** Whether nothing has happened in a run since its own stream last said that all its texts are erased. */
  isErased(runId: string): Promise<boolean>
  /** Wanted rows in a stretch of a table, whose cost does not grow with the table. */
  written(table: WrittenTable, stretch: WrittenStretch): Promise<WrittenPage>
  /** All wanted rows that were written or changed lately; see {@link WrittenLately}. */
  writtenSince(table: WrittenTable, lately: WrittenLately): Promise<readonly WrittenRow[]>
  /** Puts other words in place of what was written, where it is still what it was. False when some of it was not. */
  rewrite(table: WrittenTable, rewritings: readonly Rewriting[]): Promise<boolean>
  /** A call to the outside world that is still to be made and holds the name; null when there is none. */
  callThatNames(name: string): Promise<string | null>
  /** Removes all blocks of a worker. */
  removeBlocks(workerId: string): Promise<number>
  /** Gives a worker another external id. @throws MephistoError `already_exists`, `not_found` */
  rename(workerId: string, externalId: string): Promise<void>
  /** Ended runs whose data is removed, or whose answers were to be kept for a time that is over at `at`, in which something has happened since they were last erased. */
  overdue(at: number, limit: number): Promise<readonly string[]>
}
